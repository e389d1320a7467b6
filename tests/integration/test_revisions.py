"""What an entry said before is kept as long as what it says now, and read again in the order of recording."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import ParsedEntry, Settings
from monitor.pipeline.force import InForce
from monitor.store import backtest
from monitor.store.database import Store
from monitor.store.upkeep import housekeep
from tests.paths import JACK, NOW, in_force, rows, said, tell

REVISIONS = "SELECT entry, n, teaser, text FROM revision ORDER BY entry, n"


def twice(store: Store, force: InForce, id: str, *titles: str, now: datetime = NOW) -> None:
    """An entry of the Courier, and its revisions an hour apart."""
    for nth, title in enumerate(titles):
        entry = said(title, f"https://courier.example/{id}?v={nth}", id=id, teaser=f"{title}, in short", text=title * 3)
        tell(store, force, "Courier", entry, now=now + timedelta(hours=nth))


def test_the_texts_of_a_replaced_revision_are_kept(any_store: Store) -> None:
    twice(any_store, in_force(any_store, JACK), "a", "Rain", "Rain again", "Rain for ever")
    assert rows(any_store, REVISIONS) == [
        (1, 0, "Rain, in short", "RainRainRain"),
        (1, 1, "Rain again, in short", "Rain againRain againRain again"),
        (1, 2, None, None),
    ]


def test_they_age_with_the_entry_and_stay_with_what_matched(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    long_ago = NOW - timedelta(days=200)
    twice(any_store, force, "a", "Rain", "Rain again", now=long_ago)
    twice(any_store, force, "b", "Founder speaks", "Jack Ma speaks", now=long_ago)
    twice(any_store, force, "c", "Wind", "Wind again")
    assert housekeep(any_store, Settings(), NOW).aged == 1
    assert [row for row in rows(any_store, REVISIONS) if row[1] == 0] == [
        (1, 0, None, None),
        (2, 0, "Founder speaks, in short", "Founder speaks" * 3),
        (3, 0, "Wind, in short", "WindWindWind"),
    ]
    # what aged before it was revised has no text to keep
    twice(any_store, force, "a", "Rain once more")
    assert rows(any_store, REVISIONS)[1] == (1, 1, None, None)


def test_a_revision_is_read_back_as_it_was(any_store: Store) -> None:
    force = in_force(any_store, JACK)
    day = datetime(2026, 11, 20, tzinfo=UTC)
    first = ParsedEntry(id="a", url="https://a.example/1", title="Rain in the morning", teaser="x", published=day,
                        outlet="The Courier", language="en")  # fmt: skip
    second = ParsedEntry(id="a", url="https://a.example/2", title="Rain in the evening", teaser="y", published=None,
                         outlet="The Other", language="sv")  # fmt: skip
    tell(any_store, force, "Courier", first)
    tell(any_store, force, "Herald", said("Wind", id="b"))
    tell(any_store, force, "Courier", second)
    with any_store.read() as connection:
        places, more = backtest.order(connection, since=None, limit=10)
        found = backtest.load(connection, places)
        narrow, older = backtest.order(connection, since=None, limit=1)
    assert ([(place.entry, place.n) for place in places], more) == ([(1, 0), (2, 0), (1, 1)], False)
    assert ([(place.entry, place.n) for place in narrow], older) == ([(2, 0)], True)
    said_then = [(one.record.url, one.record.outlet, one.record.language, one.record.published) for one in found]
    assert said_then == [
        ("https://a.example/1", "The Courier", "en", day),
        (None, "Herald", None, None),
        ("https://a.example/2", "The Other", "sv", None),
    ]
    assert [one.record.teaser for one in found] == ["x", "", "y"]
    assert all(one.whole for one in found)
    assert found[0].record.title_key not in (None, found[2].record.title_key)
