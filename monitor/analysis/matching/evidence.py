"""The words that prove a match, and those of a topic that was missed by one clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from monitor.analysis.matching.evaluation import Look, holds, near_places
from monitor.analysis.matching.missed import clause
from monitor.analysis.matching.scanned import FIELDS, Place
from monitor.analysis.matching.segment import leaves
from monitor.model import AllOf, AnyOf, InTitle, Near, NearMiss, Node, Phrase, Query, Span, Topic

SPANS_CAP: Final = 20
"""Spans kept of one match: enough to prove and to quote; a text may name a topic a thousand times."""

_Group = tuple[Phrase | None, list[Place]]
"""A phrase (None: the parts of a ``Near``) with where it stands."""


def proof(node: Node, look: Look) -> tuple[Span, ...]:
    """The spans of a match of a tree: of each phrase that has a part in it the first, then by place."""
    return _kept(_proving(node, look, title=False), look)


def near_miss(topic: Topic, node: Node, query: Query, look: Look) -> NearMiss | None:
    """What is there of a topic that does not match, and the clause that failed; None where nothing of it is there.
    ``node`` is the topic's tree, ``query`` its guarded query."""
    there: list[_Group] = [(phrase, _anywhere(phrase, look)) for phrase in leaves(node, wanted=True)]
    if any(places for _, places in there):
        refused: list[_Group] = [(phrase, look.places(phrase)) for phrase in leaves(node, wanted=False)]
        return NearMiss(topic.name, _kept([*there, *refused], look), clause(query, look))
    reported = next((phrase for phrase in topic.report_near if look.places(phrase)), None)
    if reported is None:
        return None
    spans = _kept([(phrase, look.places(phrase)) for phrase in topic.report_near], look)
    return NearMiss(topic.name, spans, f'report_near: "{reported.text}" is there')


def _anywhere(phrase: Phrase, look: Look) -> list[Place]:
    return look.places(phrase) or look.held(phrase)[0]


def _proving(node: Node, look: Look, *, title: bool) -> list[_Group]:
    """The places that make a tree hold, phrase by phrase."""
    if isinstance(node, Phrase):
        places = look.places(node)
        return [(node, [p for p in places if p[0] < look.scanned.title_end] if title else places)]
    if isinstance(node, InTitle):
        return _proving(node.part, look, title=True)
    if isinstance(node, Near):
        return [(None, [place]) for place in near_places(node, look, title=title) or ()]
    if isinstance(node, AllOf):
        return [group for part in node.parts for group in _proving(part, look, title=title)]
    if isinstance(node, AnyOf):
        # of a phrase that is not there nothing is proved anyway
        true = [part for part in node.parts if isinstance(part, Phrase) or holds(part, look, title=title)]
        return [group for part in true for group in _proving(part, look, title=title)]
    return []


def _kept(groups: Iterable[_Group], look: Look) -> tuple[Span, ...]:
    """The spans to keep: the first of each phrase, then by place; none that lies within another."""
    firsts: list[Span] = []
    rest: list[Span] = []
    for phrase, places in groups:
        if not places:
            continue
        needle = look.needle(phrase) if phrase is not None else None
        dotted = needle is not None and 0 in needle.dotted
        spans = [look.scanned.span(*place, dotted=dotted) for place in places[:SPANS_CAP]]
        firsts += spans[:1]
        rest += spans[1:]
    outer = _outermost([*firsts, *rest])
    if len(outer) <= SPANS_CAP:
        return tuple(outer)
    around = {_around(span, outer) for span in firsts}
    kept = sorted(around, key=_place)[:SPANS_CAP]
    more = [span for span in outer if span not in around]
    return tuple(sorted([*kept, *more[: SPANS_CAP - len(kept)]], key=_place))


def _place(span: Span) -> tuple[int, int, int]:
    return FIELDS.index(span.field), span.start, -span.end


def _outermost(spans: Iterable[Span]) -> list[Span]:
    outer: list[Span] = []
    for span in sorted(set(spans), key=_place):
        if not (outer and outer[-1].field == span.field and span.end <= outer[-1].end):
            outer.append(span)
    return outer


def _around(span: Span, outer: Sequence[Span]) -> Span:
    """The one of ``outer`` in which a span lies."""
    return next(o for o in outer if o.field == span.field and o.start <= span.start and span.end <= o.end)
