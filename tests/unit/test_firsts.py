"""Who has an event, who reports it, and who had it first: intervals in, words out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.analysis.address import outlet_key
from monitor.analysis.clustering.firsts import Coverage, coverage, sentence
from monitor.model import Publication

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def at(minute: int | None) -> datetime | None:
    """So many minutes after nine."""
    return None if minute is None else NINE + timedelta(minutes=minute)


def of(*rows: tuple[int, str, int | None, int] | tuple[int, str, int | None, int, int]) -> Coverage:
    """The numbers of publications: story, outlet, last absent, first seen, and what date it gives itself."""
    published = [
        Publication(row[0], number, row[1], None, at(row[2]), NINE + timedelta(minutes=row[3]), at((*row, None)[4]))
        for number, row in enumerate(rows, 1)
    ]
    turned = coverage(published[::-1], lambda outlet, url: outlet_key(outlet))
    assert turned == coverage(published, lambda outlet, url: outlet_key(outlet)), "their order is no matter"
    return turned


FIRSTS = [
    ("one outlet", of((1, "The Courier", 5, 20)), "The Courier, 09:05-09:20"),
    ("one that was read before the other came", of((1, "The Courier", 5, 20), (1, "Daily Planet", 20, 35)),
     "The Courier, 09:05-09:20"),
    ("two whose intervals overlap", of((1, "The Courier", 5, 20), (1, "Daily Planet", 12, 27)),
     "The Courier or Daily Planet, 09:05-09:20"),
    ("the one seen later may have had it before", of((1, "The Courier", 5, 20), (1, "Daily Planet", 2, 27)),
     "The Courier or Daily Planet, 09:02-09:20"),
    ("seen at the same moment", of((1, "The Courier", 5, 20), (1, "Daily Planet", 20, 20)),
     "The Courier or Daily Planet, 09:05-09:20"),
    ("it was there when it was first read", of((1, "The Courier", None, 20)), "The Courier, by 09:20"),
    ("there when first read, and another saw it come later", of((1, "The Courier", None, 20), (1, "Planet", 15, 30)),
     "The Courier or Planet, by 09:20"),
    ("first read after it was seen elsewhere", of((1, "The Courier", 5, 20), (1, "Daily Planet", None, 60)),
     "The Courier, 09:05-09:20; of Daily Planet it is not known: it had it when first read"),
    ("two first read later", of((1, "The Courier", 5, 20), (1, "Planet", None, 60), (2, "Herald", None, 61)),
     "The Courier, 09:05-09:20; of Planet or Herald it is not known: they had it when first read"),
    ("many", of(*((1, name, 5, 20) for name in ("Aa", "Bb", "Cc", "Dd", "Ee"))), "Aa, Bb, Cc or 2 more, 09:05-09:20"),
    ("within a minute", of((1, "The Courier", 20, 20)), "The Courier, 09:20"),
    ("a date is a claim", of((1, "The Courier", 5, 20, 12)), "The Courier, 09:05-09:20 (The Courier dates it 09:12)"),
    ("two claims", of((1, "The Courier", 5, 20, 14), (1, "Daily Planet", 12, 27, 12)),
     "The Courier or Daily Planet, 09:05-09:20 (The Courier dates it 09:14, Daily Planet 09:12)"),
    ("a claim outside of what was seen changes nothing", of((1, "The Courier", 5, 20, 3), (1, "Planet", 20, 35, 1)),
     "The Courier, 09:05-09:20 (The Courier dates it 09:03)"),
    ("an outlet's second article came in between", of((1, "The Courier", 5, 20), (2, "Courier", 35, 50)),
     "The Courier, 09:05-09:20"),
    ("two feeds of one outlet", of((1, "The Courier", 5, 20), (1, "courier.example", 10, 15), (1, "Planet", 16, 18)),
     "courier.example, 09:05-09:15"),
    ("the clock was set back after the last reading", of((1, "The Courier", 25, 20)), "The Courier, by 09:20"),
    ("one of its feeds was read late", of((1, "The Courier", 5, 20), (1, "Courier", None, 50)),
     "The Courier, by 09:20"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "found", "words"), FIRSTS, ids=[case[0] for case in FIRSTS])
def test_who_had_it_first_is_an_interval(what: str, found: Coverage, words: str) -> None:
    assert found.first is not None
    assert sentence(found.first, lambda moment: f"{moment:%H:%M}") == words


COUNTS = [
    ("a story alone", of((1, "The Courier", 5, 20)), ("The Courier",), ("The Courier",), 0),
    ("a copy does not report it itself", of((1, "The Courier", 5, 20), (1, "Planet", 20, 30)),
     ("The Courier", "Planet"), ("The Courier",), 1),
    ("two articles", of((1, "The Courier", 5, 20), (2, "Planet", 20, 30)), ("The Courier", "Planet"),
     ("The Courier", "Planet"), 0),
    ("who copies one and reports another", of((1, "The Courier", 5, 20), (1, "Planet", 20, 30), (2, "Planet", 40, 50)),
     ("The Courier", "Planet"), ("The Courier", "Planet"), 0),
    ("two articles of one outlet are one report", of((1, "The Courier", 5, 20), (2, "Courier", 20, 30)),
     ("The Courier",), ("The Courier",), 0),
    ("three spellings are one", of((1, "The Courier", 5, 20), (2, "courier", 20, 30), (1, "courier.example", 3, 40)),
     ("The Courier",), ("The Courier",), 0),
    ("nothing", coverage((), lambda outlet, url: outlet), (), (), 0),
]  # fmt: skip


@pytest.mark.parametrize(("what", "found", "outlets", "own", "copies"), COUNTS, ids=[case[0] for case in COUNTS])
def test_who_has_it_and_who_reports_it(
    what: str, found: Coverage, outlets: tuple[str, ...], own: tuple[str, ...], copies: int
) -> None:
    assert (found.outlets, found.independent, found.copies) == (outlets, own, copies)
