"""The site's database: what a newer Klausur wrote is refused by name, and who was killed leaves no half."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests import site_home

from klausur.base.errors import RefusedError
from klausur.site import upgrade
from klausur.site.home import Home
from klausur.web import start


@pytest.fixture(autouse=True)
def kept_apart() -> None:
    """Nothing here touches the site of the other tests."""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Home]:
    """A site in a file of its own, without any table."""
    assert site_home.HOME is not None
    made = replace(site_home.HOME, root=tmp_path, database="")
    before = connection.settings_dict
    start.connect(made)
    yield made
    start.connect(site_home.HOME)
    connection.settings_dict = before


@pytest.mark.files
@pytest.mark.long
def test_who_is_killed_leaves_nothing_half_done(empty: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    del empty
    apply, times = MigrationExecutor.apply_migration, [0]

    def killed(self: MigrationExecutor, *said: Any, **more: Any) -> object:  # noqa: ANN401 - Django's own
        times[0] += 1
        if times[0] == 12:
            raise KeyboardInterrupt
        return apply(self, *said, **more)

    with monkeypatch.context() as patch:
        patch.setattr(MigrationExecutor, "apply_migration", killed)
        with pytest.raises(KeyboardInterrupt):
            upgrade.bring_up_to_date()
    assert connection.introspection.table_names() == []
    assert upgrade.bring_up_to_date()
    assert (upgrade.lacking(), upgrade.newer()) == ((), ())
    assert not upgrade.bring_up_to_date(), "nothing is left to be done"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('site', '0099_future', '2099-01-01')"
        )
    with pytest.raises(RefusedError, match=r"site\.0099_future"):
        start.bring_up_to_date()
