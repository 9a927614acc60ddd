"""The printed booklets of the rehearsal's tests."""

from tests.rehearse.conftest import booklets, exam, layout

__all__ = ["booklets", "exam", "layout"]
