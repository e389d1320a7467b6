"""Stories: the pairs of tests/data/stories/pairs.yaml, articles with texts, and the laws of the verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from monitor.analysis.clustering.features import Features, features, pack, unpack
from monitor.analysis.clustering.join import join
from monitor.analysis.clustering.same import may_share_body, same_story
from monitor.analysis.clustering.weights import Frequencies
from monitor.analysis.normalise import normalise
from monitor.limits import CANDIDATES_CAP
from monitor.model import Article, Join, Parsed, ParsedEntry
from tests.clocks import within

PAIRS: list[dict[str, Any]] = YAML(typ="safe").load(Path(__file__).parents[1] / "data/stories/pairs.yaml")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COLD = Frequencies()
WARM = Frequencies("en", 20_000, {"found": 4000, "asked": 9000, "china": 15_000})
BODIES = {
    "one": " ".join(f"word{n} follows {n * 7}" for n in range(40)),
    "two": " ".join(f"other{n} comes {n * 5} times" for n in range(40)),
    "short": "The founder asked him to come home.",
    "other short": "A businessman told the paper.",
    "": "",
}
TITLE = "Founder asked businessman to return to China"
SENTENCES = [
    f"The founder of the harbour company asked a businessman, in call {word}, to return to China and settle the"
    f" {word} matter before the court of {word} opens."
    for word in (
        "amber birch cedar delta ember fjord garnet heron indigo jasper kelp lotus maple nectar onyx pearl quartz raven"
        " sable topaz umber violet willow xenon yarrow zephyr"
    ).split()
]
TEXT = " ".join(SENTENCES)
WORDS = st.sampled_from("founder asks asked businessman Niger Nigeria returns 5 five monday not 马 云 live why".split())
TITLES = st.lists(WORDS, max_size=9).map(" ".join)


def article(
    number: int, title: str, outlet: str = "Outlet A", *, hours: float = 0, path: str | None = None, body: str = ""
) -> Article:
    """An article that went through normalisation, so many hours after noon; ``body`` is a text or names one."""
    url = f"https://example.com{path}" if path else None
    entry = normalise(Parsed((ParsedEntry(str(number), url, title, text=BODIES.get(body, body)),)), outlet)[0]
    when = NOON + timedelta(hours=hours)
    return Article(number, entry.title, outlet, when, entry.url_key, entry.title_key, entry.body_hash, entry.text)


ARTICLES = st.builds(
    lambda title, outlet, hours, path, body: article(1, title, outlet, hours=hours, path=path, body=body),
    TITLES,
    st.sampled_from(["Outlet A", "Outlet B"]),
    st.sampled_from([0, 30, 90, 160, 200, 900]),
    st.sampled_from([None, "/a", "/b"]),
    st.sampled_from([*sorted(BODIES), TEXT, " ".join(SENTENCES[:9]), " ".join(SENTENCES[15:])]),
)


def verdict(a: Article, b: Article, frequencies: Frequencies = COLD) -> Join | None:
    return same_story(features(a, frequencies), features(b, frequencies))


def rule(a: Article, b: Article) -> str:
    found = verdict(a, b)
    return found.rule if found else "apart"


@pytest.mark.parametrize("frequencies", [COLD, WARM], ids=["cold", "warm"])
@pytest.mark.parametrize("case", PAIRS, ids=lambda case: case["why"])
def test_which_pairs_are_one_story(case: dict[str, Any], frequencies: Frequencies) -> None:
    urls, bodies = case.get("urls", [None, None]), case.get("bodies", ["", ""])
    earlier = article(1, case["a"], path=urls[0], body=bodies[0])
    outlet = "Outlet A" if case.get("outlet") == "same" else "Outlet B"
    title = case.get("b", case["a"])
    later = article(2, title, outlet, hours=case.get("hours", 1), path=urls[1], body=bodies[1])
    found = verdict(later, earlier, frequencies)
    assert (found.rule if found else "apart") == case["rule"]
    if found:
        assert found.other == 1
        assert found.numbers["hours"] == case.get("hours", 1)


def test_titles_that_normalisation_found_equal_are_equal() -> None:
    """The tails of a whole document are known to the key only."""
    one = article(1, f"{TITLE} - World News Desk")
    two = replace(article(2, TITLE, "Outlet B"), title_key=one.title_key)
    assert rule(two, one) == "title="


@pytest.mark.parametrize(
    "body",
    [
        " ".join(SENTENCES[:8]),
        " ".join(SENTENCES[::3]),
        f"Read more on our site. {TEXT} All rights reserved by the publisher of this page.",
        " ".join(SENTENCES[:10] + SENTENCES[-10:]),
        " ".join(word if at % 13 else "changed" for at, word in enumerate(TEXT.split())),
        " ".join(TEXT.split()[:40]),
    ],
    ids=["abridged", "a third of it", "boilerplate", "middle cut out", "lightly edited", "summary"],
)
def test_a_copy_under_another_headline_is_known_by_its_text(body: str) -> None:
    found = verdict(
        article(2, "Harbour company boss calls a rival home", "Outlet B", hours=5, body=body),
        article(1, TITLE, body=TEXT),
    )
    assert found is not None
    assert found.rule == "body"
    assert found.numbers["c"] >= 0.5
    assert found.numbers["m"] >= 20
    assert set(found.numbers) == {"hours", "ts", "t2b", "c", "r", "m"}


def test_a_text_that_comes_later_must_hold_more_of_the_other() -> None:
    half = " ".join(word if at % 7 else "changed" for at, word in enumerate(TEXT.split()))
    head = "Harbour company boss calls a rival home"
    assert [rule(article(2, head, "Outlet B", hours=h, body=half), article(1, TITLE, body=TEXT)) for h in (20, 30)] == [
        "body",
        "apart",
    ]
    whole = [
        rule(article(2, head, "Outlet B", hours=h, body=f"Hello. {TEXT}"), article(1, TITLE, body=TEXT))
        for h in (700, 721)
    ]
    assert whole == ["body", "apart"]


def test_a_robots_text_for_another_name_is_another_article() -> None:
    one = article(1, "Harbour company asked to settle in China", body=TEXT)
    other = article(2, "Airport company asked to settle in China", "Outlet B", body=TEXT.replace("harbour", "airport"))
    assert rule(other, one) == "apart"


def test_a_text_under_a_title_with_another_number_is_the_same_only_if_hardly_a_word_differs() -> None:
    one = article(1, "Founder asked 3 businessmen to return", body=TEXT)
    title = "Founder asked 4 businessmen to return"
    assert rule(article(2, title, "Outlet B", body=f"{TEXT} Corrected."), one) == "body"
    assert rule(article(2, title, "Outlet B", body=TEXT.replace("matter", "case")), one) == "apart"


def test_a_wall_before_two_articles_makes_no_story_of_them() -> None:
    wall = "We and our partners keep cookies on your device. " + " ".join(
        f"Purpose {n} needs consent." for n in range(30)
    )
    one = article(1, "Founder sold shares in retail company", body=wall)
    assert rule(article(2, "Founder meets minister in Paris", "Outlet B", body=wall), one) == "apart"


def test_a_wall_before_one_of_two_articles_says_nothing_against_them() -> None:
    wall = "We and our partners keep cookies on your device. " + " ".join(
        f"Purpose {n} needs consent." for n in range(30)
    )
    assert rule(article(2, TITLE, "Outlet B", body=wall), article(1, TITLE, body=TEXT)) == "title="


def test_texts_that_share_nothing_part_articles_with_like_titles() -> None:
    other = " ".join(f"Founder and businessman in {n} other words {n * 3} of China return asked." for n in range(20))
    assert rule(article(2, TITLE, "Outlet B", body=other), article(1, TITLE, body=TEXT)) == "apart"
    assert rule(article(2, f"{TITLE} soon", "Outlet B", body=other), article(1, TITLE, body=TEXT)) == "apart"


def test_one_outlet_brings_a_text_again_within_36_hours_or_under_a_like_title() -> None:
    one = article(1, TITLE, body=TEXT, path="/a")
    for title, hours, expected in (
        ("Harbour company boss calls a rival home", 30, "body"),
        ("Harbour company boss calls a rival home", 40, "apart"),
        ("Founder asks businessman to return home to China", 40, "body"),
    ):
        assert rule(article(2, title, hours=hours, body=f"Hello. {TEXT}", path="/b"), one) == expected


@pytest.mark.parametrize(
    ("path", "title", "expected"),
    [
        ("/2026/11/24/founder-calls-rival", "Rival is called home", "url"),
        ("/live/2026/founder-calls-rival", "Rival is called home", "apart"),
        ("/founder", "Rival is called home", "apart"),
        ("/2026/11/24/founder-calls-rival", "Ships leave harbour early", "apart"),
    ],
    ids=["retitled", "live page", "no heading", "not in the address"],
)
def test_a_retitled_article_is_known_by_an_address_that_names_it(path: str, title: str, expected: str) -> None:
    assert (
        rule(article(2, title, path=path, hours=3), article(1, "Founder asks businessman back", path=path)) == expected
    )


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("China to hold drills around the island next", "China holds drills around the island next"),
        ("Company reports outage in northern region", "Company reports second outage in northern region"),
        ("Minister says company sold its harbour shares", "Minister says company may have sold its harbour shares"),
    ],
)
def test_what_happens_next_is_another_story(a: str, b: str) -> None:
    assert rule(article(2, b, "Outlet B"), article(1, a)) == "apart"


def test_a_title_cut_for_want_of_room_is_still_the_title() -> None:
    whole = "Founder asked businessman to return to China, company denies"
    assert (
        rule(article(2, "Founder asked businessman to return to China, company…", "Outlet B"), article(1, whole))
        == "title~"
    )
    assert (
        rule(article(2, "Founder asked businessman to return to China, company", "Outlet B"), article(1, whole))
        == "apart"
    )
    numbered = "Hints and answers for the harbour word game"
    assert rule(article(2, f"{numbered}…", "Outlet B"), article(1, f"{numbered} not number 1201")) == "apart"


def test_a_story_is_joined_by_its_newest_copy() -> None:
    copies = [article(number, TITLE, f"Paper {number}", hours=number) for number in (1, 3, 2)]
    found = joined(
        article(9, TITLE, "Outlet B", hours=4), [*copies, article(4, "Something else altogether here", hours=3.5)]
    )
    assert found is not None
    assert found.other == 3


def joined(one: Article, others: list[Article]) -> Join | None:
    return join(features(one, COLD), [features(other, COLD) for other in others])


def test_an_article_never_joins_itself_or_strangers() -> None:
    mine = article(1, TITLE)
    assert joined(mine, [mine]) is None
    assert joined(mine, []) is None
    assert joined(mine, [article(2, "Something else altogether here")]) is None


def test_a_crowd_does_not_push_out_what_shares_a_key() -> None:
    crowd = [article(n, f"Founder number {n} asked for nothing", hours=2) for n in range(100, 100 + 2 * CANDIDATES_CAP)]
    copy = article(1, TITLE, "Outlet B")
    found = joined(article(2, TITLE, hours=3), [*crowd, copy])
    assert found is not None
    assert found.other == 1
    late = article(2, f"{TITLE}, papers say", hours=3)
    assert joined(late, [copy]) is not None
    assert joined(late, [*crowd, copy]) is None


@given(ARTICLES, ARTICLES)
def test_the_verdict_is_the_same_both_ways_and_whatever_was_counted(a: Article, b: Article) -> None:
    found = [verdict(a, b), verdict(b, a), verdict(a, b, WARM)]
    told = [one and (one.rule, one.numbers) for one in found]
    assert told[0] == told[1] == told[2]


@given(ARTICLES, ARTICLES)
def test_shingles_are_loaded_only_where_they_decide(a: Article, b: Article) -> None:
    one, two = features(a, COLD), features(b, COLD)
    bare = stored(two, shingles=False)
    needed = stored(two, shingles=may_share_body(one, bare))
    assert same_story(one, two) == same_story(one, needed)


def stored(one: Features, *, shingles: bool) -> Features:
    packed = pack(one)
    return unpack(replace(one.article, body=""), packed if shingles else replace(packed, shingles=b""))


@given(st.lists(WORDS, min_size=9, max_size=12, unique=True).map(" ".join), st.integers(0, 160))
def test_a_title_joins_itself(title: str, hours: int) -> None:
    assert rule(article(2, title, "Outlet B", hours=hours), article(1, title)) == "title="


@pytest.mark.parametrize("when", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, 23, 59, tzinfo=UTC)])
def test_a_clock_far_off_parts_copies_but_breaks_nothing(when: datetime) -> None:
    one = article(1, TITLE, body=TEXT, path="/a")
    assert rule(replace(one, id=2, when=when, url_key=None, outlet="Outlet B"), one) == "apart"
    assert rule(replace(one, id=2, when=when), one) == "url"


@pytest.mark.parametrize("title", ["", "🐋", "!!!", "word " * 10_000, "马" * 10_000, "a\u0301" * 5000])
def test_odd_titles_are_compared_in_bounded_time(title: str) -> None:
    one = Article(1, title, "Outlet A", NOON, body="word lorem " * 500_000)
    with within(2.0):
        assert rule(replace(one, id=2, outlet="Outlet B", body=""), one) in ("apart", "title=")


@pytest.mark.parametrize("path", ["/{}", None])
def test_a_title_that_an_outlet_repeats_a_thousand_times_makes_no_giant_story(path: str | None) -> None:
    articles = [
        article(n, "Hints for the harbour word game", hours=n / 10, path=path and path.format(n)) for n in range(1000)
    ]
    taken = [features(one, COLD) for one in articles]
    stories: list[int] = []
    with within(20.0):
        for at, one in enumerate(taken):
            found = join(one, taken[max(0, at - CANDIDATES_CAP) : at])
            stories.append(stories[found.other] if found else at)
    assert max(map(stories.count, set(stories))) <= 4


@pytest.mark.parametrize(("hours", "largest"), [(0.1, 40), (1, 40), (24, 12)])
@pytest.mark.parametrize("outlets", [2, 4])
def test_a_column_that_several_outlets_bring_makes_no_giant_story(outlets: int, hours: float, largest: int) -> None:
    title = "Mortgage rates today and what buyers should know"
    taken = [
        features(article(n, title, f"Outlet {'ABCD'[n % outlets]}", hours=n * hours, path=f"/{n}"), COLD)
        for n in range(200)
    ]
    stories: list[int] = []
    for at, one in enumerate(taken):
        found = join(one, taken[max(0, at - CANDIDATES_CAP) : at])
        stories.append(stories[found.other] if found else at)
    assert max(map(stories.count, set(stories))) < largest


def test_many_papers_of_one_publisher_with_one_text_are_one_story() -> None:
    taken = [features(article(n, TITLE, hours=n / 10, path=f"/{n}", body=BODIES["one"]), COLD) for n in range(9)]
    assert all(join(one, taken[:at]) for at, one in enumerate(taken) if at)


def test_a_crowd_of_outlets_with_one_title_is_one_story() -> None:
    taken = [features(article(n, TITLE, f"Paper {n}", hours=n / 10), COLD) for n in range(60)]
    assert all(join(one, taken[max(0, at - CANDIDATES_CAP) : at]) for at, one in enumerate(taken) if at)


@pytest.mark.parametrize(
    ("plain", "first", "second"),
    [
        (
            "Blast kills miners in the north of Arvania",
            "Blast kills 12 miners in the north of Arvania",
            "Blast kills 15 miners in the north of Arvania",
        ),
        (
            "Ministers of nine countries meet in the port of Arvan",
            "Ministers of nine countries meet in the port of Arvan on Monday",
            "Ministers of nine countries meet in the port of Arvan on Friday",
        ),
    ],
)
def test_what_a_plain_title_is_extended_by_must_agree(plain: str, first: str, second: str) -> None:
    one, two, three = (
        features(article(n, title, f"Outlet {n}", hours=n), COLD) for n, title in enumerate((plain, first, second))
    )
    assert same_story(two, one), "the plain title is extended"
    assert same_story(three, one)
    assert join(three, [one]), "nobody said otherwise"
    assert join(three, [one, two]) is None
    again = features(article(4, second, "Outlet 4", hours=4), COLD)
    found = join(again, [one, two, three])
    assert found
    assert found.other == 2
