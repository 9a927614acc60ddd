"""A folder of Klausur out of what was found in another system's file: exam.toml, problems, figures.

The writer decides how a question is told in Klausur's Markdown; whether that is all that the file held is
seen to in `klausur.convert.counting`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from klausur.base.credits import Credits, show_credits
from klausur.convert.model import (
    Counts,
    Fate,
    Found,
    Group,
    Markup,
    Number,
    Option,
    Question,
    Remark,
    RubricLine,
    Text,
)
from klausur.convert.pictures import Pictures
from klausur.convert.text import Picture, Written, picture_word, plain, to_markdown
from klausur.exam.draw import FOLDER
from klausur.exam.model import STEPS, QuestionKind
from klausur.exam.number import MOST_DECIMALS, MOST_DIGITS
from klausur.exam.source.attributes import slug

ONE = Fraction(1)
_LONGEST = 40
_MOST_BOXES = 64
_TITLE = 60


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of an exam folder, and what was said on the way. ``written`` counts what stands in them.

    ``lost`` names what was in a text and is not in the Markdown: a bug, never the author's. ``kept`` are
    pieces of texts that could not be read: their line, what they are, their source. ``figures_refused`` are
    those that stand in no question.
    """

    files: dict[str, bytes]
    remarks: tuple[Remark, ...]
    written: Counts
    lost: tuple[str, ...]
    kept: tuple[tuple[int, str, str], ...] = ()
    figures_refused: int = 0


@dataclass(slots=True)
class _Writing:
    """What is gathered while the texts of one file are written."""

    texts: Mapping[Text, Written]
    pictures: Pictures
    file: str
    remarks: list[Remark] = field(default_factory=list)
    kept: list[tuple[int, str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    figures: int = 0
    refused_figures: int = 0
    done: set[tuple[Text, int]] = field(default_factory=set)

    def changed(self, line: int, what: str, done: str) -> None:
        self.remarks.append(Remark(Fate.CHANGED, line, what, done, self.file))

    def refused(self, line: int, what: str, done: str) -> None:
        self.remarks.append(Remark(Fate.REFUSED, line, what, done, self.file))

    def markdown(self, text: Text) -> str:
        """A text's Markdown with its figures, and what there is to say of it."""
        written = self.texts[text]
        for what in written.changed:
            self.changed(text.line, what, "the words are the same")
        for source in written.unread:
            self.refused(
                text.line, f"in a text: {' '.join(source.split())[:80]}", "left out; its source is kept"
            )
            self.kept.append((text.line, "markup that cannot be read", source))
        self.lost.extend(f"{self.file}:{text.line}: {what}" for what in written.lost)
        found = written.markdown
        for number, picture in enumerate(written.pictures, start=1):
            found = found.replace(picture_word(number), self._figure(picture, text.line, found, number))
        return found

    def _figure(self, picture: Picture, line: int, found: str, number: int) -> str:
        name, why = self.pictures.take(picture)
        if why and "://" in picture.src:
            self.refused(line, f"figure {picture.src}", f"{why}; its address stands in the text")
            self.refused_figures += 1
            return f"[{plain(picture.alt) or 'figure'}]({picture.src})"
        if why:
            self.refused(
                line, f"figure {picture.src[:80]}", f"{why}; put it into figures/{self.pictures.below}{name}"
            )
        self.figures += 1
        alone = any(row.strip() == picture_word(number) for row in found.splitlines())
        width = (
            f"{{width={picture.width}}}" if picture.width else ("{width=60%}" if alone else "{height=10mm}")
        )
        return f"![{plain(picture.alt)}](../figures/{self.pictures.below}{name}){width}"


def draft(
    found: Found,
    file: str,
    *,
    taken: set[str],
    first: int,
    pictures: Pictures,
    untitled: str = "",
    bank: str = "",
) -> Draft:
    """The problem files of what was found in a file.

    Args:
        found: what its reader found.
        file: its name, for what is said of it.
        taken: ids of questions that are taken; those of this file are added.
        first: the number of its first problem.
        pictures: where figures go.
        untitled: the title of its problems that have none.
        bank: the name of the bank that they make together; empty if each group is a problem.

    Raises:
        ToolError: pandoc cannot be run.
    """
    asked = tuple(dict.fromkeys(_texts_of(found)))
    written = dict(zip(asked, to_markdown(asked, found.definitions), strict=True))
    writing = _Writing(written, pictures, file)
    files: dict[str, bytes] = {}
    counts = Counts()
    without = [question for question in found.questions if question.credits is None]
    if without:
        writing.changed(
            without[0].line,
            f"{_counted(len(without), 'question')} without credits",
            "each is worth 1 credit: change it",
        )
    if bank:
        lines, counts = _bank(found, writing, taken, untitled)
        files[f"{FOLDER}/{bank}.md"] = ("\n".join(lines).rstrip() + "\n").encode()
    for number, group in enumerate(() if bank else found.groups, start=first):
        titled = group if group.title else replace(group, title=untitled)
        lines, held = _problem(titled, writing, taken)
        name = slug(titled.title)[:30].strip("-") or "questions"
        files[f"problems/{number}-{name}.md"] = ("\n".join(lines).rstrip() + "\n").encode()
        counts += held
    counts += Counts(figures=writing.figures)
    return Draft(
        files,
        tuple(writing.remarks),
        counts,
        tuple(writing.lost),
        tuple(writing.kept),
        writing.refused_figures,
    )


def exam_toml(title: str, day: date, instructions: Sequence[str], macros: Mapping[str, str]) -> bytes:
    """The exam.toml of an imported exam: what no bank of questions says is made up, to be changed."""
    lines = [
        f"title = {_toml(title)}",
        "# No file of questions says when its exam takes place: write the day, the start and the minutes.",
        f"date = {day.isoformat()}",
        'start = "10:00"',
        "minutes = 90",
    ]
    if instructions:
        lines += ["instructions = [", *(f"    {_toml(one)}," for one in instructions), "]"]
    if macros:
        lines += ["", "[maths.macros]", *(f"{name} = '{body}'" for name, body in sorted(macros.items()))]
    return ("\n".join(lines) + "\n").encode()


def _toml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _texts_of(found: Found) -> Iterator[Text]:
    yield from found.instructions
    for group in found.groups:
        yield from group.texts
        for question in group.questions:
            yield from question.all_texts


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _problem(group: Group, writing: _Writing, taken: set[str]) -> tuple[list[str], Counts]:
    best = f" {{best={group.best}}}" if group.best else ""
    lines = [f"# {_title(group.title) or 'Questions'}{best}", ""]
    texts = [writing.markdown(text) for text in group.texts]
    counts = Counts()
    for at, question in enumerate(group.questions):
        before = [writing.markdown(text) for text in question.before]
        if at == 0:
            texts += before
        elif any(part.strip() for part in before):
            lines += ["::: shared", *_blocks(before), ":::", ""]
        if at == 0 and any(part.strip() for part in texts):
            lines += [*_blocks(texts), ""]
        body, held = _question(question, writing, taken)
        lines += body
        counts += held
    return lines, counts


def _bank(found: Found, writing: _Writing, taken: set[str], title: str) -> tuple[list[str], Counts]:
    """All questions of a file as a bank: first those that stand alone, then those below shared texts.

    A shared text holds for all questions after it, so nothing may follow that is not about it.
    """
    alone: list[str] = []
    shared: list[str] = []
    counts = Counts()
    for group in found.groups:
        stem = [writing.markdown(text) for text in group.texts]
        tag = slug(group.title)[:_LONGEST].strip("-")
        below = any(part.strip() for part in stem)
        open_ = False
        for at, question in enumerate(group.questions):
            before = [writing.markdown(text) for text in question.before]
            ahead = [*(stem if at == 0 else []), *before]
            begins = any(part.strip() for part in ahead)
            open_ = begins or (open_ and (question.follows or below))
            tagged = replace(question, tags=tuple(dict.fromkeys((tag, *map(slug, question.tags)))))
            body, held = _question(tagged, writing, taken)
            if begins:
                shared += ["::: shared", *_blocks(ahead), ":::", ""]
            (shared if open_ else alone).extend(body)
            counts += held
    return [f"# {_title(found.title or title) or 'Questions'}", "", *alone, *shared], counts


def _blocks(parts: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if part.strip():
            lines += [*([""] if lines else []), *part.strip().splitlines()]
    return lines


def _title(words: str) -> str:
    r"""A title in plain words: no formula, no bracket, no brace may stand in it."""
    bare = re.sub(r"qz[bfp]\d{4}zq|\$[^$]*\$|\\[A-Za-z]+|[\[\]{}<>$`*_\\^~|]", " ", words)
    line = " ".join(bare.split())
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rsplit(" ", 1)[0] + "…"


def _question(  # noqa: C901, PLR0912, PLR0915 - the one order in which all that a question may have is written
    question: Question, writing: _Writing, taken: set[str]
) -> tuple[list[str], Counts]:
    title = _title(question.title)
    id_ = _id(title, taken)
    worth = _credits(question, writing)
    kind, attributes = question.kind, [f"#{id_}", f"credits={show_credits(worth)}"]
    numbers = _numbers(question, worth, writing) if kind is QuestionKind.NUMBER else None
    if kind is QuestionKind.NUMBER and numbers is None:
        kind = QuestionKind.SHORT
    if not question.keyed:
        # a question of which one choice is right, and none is, cannot be printed: nobody overlooks that
        kind = QuestionKind.SINGLE
        writing.changed(
            question.line,
            "choices of which none is right",
            "kind=single: mark what is right, klausur check waits for it",
        )
    solution = [writing.markdown(text) for text in question.solution]
    lines: list[str] = []
    boxes = right = 0
    if kind in {QuestionKind.SINGLE, QuestionKind.SHORT, QuestionKind.TABLE, QuestionKind.BLANKS}:
        attributes.append(f"kind={kind}")
    if numbers is not None:
        attributes += ["kind=number", *numbers.attributes]
    if kind.chosen and kind is not QuestionKind.TABLE:
        weighed = _weights(question, worth, writing)
        if weighed is not None:
            attributes.append("scheme=weights")
        elif question.scheme:
            attributes.append(f"scheme={question.scheme}")
        lines += _options(question.options, weighed, writing)
        boxes, right = len(question.options), sum(option.right for option in question.options)
    elif kind is QuestionKind.TABLE:
        if question.scheme:
            attributes.append(f"scheme={question.scheme}")
        lines += _table(question, writing)
        boxes = len(question.rows) * len(question.heads)
        right = sum(len(row.right) for row in question.rows)
    if kind.corrected and (step := _step(worth, question.rubric)) != 1:
        attributes.append(f"step={show_credits(step)}")
    if question.space and kind in {QuestionKind.TEXT, QuestionKind.SHORT}:
        attributes.append(f"space={question.space}")
    if question.ruling and kind is QuestionKind.TEXT:
        attributes.append(f"ruling={question.ruling}")
    if question.bonus:
        attributes.append("bonus=yes")
    if not question.shuffle and kind.chosen:
        attributes.append("shuffle=no")
    if tags := [tag for tag in question.tags if tag]:
        attributes.append(f"tags={','.join(tags)}")
    head = f"## {title} {{{' '.join(attributes)}}}" if title else f"## {{{' '.join(attributes)}}}"
    asked = [writing.markdown(text) for text in question.texts]
    if not any(part.strip() for part in asked):
        asked = [plain(title) or "…"]
        writing.changed(question.line, "a question that asks nothing", "its title stands as its text")
    body = [head, "", *_blocks(asked), "", *lines]
    if numbers is not None:
        body += ["::: answer", *numbers.lines, ":::", ""]
    if kind is QuestionKind.SHORT and question.numbers:
        solution = [*(_told(number) for number in question.numbers), *solution]
    if any(part.strip() for part in solution):
        body += ["::: solution", *_blocks(solution), ":::", ""]
    if question.rubric and kind.corrected:
        body += ["::: rubric", *(_rubric_line(line, writing) for line in question.rubric), ":::", ""]
    held = Counts(1, boxes, right, int(any(part.strip() for part in solution)), 0, worth)
    return body, held


def _rubric_line(line: RubricLine, writing: _Writing) -> str:
    words = " ".join(writing.markdown(line.text).split())
    return f"{'    ' * line.depth}- [{line.mark}] {words}".rstrip()


def _signed(credits_: Credits) -> str:
    return ("+" if credits_ > 0 else "") + show_credits(credits_)


def _id(title: str, taken: set[str]) -> str:
    stem = slug(title)[:_LONGEST].strip("-")
    if not stem or not stem[0].isalpha() or stem in {"cover", "page"}:
        stem = f"q-{stem}"[:_LONGEST].strip("-")
    found, at = stem, 1
    while found in taken or found == "q":
        end = f"-{at}"
        found, at = stem[: _LONGEST - len(end)].strip("-") + end, at + 1
    taken.add(found)
    return found


def _credits(question: Question, writing: _Writing) -> Credits:
    """The question's credits as Klausur can say them: above 0, and as fine as people divide a credit."""
    said = question.credits
    if said is None:
        return ONE
    if said <= 0:
        writing.changed(
            question.line, f"{show_credits(said)} credits", "Klausur's questions earn something: 1 credit"
        )
        return ONE
    worth = said if (said * 60).denominator == 1 else Fraction(round(said * 20), 20) or Fraction(1, 20)
    worth = min(worth, Fraction(200))
    if worth != said:
        writing.changed(question.line, f"{show_credits(said)} credits", f"written as {show_credits(worth)}")
    return worth


def _step(worth: Credits, rubric: Sequence[RubricLine]) -> Credits:
    """The widest distance between credit boxes at which the credits and the rubric's items have one."""
    items = [Fraction(n) for line in rubric for n in re.findall(r"[\d./]+", line.mark)]
    for step in STEPS:
        if all((c / step).denominator == 1 for c in (worth, *items)) and worth / step < _MOST_BOXES:
            return step
    return next((s for s in STEPS if (worth / s).denominator == 1 and worth / s < _MOST_BOXES), ONE)


def _weights(question: Question, worth: Credits, writing: _Writing) -> tuple[Credits, ...] | None:
    """What each choice gives, where the file says more than which are right; None if it does not.

    Weights are written only if they earn exactly what the file says they do.
    """
    shares = [option.share for option in question.options]
    if all(share is None for share in shares) or question.scheme:
        return None
    given = [(share or Fraction(0)) * worth for share in shares]
    single = question.kind is QuestionKind.SINGLE
    if single and sum(bool(g) for g in given) == 1 and max(given) == worth:
        return None
    best = max(given) if single else sum((g for g in given if g > 0), Fraction(0))
    fine = all((g * 60).denominator == 1 for g in given)
    if best == worth and fine and len(set(given)) > 0:
        return tuple(given)
    told = ", ".join(f"{show_credits(round((s or Fraction(0)) * 100, 2))}%" for s in shares)
    writing.changed(question.line, f"weights {told}", "they make no scheme exactly: all or nothing")
    return None


def _options(options: Sequence[Option], weights: Sequence[Credits] | None, writing: _Writing) -> list[str]:
    lines: list[str] = []
    loose = False
    for at, option in enumerate(options):
        words = writing.markdown(option.text).strip()
        if not words:
            words = "(nothing)"
            writing.changed(option.text.line, "a choice that says nothing", "it says (nothing)")
        if option.fixed:
            words = _fixed(words)
        mark = ("x" if option.right else " ") if weights is None else _signed(weights[at])
        first, *rest = words.splitlines()
        apart = re.match(r"(?:[-+*>]|#+|\d+[.)])(?:\s|$)|\||```|~~~", first) is not None
        lines += [f"- [{mark}]", f"  {first}"] if apart else [f"- [{mark}] {first}"]
        lines += [f"  {row}" if row.strip() else "" for row in rest]
        loose = loose or bool(rest)
    return [*lines, ""]


def _fixed(words: str) -> str:
    """A choice that keeps its place: its first words say so."""
    first, *rest = words.splitlines()
    return "\n".join([f"[{first}]{{.fixed}}", *rest])


def _table(question: Question, writing: _Writing) -> list[str]:
    heads = [_cell(writing.markdown(head)) for head in question.heads]
    lines = ["|  | " + " | ".join(heads) + " |", "| --- |" + " --- |" * len(heads)]
    for row in question.rows:
        boxes = ["[x]" if at in row.right else "[ ]" for at in range(len(heads))]
        lines.append(f"| {_cell(writing.markdown(row.text))} | " + " | ".join(boxes) + " |")
    return [*lines, ""]


def _cell(words: str) -> str:
    """Words in a cell: one line, and no sign that ends it."""
    line = re.sub(r"\\\n|\s*\n\s*", " ", words)
    parts = re.split(r"(\$[^$]*\$)", line)
    return (
        "".join(
            part.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
            if at % 2
            else re.sub(r"(?<!\\)\|", r"\\|", part)
            for at, part in enumerate(parts)
        ).strip()
        or "…"
    )


@dataclass(frozen=True, slots=True)
class _Boxes:
    attributes: tuple[str, ...]
    lines: tuple[str, ...]


def _numbers(question: Question, worth: Credits, writing: _Writing) -> _Boxes | None:
    """The boxes and the answer of a number; None if its digits do not fit into boxes: people read it."""
    if not question.numbers:
        return None
    numbers = [n for n in question.numbers if n.share > 0]
    values = [n.value for n in numbers] + [n.within for n in numbers]
    decimals = next(
        (d for d in range(MOST_DECIMALS + 1) if all((v * 10**d).denominator == 1 for v in values)), None
    )
    largest = max((abs(n.value) + n.within for n in numbers), default=Fraction(0))
    digits = len(str(int(largest))) + 1
    shares = [(n.share * worth * 60).denominator == 1 for n in numbers]
    if decimals is None or digits > MOST_DIGITS or not all(shares) or max(n.share for n in numbers) != 1:
        writing.changed(
            question.line,
            "a number that does not fit into boxes for digits",
            "a short answer, with the number as solution",
        )
        return None
    attributes = [f"digits={digits}"]
    if decimals:
        attributes.append(f"decimals={decimals}")
    if any(n.value - n.within < 0 for n in numbers):
        attributes.append("sign=yes")
    if len(numbers) == 1:
        return _Boxes(tuple(attributes), (_told(numbers[0]),))
    return _Boxes(
        tuple(attributes), tuple(f"- [+{show_credits(n.share * worth)}] {_told(n)}" for n in numbers)
    )


def _told(number: Number) -> str:
    within = f" ± {show_credits(number.within)}" if number.within else ""
    return show_credits(number.value) + within


def plain_text(words: str, line: int = 0) -> Text:
    """Words of Klausur's own, or of a file that has no markup."""
    return Text(words, Markup.PLAIN, line)
