"""Names on lists: what a family name is, under which letter it stands, in which order names come."""

import random

import pytest

from klausur.roster.model import Candidate
from klausur.roster.name_order import ever_shorter, family_first, first_letter, in_name_order


def ordered(*names: str) -> list[str]:
    """These names as a list has them, however they came."""
    people = [Candidate(str(n), name) for n, name in enumerate(names)]
    random.Random(1).shuffle(people)  # noqa: S311 - an order
    return [one.name for one in in_name_order(people)]


@pytest.mark.parametrize(
    "names",
    [
        ("Ada Mueller", "Ada Müller", "Ada von Muster", "Muster, Ada", "Ada Straße", "Ada Strasser"),
        ("Ofen, Z", "Öl, A", "Ölz, A", "Oz, A"),  # as in DIN 5007-1: Ä as A
        ("Müller, Adam", "Muller, Berta", "MÜLLER, Carl"),  # given names count, accents and case do not
        ("Łódź, A", "Lot, A", "Lz, A", "Ødegaard, A", "Oz, A"),
        ("Van Dam, A", "Van-Dyck, A", "Vanbeek, A"),
        ("Иванов, A", "Петров, A", "Яковлев, A"),
        ("ليلى أبو عمر", "أحمد بدر", "ريم بن علي", "علي الحسن", "محمد زيد", "سارة سالم", "يوسف عبد الله"),
        ("דוד בן גוריון", "אילנה כהן", "משה לוי"),
        ("क, A", "कि, A", "क्ष, A", "ख, A"),
        ("שְמי, A", "שמי, B", "שְמי, C", "שמיר, A"),  # the lowest and the highest class of vowel signs
        ("ܡܠ, A", "ܡ\u0711ܠ, B", "ܡܠ, C", "ܡܠܟ, A"),
        ("Zoe Z", "Петр Я", "אב", "علي", "あい", "漢字"),  # scripts as Unicode has them
    ],
    ids=[
        "German",
        "umlauts",
        "given",
        "own-letters",
        "words",
        "Cyrillic",
        "Arabic",
        "Hebrew",
        "Devanagari",
        "Hebrew-vowels",
        "Syriac-vowels",
        "scripts",
    ],
)
def test_names_are_in_the_order_of_their_family_names(names: tuple[str, ...]) -> None:
    assert ordered(*names) == list(names)


def test_the_order_is_the_same_however_the_list_was_ordered() -> None:
    names = [f"{a}{b}, {c}" for a in "AÄBÀa" for b in ("", "e", "é") for c in ("Z", "Y")]
    whole = ordered(*names)
    for seed in range(5):
        people = [Candidate(str(n), name) for n, name in enumerate(names)]
        random.Random(seed).shuffle(people)  # noqa: S311 - an order
        assert [one.name for one in in_name_order(people)] == whole


@pytest.mark.parametrize(
    ("name", "shown", "letter"),
    [
        ("Ada Example", "Example, Ada", "E"),
        ("Jürgen von Ähnlich", "Ähnlich, Jürgen von", "A"),
        ("Example, Ada", "Example, Ada", "E"),
        ("Li", "Li", "L"),
        ("Agent 47", "47, Agent", ""),
        ("محمد بن سلمان", "بن سلمان، محمد", "ب"),
        ("يوسف عبد الله", "عبد الله، يوسف", "ع"),
        ("عبد الله", "عبد الله", "ع"),  # a family name alone
        ("علي الحسن", "الحسن، علي", "ح"),
        ("الحسن، علي", "الحسن، علي", "ح"),
        ("سارة أبو زيد", "أبو زيد، سارة", "ا"),
        ("בן", "בן", "ב"),
        ("בר בן", "בר בן", "ב"),
        ("דוד בן גוריון", "בן גוריון, דוד", "ב"),
    ],
)
def test_lists_show_family_names_first_and_find_them_under_their_letter(
    name: str, shown: str, letter: str
) -> None:
    candidate = Candidate("03712345", name)
    assert (family_first(candidate), first_letter(candidate)) == (shown, letter)


@pytest.mark.parametrize(
    ("name", "shorter"),
    [
        ("Bo O", ["B. O"]),
        ("Ada Berta Example-Muster", ["Ada B. Example-Muster", "A. B. Example-Muster"]),
        ("Example, Anna-Lena Berta", ["Example, Anna-Lena B.", "Example, A.-L. B."]),
        ("Freifrau von und zu Langenbeispiel", ["F. von und zu Langenbeispiel"]),
        (
            "José María Núñez del Águila y Córdoba",
            [
                "José M. Núñez del Águila y Córdoba",
                "José M. N. del Águila y Córdoba",
                "J. M. N. del Águila y Córdoba",
            ],
        ),
        ("Mononym", []),
        ("漢 字", []),
        ("محمد زيد", []),
    ],
)
def test_given_names_are_shortened_one_by_one_and_family_names_never(name: str, shorter: list[str]) -> None:
    assert list(ever_shorter(name)) == [name, *shorter]
