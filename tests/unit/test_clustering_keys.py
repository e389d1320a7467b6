"""Keys under which articles are found again, and the masks of titles made from one template."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.analysis.clustering.features import features
from monitor.analysis.clustering.keys import BODY_KEYS, TITLE_KEYS, keys, mask
from monitor.analysis.clustering.weights import Frequencies
from monitor.model import Article

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COLD = Frequencies()


def article(title: str, body: str = "") -> Article:
    return Article(1, title, "Outlet A", NOON, body=body)


def names(title: str, body: str = "") -> list[str]:
    return [key.name for key in keys(features(article(title, body), COLD))]


def terms(title: str, body: str = "") -> set[str]:
    return {name for name in names(title, body) if name.startswith("t:")}


def test_keys_are_the_longest_terms_of_the_stripped_title() -> None:
    found = keys(features(article("BREAKING: Founder of 马云 in 5 - Outlet A"), COLD))
    assert {key.name for key in found} >= {"t:found", "t:马云", "t:#5"}
    weights = {key.name: key.weight for key in found}
    assert weights["t:马云"] == 1 > weights["t:found"] > weights["t:#5"] > 0
    assert names("") == []


def test_a_long_article_has_ten_keys_of_its_title_and_six_of_its_body() -> None:
    letters = "abcdefghijklmnopqrst"
    title, body = (" ".join(f"{letter}{word}ingly" for letter in letters) for word in ("titl", "body"))
    found = keys(features(article(title, body), COLD))
    told = [key for key in found if key.name.startswith("t:")]
    assert len({key.name for key in told}) == TITLE_KEYS + BODY_KEYS
    assert sum(key.weight <= 0.7 for key in told) == BODY_KEYS
    assert len(found) == len(told) + 1


def test_two_versions_of_a_title_share_most_of_their_keys() -> None:
    long = "上海公积金最高能贷三百万专家称楼市或迎来小阳春"
    assert len(terms(long) & terms(f"{long}网友热议")) >= TITLE_KEYS // 2
    one = "Ministers of five northern countries sign agreement on harbour pollution after lengthy negotiations"
    assert len(terms(one) & terms(f"{one}, officials said on Thursday evening")) >= 0.7 * TITLE_KEYS


def test_a_copy_under_another_headline_is_found_by_its_body() -> None:
    body = "The harbour authority closed three northern terminals because stormy weather endangered loading crews."
    assert terms("Docks shut", body) & terms("Gales stop the cranes", f"Sign up now. {body}")


def test_frequencies_change_no_key() -> None:
    one = article("Ships leave harbour early", "Five ships are in the harbour of the town.")
    warm = Frequencies("en", 10_000, {"harbou": 9_000, "ship": 3})
    assert keys(features(one, COLD)) == keys(features(one, warm))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Horoscope for Libra readers today, 3 May", "Horoscope for Libra readers today, 9 June", True),
        ("Heavy rain warning issued for Kentshire", "Heavy rain warning issued for Essexshire", True),
        ("Heavy rain warning issued for Kentshire", "Heavy snow warning lifted in Kentshire", False),
    ],
    ids=["numbers and months", "the rarest word", "another sentence"],
)
def test_titles_of_one_template_have_one_mask(one: str, other: str, same: bool) -> None:
    masks = [mask(features(article(title), COLD)) for title in (one, other)]
    assert (masks[0] == masks[1]) is same
    assert all(len(found) == 8 for found in masks)
    assert f"m:{masks[0]}" in names(one)


def test_a_short_title_has_no_mask() -> None:
    assert mask(features(article("Morning letters"), COLD)) == ""
    assert mask(features(article("3 May 2026"), COLD)) == ""
