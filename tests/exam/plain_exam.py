"""An Exam without problems, for tests that `replace` what they are about."""

from datetime import date, time
from fractions import Fraction
from pathlib import Path

from klausur.exam.model import Exam, GradeKey, Scheme

PLAIN = Exam(
    folder=Path("exam"),
    slug="exam",
    title="A Made-up Exam",
    module="XY0001",
    kind="endterm",
    date=date(2030, 2, 8),
    start=time(10),
    minutes=90,
    examiner="E. Example",
    instructions=(),
    paper="a4",
    language="en",
    scheme=Scheme(),
    grades=GradeKey((("1.0", Fraction(9)), ("3.0", Fraction(6)), ("4.0", Fraction(5))), "5.0"),
    problems=(),
    extra_pages=0,
    digest="0" * 64,
)
