"""Which clause of a topic an entry failed, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from monitor.analysis.matching.evaluation import Look, holds
from monitor.analysis.query.language import render
from monitor.analysis.query.tongues import base_language
from monitor.analysis.query.tree import tree
from monitor.model import AllOf, AnyOf, FromSource, InLanguage, InTitle, Near, Node, Not, Phrase, Query

NAMED_CAP: Final = 3
"""Phrases spelled out in a clause."""
_SHOWN: Final = 120
"""Characters of a query shown in a clause."""


def clause(query: Query, look: Look) -> str:
    """The first thing that is wrong: ``none: "marathon" is there``, ``inside "海马云"``; of a query that failed.

    ``query`` is as :func:`monitor.analysis.query.tree.guarded` gives it.
    """
    if query.title_only and not _outside(query, look) and not _inner(replace(query, title_only=False), look):
        return "title_only: it stands only in teaser or text"
    return _outside(query, look) or _inner(query, look) or "its words are there, but not as the topic asks for them"


def _inner(query: Query, look: Look) -> str:
    return _named(query, look) or _needed(query, look) or _refused(query, look)


def _outside(query: Query, look: Look) -> str:
    language = base_language(look.entry.language)
    if query.languages and language is not None and language not in map(base_language, query.languages):
        return f"languages: it is in {language}, and only {_listed(query.languages)} is asked for"
    if query.sources and look.source not in query.sources:
        return f"sources: {look.source or 'its source'} is not among those of the topic"
    if look.source in query.except_sources:
        return f"except_sources: {look.source} is left out"
    return ""


def _named(query: Query, look: Look) -> str:
    """What is wrong with ``any``, ``ambiguous`` and ``use``, one of which has to hold."""
    if not (query.any or query.ambiguous or query.used):
        return ""
    if _some(query.any, query, look) or any(_true(node, query, look) for node in query.used):
        return ""
    lone = ""
    if query.ambiguous is not None:
        names = [phrase for phrase in query.ambiguous.any if _true(phrase, query, look)]
        if names and _some(query.ambiguous.context, query, look):
            return ""
        if names:
            lone = f"ambiguous: {_quoted(names)} is there, without any of {_quoted(query.ambiguous.context)}"
    return _inside([*query.any, *(query.ambiguous.any if query.ambiguous else ())], look) or lone or _absent(query)


def _absent(query: Query) -> str:
    if query.any:
        return f"any: none of {_quoted(query.any)} is there"
    if query.used:
        return f"use: {_shown(query.used[0])} does not hold"
    return f"ambiguous: none of {_quoted(query.ambiguous.any if query.ambiguous else ())} is there"


def _needed(query: Query, look: Look) -> str:
    for phrase in query.all:
        if not _true(phrase, query, look):
            return _inside([phrase], look) or f"all: {_quoted([phrase])} is not there"
    if query.near is not None and not _near_holds(query, look):
        words = [part for part in query.near.parts if isinstance(part, Phrase)]
        if len(words) == 1:
            return (
                f"near: {_quoted(words)} does not stand within {query.near.within} words of any of {_quoted(query.any)}"
            )
        return f"near: {_quoted(words)} do not stand within {query.near.within} words of each other"
    if query.line is not None and not _true(query.line, query, look):
        return _failed(query.line, query, look)
    return ""


def _near_holds(query: Query, look: Look) -> bool:
    alone = tree(Query(any=query.any, near=query.near, title_only=query.title_only))
    return alone is not None and holds(alone, look)


def _failed(node: Node, query: Query, look: Look) -> str:
    """The smallest part of a line that has to hold, and does not."""
    if isinstance(node, AllOf):
        return next((_failed(part, query, look) for part in node.parts if not _true(part, query, look)), "")
    if isinstance(node, InTitle) and isinstance(node.part, AllOf | Phrase | AnyOf):
        return f"query: {_shown(node)} does not hold in the title"
    if isinstance(node, Not):
        return f"query: {_shown(node.part)} is there"
    if isinstance(node, InLanguage):
        return f"query: it is not in {node.code}"
    if isinstance(node, FromSource):
        return f"query: it is not from {node.name}"
    if isinstance(node, Phrase) and (inside := _inside([node], look)):
        return inside
    if isinstance(node, Near):
        return f"query: {_shown(node)} does not hold"
    return f"query: {_shown(node)} is not there"


def _refused(query: Query, look: Look) -> str:
    there = [phrase for phrase in query.none if _true(phrase, query, look)]
    return f"none: {_quoted(there[:1])} is there" if there else ""


def _true(node: Node, query: Query, look: Look) -> bool:
    return holds(node, look, title=query.title_only)


def _some(phrases: Sequence[Phrase], query: Query, look: Look) -> bool:
    return any(_true(phrase, query, look) for phrase in phrases)


def _inside(phrases: Iterable[Phrase], look: Look) -> str:
    for phrase in phrases:
        held, word = look.held(phrase)
        if held and not look.places(phrase):
            return f'inside "{word}"'
    return ""


def _quoted(phrases: Sequence[Phrase]) -> str:
    names = [f'"{phrase.text}"' for phrase in phrases[:NAMED_CAP]]
    return ", ".join(names) + (f" and {len(phrases) - NAMED_CAP} more" if len(phrases) > NAMED_CAP else "")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED_CAP]) + (" or others" if len(names) > NAMED_CAP else "")


def _shown(node: Node) -> str:
    text = render(node)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
