"""What a topic looks for: one tree, however it was written (keys of the watchlist, or one line)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for in this order, side by side."""

    text: str
    not_inside: tuple[str, ...] = ()
    """Longer words: an occurrence within one of these does not count, and is a near miss."""
    exact: bool = False
    """Upper and lower case count, and no other form of a word does."""
    accents: bool = False
    """Accents count: ``Peña`` is not ``Pena``."""
    forms: bool = False
    """Plural and possessive forms of the last word count too, in any language."""
    prefix: bool = False
    """The last word may go on: ``Alibab*``."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Node, ...]
    lead: int | None = field(default=None, compare=False)
    """The part whose words make an entry worth a closer look (a near miss, where the others fail); None: chosen by the
    matcher. It has no part in what matches."""


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Near:
    """The parts, each a phrase or any of several phrases, stand in one field, with at most ``within`` other words
    between the end of any one and the start of any other."""

    parts: tuple[Phrase | AnyOf, ...]
    within: int


@dataclass(frozen=True, slots=True)
class InTitle:
    """The part holds in the title alone."""

    part: Node


@dataclass(frozen=True, slots=True)
class FromSource:
    """The entry comes from a source or outlet that has these words in its name, or from this host (or one under it)."""

    name: str
    whole: bool = False
    """Only a source of exactly this name is meant."""


@dataclass(frozen=True, slots=True)
class InLanguage:
    """The entry is in this language (``zh``), or in one that nobody knows: then both this and its contrary hold."""

    code: str


Node: TypeAlias = Phrase | AnyOf | AllOf | Not | Near | InTitle | FromSource | InLanguage


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Names that others bear too: they count only in an entry that has one of the context words as well."""

    any: tuple[Phrase, ...]
    context: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """The keys of a topic that say what it looks for. What is given must hold: at least one of ``any``, ``ambiguous``
    and ``used``, every one of ``all``, ``near``, ``line``, none of ``none``; in the title alone where ``title_only``
    says so. :func:`monitor.analysis.query.tree.tree` makes one tree of them."""

    any: tuple[Phrase, ...] = ()
    all: tuple[Phrase, ...] = ()
    none: tuple[Phrase, ...] = ()
    ambiguous: Ambiguous | None = None
    used: tuple[Node, ...] = ()
    """What the named fragments stand for."""
    near: Near | None = None
    """Of one part alone: it stands that near to one of ``any``."""
    line: Node | None = None
    """The one-line ``query``, parsed."""
    title_only: bool = False
    languages: tuple[str, ...] = ()
    """Codes; empty: all. An entry whose language nobody knows counts as well."""
    sources: tuple[str, ...] = ()
    """Names of the only sources that the topic reads; empty: all."""
    except_sources: tuple[str, ...] = ()


NEAR_WITHIN: Final = 8
"""Words between, where ``NEAR`` is written without a number (judgement: within one clause of a sentence)."""
