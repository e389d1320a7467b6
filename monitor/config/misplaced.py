"""Keys that stand in the wrong place: where they belong, and what became a key because brackets are missing."""

from __future__ import annotations

from collections.abc import Container

from monitor.config.conditions import AmbiguousForm, ConditionForm, NearForm, TopicForm
from monitor.config.document import Document, Way
from monitor.config.form import Grammar
from monitor.config.grammar import ChannelForm, WatchlistForm, known_keys
from monitor.config.phrases import PhraseForm

_IN_AMBIGUOUS = f"ambiguous: {AmbiguousForm.expected}"
_IN_NEAR = f"near: {NearForm.expected}"


def home(owner: type[Grammar], key: str, value: object) -> tuple[str, str] | None:
    """Where an unknown key of ``owner`` belongs: the end of a message, and what to write; None where that is open."""
    if owner is WatchlistForm:
        part = _part(value)
        return (" at the left margin", f"indent it below {part}:") if part else None
    if not issubclass(owner, ConditionForm):
        return None
    if key == "words" and isinstance(value, list):
        return '. Did you mean "any"?', f"or put it inside {_IN_NEAR}"
    if key in known_keys(AmbiguousForm):
        return ': it belongs inside "ambiguous"', _IN_AMBIGUOUS
    if key in known_keys(NearForm):
        return ': it belongs inside "near"', _IN_NEAR
    if key == "phrase":
        return ': it belongs into the list "any"', "any: [{phrase: ...}]"
    if key in known_keys(PhraseForm):
        return ": it belongs inside a phrase", f"any: [{{phrase: ..., {key}: ...}}]"
    return None


def _part(value: object) -> str:
    """The map of the watchlist that a value would be an entry of; empty where it does not show."""
    if isinstance(value, list):
        return "topics" if value else ""
    if not isinstance(value, dict):
        return ""
    if "url" in value:
        return "sources"
    if {"slack", "email", "apprise"} & value.keys():
        return "channels"
    return "topics" if (known_keys(TopicForm).keys() - known_keys(ChannelForm).keys()) & value.keys() else ""


def torn_list(document: Document, way: Way, known: Container[str]) -> tuple[str, tuple[str, ...]] | None:
    """The key and the items of a list without brackets, of which YAML made keys (``{any: Jack Ma, Alibaba}``).

    ``way`` leads to the key or to one of the items behind the first; None where nothing of the kind is there.
    """
    _, around, whole = document.find(way[:-1])
    if not whole or around is None or around.kind != "map" or document.text[around.start] != "{":
        return None
    first, there = "", False
    items: list[str] = []
    for key, value in around.entries:
        if value.start == value.end and key.text not in known and items:
            items.append(key.text)
        else:
            if there:
                break
            first, items = key.text, [value.text] if value.kind == "scalar" and not value.empty else []
            items = items if key.text in known else []
        there = there or key.text == way[-1]
    return (first, tuple(items)) if there and len(items) > 1 else None
