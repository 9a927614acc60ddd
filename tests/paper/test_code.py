"""The page code: what is encoded is decoded, and nothing else is accepted."""

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from klausur.paper.code import (
    KEY_BYTES,
    MAX_BOOKLET,
    MAX_EXAM,
    MAX_PAGE,
    MODULES,
    CodeFault,
    PageCode,
    Sheet,
    decode,
    encode,
    show,
)
from klausur.paper.code_symbol import symbol
from klausur.paper.trial import EXAM

codes = st.builds(PageCode, st.integers(0, MAX_EXAM), st.integers(1, MAX_BOOKLET), st.integers(1, MAX_PAGE))
keys = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)


@given(codes, keys)
def test_round_trip(code: PageCode, key: bytes) -> None:
    data = encode(code, key)
    assert len(data) == 16
    assert decode(data, code.exam, key) == code


@given(codes, keys, st.integers(0, 127))
def test_one_flipped_bit_is_refused(code: PageCode, key: bytes, bit: int) -> None:
    data = bytearray(encode(code, key))
    data[bit // 8] ^= 1 << bit % 8
    found = decode(bytes(data), code.exam, key)
    expected = CodeFault.FOREIGN if bit < 8 else CodeFault.OTHER_EXAM if bit < 40 else CodeFault.FORGED
    assert found is expected


@given(codes, keys, keys)
def test_another_key_is_refused(code: PageCode, key: bytes, other: bytes) -> None:
    if key != other:
        assert decode(encode(code, key), code.exam, other) is CodeFault.FORGED


@given(codes, keys, st.integers(0, MAX_EXAM))
def test_another_exam_is_told(code: PageCode, key: bytes, exam: int) -> None:
    if exam != code.exam:
        assert decode(encode(code, key), exam, key) is CodeFault.OTHER_EXAM


@given(st.binary(max_size=40), keys)
def test_any_bytes_are_decoded_without_failing(data: bytes, key: bytes) -> None:
    assert isinstance(decode(data, 7, key), CodeFault)


@given(codes, keys)
def test_the_symbol_reads_back(code: PageCode, key: bytes) -> None:
    data = encode(code, key)
    modules = symbol(data)
    assert modules.shape in {(MODULES, MODULES), (MODULES - 2, MODULES - 2)}
    image = (
        np.pad(np.where(modules, 0, 255).astype(np.uint8), 2, constant_values=255).repeat(4, 0).repeat(4, 1)
    )
    found = zxingcpp.read_barcodes(image)
    assert [barcode.bytes for barcode in found] == [data]


@pytest.mark.parametrize(
    "code",
    [
        PageCode(-1, 1, 1),
        PageCode(MAX_EXAM + 1, 1, 1),
        PageCode(1, 0, 1),
        PageCode(1, 1, 0),
        PageCode(1, 1, 256),
    ],
)
def test_numbers_that_do_not_fit_are_refused(code: PageCode) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(code, bytes(KEY_BYTES))


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_keys_of_another_length_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        encode(PageCode(1, 1, 1), bytes(length))


def test_a_trial_sheet_is_no_exam_s() -> None:
    assert EXAM not in range(1, MAX_EXAM + 1), "exams are numbered from 1"


def test_people_read_the_code_too() -> None:
    assert show(PageCode(0xAF9F3C2F, 12, 3)) == "AF9F3C2F-00012-03"
    assert show(PageCode(0xAF9F3C2F, 12, 1, Sheet.EXTRA)) == "AF9F3C2F-E00012-01"


def test_a_code_counts_as_far_as_its_bytes_do() -> None:
    last = PageCode(2**32 - 1, 2**24 - 1, 255)
    key = bytes(range(32))
    assert decode(encode(last, key), last.exam, key) == last
