"""What a stored version of a topic looks for, read back from its definition, so that it can be tried again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from monitor.analysis.query.language import QueryFault, canonical, parse, render
from monitor.analysis.query.tree import tree
from monitor.model import Node, Phrase, Query


def query_of(definition: str) -> Query | None:
    """The query of a definition; None where it cannot be read, which a newer program's may be.

    A definition is one line of the query language. The first program wrote JSON instead:
    ``{"all": [...], "any": [...], "none": [...]}`` of ``{"phrase": ...}``.
    """
    if definition.startswith("{"):
        return _of_json(definition)
    node = parse(definition, own=True)
    return None if isinstance(node, QueryFault) else Query(line=node)


def from_definition(definition: str) -> Node | None:
    """The tree of a definition of either form; None where it cannot be read, or can match nothing."""
    query = query_of(definition)
    return tree(query) if query is not None else None


def line_of(definition: str) -> str:
    """The definition as this program writes it, so that equal meanings are equal; as it is where it cannot be read.

    >>> line_of('{"any": [{"phrase": "rain"}]}') == line_of("rain")
    True
    """
    node = from_definition(definition)
    return definition if node is None else render(canonical(node))


def _of_json(definition: str) -> Query | None:
    try:
        groups = json.loads(definition)
    except ValueError:
        return None
    wanted, needed, refused = (tuple(map(_phrase, groups.get(name, ()))) for name in ("any", "all", "none"))
    return Query(any=wanted, all=needed, none=refused)


def _phrase(one: Mapping[str, Any]) -> Phrase:
    return Phrase(
        one["phrase"],
        not_inside=tuple(one.get("not_inside", ())),
        exact=bool(one.get("exact")),
        accents=bool(one.get("accents")),
    )
