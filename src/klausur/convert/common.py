"""What several formats have: matching as a table, accepted answers as a solution, numbers with tolerance."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from lxml import etree
from lxml import html as lxml_html

from klausur.convert.model import (
    Counts,
    Fate,
    Kept,
    Markup,
    Number,
    Option,
    Question,
    Remark,
    Row,
    RubricLine,
    Text,
)  # fmt: skip
from klausur.exam.model import QuestionKind
from klausur.exam.source.boxed_table import MOST_COLUMNS, MOST_ROWS

_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*")
_WITHIN = re.compile(rf"\s*({_NUMBER})\s*(?::\s*({_NUMBER})?)?\s*")


def shown_blank() -> str:
    """What stands in a text where something is missing that choices below offer."""
    return " \u2026\u2026\u2026 "


def exact(text: str) -> Fraction | None:
    """A decimal number, exactly; None if it is none."""
    text = text.strip().replace("\u2212", "-").replace(",", ".")
    if not re.fullmatch(_NUMBER, text):
        return None
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return value if value.denominator < 10**30 and abs(value) < 10**30 else None


def numbers_of(text: str, share: Fraction = Fraction(1)) -> tuple[Number, ...]:
    """A number as ``3.14:0.01`` or ``3.1..3.2``; nothing if it is neither."""
    if match := _RANGE.fullmatch(text):
        low, high = exact(match[1]), exact(match[2])
        if low is not None and high is not None:
            low, high = min(low, high), max(low, high)
            return (Number((low + high) / 2, (high - low) / 2, share),)
    if match := _WITHIN.fullmatch(text):
        value, within = exact(match[1]), exact(match[2] or "0")
        if value is not None and within is not None:
            return (Number(value, abs(within), share),)
    return ()


def one_cross(shares: Sequence[Fraction], worth: Fraction | None) -> bool:
    """Whether one cross answers choices: one is right, others perhaps partly, in exact credits."""
    exact_ = all((share * (worth or 1) * 60).denominator == 1 for share in shares)
    return sum(share > 0 for share in shares) == 1 or (exact_ and sum(share == 1 for share in shares) == 1)


def best_of(question: Question) -> Question:
    """A question that one cross answers: its best choice alone is right; it accounts for the others."""
    best = max((option.share or Fraction(0) for option in question.options), default=Fraction(0))
    options = tuple(replace(option, right=option.share == best) for option in question.options)
    return replace(question, options=options, origin=question.counted)


def short_solution(answers: Sequence[tuple[str, Fraction]], line: int) -> Text:
    """Answers that are right, and those that are partly right with their share, as a solution."""
    parts = []
    for words, share in answers:
        shown = f"{float(share * 100):g} %"
        parts.append(words if share == 1 else f"{words} ({shown} of the credits)")
    return Text("\n\n".join(parts), Markup.PLAIN, line)


def table_of_pairs(  # noqa: PLR0913 - all that a question of this kind may have
    line: int,
    title: str,
    asked: tuple[Text, ...],
    pairs: Sequence[tuple[Text, Text]],
    solution: tuple[Text, ...],
    remarks: list[Remark],
    *,
    others: Iterable[Text] = (),
    credits: Fraction | None = None,
    shuffle: bool = True,
) -> Question:
    """Matching as a table of boxes: a row for what is matched, a column for what it is matched with.

    Where that is too wide for a table, the pairs are the solution of a question that people grade.
    """
    asked_pairs = [(first, second) for first, second in pairs if first.words.strip()]
    words = {text.words.strip(): text for text in (*(b for _, b in pairs), *others) if text.words.strip()}
    # sorted, since pairs as they stand in the file would have the key in one line from corner to corner
    words = dict(sorted(words.items(), key=lambda item: item[0].casefold()))
    heads = tuple(words.values())
    origin = Counts(1, len(pairs), len(pairs), int(bool(solution)), 0, credits or Fraction(0))
    if len(heads) > MOST_COLUMNS or len(asked_pairs) > MOST_ROWS or not asked_pairs:
        remarks.append(
            Remark(
                Fate.CHANGED,
                line,
                f"matching with {len(heads)} answers",
                "too wide for a table: a text question",
            )
        )
        listed = tuple(
            Text(f"{first.words.strip()} \u2192 {second.words.strip()}", first.markup, first.line)
            for first, second in asked_pairs
        )
        stated = tuple(first for first, _ in asked_pairs)
        return Question(
            line, title, QuestionKind.TEXT, (*asked, *stated, *heads), credits,
            solution=(*listed, *solution), origin=origin,
        )  # fmt: skip
    at = {name: number for number, name in enumerate(words)}
    rows = tuple(Row(first, (at[second.words.strip()],)) for first, second in asked_pairs)
    return Question(
        line, title, QuestionKind.TABLE, asked, credits, heads=heads, rows=rows, solution=solution,
        shuffle=shuffle, origin=origin,
    )  # fmt: skip


def in_order(
    line: int,
    title: str,
    asked: tuple[Text, ...],
    items: Sequence[Text],
    solution: tuple[Text, ...],
    remarks: list[Remark],
    *,
    credits: Fraction | None = None,
) -> Question:
    """Things to be put into order as a table: a row for each, by the alphabet, a column for its place."""
    places = [Text(str(number), Markup.PLAIN, line) for number in range(1, len(items) + 1)]
    pairs = sorted(zip(items, places, strict=True), key=lambda pair: pair[0].words.casefold())
    remarks.append(
        Remark(Fate.CHANGED, line, "an order", "a table with a row for each thing and a column for its place")
    )
    return table_of_pairs(line, title, asked, pairs, solution, remarks, credits=credits)


_MARK = re.compile(
    r"\s*\[(?P<mark>note|all|(?:either)?\s*(?:max [\d./]+)?|[+-]?\d[\d./]*(?: each)?(?: from [\d./]+)?)\]\s*"
)


def rubric_of(text: Text) -> tuple[RubricLine, ...]:
    """A text for graders as a rubric, if it is a list whose lines begin with what they give in brackets."""
    bare = text.words.strip()
    if not bare.startswith("<ul") or not bare.endswith("</ul>"):
        return ()
    try:
        parts = lxml_html.fragments_fromstring(bare)
        return tuple(_lines(parts[0], text, 0)) if len(parts) == 1 and not isinstance(parts[0], str) else ()
    except ValueError:
        return ()


def _lines(listed: etree._Element, text: Text, depth: int) -> Iterator[RubricLine]:
    """The lines of a list and of those below them; raises a ValueError if one is none."""
    for item in listed:
        match = _MARK.match(item.text or "")
        if item.tag != "li" or match is None or not match["mark"]:
            raise ValueError("a line without its credits")
        item.text = (item.text or "")[match.end() :]
        below = [child for child in item if child.tag == "ul"]
        for child in below:
            item.remove(child)
        words = etree.tostring(item, encoding="unicode", method="html", with_tail=False)
        yield RubricLine(
            match["mark"], Text(re.sub(r"^<li>|</li>$", "", words), text.markup, text.line), depth
        )
        for child in below:
            yield from _lines(child, text, depth + 1)


def left_over(texts: Sequence[Text], what: str, remarks: list[Remark]) -> tuple[Kept, ...]:
    """Texts that belong to no question: kept beside, with the figures in them."""
    if not texts:
        return ()
    words = "\n\n".join(text.words for text in texts)
    remarks.append(Remark(Fate.REFUSED, texts[0].line, what, "kept beside"))
    figures = len(re.findall(r"<(?:img|svg)\b", words))
    return (Kept(texts[0].line, what, "no question follows it", words, Counts(figures=figures)),)


def true_false(line: int, right: bool) -> tuple[Option, ...]:  # noqa: FBT001 - what is right, true or false
    """The two choices of a statement that is true or not."""
    return tuple(
        Option(Text(word, Markup.PLAIN, line), right is (word == "True")) for word in ("True", "False")
    )


def following(first: Question, others: Iterable[Question]) -> list[Question]:
    """Questions out of one of the file's: the others are about the text ahead of the first."""
    return [first, *(replace(one, follows=True) for one in others)]
