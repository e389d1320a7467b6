"""Articles read in full: asked for politely, searched, and never a second telling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.limits import ARTICLE_RETRY, ARTICLE_TRIES, ENOUGH_TEXT, FIRST_ARTICLES, ROBOTS_CAP, UNREAD_AFTER
from monitor.model import Access, ArticleTask, Channel, Phrase, Query, Secret, Source, Topic
from monitor.pipeline.articles import ArticleReader, wanted_articles
from monitor.pipeline.deliver import card_of
from monitor.store import listing_wanted
from monitor.store import tasks as store_tasks
from monitor.store.database import Connection, Store
from monitor.store.facts import alert_facts
from tests.paths import JACK, NOW, QWEN, decisions, in_force, rows, said, tell
from tests.polling import LOCAL, Site, feed, page, polling, site

HEADS = "User-agent: *\nDisallow: /private/\n"


def source(one: Site, **more: object) -> Source:
    return replace(Source("Courier", one.url("/feed"), read="full"), **more)  # type: ignore[arg-type]


def tasks(store: Store) -> list[tuple[object, ...]]:
    return rows(store, "SELECT state, attempts, reason FROM fetch_task ORDER BY id")


async def publish_later(one: Site, title: str, path: str, *paragraphs: str) -> None:
    """A new entry in the feed, with its page."""
    one.put(path, page(title, *paragraphs), content_type="text/html; charset=utf-8")
    one.put("/feed", feed((title, one.url(path)), ("Old news of the day", one.url("/old"))))


async def test_a_name_deep_in_the_text_is_found_and_told_once(any_store: Store) -> None:
    async with site() as one, polling(any_store, JACK, sources=[source(one)]) as polled:
        one.put("/feed", feed(("Old news of the day", one.url("/old"))))
        one.put("/old", page("Old news of the day", "Nobody is named."), content_type="text/html")
        await polled.poll()
        await publish_later(one, "Harbour board votes", "/new", "Among the guests was Jack Ma, who spoke of schools.")
        polled.later(minutes=20)
        await polled.poll()
        assert decisions(any_store) == [("s1", "new_story", "first", "send")]
        assert rows(any_store, "SELECT topic, revision, ended_at FROM match") == [(1, 0, None)]
        assert tasks(any_store) == [("read", 1, None), ("read", 1, None)]
        assert rows(any_store, "SELECT text_state FROM entry ORDER BY id") == [("article",), ("article",)]
        assert rows(any_store, "SELECT title, language FROM article WHERE entry = 2") == [("Harbour board votes", "en")]
        polled.later(minutes=20)
        await polled.poll()
        assert len(decisions(any_store)) == 1
        assert one.asked.count("/new") == 1
        assert one.asked.count("/robots.txt") == 1
        with any_store.read() as connection:
            (found,) = alert_facts(connection, [str(rows(any_store, "SELECT id FROM alert")[0][0])])
        assert card_of(found).quotes[0].place == "full text, paragraph 4"


async def test_an_entry_that_matches_already_alerts_at_once_and_the_text_adds_a_topic(store: Store) -> None:
    async with site() as one, polling(store, JACK, QWEN, sources=[source(one)]) as polled:
        one.put("/feed", feed(("Old news of the day", one.url("/old"))))
        await polled.poll()
        await publish_later(one, "Jack Ma visits the harbour", "/new", "He also praised Qwen3 before he left.")
        polled.later(minutes=20)
        await polled.poll()
        assert sorted(decisions(store)) == [("s1", "new_story", "first", "send"), ("s1", "new_topic", "2", "send")]


async def test_what_was_only_listed_is_only_listed_when_its_article_arrives(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        await publish_later(one, "Harbour board votes", "/new", "Among the guests was Jack Ma.")
        await polled.poll()
        assert [row[3] for row in decisions(store)] == ["baseline"]


async def test_robots_txt_is_obeyed_and_the_entry_says_so(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        one.put("/robots.txt", HEADS)
        await publish_later(one, "Harbour board votes", "/private/new", "Jack Ma")
        await polled.poll()
        assert "/private/new" not in one.asked
        (_, new) = tasks(store)
        assert new == ("refused", 1, "robots: robots.txt of 127.0.0.1 does not allow it.")


async def test_a_host_whose_robots_txt_fails_counts_as_refusing_until_it_answers(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        one.put("/robots.txt", "broken", status=500)
        await publish_later(one, "Harbour board votes", "/new", "Jack Ma")
        await polled.poll()
        assert "/new" not in one.asked
        assert {row[0] for row in tasks(store)} == {"due"}
        del one.pages["/robots.txt"]
        polled.later(hours=3)
        await polled.poll()
        assert "read" in {row[0] for row in tasks(store)}


async def test_a_bug_on_one_page_costs_that_page_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site() as one, polling(store, sources=[source(one)]) as polled:
        for name in ("a", "b", "c"):
            one.put(f"/{name}", page(f"Harbour board votes {name}"), content_type="text/html")
        one.put("/feed", feed(*((f"Harbour board votes {name}", one.url(f"/{name}")) for name in ("a", "b", "c"))))
        real = ArticleReader._record

        def failing(self: ArticleReader, connection: Connection, task: ArticleTask, *rest: Any) -> None:
            if task.url.endswith("/b"):
                raise TypeError("a bug")
            real(self, connection, task, *rest)

        monkeypatch.setattr(ArticleReader, "_record", failing)
        for step in range(ARTICLE_TRIES):
            await polled.poll()
            polled.later(minutes=15 * 8**step + 1)
        assert sorted(row[:2] for row in tasks(store)) == [("failed", ARTICLE_TRIES), ("read", 1), ("read", 1)]


async def test_the_same_article_under_a_new_id_is_no_news(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        await publish_later(one, "Harbour board votes on ferries", "/new", "Among the guests was Jack Ma.")
        await polled.poll()
        assert [row[3] for row in decisions(store)] == ["baseline"]
        again = one.pages["/feed"][2].replace(b"<guid>", b"<guid isPermaLink='false'>again-")
        one.put("/feed", again)
        polled.later(hours=1)
        await polled.poll()
        assert [row[3] for row in decisions(store)] == ["baseline"]  # the known entry: the same page, word for word
        one.put("/feed", again.replace(b"again-", b"anew-").replace(b"In brief.", b"In short."))
        polled.later(hours=1)
        await polled.poll()
        assert [row[3] for row in decisions(store)] == ["baseline", "folded"]


async def test_a_corrected_headline_of_what_was_only_listed_is_no_news(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        many = [(f"Harbour board votes on ferry {n}", one.url(f"/{n}")) for n in range(FIRST_ARTICLES + 1)]
        for n in range(FIRST_ARTICLES + 1):
            one.put(f"/{n}", page(f"Harbour board votes on ferry {n}", "Jack Ma came."), content_type="text/html")
        one.put("/feed", feed(*many))
        await polled.poll()
        assert len(tasks(store)) == FIRST_ARTICLES
        oldest = (many[-1][0] + " at last", many[-1][1])
        one.put("/feed", feed(*many[:-1], oldest))
        polled.later(hours=1)
        await polled.poll()
        assert len(tasks(store)) == FIRST_ARTICLES + 1
        assert {row[3] for row in decisions(store)} == {"baseline"}


@pytest.mark.parametrize(
    ("status", "tries"), [(404, ARTICLE_TRIES), (403, 1), (503, ARTICLE_TRIES), (429, ARTICLE_TRIES)]
)
async def test_what_may_pass_is_tried_again_and_then_given_up(store: Store, status: int, tries: int) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        one.put("/new", "no", status=status)
        one.put("/feed", feed(("Harbour board votes", one.url("/new"))))
        await polled.poll()
        for step in range(ARTICLE_TRIES):
            polled.later(minutes=15 * 8**step + 1)
            await polled.poll()
        assert one.asked.count("/new") == tries
        assert tasks(store)[0][:2] == ("failed", tries)
        assert f"http_{status}" in str(tasks(store)[0][2])


async def test_a_pause_that_a_server_asks_for_holds_for_all_its_articles(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        one.put("/a", "no", status=429, retry_after="7200")
        one.put("/b", "no", status=429, retry_after="7200")
        one.put("/feed", feed(("First of two", one.url("/a")), ("Second of two", one.url("/b"))))
        await polled.poll()
        asked = len([path for path in one.asked if path in ("/a", "/b")])
        assert asked == 1  # the second is not even asked for
        polled.later(minutes=100)
        await polled.poll()
        assert len([path for path in one.asked if path in ("/a", "/b")]) == asked
        assert ARTICLE_RETRY.total_seconds() < 7200


async def test_a_feed_that_carries_its_articles_is_not_asked_for_their_pages(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        body = "<p>" + "Jack Ma spoke at length of the harbour. " * (ENOUGH_TEXT // 30) + "</p>"
        content = f"<content:encoded><![CDATA[{body}]]></content:encoded>"
        one.put(
            "/feed",
            "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>C</title>"
            f"<item><title>Harbour board votes</title><link>{one.url('/new')}</link>{content}</item></channel></rss>",
        )
        await polled.poll()
        assert one.asked == ["/feed"]
        assert tasks(store) == []


async def test_a_login_goes_to_the_sources_own_site_only(store: Store) -> None:
    access = Access(authorization=Secret("Basic c2VjcmV0"), headers=(("X-Key", Secret("k3y")),))
    async with site() as one, site() as other, polling(store, sources=[source(one, access=access)]) as polled:
        for place in (one, other):
            place.put("/new", page("A title of some length"), content_type="text/html")
        one.put("/feed", feed(("At home tonight", one.url("/new")), ("Far away today", other.url("/new"))))
        await polled.poll()
        home = [headers for path, headers in one.requests if path in ("/feed", "/new")]
        assert all((h.get("Authorization"), h.get("X-Key")) == ("Basic c2VjcmV0", "k3y") for h in home)
        away = [headers for _, headers in other.requests]
        assert away
        assert all("Authorization" not in h and "X-Key" not in h for h in away)


async def test_a_new_headline_reads_the_page_again_and_keeps_the_text_until_then(store: Store) -> None:
    async with site() as one, polling(store, JACK, sources=[source(one)]) as polled:
        await publish_later(one, "Harbour board votes", "/new", "Among the guests was Jack Ma.")
        await polled.poll()
        one.put("/feed", feed(("Harbour board votes again", one.url("/new"))))
        one.put("/new", "gone", status=404)
        polled.later(minutes=20)
        await polled.poll()
        assert one.asked.count("/new") == 2
        assert rows(store, "SELECT text_state FROM entry WHERE revision = 1") == [("article",)]
        assert rows(store, "SELECT count(*) FROM match WHERE ended_at IS NULL") == [(1,)]


async def test_two_channels_hear_of_what_the_article_adds(store: Store) -> None:
    to_both = replace(JACK, channels=("console", "second"))
    channels = (Channel("console"), Channel("second"))
    async with site() as one, polling(store, to_both, sources=[source(one)]) as polled:
        polled.force = in_force(store, to_both, sources=[source(one)], settings=LOCAL, channels=channels)
        one.put("/feed", feed(("Old news of the day", one.url("/old"))))
        await polled.poll()
        await publish_later(one, "Harbour board votes", "/new", "Among the guests was Jack Ma.")
        polled.later(minutes=20)
        await polled.poll()
        assert rows(store, "SELECT channel, decision FROM alert ORDER BY channel") == [
            ("console", "send"),
            ("second", "send"),
        ]


async def test_a_source_whose_articles_cannot_be_read_says_so_once_and_until_one_is(store: Store) -> None:
    async with site() as one, polling(store, sources=[source(one)]) as polled:
        one.put("/robots.txt", HEADS)
        one.put(
            "/feed", feed(*((f"Harbour board votes {n}", one.url(f"/private/{n}")) for n in range(UNREAD_AFTER + 2)))
        )
        await polled.poll()
        with store.read() as connection:
            (row,) = listing_wanted.sources(connection)
        assert (row.state, "only headline and teaser are searched" in (row.reason or "")) == ("ok", True)
        assert rows(store, "SELECT rule, substr(step, 1, 6) FROM alert") == [("health", "unread")]
        await publish_later(one, "Harbour board votes at last", "/open")
        polled.later(hours=1)
        await polled.poll()
        with store.read() as connection:
            assert listing_wanted.sources(connection)[0].reason is None


async def test_articles_that_are_read_once_more_are_no_failures(store: Store) -> None:
    async with site() as one, polling(store, sources=[source(one)]) as polled:
        many = [(f"Harbour board votes on ferry {n}", one.url(f"/{n}")) for n in range(UNREAD_AFTER)]
        for n in range(UNREAD_AFTER):
            one.put(f"/{n}", page(f"Harbour board votes on ferry {n}"), content_type="text/html")
        one.put("/feed", feed(*many))
        await polled.poll()
        one.put("/0", "no", status=403)
        one.put("/feed", feed(*((f"{title} again", url) for title, url in many)))
        polled.later(hours=1)
        await polled.poll()
        assert sorted(str(row[0]) for row in tasks(store)) == ["failed", *["read"] * (UNREAD_AFTER - 1)]
        assert rows(store, "SELECT unread FROM source") == [(None,)]


async def test_a_rule_that_the_cap_cuts_in_two_is_no_rule(store: Store) -> None:
    async with site() as one, polling(store, sources=[source(one)]) as polled:
        head, rule = b"User-agent: *\n", b"Disallow: /n"
        filling = b"#" * (ROBOTS_CAP - len(head) - len(rule) - 1) + b"\n"
        one.put("/robots.txt", head + filling + rule + b"othing-else\n", content_type="text/plain")
        await publish_later(one, "Harbour board votes", "/new")
        await polled.poll()
        assert "/new" in one.asked


FULL = Topic("Deep", Query(any=(Phrase("Qwen3"),)), channels=("console",), read="full")
TEASER, WHOLE = Source("Courier", "https://courier.example/feed"), Source(
    "Courier", "https://courier.example/feed", read="full"
)  # fmt: skip
GONE = ("dropped", 0, store_tasks.UNWANTED)
DUE = ("due", 0, None)


@pytest.mark.parametrize(
    ("before", "read", "after", "then", "state"),
    [
        ([FULL], TEASER, [FULL], TEASER, DUE),
        ([FULL], TEASER, [JACK], TEASER, GONE),
        ([FULL], TEASER, [replace(FULL, read="teaser")], TEASER, GONE),
        ([FULL], TEASER, [replace(FULL, paused=True)], TEASER, GONE),
        ([FULL], TEASER, [replace(FULL, query=Query(any=(Phrase("Harbour"),)))], TEASER, GONE),
        ([FULL], TEASER, [FULL], replace(TEASER, topics=("Other",)), GONE),
        ([JACK], WHOLE, [JACK], WHOLE, DUE),
        ([JACK], WHOLE, [JACK], TEASER, GONE),
        ([FULL], WHOLE, [FULL], TEASER, DUE),
    ],
    ids=[
        "as it was", "topic removed", "topic reads teasers", "topic paused", "topic matches already",
        "source not for it", "source full", "source no longer full", "the topic wants it still",
    ],
)  # fmt: skip
def test_an_article_that_nobody_wants_any_more_is_not_asked_for(
    any_store: Store, before: list[Topic], read: Source, after: list[Topic], then: Source, state: tuple[object, ...]
) -> None:
    force = in_force(any_store, *before, sources=[read])
    told = tell(any_store, force, "Courier", said("Harbour board votes", "https://courier.example/1"))
    assert read.read == "full" or told.unsure
    with any_store.write() as connection:
        store_tasks.want(connection, wanted_articles(list(told.recorded)), listed_until=None, now=NOW)
    in_force(any_store, *after, sources=[then], now=NOW + ARTICLE_RETRY)
    assert tasks(any_store) == [state]
    with any_store.read() as connection:
        assert store_tasks.waiting(connection) == (state is DUE)
        assert not store_tasks.unread_in_a_row(connection, 1, 1), "that is no fault of the source"
