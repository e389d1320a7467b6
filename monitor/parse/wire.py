"""What parent and worker say to each other: pickles over a socket pair, read back with distrust.

A worker reads hostile bytes with C libraries. Should one be taken over, its answers must not run code
in the parent: only plain values, dates and the records of :mod:`monitor.model` are read.
"""

from __future__ import annotations

import io
import pickle
import sys
from typing import Any

ANSWER_CAP = 64 * 1024 * 1024
"""Bytes of one answer. Entries and texts are capped at about half of it in the worst case."""

_PLAIN = {("datetime", "datetime"), ("datetime", "timedelta"), ("datetime", "timezone")}


class UnreadableAnswer(Exception):
    """A worker's answer is damaged or names something that no answer may hold."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        ours = module == "monitor.model" or module.startswith("monitor.model.")
        found = getattr(sys.modules.get("monitor.model"), name, None) if ours else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module}.{name} is not a value that an answer may hold")
        return found


def read_answer(answer: bytes) -> Any:
    """The value in an answer.

    Raises:
        UnreadableAnswer: it is damaged, or holds anything but plain values, dates and records.
    """
    try:
        return _Reader(io.BytesIO(answer)).load()
    except (pickle.UnpicklingError, EOFError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableAnswer(type(error).__name__) from error
