"""``exam.toml``: what the cover says, how crosses are graded, the grade key, and the order of problems.

Whether the values make sense together is `klausur.exam.check`'s business.
"""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal

from klausur.base import regions, words
from klausur.base.geometry import PAPERS
from klausur.base.toml import find
from klausur.exam.header import Declared, Header, HomeTable, Translation
from klausur.exam.model import CreditForm, Marking, Shuffled, Variants
from klausur.exam.source import draw_tables, grading, macros
from klausur.exam.source.keys import Keys, default_to
from klausur.exam.source.pieces import Source

LANGUAGES = words.languages()
"""Of the words that papers say."""
MOST_EXTRA_PAGES = 20
TOGETHER = "together"
"""The key of ``[translations]`` that puts all languages on one paper."""
BESIDE = "beside"
"""The key of ``[translations]`` that puts a text and its translation side by side there."""
TRANSLATED = ("title", "module", "kind", "examiner", "instructions")
"""The keys of ``[translations.de]``."""
ANSWERS = ("booklet", "sheet")
"""Where candidates answer: beside the questions, or on a sheet of their own."""
EACH = "each"
"""The number of variants if each booklet has its own."""
MOST_VARIANTS = 999
MOST_SEED = 2**31 - 1
MOST_GRACE = 180
"""Minutes."""
FEW_AND_MANY_DIGITS = 4, 12
"""Of a registration number that is written into boxes."""

KEYS: dict[str, tuple[str, ...]] = {
    "": (
        "title", "module", "kind", "date", "start", "end", "minutes", "release", "examiner", "instructions",
        "credits",
        "id", "paper", "language", "region", "order", "extra_pages", "registration_digits", "choice",
        "grades", "declared", "candidates", "grading", "variants", "maths", "marking", "translations",
        "answers", "evidence", "publication", "print", "home", "draw", "day",
    ),
    "choice": ("scheme", "floor", "formula"),
    "grades": (
        "unit", "thresholds", "fail", "grades", "best", "pass", "best_share", "pass_share", "glide",
        "glide_floor", "from", "to", "round",
    ),
    "grading": ("round", "round_at", "struck", "bonus_for"),
    "declared": ("credits", "problems", "pages"),
    "candidates": (
        "registration", "name", "room", "seat", "extra_minutes", "extra_percent", "status", "note", "print",
        "language", "mail", "ignore",
        "registered", "left_out",
    ),
    "variants": ("count", "seed", "shuffle"),
    "maths": ("macros",),
    "evidence": ("bound",),
    "publication": ("four_eyes",),
    "home": ("questions", "until", "grace"),
    "print": ("four_eyes",),
    "day": ("signature",),
}  # fmt: skip
"""Every key that exam.toml may hold, by table."""


def read(source: Source, text: str) -> Header | None:
    """The header, or None if the text is no TOML."""
    try:
        plain = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = re.search(r"at line (\d+)", str(error))
        message = f"exam.toml is no valid TOML: {error}"
        hint = 'texts stand in quotes (title = "Optics"), dates without (date = 2026-02-10)'
        source.report("toml-syntax", message, int(at[1]) if at else 0, hint)
        return None
    except (ValueError, ArithmeticError) as error:  # 2026-02-31, or a number of 5,000 digits
        source.report(
            "toml-syntax", f"exam.toml holds an impossible value: {error}", 0, "correct the date or number"
        )
        return None
    keys = Keys(source, find(text), plain)
    keys.refuse_unknown(KEYS | {"translations": (TOGETHER, BESIDE, *LANGUAGES)})
    return _header(keys)


def _header(keys: Keys) -> Header:
    instructions = keys.texts("instructions") or ()
    on_sheet = keys.either("answers", ANSWERS, ANSWERS[0]) == ANSWERS[1]
    return Header(
        lines=keys.places.lines,
        title=keys.text("title", must=True),
        module=keys.text("module") or "",
        kind=keys.text("kind") or "",
        date=keys.day("date"),
        start=keys.clock("start", must=True),
        end=keys.clock("end"),
        minutes=keys.whole("minutes", 1, 24 * 60),
        release=keys.moment("release"),
        examiner=keys.text("examiner") or "",
        instructions=instructions,
        instruction_lines=tuple(max(keys.places.line_of_item("instructions", t), 1) for t in instructions),
        slug=keys.name("id"),
        paper=keys.either("paper", tuple(PAPERS), "a4"),
        language=keys.either("language", LANGUAGES, "en"),
        scheme=grading.scheme(keys),
        grades=grading.grades(keys),
        grading=grading.rules(keys),
        order=keys.texts("order"),
        registration_digits=_digits(keys),
        extra_pages=_extra_pages(keys, on_sheet=on_sheet),
        declared=Declared(
            keys.number("declared.credits"),
            keys.whole("declared.problems", 1, 99),
            keys.whole("declared.pages", 1, 255),
        ),
        candidate_columns=_candidate_columns(keys),
        variants=_variants(keys),
        macros=macros.read(keys),
        marking=Marking(keys.either("marking", tuple(Marking), Marking.CROSS)),
        translations=tuple(_translations(keys)),
        together=_yes(keys, f"translations.{TOGETHER}"),
        beside=_yes(keys, f"translations.{BESIDE}"),
        on_sheet=on_sheet,
        evidence_bound=keys.whole("evidence.bound", 1, 100),
        region=_region(keys),
        four_eyes=_yes(keys, "publication.four_eyes"),
        home=_home(keys),
        paper_four_eyes=_yes(keys, "print.four_eyes"),
        draws=draw_tables.read(keys),
        signs_on_glass=_yes(keys, "day.signature"),
        credit_form=CreditForm(keys.either("credits", tuple(CreditForm), CreditForm.BOXES)),
    )


def _home(keys: Keys) -> HomeTable | None:
    """When an exam at home goes on; None of one that is taken in a room."""
    if not isinstance(keys.get("home"), dict):
        return None
    until = keys.moment("home.until")
    if keys.get("home.until") is None:
        keys.missing("home.until", 'until = "2026-02-10 11:45"')
    grace = default_to(keys.whole("home.grace", 0, MOST_GRACE), 0)
    return HomeTable(keys.moment("home.questions"), until, grace)


def _region(keys: Keys) -> str:
    """The country whose dates, times and numbers the paper has; its size may tell, if nothing else does."""
    language = keys.either("language", LANGUAGES, "en")
    said = keys.text("region")
    if said is not None and (not said or not regions.is_known(language, said)):
        keys.wrong(
            "region", f'it is the code of a country where "{language}" is at home, such as "US" or "CH"'
        )
        said = None
    return regions.usual(language, keys.either("paper", tuple(PAPERS), "a4")) if said is None else said


def _extra_pages(keys: Keys, *, on_sheet: bool) -> int:
    """How many pages are added for further answers; an answer sheet has none."""
    said = keys.whole("extra_pages", 0, MOST_EXTRA_PAGES)
    if not on_sheet:
        return default_to(said, 2)
    if said:
        keys.wrong("extra_pages", "an answer sheet has no room for words: leave it out, or the line answers")
    return 0


def _translations(keys: Keys) -> Iterator[Translation]:
    """What is said in other languages than the exam's own, in the order of exam.toml."""
    tables = keys.get("translations") or {}
    for language in tables if isinstance(tables, dict) else ():
        name = f"translations.{language}"
        if language in {TOGETHER, BESIDE} or language not in LANGUAGES:
            continue
        if language == keys.either("language", LANGUAGES, "en"):
            keys.wrong(name, f'it is the language of the exam itself: language = "{language}"')
            continue
        if not isinstance(tables[language], dict):
            keys.wrong(name, f"write it as a table: [{name}], and below it title = …")
            continue
        here = Keys(keys.source, keys.places, {name: tables[language]})
        here.refuse_unknown({name: TRANSLATED})
        told = here.texts(f"{name}.instructions")
        lines = (max(keys.places.line_of_item(f"{name}.instructions", text), 1) for text in told or ())
        words = {key: here.text(f"{name}.{key}") for key in TRANSLATED[:-1]}
        yield Translation(language, **words, instructions=told, instruction_lines=tuple(lines))


def _yes(keys: Keys, name: str) -> bool:
    """Whether a key says yes; it does not unless it is there."""
    value = keys.get(name)
    if value is not None and not isinstance(value, bool):
        keys.wrong(name, "it is true or false")
    return value is True


def _variants(keys: Keys) -> Variants:
    """How many different papers there are, and what is shuffled in them."""
    count: int | None = None
    written = keys.get("variants.count")
    if isinstance(written, str) and written != EACH:
        keys.wrong("variants.count", f'it is a whole number from 1 to {MOST_VARIANTS}, or "{EACH}"')
        count = 1
    elif written != EACH:
        count = default_to(keys.whole("variants.count", 1, MOST_VARIANTS), 1)
    seed = default_to(keys.whole("variants.seed", 0, MOST_SEED), 0)
    words = keys.texts("variants.shuffle") or ()
    unknown = [word for word in words if word not in set(Shuffled)]
    if unknown or len(set(words)) < len(words):
        keys.wrong(
            "variants.shuffle", "name some of " + ", ".join(f'"{s}"' for s in Shuffled) + ", each once"
        )
        words = ()
    return Variants(count, seed, tuple(s for s in Shuffled if s in words))


def _candidate_columns(keys: Keys) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The headings of the list of candidates that the exam names, by what stands under them."""
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for name in KEYS["candidates"]:
        key = f"candidates.{name}"
        value = keys.get(key)
        if value is None:
            continue
        headings = value if isinstance(value, list) else [value]
        if not headings or not all(isinstance(h, str) and any(map(str.isalnum, h)) for h in headings):
            keys.wrong(key, f'write the heading in quotes, {name} = "…", or several in a list, ["…", "…"]')
            continue
        doubled = [h for h in headings if h in seen]
        if doubled or len(set(headings)) < len(headings):
            keys.wrong(key, "each heading stands for one thing; name it once")
            continue
        seen.update(headings)
        found[name] = tuple(headings)
    return tuple(found.items())


def _digits(keys: Keys) -> int:
    """Boxes for the digits of a registration number: none, or as many as schools use."""
    key = "registration_digits"
    value = default_to(keys.whole(key, 0, FEW_AND_MANY_DIGITS[1]), 8)
    if 0 < value < FEW_AND_MANY_DIGITS[0]:
        keys.wrong(key, "it is 0, or a number from {} to {}".format(*FEW_AND_MANY_DIGITS))
        return 8
    return value
