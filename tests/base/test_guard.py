"""What is put off while a lock is held."""

import gc
import threading

import pytest

from klausur.base.guard import locked


def test_no_garbage_is_collected_while_any_thread_holds_a_lock() -> None:
    assert gc.isenabled()
    held, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with locked():
            held.set()
            leave.wait()

    other = threading.Thread(target=hold)
    with locked():
        other.start()
        held.wait()
        assert not gc.isenabled()
    assert not gc.isenabled()  # the other thread's is not over
    leave.set()
    other.join()
    assert gc.isenabled()


def test_garbage_is_collected_again_after_an_error() -> None:
    with pytest.raises(RuntimeError), locked():
        raise RuntimeError
    assert gc.isenabled()


def test_a_program_that_collects_no_garbage_goes_on_so() -> None:
    gc.disable()
    try:
        with locked():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
