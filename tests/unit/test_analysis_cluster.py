"""Stories: the pairs of tests/data/stories/pairs.yaml, the choice among candidates, and the laws of joining."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.cluster import cluster_keys, join, same_story
from monitor.analysis.normalise import normalise
from monitor.limits import CANDIDATES_CAP, TERMS_CAP
from monitor.model import Article, Parsed, ParsedEntry

PAIRS: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).parents[1] / "data/stories/pairs.yaml")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BODIES = {
    "one": " ".join(f"word{n} follows {n * 7}" for n in range(40)),
    "two": " ".join(f"other{n} comes {n * 5} times" for n in range(40)),
    "short": "The founder asked him to come home.",
    "other short": "A businessman told the paper.",
    "": "",
}
TITLE = "Founder asked businessman to return to China"
WORDS = st.sampled_from("founder asks asked businessman Niger Nigeria returns 5 five monday not 马 云 live why".split())
TITLES = st.lists(WORDS, max_size=9).map(" ".join)
ARTICLES = st.builds(
    lambda title, outlet, hours, path, body: article(1, title, outlet, hours=hours, path=path, body=body),
    TITLES,
    st.sampled_from(["Outlet A", "Outlet B"]),
    st.sampled_from([0, 30, 90, 160, 200]),
    st.sampled_from([None, "/a", "/b"]),
    st.sampled_from(sorted(BODIES)),
)


def article(
    number: int, title: str, outlet: str = "Outlet A", *, hours: float = 0, path: str | None = None, body: str = ""
) -> Article:
    """An article that went through normalisation, so many hours after noon."""
    url = f"https://example.com{path}" if path else None
    entry = normalise(Parsed((ParsedEntry(str(number), url, title, text=BODIES[body]),)), outlet)[0]
    when = NOON + timedelta(hours=hours)
    return Article(number, entry.title, outlet, when, entry.url_key, entry.title_key, entry.body_hash, entry.text)


@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case["why"])
def test_which_pairs_are_one_story(case: dict[str, Any]) -> None:
    urls, bodies = case.get("urls", [None, None]), case.get("bodies", ["", ""])
    earlier = article(1, case["a"], path=urls[0], body=bodies[0])
    outlet = "Outlet A" if case.get("outlet") == "same" else "Outlet B"
    title = case.get("b", case["a"])
    later = article(2, title, outlet, hours=case.get("hours", 1), path=urls[1], body=bodies[1])
    found = same_story(later, earlier)
    assert (found.rule if found else "apart") == case["rule"]
    if found:
        assert found.other == 1
        assert found.numbers["hours"] == case.get("hours", 1)


def test_titles_that_normalisation_found_equal_are_equal() -> None:
    """The tails of a whole document are known to the key only."""
    one = article(1, f"{TITLE} - World News Desk")
    two = replace(article(2, TITLE, "Outlet B"), title_key=one.title_key)
    found = same_story(two, one)
    assert found is not None
    assert found.rule == "title="


def test_a_story_is_joined_by_its_newest_copy() -> None:
    copies = [article(number, TITLE, f"Paper {number}", hours=number) for number in (1, 3, 2)]
    found = join(
        article(9, TITLE, "Outlet B", hours=4), [*copies, article(4, "Something else altogether here", hours=3.5)]
    )
    assert found is not None
    assert found.other == 3


def test_an_article_never_joins_itself_or_strangers() -> None:
    mine = article(1, TITLE)
    assert join(mine, [mine]) is None
    assert join(mine, []) is None
    assert join(mine, [article(2, "Something else altogether here")]) is None


def test_a_crowd_does_not_push_out_what_shares_a_key() -> None:
    crowd = [article(n, f"Founder number {n} asked for nothing", hours=2) for n in range(100, 100 + 2 * CANDIDATES_CAP)]
    copy = article(1, TITLE, "Outlet B")
    found = join(article(2, TITLE, hours=3), [*crowd, copy])
    assert found is not None
    assert found.other == 1
    late = article(2, f"{TITLE}, papers say", hours=3)
    assert join(late, [copy]) is not None
    assert join(late, [*crowd, copy]) is None


def test_keys_are_the_longest_terms_of_the_stripped_title() -> None:
    keys = cluster_keys(article(1, "BREAKING: Founder of 马云 in 2021 - Outlet A"))
    assert keys[:2] == ("t:found", "t:#2021")
    assert set(keys) == {"t:found", "t:#2021", "t:马云"}
    assert cluster_keys(article(1, "")) == ()


def test_long_titles_choose_the_same_keys() -> None:
    long = "上海公积金最高能贷三百万专家称楼市或迎来小阳春"
    one, two = set(cluster_keys(article(1, long))), set(cluster_keys(article(2, f"{long}网友热议")))
    assert len(one) == len(two) == TERMS_CAP
    assert len(one & two) >= TERMS_CAP // 2


@given(ARTICLES, ARTICLES)
def test_the_verdict_is_the_same_both_ways(a: Article, b: Article) -> None:
    there, back = same_story(a, b), same_story(b, a)
    assert (there and (there.rule, there.numbers)) == (back and (back.rule, back.numbers))


@given(st.lists(WORDS, min_size=9, max_size=12, unique=True).map(" ".join), st.integers(0, 160))
def test_a_title_joins_itself(title: str, hours: int) -> None:
    found = same_story(article(2, title, "Outlet B", hours=hours), article(1, title))
    assert found is not None
    assert found.rule == "title="
