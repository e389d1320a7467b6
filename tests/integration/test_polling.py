"""What a source's answers change beyond its entries: moves, ends, gaps, floods, outages, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.limits import FLOOD_CAP, OUTAGE_HOSTS
from monitor.model import Access, Outcome, Phrase, Secret, Settings, Source, Watchlist
from monitor.pipeline.force import put_in_force
from monitor.pipeline.poll import one_pass
from monitor.store import tables as t
from monitor.store.clockstep import pull_in, shift
from monitor.store.database import Store
from tests.integration.serving import FakeResolver
from tests.paths import JACK, NOW, decisions, in_force, rows, source_id
from tests.polling import LOCAL, Site, feed, polling, site

HARBOURS = ("Lyon", "Oslo", "Rome", "Kyiv", "Bern", "Riga", "Bonn", "Cork", "Nice", "Pisa", "Graz", "Gent", "Bari")


def source(one: Site, **more: object) -> Source:
    return replace(Source("Courier", one.url("/feed")), **more)  # type: ignore[arg-type]


def with_ids(entries: Mapping[str, tuple[str, str]]) -> str:
    """A feed of id to (title, address)."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{id_}</guid><title>{title}</title><link>{url}</link></item>"
        for id_, (title, url) in entries.items()
    )
    return f"<rss version='2.0'><channel><title>Courier</title>{items}</channel></rss>"


def state(store: Store) -> tuple[object, ...]:
    (row,) = rows(store, "SELECT state, address, failures FROM source WHERE name = 'Courier'")
    return row


async def test_a_permanent_move_is_kept_after_a_day_and_survives_a_reload(any_store: Store) -> None:
    async with site() as old, site() as new, polling(any_store, sources=[source(old)]) as polled:
        old.put("/feed", status=301, location=new.url("/moved"))
        new.put("/moved", feed(("Harbour board votes", new.url("/1"))), etag='"e1"')
        outcomes = []
        for _ in range(3):
            outcomes += [result.outcome for result in await polled.poll()]
            polled.later(hours=13)
        assert outcomes == [Outcome.NEW, Outcome.NOT_MODIFIED, Outcome.MOVED]
        assert state(any_store)[1] == new.url("/moved")
        polled.force = in_force(any_store, sources=[source(old)], settings=LOCAL, now=polled.now)
        asked = len(old.asked)
        assert [result.outcome for result in await polled.poll()] == [Outcome.NOT_MODIFIED]
        assert len(old.asked) == asked
        assert new.requests[-1][1]["If-None-Match"] == '"e1"'
        assert rows(any_store, "SELECT url FROM source") == [(old.url("/feed"),)]
        # the watchlist's own word is stronger than what was learned
        polled.force = in_force(
            any_store, sources=[replace(source(old), url=old.url("/other"), was=old.url("/feed"))], settings=LOCAL
        )
        assert state(any_store)[1] == old.url("/other")


async def test_validators_go_to_the_address_that_gave_them(store: Store) -> None:
    async with site() as old, site() as new, polling(store, sources=[source(old)]) as polled:
        old.put("/feed", status=302, location=new.url("/here"))
        new.put("/here", feed(("Harbour board votes", new.url("/1"))), etag="W/\"odd 'one'\"")
        await polled.poll()
        polled.later(hours=1)
        (result,) = await polled.poll()
        assert result.outcome is Outcome.NOT_MODIFIED
        assert "If-None-Match" not in old.requests[-1][1]
        assert new.requests[-1][1]["If-None-Match"] == "W/\"odd 'one'\""


async def test_410_twice_a_day_apart_ends_it_until_someone_asks(any_store: Store) -> None:
    async with site() as one, polling(any_store, sources=[source(one)]) as polled:
        one.put("/feed", status=410)
        (first,) = await polled.poll()
        assert first.outcome is Outcome.GONE
        polled.later(hours=27)
        await polled.poll()
        assert state(any_store)[0] == "gone"
        polled.later(days=30)
        assert await polled.poll() == []
        steps = rows(any_store, "SELECT step FROM alert ORDER BY at")
        assert [str(step).split(":")[0] for (step,) in steps] == ["broken", "stopped"]
        one.put("/feed", feed(("It is back after all", one.url("/1"))))
        only = [source_id(any_store, "Courier")]
        assert [r.outcome for r in await one_pass(polled.poller, only=only)] == [Outcome.NEW]
        assert state(any_store)[0] == "ok"


async def test_what_skip_names_is_left_out_counted_and_kept_as_a_row(any_store: Store) -> None:
    wanted = source(Site(), skip=(Phrase("GGUF"),))
    async with site() as one, polling(any_store, JACK, sources=[replace(wanted, url=one.url("/feed"))]) as polled:
        one.put("/feed", feed(("Model of the day", one.url("/1")), ("Model of the day GGUF", one.url("/2"))))
        (first,) = await polled.poll()
        assert (first.entries, first.new) == (2, 1)
        polled.later(hours=1)
        one.put("/feed", feed(("Model of the week", one.url("/3")), ("Model of the day GGUF", one.url("/2"))))
        await polled.poll()
        assert rows(any_store, "SELECT title FROM entry ORDER BY id") == [("Model of the day",), ("Model of the week",)]
        assert rows(any_store, "SELECT reason, sample FROM rejected") == [
            ("skip: GGUF", f"Model of the day GGUF {one.url('/2')}")
        ]
        assert rows(any_store, "SELECT count(*) FROM gap") == [(0,)]  # what is skipped is known, too
        # without the filter what was left out is not news: its key was kept
        polled.force = in_force(any_store, JACK, sources=[source(one)], settings=LOCAL)
        polled.later(hours=1)
        one.put("/feed", feed(("Model of the month", one.url("/4")), ("Model of the day GGUF", one.url("/2"))))
        assert [r.new for r in await polled.poll()] == [1]


async def test_a_feed_that_moved_on_leaves_a_gap_and_one_that_issues_its_ids_anew_does_not(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        one.put("/feed", with_ids({"a": ("Jack Ma opens a school in Lyon", one.url("/1"))}))
        await polled.poll()
        polled.later(hours=1)
        one.put("/feed", with_ids({"a9": ("Jack Ma opens a school in Lyon", one.url("/1"))}))
        await polled.poll()
        assert rows(store, "SELECT count(*) FROM entry") == [(1,)]
        polled.later(hours=1)
        one.put("/feed", with_ids({"a10": ("Jack Ma opens a school in Lyon", one.url("/1-moved"))}))
        await polled.poll()
        assert rows(store, "SELECT count(*) FROM gap") == [(0,)]
        assert [row[3] for row in decisions(store)] == ["baseline", "folded"]
        assert "only its id is new" in str(rows(store, "SELECT reason FROM alert WHERE decision = 'folded'"))
        polled.later(hours=1)
        one.put("/feed", with_ids({"c": ("Quite another thing entirely", one.url("/3"))}))
        await polled.poll()
        assert rows(store, "SELECT count(*) FROM gap") == [(1,)]


async def test_an_entry_came_after_the_last_good_reading_in_which_it_was_not(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        begun = polled.now
        one.put("/feed", feed(("Jack Ma opens a school in Lyon", one.url("/1"))))
        await polled.poll()
        polled.later(hours=1)
        await polled.poll()  # nothing has changed: a good reading all the same
        polled.later(hours=1)
        one.put("/feed", status=503)
        await polled.poll()
        polled.later(hours=1)
        one.put("/feed", feed(("Jack Ma closes a school in Nice", one.url("/2")), ("Gone", one.url("/3"))))
        await polled.poll()
        with store.read() as connection:
            found = connection.execute(sa.select(t.entry.c.absent_at).order_by(t.entry.c.id)).scalars().all()
    assert found == [None, begun + timedelta(hours=1), begun + timedelta(hours=1)]


async def test_a_flood_is_one_list_and_nothing_is_dropped(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        one.put("/feed", feed(("Nothing of note", one.url("/0"))))
        await polled.poll()
        polled.later(hours=1)
        towns = [(place, n) for place in HARBOURS for n in range(FLOOD_CAP // 10)]
        many = [(f"Jack Ma opens school {n} in {place}", one.url(f"/{place}{n}")) for place, n in towns]
        one.put("/feed", feed(*many))
        await polled.poll()
        sent = rows(store, "SELECT count(*) FROM alert WHERE decision = 'send'")[0][0]
        assert isinstance(sent, int)
        assert sent > FLOOD_CAP
        assert rows(store, "SELECT kind, count(*) FROM delivery GROUP BY kind") == [("list", 1)]
        assert rows(store, "SELECT count(*) FROM delivery_item") == [(sent,)]


OUTSIDE = Settings(allow_private=("good.example", "127.0.0.1"))


async def test_an_outage_blames_nobody_is_told_once_and_ends_at_the_first_answer(any_store: Store) -> None:
    async with site() as one:
        one.put("/feed", feed(("Harbour board votes", one.url("/1"))))
        good = Source("Good", f"http://good.example:{one.port}/feed")
        local = Source("Local", one.url("/feed"))  # what runs on this machine tells nothing of the network
        dead = [Source(f"D{n}", f"http://no-such-host-{n}.invalid/feed") for n in range(OUTAGE_HOSTS)]
        names = FakeResolver({"good.example": ["127.0.0.1"]})
        async with polling(any_store, sources=[good, *dead], settings=OUTSIDE, resolver=names) as polled:
            await polled.poll()  # one answers: no outage, however many others do not
            assert rows(any_store, "SELECT count(*) FROM outage") == [(0,)]
            polled.later(hours=30)
            polled.force = in_force(any_store, sources=[local, *dead], settings=OUTSIDE, now=polled.now)
            for _ in range(4):
                await polled.poll()
                polled.later(hours=25)
            assert rows(any_store, "SELECT to_at FROM outage") == [(None,)]
            before = rows(any_store, "SELECT failures FROM source WHERE name LIKE 'D%' ORDER BY id")
            await polled.poll()
            assert rows(any_store, "SELECT failures FROM source WHERE name LIKE 'D%' ORDER BY id") == before
            polled.force = in_force(any_store, sources=[good, *dead], settings=OUTSIDE, now=polled.now)
            polled.later(hours=25)
            await polled.poll()
            assert rows(any_store, "SELECT count(*) FROM outage WHERE to_at IS NOT NULL") == [(1,)]
            told = rows(any_store, "SELECT step FROM alert WHERE subject_kind = 'system' ORDER BY at")
            assert [str(step).split(":")[0] for (step,) in told] == ["broken", "recovered"]


async def test_a_login_never_follows_to_another_port_or_to_what_was_claimed_before(store: Store) -> None:
    access = Access(authorization=Secret("Basic c2VjcmV0"))
    async with site() as old, site() as new, polling(store, sources=[source(old)]) as polled:
        old.put("/feed", status=301, location=new.url("/moved"))
        new.put("/moved", feed(("Harbour board votes", new.url("/1"))))
        for _ in range(3):
            await polled.poll()
            polled.later(hours=13)
        assert state(store)[1] == new.url("/moved")
        polled.force = in_force(store, sources=[source(old, access=access)], settings=LOCAL, now=polled.now)
        await polled.poll()
        assert all("Authorization" not in headers for _, headers in new.requests)
        (claim,) = await polled.poller.claim(every_source=True)
        elsewhere = Source("Courier", new.url("/feed"), access=access, was=old.url("/feed"))
        polled.force = in_force(store, sources=[elsewhere], settings=LOCAL, now=polled.now)
        await polled.poller.poll_claim(claim)
        assert all("Authorization" not in headers for _, headers in (*old.requests, *new.requests))


@pytest.mark.parametrize("status", [410, 500])
async def test_a_learned_address_that_leads_nowhere_is_given_up(store: Store, status: int) -> None:
    async with site() as old, site() as new, polling(store, sources=[source(old)]) as polled:
        old.put("/feed", status=301, location=new.url("/moved"))
        new.put("/moved", feed(("Harbour board votes", new.url("/1"))))
        for _ in range(3):
            await polled.poll()
            polled.later(hours=13)
        assert state(store)[1] == new.url("/moved")
        new.put("/moved", "no", status=status)
        old.put("/feed", feed(("It is here again", old.url("/2"))))
        for _ in range(6):
            polled.later(hours=25)
            await polled.poll()
        assert state(store) == ("ok", old.url("/feed"), 0)


async def test_what_skip_leaves_of_the_first_document_is_its_baseline_all_the_same(store: Store) -> None:
    wanted = Source("Courier", "http://x", skip=(Phrase("Advert"),))
    async with site() as one, polling(store, JACK, sources=[replace(wanted, url=one.url("/feed"))]) as polled:
        one.put("/feed", feed(("Advert for shoes", one.url("/1"))))
        await polled.poll()
        polled.later(days=4)
        one.put("/feed", feed(("Jack Ma opens a school in Lyon", one.url("/2")), ("Advert for shoes", one.url("/1"))))
        await polled.poll()
        assert [row[3] for row in decisions(store)] == ["send"]


def due(store: Store) -> list[object]:
    with store.read() as connection:
        return [row.next_poll_at for row in connection.execute(sa.select(t.source.c.next_poll_at))]


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=365), timedelta(days=-365)])
async def test_a_clock_that_is_set_changes_no_pause(any_store: Store, step: timedelta) -> None:
    async with site() as one, polling(any_store, sources=[source(one)]) as polled:
        one.put("/feed", feed(("Harbour board votes", one.url("/1"))))
        await polled.poll()
        (before,) = due(any_store)
        with any_store.write() as connection:
            shift(connection, step, polled.now + step)
        assert due(any_store) == [before + step]  # type: ignore[operator]
        polled.now += step
        assert await polled.poll(every_source=False) == []
        polled.later(minutes=16)
        assert len(await polled.poll(every_source=False)) == 1


async def test_a_clock_set_back_before_a_restart_makes_no_poll_early(any_store: Store) -> None:
    async with site() as one, polling(any_store, sources=[source(one, every=timedelta(hours=2))]) as polled:
        one.put("/feed", feed(("Harbour board votes", one.url("/1"))))
        await polled.poll()
        polled.later(minutes=1)
        with any_store.write() as connection:
            polled.now -= timedelta(hours=1)
            shift(connection, timedelta(hours=-1), polled.now)
            assert pull_in(connection, polled.now) == 0
        polled.later(minutes=115)
        assert await polled.poll(every_source=False) == []
        polled.later(minutes=15)
        assert len(await polled.poll(every_source=False)) == 1


async def test_a_start_under_a_clock_that_went_back_waits_one_pause_and_not_a_year(any_store: Store) -> None:
    async with site() as one, polling(any_store, sources=[source(one)]) as polled:
        one.put("/feed", feed(("Harbour board votes", one.url("/1"))))
        await polled.poll()
        polled.now = NOW - timedelta(days=365)
        with any_store.write() as connection:
            assert pull_in(connection, polled.now) == 1
            assert pull_in(connection, polled.now) == 0
        assert await polled.poll(every_source=False) == []
        polled.later(minutes=16)
        assert len(await polled.poll(every_source=False)) == 1


async def test_a_corrected_login_is_tried_at_once(any_store: Store) -> None:
    async with site() as one, polling(any_store, sources=[source(one)]) as polled:
        one.put("/feed", "no", status=401)
        for _ in range(3):
            await polled.poll()
            polled.later(hours=5)
        await polled.poll()
        polled.later(minutes=6)
        assert await polled.poll() == []
        corrected = source(one, access=Access(authorization=Secret("Basic c2VjcmV0")))
        watchlist = Watchlist(sources=(corrected,))
        polled.force = put_in_force(
            any_store, watchlist, LOCAL, digest="2", text="", now=polled.now, before=polled.force
        )
        assert len(await polled.poll(every_source=False)) == 1


async def test_the_end_of_an_outage_takes_nothing_back_that_was_no_fault_of_it(store: Store) -> None:
    async with site() as one:
        one.put("/feed", feed(("Harbour board votes", one.url("/1"))))
        one.put("/busy", "later", status=429, retry_after="864000")
        good, local = Source("Good", f"http://good.example:{one.port}/feed"), Source("Courier", one.url("/busy"))
        dead = [Source(f"D{n}", f"http://no-such-host-{n}.invalid/feed") for n in range(OUTAGE_HOSTS)]
        names = FakeResolver({"good.example": ["127.0.0.1"]})
        async with polling(store, sources=dead, settings=OUTSIDE, resolver=names) as polled:
            for _ in range(3):
                await polled.poll()
                polled.later(hours=25)
            assert rows(store, "SELECT to_at FROM outage") == [(None,)]
            for sources in ([local, *dead], [good, local, *dead]):
                polled.force = in_force(store, sources=sources, settings=OUTSIDE, now=polled.now)
                polled.later(hours=1)
                await polled.poll()
            assert rows(store, "SELECT count(*) FROM outage WHERE to_at IS NOT NULL") == [(1,)]
            assert state(store) == ("broken", one.url("/busy"), 1)
            assert one.asked.count("/busy") == 1


async def test_an_outage_ends_where_no_source_is_left_that_could_tell(store: Store) -> None:
    async with site() as one:
        one.put("/feed", feed(("Harbour board votes", one.url("/1"))))
        dead = [Source(f"D{n}", f"http://no-such-host-{n}.invalid/feed") for n in range(OUTAGE_HOSTS)]
        async with polling(store, sources=dead, settings=OUTSIDE) as polled:
            for _ in range(3):
                await polled.poll()
                polled.later(hours=25)
            assert rows(store, "SELECT to_at FROM outage") == [(None,)]
            polled.force = in_force(store, sources=[source(one)], settings=OUTSIDE, now=polled.now)
            for _ in range(2):
                await polled.poll()
                polled.later(hours=1)
            assert rows(store, "SELECT count(*) FROM outage WHERE to_at IS NULL") == [(0,)]
