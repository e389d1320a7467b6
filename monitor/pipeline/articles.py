"""Articles: the page of an entry is asked for, read, and searched; what it adds goes the way of every entry."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import structlog

from monitor.analysis.address import host_port
from monitor.analysis.normalise import with_page
from monitor.errors import StoreError
from monitor.fetch import Fetcher
from monitor.limits import ARTICLE_RETRY, ARTICLE_TRIES, ENOUGH_TEXT, RETRY_AFTER_CAP, UNREAD_AFTER
from monitor.model import (
    Access,
    ArticleTask,
    Document,
    Extracted,
    Fetched,
    FetchFailure,
    HealthChange,
    NotModified,
    ParseFailure,
    Request,
)
from monitor.parse import ParsePool
from monitor.pipeline.clock import Clock
from monitor.pipeline.crash import reached
from monitor.pipeline.force import InForce
from monitor.pipeline.health import NETWORK
from monitor.pipeline.reading import read_page
from monitor.pipeline.record import alert, article_of, post, reissued, tell_owner
from monitor.pipeline.robots import ASK_AGAIN, Robots
from monitor.pipeline.settle import grouping_of, settle
from monitor.pipeline.writer import Writer
from monitor.store import entries as store_entries
from monitor.store import outages, polls, stories, tasks
from monitor.store.database import Connection, Store
from monitor.store.entries import Recorded
from monitor.store.polls import Claim
from monitor.store.tasks import WantedArticle

log = structlog.get_logger()
_PASSING: Final = NETWORK | {
    "disconnected", "incomplete", "protocol", "http_404", "http_408", "http_425", "http_429", "robots_unread",
    "no_worker", "internal", "proxy",
}  # fmt: skip
"""Reasons that another try may find gone, beside every 5xx. A feed may name a page some minutes before it is there."""


def wanted_articles(recorded: list[Recorded]) -> list[WantedArticle]:
    """The entries whose pages are to be read: new ones, and those with a new headline; not where the feed carries the
    whole article, or no address."""
    return [
        WantedArticle(one.id, one.entry.url, host_port(one.entry.url))
        for one in recorded
        if one.status != "known" and one.entry.url and (one.status == "revision" or len(one.entry.text) < ENOUGH_TEXT)
    ]


class ArticleReader:
    """Reads the articles of a claimed host, one after the other."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        fetcher: Fetcher,
        pool: ParsePool,
        *,
        force: Callable[[], InForce],
        clock: Clock,
    ) -> None:
        self._writer = writer
        self._fetcher = fetcher
        self._pool = pool
        self._force = force
        self._clock = clock
        self._robots = Robots(store, writer, fetcher, pool, clock=clock)

    async def read(self, claim: Claim, task: ArticleTask) -> bool:
        """One try for one article; whatever becomes of it is a row. False: its host is to be left alone for now."""
        try:
            return await self._read(claim, task)
        except StoreError as error:
            log.error("record", entry=f"e{task.entry}", outcome="not_written", error=str(error))
            return False
        except Exception as error:
            log.error("article_failed", entry=f"e{task.entry}", exc_info=error)
            bug = ParseFailure(
                "internal", "The monitor itself failed on this page: a bug, whose details are in the log."
            )
            await self._submit(claim, task, lambda c, now: self._fail(c, task, bug, now))
            return True

    async def _read(self, claim: Claim, task: ArticleTask) -> bool:
        access = self._access(task)
        delay = 0.0

        def slower(seconds: float) -> None:
            nonlocal delay
            delay = seconds

        failure: Fetched | ParseFailure | None = await self._robots.refusal(task.url, access, pause=slower)
        if failure is None:
            await asyncio.sleep(delay)
            fetched = await self._fetcher.fetch(Request(task.url, named=False, wants="page", access=access))
            reached("article_fetched")
            page = await self._pool.run(read_page, fetched) if isinstance(fetched, Document) else None
            if isinstance(fetched, Document) and isinstance(page, Extracted):
                read, address = page, fetched.url
                await self._submit(claim, task, lambda c, now: self._record(c, task, read, address, now))
                log.info("article", entry=f"e{task.entry}", outcome="read", characters=len(read.text))
                return True
            failure = page if isinstance(page, ParseFailure) else fetched
        trouble = failure
        await self._submit(claim, task, lambda c, now: self._fail(c, task, trouble, now))
        asked = isinstance(trouble, FetchFailure) and trouble.retry_after is not None
        reason = trouble.reason if isinstance(trouble, FetchFailure | ParseFailure) else ""
        return not asked and reason not in NETWORK | {"robots_unread", "no_worker"}

    def _access(self, task: ArticleTask) -> Access:
        """What the source needs to be let in, where the article lies at the source's own origin; else its proxy."""
        source = self._force().sources.get(task.source)
        if source is None:
            return Access()
        own, page = urlsplit(source.url), urlsplit(task.url)
        same = (own.scheme, own.netloc.rpartition("@")[2]) == (page.scheme, page.netloc)
        return source.access if same else Access(proxy=source.access.proxy)

    async def _submit(self, claim: Claim, task: ArticleTask, change: Callable[[Connection, datetime], None]) -> None:
        def write(connection: Connection) -> None:
            if polls.holds(connection, claim.host, claim.token):
                change(connection, self._clock())
                reached("recording_article")

        try:
            await self._writer.submit(write)
        except StoreError as error:
            log.error("record", entry=f"e{task.entry}", outcome="not_written", error=str(error))

    def _fail(self, connection: Connection, task: ArticleTask, failure: Fetched | ParseFailure, now: datetime) -> None:
        if isinstance(failure, Document | NotModified):  # pragma: no cover - nothing conditional was asked
            return
        reason = f"{failure.reason}: {failure.sentence}"
        asked = failure.retry_after if isinstance(failure, FetchFailure) else None
        attempts = task.attempts + 1
        if failure.reason == "no_worker" or outages.under_way(connection) is not None:
            attempts = task.attempts  # this machine has no room, or no network: no fault of this page
        if not _passing(failure) or attempts >= ARTICLE_TRIES:
            refused = failure.reason in ("robots", "robots_unread")
            tasks.end(connection, task, tasks.REFUSED if refused else tasks.FAILED, reason, now)
            self._note_unread(connection, task, failure.sentence, now)
        else:
            pause = max(ARTICLE_RETRY * 8 ** max(attempts - 1, 0), min(asked or timedelta(), RETRY_AFTER_CAP))
            tasks.put_off(connection, task, reason, now + pause, attempts=attempts)
        if failure.reason in NETWORK | {"robots_unread"}:  # the host as a whole: no try of another page is spent on it
            tasks.put_off_host(connection, task, now + (ARTICLE_RETRY if failure.reason in NETWORK else ASK_AGAIN))
        if asked:
            tasks.put_off_host(connection, task, now + min(asked, RETRY_AFTER_CAP))
        outcome = "refused" if failure.reason == "robots" else "failed"
        log.info("article", entry=f"e{task.entry}", outcome=outcome, error=reason, attempt=attempts)

    def _note_unread(self, connection: Connection, task: ArticleTask, why: str, now: datetime) -> None:
        """A source whose articles cannot be read looks well otherwise: its owner hears of it, once."""
        if not tasks.unread_in_a_row(connection, task.source, UNREAD_AFTER):
            return
        said = (
            f"its articles cannot be read (the last {UNREAD_AFTER}: {why.rstrip('.')}), "
            "so only headline and teaser are searched"
        )
        if tasks.note_unread(connection, task.source, said):
            name = polls.source_state(connection, task.source).name
            wanted = self._force().sources.get(task.source)
            own = wanted is not None and wanted.read == "full"
            less = "set read: teaser" if own else "take read: full out of the topics that ask for it"
            sentence = f"{name} is read, but {said}.\nYou can: ask its publisher, or {less}."
            change = HealthChange("source", f"p{task.source}", "unread", sentence, now.isoformat())
            tell_owner(connection, self._force(), change, now)

    def _record(self, connection: Connection, task: ArticleTask, page: Extracted, url: str, now: datetime) -> None:
        found = tasks.entry_of(connection, task.entry)
        tasks.end(connection, task, tasks.READ, None, now)
        tasks.note_unread(connection, task.source, None)
        if found is None:
            return
        force = self._force()
        source = polls.source_state(connection, task.source)
        revision, before = found
        entry = with_page(before, page, now)
        _settle_article(connection, force, task, Recorded(task.entry, revision, "known", entry), page, url, now,
                        outlet=source.outlet, name=source.name, topics=source.topics)  # fmt: skip


def _settle_article(
    connection: Connection,
    force: InForce,
    task: ArticleTask,
    one: Recorded,
    page: Extracted,
    url: str,
    now: datetime,
    *,
    outlet: str,
    name: str,
    topics: tuple[str, ...] | None,
) -> None:
    """Match, cluster and alert once more, now with the full text; what was told stays told."""
    result = force.matcher.match(one.entry, topics=topics, source=name)
    if result.matches:
        stories.take_fold_lock(connection)
    tasks.keep_article(connection, one.id, one.entry, page, url=url, matched=bool(result.matches), now=now)
    before = store_entries.match_ids(connection, one)
    store_entries.renew_matches(connection, one, result.matches, result.near, versions=force.versions, now=now)
    if not result.matches:
        return
    story = settle(connection, article_of(one, outlet, now), now, grouping=grouping_of(force.sources.get(task.source)))
    fresh = [match.topic for match in result.matches if force.topics[match.topic].id not in before]
    if not fresh:
        return
    old = reissued(connection, one.id, task.source) if task.origin == "live" else {}
    post(connection, alert(connection, force, one, fresh, story, task.origin, now, old=old), now)


def _passing(failure: FetchFailure | ParseFailure) -> bool:
    return failure.reason in _PASSING or failure.reason.startswith("http_5")
