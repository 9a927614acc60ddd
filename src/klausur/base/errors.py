"""What ends a command: one tree, each class with its exit code and the user's way out.

    KlausurError            1   (findings: something in the input needs a person)
    ├── UsageError          2   the command was called in a way that cannot work
    ├── NotFoundError       3   a file, folder, print run or page that should be there is not
    ├── RefusedError        4   it would destroy or contradict what is recorded
    │   ├── MeanwhileError      the same: somebody else decided about it since it was looked at
    │   └── BusyError           the same: somebody else does just that, and it goes when they are done
    └── ToolError           5   an outside part (pandoc, typst, a model file) failed

Bad exam source and bad paper are no exceptions: they are values, see `klausur.base.diagnostics`.
"""

from typing import ClassVar


class KlausurError(Exception):
    """The command cannot go on. ``str(error)`` says what happened and where; ``remedy`` what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class UsageError(KlausurError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class NotFoundError(KlausurError):
    """Something that should be there is not."""

    exit_code = 3


class RefusedError(KlausurError):
    """Going on would destroy or contradict what is recorded."""

    exit_code = 4


class MeanwhileError(RefusedError):
    """Somebody else has decided about the same thing since it was looked at; both are to be seen first."""


class BusyError(RefusedError):
    """Somebody else does this just now; it can be done when they are."""


class ToolError(KlausurError):
    """An outside part failed."""

    exit_code = 5
