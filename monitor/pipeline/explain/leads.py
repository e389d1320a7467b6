"""Where questions lead: to entries, or to an answer of its own where no entry is to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from monitor.errors import UsageError
from monitor.pipeline.explain.explanation import Explanation
from monitor.pipeline.explain.found import Found, of_owner
from monitor.pipeline.explain.headlines import Headlines
from monitor.pipeline.explain.question import Address, AlertId, Id, Question, Words, spellings
from monitor.pipeline.explain.unseen import Unseen, rejections_among
from monitor.pipeline.explain.watch import Watch
from monitor.store import evidence, listing, listing_alerts, listing_stories, sightings
from monitor.store.database import Connection


@dataclass(frozen=True, slots=True)
class Lead:
    """Where one question leads."""

    entries: tuple[int, ...] = ()
    only: tuple[str, ...] = ()
    """The alerts that were asked for; empty: all."""
    by_words: bool = False
    """The entries have nothing in common but the words asked for."""
    in_text: bool = False
    """The entries hold the words asked for in their texts, not in their headlines."""
    answers: tuple[Explanation, ...] = ()
    """What is to be said before the entries, or without any."""


Led: TypeAlias = Lead | UsageError
"""An id that is not there is a mistake of its own question only."""


class Leads:
    """Finds out where questions lead; the addresses of many questions are looked up together."""

    def __init__(
        self, connection: Connection, watch: Watch, headlines: Headlines, found: Found, unseen: Unseen
    ) -> None:  # fmt: skip
        self._connection = connection
        self._watch = watch
        self._headlines = headlines
        self._found = found
        self._unseen = unseen

    def follow(self, questions: Sequence[tuple[str, Question]], *, fast: bool = False) -> list[Led]:
        """One for each question as written and as read, in their order; ``fast``: words are looked for in the newest
        headlines only."""
        addresses = self._addresses([(text, asked.url) for text, asked in questions if isinstance(asked, Address)])
        led: list[Led] = []
        for text, asked in questions:
            try:
                led.append(addresses[text] if isinstance(asked, Address) else self._of(text, asked, fast=fast))
            except UsageError as error:
                led.append(error)
        return led

    def _of(self, question: str, asked: Id | AlertId | Words, *, fast: bool) -> Lead:
        if isinstance(asked, Words):
            return self._words(question, asked, fast=fast)
        if isinstance(asked, AlertId):
            return self._alert(question, asked.start, fast=fast)
        return self._delivery(question, asked.number) if asked.kind == "delivery" else self._id(question, asked)

    def _addresses(self, asked: Sequence[tuple[str, str]]) -> dict[str, Lead]:
        """Question to its lead."""
        forms = {url: spellings(url) for _, url in asked}
        places = sightings.entries_at(
            self._connection,
            [url for urls, _ in forms.values() for url in urls],
            [key for _, keys in forms.values() for key in keys],
        )
        at: dict[str, list[int]] = defaultdict(list)
        for place in places:
            for name in {place.url, place.url_key} - {None}:
                at[name or ""].append(place.entry)
        order = {place.entry: nth for nth, place in enumerate(places)}
        found = {
            url: sorted({entry for name in (*urls, *keys) for entry in at.get(name, ())}, key=order.__getitem__)
            for url, (urls, keys) in forms.items()
        }
        unseen = [url for url, entries in found.items() if not entries]
        thrown = rejections_among(sightings.rejections(self._connection), unseen) if unseen else {}
        return {
            text: Lead(entries=tuple(found[url]))
            if found[url]
            else Lead(answers=(self._unseen.address(text, url, thrown.get(url)),))
            for text, url in asked
        }

    def _words(self, question: str, asked: Words, *, fast: bool) -> Lead:
        if not asked.words:
            raise UsageError("explain what? Give an address, an id (e12 s7 a9f2c1 d55) or words of a headline")
        answers: list[Explanation] = []
        reader = self._watch.named(" ".join(asked.words))
        if reader is not None:
            answers.append(self._unseen.source(question, reader, by_name=True))
        elif asked.host is not None and (told := self._unseen.host(question, asked.host)) is not None:
            answers.append(told)
        found = self._headlines.find_fast(asked.words) if fast else self._headlines.find(asked.words)
        if answers and found.in_text:  # a source's own name stands in many of its texts
            return Lead(answers=tuple(answers))
        if not found.entries and not answers:
            alike = listing.entries_by_id(self._connection, self._headlines.alike(asked.words))
            answers.append(self._unseen.words(question, asked.words, alike, texts=not fast))
        return Lead(entries=found.entries, by_words=True, in_text=found.in_text, answers=tuple(answers))

    def _id(self, question: str, asked: Id) -> Lead:
        if asked.kind == "entry":
            found = [row.id for row in listing.entries_by_id(self._connection, [asked.number])]
        elif asked.kind == "story":
            found = self._members([asked.number])
        else:
            found = self._members(evidence.stories_of_event(self._connection, asked.number))
        if not found:
            raise UsageError(f"there is no {asked.kind} {question.strip()}")
        return Lead(entries=tuple(found))

    def _members(self, stories: Sequence[int]) -> list[int]:
        roots = [story.id for story in listing_stories.stories_by_id(self._connection, stories)]
        return [entry for root in roots for entry in listing_stories.members(self._connection, root)]

    def _delivery(self, question: str, number: int) -> Lead:
        rows = listing_alerts.deliveries_by_id(self._connection, [number])
        if not rows or not rows[0].alerts:
            raise UsageError(f"there is no delivery {question.strip()}")
        alerts = [a for i in rows[0].alerts for a in listing_alerts.alerts_by_id(self._connection, i)]
        entries = tuple(dict.fromkeys(a.entry for a in alerts if a.entry is not None))
        if not entries:
            return Lead(answers=(of_owner(question, alerts[0], rows[0], self._found.standings, self._found.moments),))
        return Lead(entries=entries, only=tuple(alert.id for alert in alerts))

    def _alert(self, question: str, start: str, *, fast: bool) -> Lead:
        found = listing_alerts.alerts_by_id(self._connection, start)
        if not found:  # "added" may be a word
            return self._words(question, Words((start,)), fast=fast)
        if len(found) != 1:
            raise UsageError(f"several alerts begin with {start}")
        alert = found[0]
        if alert.entry is not None:
            return Lead(entries=(alert.entry,), only=(alert.id,))
        deliveries = listing_alerts.deliveries_of_alerts(self._connection, [alert.id])
        last = deliveries[-1] if deliveries else None
        return Lead(answers=(of_owner(question, alert, last, self._found.standings, self._found.moments),))
