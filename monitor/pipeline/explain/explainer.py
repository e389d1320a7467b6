"""Answers questions on one consistent view of the store: one at a time, or a whole list with few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from monitor.analysis.matching.match import Matcher
from monitor.errors import UsageError
from monitor.model import Source, Topic
from monitor.pipeline.explain.closeness import Closeness
from monitor.pipeline.explain.dossier import gather
from monitor.pipeline.explain.explanation import Explanation
from monitor.pipeline.explain.found import Found
from monitor.pipeline.explain.headlines import Headlines
from monitor.pipeline.explain.leads import Lead, Leads, Led
from monitor.pipeline.explain.question import Question, read_question
from monitor.pipeline.explain.sentences import Moments
from monitor.pipeline.explain.unseen import Unseen
from monitor.pipeline.explain.watch import Watch
from monitor.store.database import Connection

BATCH: Final = 400
"""Questions of a list that are answered together."""


@dataclass(frozen=True, slots=True)
class Audited:
    """One question of a list, and its answer or why it has none."""

    question: str
    explanation: Explanation | None = None
    error: str = ""


class Explainer:
    """Answers questions on one consistent view of the store."""

    def __init__(
        self,
        connection: Connection,
        matcher: Matcher,
        *,
        zone: ZoneInfo,
        now: datetime,
        topics: Sequence[Topic] | None = None,
        sources: Sequence[Source] = (),
    ) -> None:
        """``matcher`` holds the topics as the watchlist stands, ``topics`` all of them, also those that are paused
        (None: not known, so no filter of theirs is named), and ``sources`` its sources; times are said in ``zone``, as
        seen from ``now``."""
        self._connection = connection
        moments, watch = Moments(zone, now), Watch(connection)
        self._found = Found(connection, watch, Closeness(matcher, topics), moments)
        self._leads = Leads(connection, watch, Headlines(connection), self._found, Unseen(watch, moments, sources))

    def explain(self, question: str) -> list[Explanation]:
        """What became of an address or id; of each entry (at most 20) for words, after the source of that name, if any.

        Raises:
            UsageError: there is no such id, or nothing was asked.
        """
        (lead,) = self._leads.follow([(question, read_question(question))])
        if isinstance(lead, UsageError):
            raise lead
        dossier = gather(self._connection, lead.entries)
        groups = [(entry,) for entry in lead.entries] if lead.by_words else [lead.entries][: len(lead.entries)]
        found = [
            self._found.explain(question, group, dossier, only=lead.only, in_text=lead.in_text) for group in groups
        ]
        return [*lead.answers, *found]

    def audit(self, questions: Sequence[str]) -> Iterator[Audited]:
        """The answer to each question of a list, in their order: one for each, also where words find several entries,
        and those among the newest headlines only."""
        for start in range(0, len(questions), BATCH):
            part = questions[start : start + BATCH]
            read = [_read(question) for question in part]
            usable = [
                (text, asked) for text, asked in zip(part, read, strict=True) if not isinstance(asked, UsageError)
            ]
            leads = iter(self._leads.follow(usable, fast=True))
            yield from self._answered(part, [one if isinstance(one, UsageError) else next(leads) for one in read])

    def _answered(self, questions: Sequence[str], led: Sequence[Led]) -> Iterator[Audited]:
        dossier = gather(self._connection, [entry for lead in led if isinstance(lead, Lead) for entry in lead.entries])
        for question, lead in zip(questions, led, strict=True):
            if isinstance(lead, UsageError):
                yield Audited(question, error=str(lead))
            elif lead.entries:
                yield Audited(question, self._found.explain(question, lead.entries, dossier, only=lead.only))
            else:
                yield Audited(question, lead.answers[0])


def _read(question: str) -> Question | UsageError:
    try:
        return read_question(question)
    except UsageError as error:
        return error
