"""One tree of errors, each with its exit code and the way out."""

from klausur.base import errors
from klausur.base.errors import KlausurError, UsageError


def test_exit_codes_are_told_apart_and_drawn_in_the_docstring() -> None:
    classes: list[type[KlausurError]] = [KlausurError, *KlausurError.__subclasses__()]
    codes = [error.exit_code for error in classes]
    assert sorted(codes) == list(range(1, len(classes) + 1))
    assert errors.__doc__ is not None
    lines = errors.__doc__.split("\n")
    for error in classes:
        assert any(f"{error.__name__} " in line and f" {error.exit_code} " in line for line in lines), error


def test_an_error_carries_what_happened_and_what_to_do() -> None:
    error = UsageError("no booklets", "give a number")
    assert (str(error), error.remedy) == ("no booklets", "give a number")
    assert UsageError("no booklets").remedy == ""
