"""A multiple-choice exam of many short questions, as driving schools write them.

Its questions are sums, remainders, units and words, with five choices each, of which one or more are right.
"""

from pathlib import Path
from random import Random

TOML = """\
title = "{title}"
date = 2026-07-21
start = "09:00"
minutes = 120
examiner = "Examinations office"
language = "{language}"
paper = "{paper}"
order = ["1-short"]
extra_pages = 0

[choice]
scheme = "all-or-nothing"

[grades]
unit = "percent"
fail = "5.0"

[grades.thresholds]
"1.0" = 90
"4.0" = 50
"""

_ASKS = {
    "en": (
        "What is ${a} \\cdot {b}$?",
        "Which of these numbers can be divided by {c}?",
        "What remains when {n} is divided by {c}?",
        "How many millimetres are {a} cm?",
        "Which of these words has {d} letters?",
    ),
    "de": (
        "Was ist ${a} \\cdot {b}$?",
        "Welche dieser Zahlen sind durch {c} teilbar?",
        "Welcher Rest bleibt, wenn man {n} durch {c} teilt?",
        "Wie viele Millimeter sind {a} cm?",
        "Welches dieser Wörter hat {d} Buchstaben?",
    ),
}
_WORDS = {
    "en": ("ant", "wolf", "horse", "rabbit", "penguin", "elephant"),
    "de": ("Uhu", "Wolf", "Pferd", "Marder", "Pinguin", "Elefant!"),
}


def write(
    folder: Path,
    *,
    questions: int = 200,
    columns: int = 3,
    language: str = "en",
    paper: str = "a4",
    seed: int = 1,
) -> None:
    """Write such an exam into a new folder."""
    (folder / "problems").mkdir(parents=True)
    title = {"en": "Many short questions", "de": "Viele kurze Fragen"}[language]
    (folder / "exam.toml").write_text(TOML.format(title=title, language=language, paper=paper))
    drawn = Random(seed)  # noqa: S311 - for questions, not for secrets
    asked = "\n".join(_question(number, drawn, language) for number in range(1, questions + 1))
    (folder / "problems/1-short.md").write_text(f"# {title} {{columns={columns}}}\n\n{asked}")


def _question(number: int, drawn: Random, language: str) -> str:
    a, b, c, d = drawn.randint(11, 19), drawn.randint(3, 9), drawn.randint(3, 7), drawn.randint(3, 8)
    n = drawn.randint(100, 999)
    kind = drawn.randrange(5)
    if kind == 4:
        values = {word: len(word) == d for word in drawn.sample(_WORDS[language], 5)}
        if not any(values.values()):
            word = next(w for w in _WORDS[language] if len(w) == d)
            values = {**dict(list(values.items())[1:]), word: True}
    elif kind == 1:
        values = {str(v): v % c == 0 for v in drawn.sample(range(c * 10, c * 10 + 2 * c), 4)}
        values[str(c * 30)] = True
    else:
        right = {0: a * b, 2: n % c, 3: a * 10}[kind]
        values = {str(right + off): off == 0 for off in drawn.sample(range(-4, 5), 9) if right + off >= 0}
        wrong = [v for v, good in values.items() if not good][:4]
        values = {v: good for v, good in values.items() if good or v in wrong}
    choices = "\n".join(f"- [{'x' if good else ' '}] {value}" for value, good in values.items())
    text = _ASKS[language][kind].format(a=a, b=b, c=c, d=d, n=n)
    return f"## {{#q{number} credits=1}}\n\n{text}\n\n{choices}\n"
