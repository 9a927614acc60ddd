r"""GIFT, Moodle's questions as plain text: ``::title::What is asked?{=right ~wrong#feedback}``."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from klausur.convert.common import left_over, numbers_of, short_solution, shown_blank, table_of_pairs
from klausur.convert.model import Counts, Fate, Found, Group, Markup, Number, Option, Question, Remark, Text
from klausur.convert.source import Source
from klausur.exam.model import QuestionKind

_MARKUPS = {"html": Markup.HTML, "moodle": Markup.HTML, "markdown": Markup.MARKDOWN, "plain": Markup.PLAIN}
_HEAD = re.compile(
    r"\s*(?:::(?P<title>(?:\\.|(?!::).)*)::)?\s*(?:\[(?P<markup>html|moodle|plain|markdown)\])?", re.DOTALL
)
_TRUE = re.compile(r"\s*(?P<what>T|TRUE|F|FALSE)\s*(?P<feedback>#.*)?", re.DOTALL | re.IGNORECASE)
_ANSWER = re.compile(r"(?<!\\)(?P<sign>[=~])\s*(?:%(?P<share>-?[\d.]+)%)?")
_Reader = Callable[[str], Text]
"""From words as they stand there to a text in the question's markup."""

_COMMANDS = "u|eq?|abla|ot|otin|eg|mid|leq|geq|sim|cong|exists|earrow|warrow|olimits|onumber|ewline|subseteq"
"""What follows the n in TeX that people write without another backslash; all else is the end of a line."""
_ESCAPED = re.compile(rf"\\([~=#{{}}:\\]|n(?!(?:{_COMMANDS})(?![A-Za-z])))")


@dataclass(frozen=True, slots=True)
class _Block:
    """A question as it is written, and its first line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer: its sign, share of the credits, words and feedback."""

    sign: str
    share: Fraction | None
    words: str
    feedback: str


def knows(source: Source) -> bool:
    """Whether a text looks like GIFT: a question with answers in braces."""
    text = _without_comments(source.text)
    return re.search(r"(?<!\\)\{[^{}]*(?<!\\)\}", text) is not None and "\\begin{" not in text


def read(source: Source) -> Found:
    """All questions of a GIFT file; its categories become problems."""
    text = source.text
    groups: list[Group] = []
    title, questions, waiting = "", list[Question](), list[Text]()
    remarks: list[Remark] = []
    for block in _blocks(text):
        if match := re.match(r"\s*\$CATEGORY:\s*(.*)", block.text):
            if questions:
                groups.append(Group(title, tuple(questions)))
            title, questions = match[1].strip().rstrip("/").rsplit("/", 1)[-1], []
            continue
        made = _question(block, remarks)
        if isinstance(made, Text):
            waiting.append(made)
            remarks.append(
                Remark(Fate.CHANGED, block.line, "a description", "text ahead of the next question")
            )
            continue
        questions.append(_with_before(made, waiting))
        waiting = []
    kept = left_over(waiting, "a description that no question follows", remarks)
    if questions:
        groups.append(Group(title, tuple(questions)))
    return Found(_count(text), tuple(groups), kept, tuple(remarks))


def _with_before(question: Question, before: Sequence[Text]) -> Question:
    return replace(question, before=tuple(before)) if before else question


def _count(text: str) -> Counts:
    """The simple count: braces, signs of answers and feedback, without reading a question."""
    total = Counts()
    for match in re.finditer(r"(?<!\\)\{((?:\\.|[^\\{}])*)\}", _without_comments(text)):
        inside = match[1]
        signs = re.findall(r"(?<!\\)([=~])(?:%(-?[\d.]+)%)?", inside)
        answers = re.split(r"(?<!\\)[=~]", inside)[1:]
        pairs = sum(re.search(r"(?<!\\)->", each) is not None for each in answers)
        feedback = int(bool(re.search(r"(?<!\\)#", inside.lstrip().removeprefix("#"))))
        if _TRUE.fullmatch(inside):
            total += Counts(1, 2, 1, feedback)
        elif inside.lstrip().startswith("#"):
            total += Counts(1, 0, 0, feedback)
        elif pairs and pairs == len(signs):
            total += Counts(1, pairs, pairs, feedback)
        elif any(sign == "~" for sign, _ in signs):
            right = sum(sign == "=" for sign, _ in signs)
            if not right:
                right = sum(bool(share) and float(share) > 0 for _, share in signs)
            total += Counts(1, len(signs), right, feedback)
        else:
            total += Counts(1, 0, 0, int(bool(signs)) or feedback)
    return total


def _without_comments(text: str) -> str:
    return re.sub(r"^[ \t]*//.*$", "", text, flags=re.MULTILINE)


def _blocks(text: str) -> Iterator[_Block]:
    """The questions: what stands between empty lines, outside of braces."""
    lines = _without_comments(text).split("\n")
    current: list[str] = []
    start, depth = 0, 0
    for number, line in enumerate(lines, start=1):
        if re.match(r"\s*\$CATEGORY:", line) and not depth:
            if current:
                yield _Block("\n".join(current), start)
            current = []
            yield _Block(line, number)
            continue
        if not line.strip() and not depth:
            if current:
                yield _Block("\n".join(current), start)
            current = []
            continue
        if current and not depth and _begins_another(current, line):
            yield _Block("\n".join(current), start)
            current = []
        if not current:
            start = number
        current.append(line)
        depth += len(re.findall(r"(?<!\\)\{", line)) - len(re.findall(r"(?<!\\)\}", line))
        depth = max(depth, 0)
    if current:
        yield _Block("\n".join(current), start)


def _begins_another(before: Sequence[str], line: str) -> bool:
    """Whether a line begins a question without an empty line ahead: the one before has its answers."""
    answered = any(re.search(r"(?<!\\)\}", one) for one in before)
    return answered and re.match(r"\s*::|.*(?<!\\)\{", line) is not None


def _question(  # noqa: PLR0911 - a return for each kind of answer
    block: _Block, remarks: list[Remark]
) -> Question | Text:
    head = _HEAD.match(block.text)
    title = _plain(head["title"]) if head and head["title"] else ""
    markup = _MARKUPS[(head["markup"] if head else None) or "moodle"]
    rest = block.text[head.end() if head else 0 :]
    braces = re.search(r"(?<!\\)\{((?:\\.|[^\\{}])*)\}", rest, re.DOTALL)

    def text(words: str, line: int = block.line) -> Text:
        own = re.match(r"\s*\[(html|moodle|plain|markdown)\]", words)
        bare = words[own.end() :] if own else words
        return Text(_plain(bare), _MARKUPS[own[1]] if own else markup, line)

    if braces is None:
        return text(rest)
    before, inside, after = rest[: braces.start()], braces[1], rest[braces.end() :]
    inside, _, general = inside.partition("####")
    solution = [text(general)] if general.strip() else []
    line = block.line + block.text[: block.text.find(rest) + braces.start()].count("\n")
    tail = after.strip()
    gap = shown_blank() if tail and tail not in ".?!" else ""
    asked = (text(f"{before}{gap}{after}"),)
    if match := _TRUE.fullmatch(inside):
        right = match["what"].upper().startswith("T")
        said = [part for part in re.split(r"(?<!\\)#", match["feedback"] or "") if part.strip()]
        solution += [text(part) for part in said]
        options = tuple(
            Option(Text(word, Markup.PLAIN, line), right is (word == "True")) for word in ("True", "False")
        )
        return Question(line, title, QuestionKind.SINGLE, asked, options=options, solution=tuple(solution))
    if inside.lstrip().startswith("#"):
        return _number(line, title, asked, inside.lstrip()[1:], solution, text, remarks)
    answers = list(_answers(inside))
    solution += [text(a.feedback) for a in answers if a.feedback.strip()]
    if not answers:
        return Question(line, title, QuestionKind.TEXT, asked, solution=tuple(solution))
    if all(re.search(r"(?<!\\)->", a.words) for a in answers):
        pairs = [tuple(map(text, re.split(r"(?<!\\)->", a.words, maxsplit=1))) for a in answers]
        remarks.append(Remark(Fate.CHANGED, line, "matching", "a table with a row for each pair"))
        return table_of_pairs(line, title, asked, [(a, b) for a, b in pairs], tuple(solution), remarks)
    if all(a.sign == "=" for a in answers):
        told = short_solution(
            [(_plain(a.words), Fraction(1) if a.share is None else a.share) for a in answers], line
        )
        return Question(
            line, title, QuestionKind.SHORT, asked, solution=(told, *solution), origin=Counts(1, 0, 0, 1)
        )
    return _choice(line, title, asked, answers, tuple(solution), text)


def _choice(
    line: int,
    title: str,
    asked: tuple[Text, ...],
    answers: Sequence[_Answer],
    solution: tuple[Text, ...],
    text: _Reader,
) -> Question:
    single = any(a.sign == "=" for a in answers)
    weighed = any(a.share is not None for a in answers)
    options = []
    for a in answers:
        share = Fraction(1) if a.sign == "=" and a.share is None else (a.share or Fraction(0))
        right = a.sign == "=" if single else share > 0
        options.append(Option(text(a.words), right, share if weighed else None))
    one = single and sum(o.right for o in options) == 1
    kind = QuestionKind.SINGLE if one else QuestionKind.CHOICE
    return Question(line, title, kind, asked, options=tuple(options), solution=solution)


def _number(
    line: int,
    title: str,
    asked: tuple[Text, ...],
    inside: str,
    solution: list[Text],
    text: _Reader,
    remarks: list[Remark],
) -> Question:
    answers = list(_answers(inside)) if re.search(r"(?<!\\)=", inside) else list(_answers("=" + inside))
    numbers: list[Number] = []
    for a in answers:
        numbers += numbers_of(a.words, Fraction(1) if a.share is None else a.share)
    solution = [*solution, *(text(a.feedback) for a in answers if a.feedback.strip())]
    if not numbers:
        remarks.append(Remark(Fate.CHANGED, line, "a number that cannot be read", "a short answer"))
        told = short_solution([(_plain(inside), Fraction(1))], line)
        return Question(
            line,
            title,
            QuestionKind.SHORT,
            asked,
            solution=(told, *solution),
            origin=Counts(1, 0, 0, int(bool(solution))),
        )
    return Question(line, title, QuestionKind.NUMBER, asked, numbers=tuple(numbers), solution=tuple(solution))


def _answers(inside: str) -> Iterator[_Answer]:
    found = list(_ANSWER.finditer(inside))
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(inside)
        words, *feedback = re.split(r"(?<!\\)#", inside[match.end() : end], maxsplit=1)
        share = None if match["share"] is None else percent(match["share"])
        yield _Answer(match["sign"], share, words.strip(), feedback[0].strip() if feedback else "")


def percent(text: str) -> Fraction:
    """A share in percent as Moodle writes it, where 33.33333 means a third."""
    return share_of(Fraction(text) / 100)


def share_of(value: Fraction) -> Fraction:
    """The share that a rounded one means: the nearest of few parts, if it is within rounding."""
    near = value.limit_denominator(20)
    return near if abs(near - value) < Fraction(1, 10_000) else value


def _plain(words: str) -> str:
    return _ESCAPED.sub(lambda m: "\n" if m[1] == "n" else m[1], words).strip()
