"""The keys of a topic as the one tree that says what it looks for, and what of it holds whatever the source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from monitor.analysis.text import fold, tokenise
from monitor.model import AllOf, AnyOf, FromSource, InLanguage, InTitle, Near, Node, Not, Phrase, Query

_LETTER: Final = re.compile(r"[^\W_]")


def tree(query: Query) -> Node | None:
    """The one tree of all keys of a query; None where no entry can ever match it (nothing but ``none``, no words).

    Phrases without a word to look for are left out of ``any``, ``none``, ``ambiguous``; in ``all`` and ``near`` they
    leave nothing to find. ``title_only`` holds for everything that is looked for in texts, never for source and
    language.
    """
    query = guarded(query)
    named = _named(query)
    needed = [*map(_usable, query.all)]
    near = _near(query)
    if named == [] or None in needed or (query.near is not None and near is None):
        return None
    words: list[Node] = [AnyOf(tuple(named))] if named else []
    words += [part for part in (*needed, near, query.line) if part is not None]
    if not words:
        return None
    refused = _usables(query.none)
    if refused:
        words.append(Not(_joined(AnyOf(refused))))
    parts: list[Node] = [InTitle(_all(words))] if query.title_only else words
    for allowed in (
        tuple(InLanguage(code) for code in query.languages),
        tuple(FromSource(name, whole=True) for name in query.sources),
    ):
        if allowed:
            parts.append(AnyOf(allowed))
    if query.except_sources:
        parts.append(Not(_joined(AnyOf(tuple(FromSource(name, whole=True) for name in query.except_sources)))))
    return _all(parts)


def anywhere(node: Node, *, wanted: bool = True) -> Node | bool:
    """What is left of a tree for an entry whose source and language may be whatever suits it.

    True or False where nothing else decides. ``wanted`` is False for a part that has to fail.

    >>> anywhere(AllOf((Phrase("Jack Ma"), Not(FromSource("ICIJ")))))
    Phrase(text='Jack Ma', not_inside=(), exact=False, accents=False, forms=False, prefix=False)
    """
    if isinstance(node, FromSource | InLanguage):
        return wanted
    if isinstance(node, Not):
        inner = anywhere(node.part, wanted=not wanted)
        return not inner if isinstance(inner, bool) else Not(inner)
    if isinstance(node, InTitle):
        inner = anywhere(node.part, wanted=wanted)
        return inner if isinstance(inner, bool) else InTitle(inner)
    if isinstance(node, Phrase | Near):
        return node
    left = [anywhere(part, wanted=wanted) for part in node.parts]
    decides = isinstance(node, AnyOf)
    if decides in left:
        return decides
    parts = tuple(part for part in left if not isinstance(part, bool))
    if not parts:
        return not decides
    return _joined(AnyOf(parts)) if isinstance(node, AnyOf) else _joined(_led(node, left, parts))


def looked_for(node: Node) -> tuple[Phrase, ...]:
    """The phrases that help an entry to match: all of a tree but those that must not be there."""
    if isinstance(node, Phrase):
        return (node,)
    if isinstance(node, InTitle):
        return looked_for(node.part)
    if isinstance(node, AnyOf | AllOf | Near):
        return tuple(phrase for part in node.parts for phrase in looked_for(part))
    return ()


def guarded(query: Query) -> Query:
    """The query with the longer words of its names as they count: spellings of the same words have the same ones. What
    ``{phrase: 马云, not_inside: [海马云]}`` holds back, a ``馬雲`` beside it does not let in.

    A phrase that stays the same stays the same object: what is known of a phrase is kept by its identity.
    """
    names = (*query.any, *(query.ambiguous.any if query.ambiguous else ()))
    if not any(phrase.not_inside for phrase in names):
        return query
    longer: dict[str, dict[str, None]] = {}
    for phrase in names:
        longer.setdefault(fold(phrase.text), {}).update(dict.fromkeys(phrase.not_inside))

    def held(phrase: Phrase) -> Phrase:
        words = tuple(longer[fold(phrase.text)])
        return phrase if words == phrase.not_inside else replace(phrase, not_inside=words)

    ambiguous = query.ambiguous and replace(query.ambiguous, any=tuple(map(held, query.ambiguous.any)))
    return replace(query, any=tuple(map(held, query.any)), ambiguous=ambiguous)


def _named(query: Query) -> list[Node] | None:
    """What one of must hold; None where the query names nothing of the kind, empty where none of it can hold."""
    if not (query.any or query.ambiguous or query.used):
        return None
    parts: list[Node] = [*_usables(query.any)]
    if query.ambiguous is not None:
        names, context = _usables(query.ambiguous.any), _usables(query.ambiguous.context)
        if names and context:
            parts.append(AllOf((_joined(AnyOf(names)), _joined(AnyOf(context))), lead=0))
    for used in query.used:
        # One phrase more or less makes no other tree, wherever it is written.
        parts += used.parts if isinstance(used, AnyOf) else (used,)
    return [*dict.fromkeys(parts)] if query.used else parts


def _near(query: Query) -> Near | None:
    if query.near is None:
        return None
    parts: list[Phrase | AnyOf] = []
    for part in query.near.parts:
        usable = _usable(part) if isinstance(part, Phrase) else _some(part.parts)
        if usable is not None:
            parts.append(usable)
    some = _some(query.any)
    if len(parts) == len(query.near.parts) == 1 and some is not None:
        parts.insert(0, some)
    whole = len(parts) >= max(2, len(query.near.parts))
    return Near(tuple(parts), query.near.within) if whole else None


def _some(parts: Iterable[Node]) -> Phrase | AnyOf | None:
    """Any of the phrases among ``parts``, as a part of ``Near`` takes them."""
    usable = _usables(part for part in parts if isinstance(part, Phrase))
    return usable[0] if len(usable) == 1 else AnyOf(usable) if usable else None


def _usable(phrase: Phrase) -> Phrase | None:
    # where a letter or digit stands there is a word: 20 times faster to see
    return phrase if _LETTER.search(phrase.text) or tokenise(phrase.text) else None


def _usables(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    usable = tuple([phrase for phrase in phrases if _usable(phrase)])
    if len({phrase.text for phrase in usable}) < len(usable):  # to hash phrases is slow, and doubles are rare
        usable = tuple(dict.fromkeys(usable))
    return usable


def _all(parts: Iterable[Node]) -> Node:
    return _joined(AllOf(tuple(part if not isinstance(part, AnyOf) else _joined(part) for part in parts)))


def _joined(node: AllOf | AnyOf) -> Node:
    """The node, or its one part where it has only one."""
    return node.parts[0] if len(node.parts) == 1 else node


def _led(node: AllOf, left: list[Node | bool], parts: tuple[Node, ...]) -> AllOf:
    """The parts that are left of ``node``, with the same one in the lead, where it is still there."""
    lead = node.lead
    if lead is not None:
        lead = None if isinstance(left[lead], bool) else sum(not isinstance(part, bool) for part in left[:lead])
    return AllOf(parts, lead=lead)
