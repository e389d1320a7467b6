"""What a mapping of our files is: every key known, and for some a short form."""

from __future__ import annotations

from typing import Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict, model_validator

ABSENT: Any = None
"""Default of a key that has none. It is no value of the key: ``outlet:`` with nothing behind it is a mistake."""


class Grammar(BaseModel):
    """A mapping whose every key is known."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    expected: ClassVar[str] = "keys with values"
    """What a value that is no mapping should have been."""

    def __repr__(self) -> str:
        # Passwords and tokens pass through the forms.
        return f"{type(self).__name__}(***)"

    __str__ = __repr__


class ShortForm(Grammar):
    """A mapping that may also be written as only the value of its main key."""

    short: ClassVar[tuple[type, str]]
    """Type of the short form, and the key that it stands for."""

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: object) -> object:
        kind, key = cls.short
        return {key: value} if isinstance(value, kind) else value


def one_or_more(value: object) -> object:
    """A text for a list of it alone: ``languages: en``."""
    return [value] if isinstance(value, str) else value


def inner_form(annotation: Any) -> type[Grammar] | None:
    """The form that an annotation is, or holds in a list or mapping."""
    if isinstance(annotation, type) and issubclass(annotation, Grammar):
        return annotation
    return next((found for part in get_args(annotation) if (found := inner_form(part)) is not None), None)
