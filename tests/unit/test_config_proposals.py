"""What is proposed instead of a text that was meant as a list or as a query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.query.language import QueryFault, parse
from monitor.config.proposals import any_of, as_query, between_commas, in_brackets

TEXTS = st.text(max_size=20) | st.lists(
    st.sampled_from(["Ma", "Jack", "AND", "OR", "NOT", "NEAR/3", "-x", "'", '"', "title:", ",", " ", "马云", "(", ":"])
).map(" ".join)


def loaded(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Jack Ma", ["Jack Ma"]),
        ("Jack Ma, Alibaba", ["Jack Ma", "Alibaba"]),
        ("Jack Ma,Alibaba", ["Jack Ma", "Alibaba"]),
        ("马云、阿里，蚂蚁; Ant", ["马云", "阿里", "蚂蚁", "Ant"]),
        ("1,000 jobs", ["1,000 jobs"]),
        ("Qwen 3, 4", ["Qwen 3, 4"]),
        ("Ma,", ["Ma,"]),
        (", ", [", "]),
    ],
)
def test_the_parts_of_a_list_without_brackets(text: str, parts: list[str]) -> None:
    assert list(between_commas(text)) == parts


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" ")), min_size=1, max_size=4))
def test_a_list_in_brackets_is_read_as_these_parts(parts: list[str]) -> None:
    texts = loaded(f"a: {in_brackets(['x', *parts])}")
    assert isinstance(texts, dict)
    assert texts["a"][0] == "x"
    assert len(texts["a"]) == len(parts) + 1


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Jack Ma AND Alibaba", """query: '"Jack Ma" AND Alibaba'"""),
        ("Jack  OR  Ma", "query: 'Jack OR Ma'"),
        ("Jack Ma AND  NOT marathon run", """query: '"Jack Ma" AND NOT "marathon run"'"""),
        ("Jack Ma -marathon", """query: '"Jack Ma" -marathon'"""),
        ("Jack Ma NEAR/5 court", """query: '"Jack Ma" NEAR/5 court'"""),
        ("title: Jack Ma", """query: 'title:"Jack Ma"'"""),
        ('"Jack Ma" AND court', """query: '"Jack Ma" AND court'"""),
        ("Jack Ma's AND court", """query: '"Jack Ma''s" AND court'"""),
        ("NOT Ma", ""),
        ("Ma AND OR court", ""),
        ("Ma AND (court", ""),
        ("use:deal", ""),
    ],
)
def test_a_phrase_as_the_query_that_was_meant(text: str, query: str) -> None:
    assert as_query(text) == query


@given(TEXTS)
def test_what_is_proposed_is_a_query(text: str) -> None:
    proposed = as_query(text)
    if proposed and text.isprintable():
        read = loaded(proposed)
        assert isinstance(read, dict)
        assert not isinstance(parse(read["query"]), QueryFault)


def test_a_list_of_texts_is_joined_with_or() -> None:
    assert any_of(["Jack Ma", "Alibaba", "title:court"]) == """query: '"Jack Ma" OR Alibaba OR title:court'"""
