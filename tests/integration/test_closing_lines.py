"""What `poll` and `run` say below their table: who was not asked, and when it goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.cli.first_pass import closing_lines, show_first_pass
from monitor.fetch.failure import from_status
from monitor.model import Outcome, PollResult
from monitor.store import tables as t
from monitor.store import tasks
from monitor.store.database import Store
from monitor.store.tasks import WantedArticle
from tests.paths import JACK, NOW, in_force, said, tell

HOUR = timedelta(hours=1)


def wait(store: Store, name: str, until: datetime, reason: str) -> None:
    with store.write() as connection:
        changed = connection.execute(
            sa.update(t.source)
            .where(t.source.c.name == name)
            .values(not_before=until, next_poll_at=until, reason=reason, state="failing")
        )
    assert changed.rowcount == 1


@pytest.mark.parametrize(("status", "alone"), [(429, True), (503, True), (500, False), (404, False)])
def test_nobody_is_told_to_read_a_source_that_asked_to_be_left_alone(store: Store, status: int, alone: bool) -> None:
    force = in_force(store, JACK)
    wait(store, "Courier", NOW + 2 * HOUR, from_status(status, "courier.example").sentence)
    first, *_ = closing_lines(store, [], force, None, since=NOW)
    assert first.startswith("Left alone until their time" if alone else "Not asked before their time")
    assert ": Courier (11:00)." in first
    assert ("monitor try" in first) is not alone


@pytest.mark.parametrize(
    ("after", "said"),
    [(HOUR, "10:00"), (27 * HOUR, "tomorrow 12:00"), (60 * HOUR, "Thu 26 Nov 21:00"), (-HOUR, "due now")],
)
def test_the_next_poll_carries_its_day(store: Store, after: timedelta, said: str) -> None:
    force = in_force(store, JACK)
    with store.write() as connection:
        connection.execute(sa.update(t.source).values(next_poll_at=NOW + after))
    assert closing_lines(store, [], force, None, since=NOW)[-1] == f"Next poll: {said} ({force.watchlist.timezone})"


def test_a_date_of_another_year_carries_the_year(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    def result(source: str, newest: datetime) -> PollResult:
        return PollResult(
            source=source, source_id=9, url="", kind="feed", outcome=Outcome.NEW, status=200, entries=1, new=1,
            revised=0, matched=0, error=None, seconds=0.1, newly_broken=False, newest=newest,
        )  # fmt: skip

    found = [result("New", NOW), result("Old", datetime(2024, 3, 5, 12, tzinfo=UTC))]
    show_first_pass(store, found, in_force(store, JACK), None, since=NOW)
    out = capsys.readouterr().out
    assert "New     1        24 Nov 09:00" in out
    assert "Old     1        05 Mar 2024 " in out


def test_articles_that_were_read_are_counted_below_the_table(store: Store) -> None:
    force = in_force(store, JACK)
    tell(store, force, "Courier", *(said(f"Harbour board votes {n}", f"https://courier.example/{n}") for n in range(4)))
    assert not any(line.startswith("Articles") for line in closing_lines(store, [], force, None, since=NOW))
    with store.write() as connection:
        articles = [WantedArticle(n, f"https://courier.example/{n}", "courier.example:443") for n in (1, 2, 3, 4)]
        tasks.want(connection, articles, listed_until=None, now=NOW)
        (host,) = connection.scalars(sa.select(t.fetch_task.c.host).distinct())
        first, second, third, _ = tasks.claim(connection, host, NOW, limit=4)
        tasks.end(connection, first, tasks.READ, None, NOW)
        tasks.end(connection, second, tasks.REFUSED, "robots: no", NOW)
        tasks.end(connection, third, tasks.READ, None, NOW - HOUR)
    assert (
        "Articles: 1 read in full, 1 could not be read (monitor explain ADDRESS says why), 1 still to be read. "
        "The table counts matches of feeds only."
    ) in closing_lines(store, [], force, None, since=NOW)
