"""Trees of queries for properties: every kind of node, with words in many scripts and signs that must be escaped."""

from __future__ import annotations

from hypothesis import strategies as st

from monitor.analysis.text import tokenise
from monitor.model import AllOf, AnyOf, FromSource, InLanguage, InTitle, Near, Node, Not, Phrase

WORDS = (
    "Jack Ma", "Alibaba", "Qwen3-235B-A22B", "C++", "C#", "AT&T", ".NET", "ministers'", "'Ndrangheta", "co-op", "-5",
    "and", "OR", "Not", "NEAR/8", "INSIDE", "near5", "w/5", "title:x", "http://a.org", "12:30", 'say "hi"', "“x”",
    "a*", "*a", "M*A*S*H", "a\\", "\\*b", "a, b", "(a)", "a|b", "a && b", "!a", "~a", "马云", "海马云", "《马云》",
    "ジャック・マー", "삼성전자", "Джек Ма", "جاك ما", 'צה"ל', "แจ็ก หม่า", "Peña", "Pen\u0303a", "a  b", "Ｑｗｅｎ３",
    "a\u200fb", "near", "a*b", "…a", "a…", "_a", "a_b",
)  # fmt: skip

texts = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda text: any(word.text != "&" for word in tokenise(text))
)
"""Texts with at least one word to look for."""


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    """Phrases with any of their options."""
    flags = draw(st.sampled_from([0, 0, 0, 1, 2, 4, 8, 15]))
    longer = draw(st.lists(texts, max_size=3)) if draw(st.integers(0, 3)) == 0 else []
    return Phrase(draw(texts), tuple(longer), bool(flags & 1), bool(flags & 2), bool(flags & 4), bool(flags & 8))


def nodes(max_leaves: int = 12) -> st.SearchStrategy[Node]:
    """Trees of every kind of node, also such that say only what must not stand there."""
    names = texts | st.sampled_from(["Reuters", "guardian.co.uk", "South China Morning Post", "AND"])
    codes = st.sampled_from(["zh", "zh-tw", "ru", "EN", "yue"])
    some = phrases() | st.lists(phrases(), min_size=1, max_size=3).map(lambda found: AnyOf(tuple(found)))
    near = st.builds(Near, st.lists(some, min_size=1, max_size=3).map(tuple), st.integers(1, 100))
    leaves: st.SearchStrategy[Node] = st.one_of(
        phrases(), phrases(), near, st.builds(FromSource, names, st.booleans()), st.builds(InLanguage, codes)
    )

    def around(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        parts = st.lists(inner, min_size=1, max_size=4).map(tuple)
        return st.one_of(
            st.builds(AnyOf, parts), st.builds(AllOf, parts, st.none() | st.just(0)),
            st.builds(Not, inner), st.builds(InTitle, inner),
        )  # fmt: skip

    return st.recursive(leaves, around, max_leaves=max_leaves)
