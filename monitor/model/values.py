"""What the records are made of beside plain values: aware moments, and texts that no output shows."""

from __future__ import annotations

from datetime import UTC, datetime


def aware(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: the datetime is naive; nothing in the monitor may guess a zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a naive datetime is refused: {moment!r}")
    return moment.astimezone(UTC)


class Secret:
    """A text that no output shows: ``str``, ``repr`` and formats give ``***``; only :meth:`reveal` tells it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one place that hands it to the service."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
