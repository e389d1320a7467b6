"""How a query is written in one line, and the one form of all queries that mean the same in another order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, cast

from monitor.model import AllOf, AnyOf, FromSource, InLanguage, InTitle, Near, Node, Not, Phrase

QUOTES: Final = '"\u201c\u201d\u201e\u201f\uff02\u301d\u301e'
"""Marks of one family: any of them opens, and any of them closes."""
PAIRS: Final = ("«»", "»«", "「」", "『』")
"""Marks that close with a mark of their own."""
QUOTE_MARKS: Final = "".join(dict.fromkeys(QUOTES + "".join(PAIRS)))

_ESCAPED: Final = re.compile(rf"[\\*{QUOTE_MARKS}]")
_INNER: Final = frozenset(".+#&'\u2019-")
"""Signs that a word without quotes may hold beside letters, their marks and digits."""
_RESERVED: Final = re.compile(r"and|or|not|near|inside|andnot|xor|(?:near|adj)\d+")
"""Words that are operators, or look like one, in capitals or not: they are written in quotes."""

_ORDER: Final = {
    kind: nth for nth, kind in enumerate((Phrase, InTitle, AnyOf, Near, AllOf, FromSource, InLanguage, Not))
}
"""Parts stand in this order of kinds: what is looked for, then where, then what must not stand there."""

Written = tuple[Node, str]
"""A node in canonical form, and how it is written."""


def canonical(node: Node) -> Node:
    """The one form of all trees that differ from ``node`` only in the order, nesting or repetition of their parts.

    Nested ``AnyOf`` and ``AllOf`` are made flat, a part that stands twice stands once, ``Not(Not(x))`` is ``x``, a
    group of one part is that part, ``lead`` is dropped; texts are in NFC with single blanks. Names that are meant
    whole stay as they are. Idempotent.
    """
    return _written(node)[0]


def render(node: Node) -> str:
    """The canonical form in one line: :func:`monitor.analysis.query.language.parse` gives ``canonical(node)`` back,
    where ``positive(node)`` and the caps of :mod:`monitor.limits` allow it."""
    return _written(node)[1]


def terms(node: Node) -> tuple[Phrase, ...]:
    """All phrases of a tree in order, wanted and unwanted ones, those of ``near`` among them; the same one as often
    as it stands there."""
    return tuple(_terms(node))


def positive(node: Node) -> bool:
    """Whether some phrase must stand in whatever matches: with any other tree nearly every entry would match."""
    return _stands(node, True)


def level(text: str) -> str:
    """A phrase's text in NFC with single blanks."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _terms(node: Node) -> Iterator[Phrase]:
    match node:
        case Phrase():
            yield node
        case AnyOf(parts) | AllOf(parts) | Near(parts):
            for part in parts:
                yield from _terms(part)
        case Not(part) | InTitle(part):
            yield from _terms(part)


def _stands(node: Node, wanted: bool) -> bool:
    """Whether a phrase must stand there for the node (its contrary, where not ``wanted``) to hold."""
    match node:
        case Phrase() | Near():
            return wanted
        case Not(part):
            return _stands(part, not wanted)
        case InTitle(part):
            return _stands(part, wanted)
        case AnyOf(parts) | AllOf(parts):
            every = isinstance(node, AnyOf) is wanted
            found = [_stands(part, wanted) for part in parts]
            return (all(found) and bool(found)) if every else any(found)
    return False


def _written(node: Node) -> Written:
    match node:
        case Phrase():
            return _phrase(node)
        case AnyOf(parts):
            return _any(_distinct(map(_written, parts), AnyOf))
        case AllOf(parts):
            return _all(_distinct(map(_written, parts), AllOf))
        case Near():
            return _near(node)
        case Not(part):
            return _not(_written(part))
        case InTitle(part):
            return _title(_written(part))
        case FromSource(name, whole):
            node = node if whole else FromSource(level(name))
            return node, f"source:{'=' if whole else ''}{_quoted(node.name) if whole else _word(node.name)}"
        case InLanguage(code):
            return InLanguage(code.lower()), f"lang:{code.lower()}"


def _phrase(phrase: Phrase) -> Written:
    longer = tuple(sorted({level(word) for word in phrase.not_inside}))
    phrase = replace(phrase, text=level(phrase.text), not_inside=longer)
    shown = "exact:" * phrase.exact + "accents:" * phrase.accents + "forms:" * phrase.forms
    shown += _word(phrase.text, "*" * phrase.prefix)
    if longer:
        shown += f" NOT INSIDE ({', '.join(map(_word, longer))})"
    return phrase, shown


def _word(text: str, star: str = "") -> str:
    """A word as it is, where it is read as one word without quotes; else in quotes."""
    begins = text[:1].isalnum() or text[:1] == "."
    if (
        not begins
        or not all(map(_plain, text))
        or "&&" in text
        or _RESERVED.fullmatch(unicodedata.normalize("NFKC", text).casefold())
    ):
        return _quoted(text, star)
    return text + star


def _plain(character: str) -> bool:
    return character.isalnum() or character in _INNER or unicodedata.category(character).startswith("M")


def _quoted(text: str, star: str = "") -> str:
    return f'"{_ESCAPED.sub(_escape, text)}{star}"'


def _escape(found: re.Match[str]) -> str:
    return "\\" + found.group()


def _distinct(parts: Iterable[Written], kind: type[AnyOf] | type[AllOf]) -> list[Written]:
    """The parts, those of a nested group of the same kind among them, each once and in their fixed order."""
    known: dict[str, Node] = {}
    for node, shown in parts:
        for inner, text in map(_written, node.parts) if isinstance(node, kind) else ((node, shown),):
            known[text] = inner
    return sorted(((node, text) for text, node in known.items()), key=_place)


def _place(part: Written) -> tuple[int, str]:
    return _ORDER[type(part[0])], part[1]


def _any(parts: list[Written]) -> Written:
    if len(parts) == 1:
        return parts[0]
    return AnyOf(tuple(node for node, _ in parts)), " OR ".join(_held(part, AllOf) for part in parts)


def _all(parts: list[Written]) -> Written:
    if len(parts) == 1:
        return parts[0]
    shown = ""
    for part in parts:
        joint = " " if isinstance(part[0], Not) else " AND "
        shown += (joint if shown else "") + _held(part, AnyOf)
    return AllOf(tuple(node for node, _ in parts)), shown


def _near(node: Near) -> Written:
    parts = sorted(map(_written, node.parts), key=_place)
    if len(parts) == 1:
        return parts[0]
    joint = f" NEAR/{node.within} "
    sides = tuple(cast(Phrase | AnyOf, part) for part, _ in parts)
    return Near(sides, node.within), joint.join(_held(part, AnyOf) for part in parts)


def _not(part: Written) -> Written:
    node, _ = part
    if isinstance(node, Not):
        return _written(node.part)
    return Not(node), f"NOT {_held(part, AnyOf, AllOf, Near)}"


def _title(part: Written) -> Written:
    node, _ = part
    return part if isinstance(node, InTitle) else (InTitle(node), f"title:{_held(part, AnyOf, AllOf, Near, Not)}")


def _held(part: Written, *kinds: type[Node]) -> str:
    """How a part is written within another one: in parentheses where it is of one of these kinds."""
    node, shown = part
    return f"({shown})" if isinstance(node, kinds) else shown
