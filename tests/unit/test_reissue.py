"""When what stands under a known key is another entry, and when it is the old one with another title."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.analysis.normalise import normalise
from monitor.analysis.reissue import another
from monitor.model import Entry, Parsed, ParsedEntry, Worded

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
LETTER = "https://letter.example/latest"
FIRST = "Rates rise again as the bank fears higher prices, and a reader asks about pensions for the self-employed."
SECOND = "A ferry strike empties the islands; our cook tries fermented tomatoes, and the crossword returns at last."
LONG_FIRST, LONG_SECOND = (
    " ".join(f"{first}{second}{word}" for first in "bcdfgh" for second in "aeiouy") for word in ("rmand", "lting")
)


def entry(title: str, body: str, *, url: str = LETTER, id: str | None = None, at: datetime | None = None) -> Entry:
    """What a feed says, normalised."""
    (made,) = normalise(Parsed((ParsedEntry(id, url, title, body, published=at),)), "Letter")
    return made


def stored(one: Entry, seen: datetime = NOW - WEEK) -> Worded:
    """The same as the store has it."""
    return Worded(one.title, one.teaser, one.text, one.text_hash, one.published, seen)


def reason(old: Entry, new: Entry, *, seen: datetime = NOW - WEEK) -> str | None:
    return another(stored(old, seen), new, NOW)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (("Letter 41: rates", FIRST), ("Letter 42: rates", SECOND), "number"),
        (("Letter of Monday", FIRST), ("Letter of Tuesday", SECOND), "date"),
        (("Rates rise again", FIRST), ("Ferries stand still", SECOND), "title"),
        (("The weekly letter", LONG_FIRST), ("The weekly letter", LONG_SECOND), "text"),
        (("Letter 41", ""), ("Letter 42", ""), "number"),
        (("周报第41期", "央行再次加息,读者询问养老金"), ("周报第42期", "渡轮罢工,岛屿空荡"), "number"),
    ],
)
def test_the_next_issue_at_one_address_is_another_entry(old: tuple[str, str], new: tuple[str, str], why: str) -> None:
    one, two = entry(*old, at=NOW - WEEK), entry(*new, at=NOW)
    assert reason(one, two) == why
    assert reason(entry(*old, id=LETTER, at=NOW - WEEK), entry(*new, id=f"{LETTER}/?utm_source=x", at=NOW)) == why


def test_without_dates_the_time_between_the_readings_counts() -> None:
    old, new = entry("Letter 41", FIRST), entry("Letter 42", SECOND)
    assert reason(old, new) == "number"
    assert reason(old, new, seen=NOW - timedelta(hours=19)) is None
    # a body that is another under the same title is a page that changes, unless a date says that it is new
    assert reason(entry("The letter", LONG_FIRST), entry("The letter", LONG_SECOND)) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/2026/11/24/harbour",
        "https://a.example/harbour-20261124",
        "https://a.example/news/1234567",
        "https://a.example/story/9017a597-893e-476a-bc74-fa31361afdc3",
        "https://a.example/world/dozens-rescued-from-flooded-harbour",
        "https://a.example/story?id=1234567",
    ],
)
def test_an_address_of_one_article_has_one_entry(url: str) -> None:
    old = entry("12 rescued from harbour", FIRST, url=url, at=NOW - WEEK)
    assert reason(old, entry("340 rescued as harbour floods", SECOND, url=url, at=NOW)) is None


@pytest.mark.parametrize(
    ("title", "body", "at"),
    [
        ("Rates rise once more", FIRST, NOW),  # the body stays
        ("Letter 42: rates", f"{FIRST} Corrected.", NOW),
        ("Ferries stand still", SECOND, NOW - WEEK + timedelta(hours=19)),  # too soon
        ("Letter 42: rates", SECOND, NOW - WEEK),
        ("Letter 41: rates", f"{FIRST} And more.", NOW),
        ("Letter 41: rates rise, and what that means", SECOND, NOW),  # most of the title stays
    ],
)
def test_a_retitled_or_updated_entry_is_a_revision(title: str, body: str, at: datetime) -> None:
    assert reason(entry("Letter 41: rates", FIRST, at=NOW - WEEK), entry(title, body, at=at)) is None


def test_an_id_is_believed() -> None:
    old = entry("Letter 41", FIRST, id="tag:letter", at=NOW - WEEK)
    assert reason(old, entry("Letter 42", SECOND, id="tag:letter", at=NOW)) is None
    assert another(stored(old), entry("Letter 42", SECOND, url="", id=LETTER, at=NOW), NOW) is None


def test_a_naive_date_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        reason(entry("Letter 41", FIRST, at=NOW.replace(tzinfo=None)), entry("Letter 42", SECOND, at=NOW))


@settings(deadline=None)  # word lists are read at the first call
@given(st.text(), st.text(), st.text(), st.text())
def test_the_same_words_are_never_another_entry(title: str, body: str, other: str, rest: str) -> None:
    one = entry(title or "x", body)
    assert reason(one, one) is None
    assert reason(one, entry(other or "x", rest)) in (None, "number", "date", "title")
