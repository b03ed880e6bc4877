"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def eventually(condition: Callable[[], Value], timeout: float = 10, what: str = "") -> Value:
    """Returns the first true value of `condition`; fails with the last one when `timeout` seconds are over."""
    deadline = time.monotonic() + timeout
    pause = 0.005
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what or 'the condition'} did not come within {timeout} s; last seen: {value!r}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
