"""The keys of a query become one tree, and of a tree is left what does not depend on source and language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.matching.evaluation import Look, holds
from monitor.analysis.matching.scanned import Scanned
from monitor.analysis.query.tree import anywhere, looked_for, tree
from monitor.model import (
    AllOf,
    Ambiguous,
    AnyOf,
    Entry,
    FromSource,
    InLanguage,
    InTitle,
    Near,
    Node,
    Not,
    Phrase,
    Query,
)

A, B, C, D, SIGN = map(Phrase, ("Alibaba", "Bank", "court", "deal", "?!"))
EN, ZH = InLanguage("en"), InLanguage("zh")
ICIJ, SCMP = FromSource("ICIJ", whole=True), FromSource("SCMP", whole=True)

TREES = [
    # one key alone
    (Query(any=(A,)), A),
    (Query(any=(A, B)), AnyOf((A, B))),
    (Query(all=(A,)), A),
    (Query(all=(A, B)), AllOf((A, B))),
    (Query(ambiguous=Ambiguous((A,), (C,))), AllOf((A, C))),
    (Query(ambiguous=Ambiguous((A, B), (C, D))), AllOf((AnyOf((A, B)), AnyOf((C, D))))),
    (Query(used=(A,)), A),
    (Query(near=Near((A, B), 5)), Near((A, B), 5)),
    (Query(line=AllOf((A, Not(B)))), AllOf((A, Not(B)))),
    # alternatives to one another
    (Query(any=(A,), ambiguous=Ambiguous((B,), (C,))), AnyOf((A, AllOf((B, C))))),
    (Query(any=(A,), used=(B, AllOf((C, D)))), AnyOf((A, B, AllOf((C, D))))),
    (Query(any=(A,), used=(AnyOf((A, B)), AnyOf((B, C)))), AnyOf((A, B, C))),
    # all of what is given
    (Query(any=(A, B), all=(C,), line=D), AllOf((AnyOf((A, B)), C, D))),
    (Query(any=(A,), none=(B,)), AllOf((A, Not(B)))),
    (Query(any=(A,), none=(B, C)), AllOf((A, Not(AnyOf((B, C)))))),
    (Query(any=(A,), near=Near((C,), 5)), AllOf((A, Near((A, C), 5)))),
    (Query(any=(A, B), near=Near((C,), 5)), AllOf((AnyOf((A, B)), Near((AnyOf((A, B)), C), 5)))),
    (Query(any=(A,), near=Near((AnyOf((C, SIGN)), D), 5)), AllOf((A, Near((C, D), 5)))),
    # the title holds for words only
    (Query(any=(A,), title_only=True), InTitle(A)),
    (Query(any=(A,), none=(B,), title_only=True), InTitle(AllOf((A, Not(B))))),
    (Query(any=(A,), languages=("en",), title_only=True), AllOf((InTitle(A), EN))),
    # language and source
    (Query(any=(A,), languages=("en", "zh")), AllOf((A, AnyOf((EN, ZH))))),
    (Query(any=(A,), sources=("ICIJ",)), AllOf((A, ICIJ))),
    (Query(any=(A,), sources=("ICIJ", "SCMP")), AllOf((A, AnyOf((ICIJ, SCMP))))),
    (Query(any=(A,), except_sources=("ICIJ",)), AllOf((A, Not(ICIJ)))),
    (Query(any=(A,), except_sources=("ICIJ", "SCMP")), AllOf((A, Not(AnyOf((ICIJ, SCMP)))))),
    # phrases without a word
    (Query(any=(SIGN, A), none=(SIGN,)), A),
    (Query(any=(A,), ambiguous=Ambiguous((SIGN,), (C,))), A),
    # the same phrase twice
    (Query(any=(A, A), none=(B, B)), AllOf((A, Not(B)))),
]


@pytest.mark.parametrize(("query", "expected"), TREES)
def test_keys_become_one_tree(query: Query, expected: Node) -> None:
    assert tree(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(none=(A,)),
        Query(any=(SIGN,)),
        Query(any=(SIGN,), line=A),
        Query(any=(A,), all=(SIGN,)),
        Query(any=(A,), near=Near((SIGN,), 5)),
        Query(any=(A,), near=Near((B, SIGN), 5)),
        Query(near=Near((A,), 5)),
        Query(all=(A,), near=Near((B,), 5)),
        Query(ambiguous=Ambiguous((A,), (SIGN,))),
        Query(languages=("en",), sources=("ICIJ",), title_only=True),
    ],
)
def test_what_can_never_match_has_no_tree(query: Query) -> None:
    assert tree(query) is None


def test_an_ambiguous_name_leads_its_context() -> None:
    made = tree(Query(ambiguous=Ambiguous((A,), (B, C))))
    assert isinstance(made, AllOf)
    assert made.lead == 0


WITHOUT_FILTERS: list[tuple[Node, Node | bool]] = [
    (A, A),
    (Near((A, B), 3), Near((A, B), 3)),
    (EN, True),
    (ICIJ, True),
    (Not(ICIJ), True),
    (Not(Not(ICIJ)), True),
    (Not(A), Not(A)),
    (AllOf((A, EN, Not(ICIJ))), A),
    (AllOf((A, B, EN)), AllOf((A, B))),
    (AllOf((EN, ICIJ)), True),
    (AnyOf((A, EN)), True),
    (AnyOf((A, AllOf((B, EN)))), AnyOf((A, B))),
    (AllOf((A, Not(AnyOf((EN, ICIJ))))), A),
    (AllOf((A, Not(AnyOf((ICIJ, C))))), AllOf((A, Not(C)))),
    (AllOf((A, Not(AllOf((ICIJ, C))))), A),
    (InTitle(AllOf((A, EN))), InTitle(A)),
    (InTitle(EN), True),
]


@pytest.mark.parametrize(("node", "left"), WITHOUT_FILTERS)
def test_what_is_left_without_source_and_language(node: Node, left: Node | bool) -> None:
    assert anywhere(node) == left


@pytest.mark.parametrize(
    ("parts", "lead", "left"),
    [((EN, A, B), 1, 0), ((A, EN, B), 2, 1), ((EN, A, B), 0, None), ((A, EN, B), None, None)],
)
def test_the_part_that_leads_still_does(parts: tuple[Node, ...], lead: int | None, left: int | None) -> None:
    rest = anywhere(AllOf(parts, lead=lead))
    assert isinstance(rest, AllOf)
    assert rest.lead == left


def test_what_is_looked_for_is_everything_but_what_must_not_be_there() -> None:
    node = AllOf((AnyOf((A, InTitle(B))), Near((C, AnyOf((D, A))), 3), Not(AnyOf((SIGN, B))), EN, ICIJ))
    assert looked_for(node) == (A, B, C, D, A)


leaves: st.SearchStrategy[Node] = st.sampled_from([A, B, C, D, EN, ZH, FromSource("ICIJ"), FromSource("SCMP")])
nodes: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        inner.map(Not),
        inner.map(InTitle),
    ),
    max_leaves=8,
)
words = st.lists(st.sampled_from(["Alibaba", "Bank", "court", "deal", "rain"]), max_size=4).map(" ".join)


@given(node=nodes, title=words, language=st.sampled_from([None, "en", "zh"]), source=st.sampled_from(["ICIJ", "SCMP"]))
def test_what_matches_somewhere_still_does_without_filters(
    node: Node, title: str, language: str | None, source: str
) -> None:
    entry = Entry(key="e", key_hash="", title=title, language=language)
    look = Look(entry, Scanned(entry), source)
    left = anywhere(node)
    if holds(node, look):
        assert left if isinstance(left, bool) else holds(left, look)
