"""The newest event as people note it down."""

import pytest

from klausur.base.errors import UsageError
from klausur.state.head import Head

DIGEST = "3f2a9c04d1e7" + "0" * 52


def test_a_head_is_shown_short_and_read_back() -> None:
    shown = str(Head(812, DIGEST))
    assert shown == "812:3f2a9c04d1e7"
    assert Head.of(shown) == Head(812, "3f2a9c04d1e7")
    assert Head.of(" 812: 3F2A9C04 \n") == Head(812, "3f2a9c04"), "eight letters suffice"


@pytest.mark.parametrize(
    "text", ["", "812", "812:", ":3f2a9c04d1e7", "x:3f2a9c04", "812:3f2a9c0", "812:3g2a9c04d1e7"]
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no head of an audit trail"):
        Head.of(text)
