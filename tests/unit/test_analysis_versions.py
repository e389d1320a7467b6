"""A definition is read back into the query that it came from, whichever program wrote it."""

from __future__ import annotations

import pytest

from monitor.analysis.query.definition import definition, version_hash
from monitor.analysis.query.language import canonical, render
from monitor.analysis.query.tree import tree
from monitor.analysis.query.versions import from_definition, query_of
from monitor.model import Ambiguous, Near, Phrase, Query, Topic

JSON = (
    '{"all":[{"phrase":"Alibaba"}],"any":[{"not_inside":["海马云"],"phrase":"马云"},{"exact":true,"phrase":"Ma"}],'
    '"none":[{"accents":true,"phrase":"Peña"}]}'
)


def test_the_first_programs_form() -> None:
    assert query_of(JSON) == Query(
        any=(Phrase("马云", not_inside=("海马云",)), Phrase("Ma", exact=True)),
        all=(Phrase("Alibaba"),),
        none=(Phrase("Peña", accents=True),),
    )


@pytest.mark.parametrize(
    "query",
    [
        Query(any=(Phrase("Jack Ma"), Phrase("马云", not_inside=("海马云",))), none=(Phrase("marathon"),)),
        Query(ambiguous=Ambiguous((Phrase("Ma Yun"),), (Phrase("Alibaba"), Phrase("Hangzhou")))),
        Query(any=(Phrase("Qwen"),), title_only=True, languages=("en", "zh"), sources=("The Courier",)),
        Query(near=Near((Phrase("Jack"), Phrase("Alibaba")), 5), except_sources=("Wire: NOT (it)",)),
        Query(any=(Phrase("C++", exact=True), Phrase("Alibab", prefix=True))),
    ],
)
def test_a_definition_means_what_the_topic_meant(query: Query) -> None:
    topic = Topic("Any", query)
    read = query_of(definition(topic))
    assert read is not None
    assert version_hash(Topic("Any", read)) == version_hash(topic)
    found, own = from_definition(definition(topic)), tree(query)
    assert found is not None
    assert own is not None
    assert render(found) == render(own)


@pytest.mark.parametrize("text", ["{", "((", "", '"open'])
def test_what_cannot_be_read(text: str) -> None:
    assert query_of(text) is None
    assert from_definition(text) is None


def test_a_definition_is_read_back_however_long() -> None:
    query = Query(any=tuple(Phrase(f"name number {number}") for number in range(3_000)))
    node = tree(query)
    assert node is not None
    assert from_definition(definition(Topic("long", query))) == canonical(node)
