"""Stories and events with their numbers: publishers are counted, not the spellings of their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.alerts.render.wording import reporting
from monitor.analysis.clustering import firsts
from monitor.analysis.clustering.firsts import Coverage
from monitor.analysis.outlets import publisher_key
from monitor.model import Publication
from monitor.store import coverage, listing_stories
from monitor.store.coverage import EventRow
from monitor.store.database import Connection
from monitor.store.listing import EVERYTHING, Filter
from monitor.store.listing_stories import StoryRow


@dataclass(frozen=True, slots=True)
class Event:
    """An event and its numbers."""

    row: EventRow
    numbers: Coverage


def numbers_of(published: Sequence[Publication]) -> Coverage:
    """Who has what was published, who reports it themselves, who had it first."""
    return firsts.coverage(published, publisher_key)


def publishers(published: Iterable[Publication]) -> dict[str, str]:
    """Each publisher's key to the name that stands first."""
    names: dict[str, str] = {}
    for one in published:
        names.setdefault(publisher_key(one.outlet, one.url), one.outlet)
    return names


def differs_words(paragraphs: int) -> str:
    """``+2 paragraphs``: what a copy has beyond what it copies."""
    return "+1 paragraph" if paragraphs == 1 else f"+{paragraphs} paragraphs"


def stories(connection: Connection, wanted: Filter = EVERYTHING) -> list[StoryRow]:
    """Stories by when they were first seen, with their publishers."""
    return listing_stories.stories(connection, wanted, publisher=publisher_key)


def stories_by_id(connection: Connection, ids: Sequence[int]) -> list[StoryRow]:
    """These stories with their publishers, in the order of ``ids``."""
    return listing_stories.stories_by_id(connection, ids, publisher=publisher_key)


def events(connection: Connection, wanted: Filter = EVERYTHING) -> list[Event]:
    """Events by when they were first seen, with their numbers."""
    return _with_numbers(coverage.events(connection, wanted))


def events_by_id(connection: Connection, ids: Sequence[int]) -> list[Event]:
    """These events with their numbers, in the order of ``ids``."""
    return _with_numbers(coverage.events_by_id(connection, ids))


def numbers_words(stories: int, numbers: Coverage) -> str:
    """``3 stories, 7 outlets, 4 report it themselves``."""
    return ", ".join(
        (
            "1 story" if stories == 1 else f"{stories} stories",
            "1 outlet" if len(numbers.outlets) == 1 else f"{len(numbers.outlets)} outlets",
            reporting(len(numbers.independent)),
        )
    )


def _with_numbers(rows: Iterable[EventRow]) -> list[Event]:
    return [Event(row, numbers_of(row.published)) for row in rows]
