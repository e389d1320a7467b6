"""``${VAR}`` and ``${VAR:-default}`` in the scalars of a document.

They are resolved after the YAML was read, so that a value can never become YAML. An empty variable
counts as unset: an empty password helps nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.config.document import Document, Node, Way

_FORM = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}|(?P<wrong>\$\{)")


@dataclass
class Resolved:
    """A document as plain values: text, None, lists and mappings."""

    data: object = None
    unset: dict[Way, tuple[str, ...]] = field(default_factory=dict)
    """Where variables without value or default stand, and their names; the text there stays as written."""
    wrong: list[Way] = field(default_factory=list)
    """Where a ``${`` begins nothing that can be read."""
    values: dict[str, str] = field(default_factory=dict)
    """What was put in, by variable: never to be shown."""


def resolve(document: Document, environ: Mapping[str, str]) -> Resolved:
    """The plain values of a document with its variables filled in."""
    resolved = Resolved()
    if document.root is not None:
        resolved.data = _plain(document.root, (), environ, resolved)
    return resolved


def _plain(node: Node, way: Way, environ: Mapping[str, str], into: Resolved) -> object:
    if node.kind == "list":
        return [_plain(item, (*way, str(number)), environ, into) for number, item in enumerate(node.items)]
    if node.kind == "map":
        return {key.text: _plain(value, (*way, key.text), environ, into) for key, value in node.entries}
    if node.empty:
        return None
    return _fill(node.text, way, environ, into)


def _fill(text: str, way: Way, environ: Mapping[str, str], into: Resolved) -> str:
    if "${" not in text:
        return text
    unset: list[str] = []

    def value(found: re.Match[str]) -> str:
        name = found["name"]
        if found["wrong"]:
            into.wrong.append(way)
            return found[0]
        if name is None:
            return "${"
        given = environ.get(name) or found["default"]
        if given is None:
            unset.append(name)
            return found[0]
        if environ.get(name):
            into.values[name] = given
        return given

    filled = _FORM.sub(value, text)
    if unset:
        into.unset[way] = tuple(dict.fromkeys(unset))
        return text
    return filled
