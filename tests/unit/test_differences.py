"""What changed between two titles."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.differences import WORDS_CAP, title_diff
from tests.clocks import within


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (
            "Founder was told to return",
            "Founder was asked to return",
            [("same", "Founder was"), ("gone", "told"), ("new", "asked"), ("same", "to return")],
        ),
        ("Rates rise", "Rates rise again", [("same", "Rates rise"), ("new", "again")]),
        ("Live: rates rise", "Rates rise", [("gone", "Live:"), ("same", "Rates rise")]),
        ("Harbour reopens", "Bank closes", [("gone", "Harbour reopens"), ("new", "Bank closes")]),
        ("马云被要求回国", "马云被请求回国", [("same", "马云被"), ("gone", "要"), ("new", "请"), ("same", "求回国")]),
        ("It’s over", "IT'S over", [("same", "IT'S over")]),
        ("", "New", [("new", "New")]),
        ("Old", "", [("gone", "Old")]),
        ("", "", []),
        ("1,200 jobs go", "1,400 jobs go", [("gone", "1,200"), ("new", "1,400"), ("same", "jobs go")]),
    ],
)
def test_the_parts_of_two_titles(old: str, new: str, parts: list[tuple[str, str]]) -> None:
    assert list(title_diff(old, new)) == parts


@settings(deadline=None)  # word lists are read at the first call
@given(st.text(), st.text())
def test_the_new_title_is_what_stayed_and_what_came(old: str, new: str) -> None:
    def bare(text: str) -> str:
        return "".join(text.split())

    parts = title_diff(old, new)
    assert bare("".join(text for kind, text in parts if kind != "gone")) == bare(new)
    assert all(text for _, text in parts)
    assert all(kind == "same" for kind, _ in title_diff(new, new))


def test_a_huge_title_is_replaced_as_a_whole() -> None:
    long = "word " * 10_000
    with within(2):
        assert [kind for kind, _ in title_diff(long, f"{long}x")] == ["gone", "new"]
        assert [kind for kind, _ in title_diff(long, long)] == ["same"]
        title_diff("a b " * (WORDS_CAP // 2), "b c " * (WORDS_CAP // 2))
        title_diff("马" * 50_000, "云" * 50_000)
