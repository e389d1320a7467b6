"""Topics with ``read: full``: pages are asked for only where headline and teaser leave the answer open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.limits import UNREAD_AFTER
from monitor.model import Phrase, Query, Source, Topic
from monitor.store.database import Store
from tests.paths import decisions, rows
from tests.polling import Site, feed, page, polling, site

COURT = Topic("Court", Query(all=(Phrase("Alibaba"), Phrase("court"))), read="full")
OLD = ("Old news of the day", "/old")


def _feed(one: Site, *entries: tuple[str, str]) -> None:
    one.put("/feed", feed(*((title, one.url(path)) for title, path in (*entries, OLD))))
    for title, path in (*entries, OLD):
        said = "Nobody is named." if path == "/old" else "It is said that Alibaba has to go to court in spring."
        text = page(title, said)
        one.put(path, text, content_type="text/html; charset=utf-8")


def source(one: Site) -> Source:
    return Source("Courier", one.url("/feed"))


@pytest.mark.parametrize(
    ("topic", "title", "asked", "told"),
    [
        (COURT, "Harbour board votes", True, True),
        (COURT, "Alibaba votes", True, True),
        (COURT, "Alibaba goes to court", False, True),
        (replace(COURT, query=replace(COURT.query, none=(Phrase("marathon"),))), "Marathon in spring", False, False),
        (replace(COURT, query=replace(COURT.query, title_only=True)), "Alibaba votes", False, False),
        (replace(COURT, query=replace(COURT.query, except_sources=("Courier",))), "Alibaba votes", False, False),
        (replace(COURT, query=replace(COURT.query, sources=("Courier",))), "Alibaba votes", True, True),
        (replace(COURT, read="teaser"), "Alibaba votes", False, False),
        (replace(COURT, query=replace(COURT.query, none=(Phrase("spring"),))), "Alibaba votes", True, False),
    ],
    ids=["nothing there", "one of two there", "both there", "refused", "in the title alone", "not this source",
         "this source", "teaser alone", "refused by the text"],
)  # fmt: skip
async def test_only_an_open_answer_asks_for_the_page(
    store: Store, topic: Topic, title: str, asked: bool, told: bool
) -> None:
    async with site() as one, polling(store, topic, sources=[source(one)]) as polled:
        _feed(one)
        await polled.poll()
        _feed(one, (title, "/new"))
        polled.later(minutes=20)
        await polled.poll()
        assert ("/new" in one.asked) == asked
        assert decisions(store) == ([("s1", "new_story", "first", "send")] if told else [])


async def test_a_topic_that_does_not_read_the_source_asks_for_none_of_its_pages(store: Store) -> None:
    other = Topic("Other", Query(any=(Phrase("Nobody"),)))
    async with site() as one:
        limited = replace(source(one), topics=("Other",))
        async with polling(store, COURT, other, sources=[limited]) as polled:
            _feed(one, ("Alibaba votes", "/new"))
            await polled.poll()
            assert "/new" not in one.asked
            assert rows(store, "SELECT id FROM fetch_task") == []


async def test_pages_that_cannot_be_read_are_told_with_what_the_topic_can_do(store: Store) -> None:
    async with site() as one, polling(store, COURT, sources=[source(one)]) as polled:
        entries = [(f"Alibaba votes for the {number}. time", f"/{number}") for number in range(UNREAD_AFTER)]
        _feed(one, *entries)
        for _, path in (*entries, OLD):
            one.put(path, "no", status=403)
        await polled.poll()
        ((said,),) = rows(store, "SELECT text FROM alert WHERE rule = 'health'")
        assert "so only headline and teaser are searched" in str(said)
        assert str(said).endswith("take read: full out of the topics that ask for it.")
