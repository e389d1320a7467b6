"""What became of entries that were read: the verdict on them, its sentence, its rows and its ladder."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from monitor.pipeline.explain import ladder
from monitor.pipeline.explain.closeness import NOT_LOOKED, Closeness
from monitor.pipeline.explain.dossier import Dossier
from monitor.pipeline.explain.explanation import RANK, Explanation
from monitor.pipeline.explain.ladder import Ways
from monitor.pipeline.explain.sentences import Fact, Moments, sentence_of
from monitor.pipeline.explain.watch import Watch
from monitor.store import evidence
from monitor.store.database import Connection
from monitor.store.evidence import MatchRow, NearMissRow, Standing
from monitor.store.listing_alerts import AlertRow, DeliveryRow


class Found:
    """Judges entries by the rows gathered on them."""

    def __init__(self, connection: Connection, watch: Watch, closeness: Closeness, moments: Moments) -> None:
        self._connection = connection
        self._watch = watch
        self._closeness = closeness
        self.moments = moments

    def explain(
        self,
        question: str,
        ids: Sequence[int],
        dossier: Dossier,
        *,
        only: Collection[str] = (),
        in_text: bool = False,
    ) -> Explanation:
        """What became of these entries; asked for the alerts ``only``, the verdict and its sentence are theirs.

        ``in_text``: they were found by words that are not in their headlines.
        """
        facts: list[tuple[str, Fact]] = []
        near: list[NearMissRow] = []
        for entry in ids:
            fact = self._fact(entry, dossier)
            near += fact.near
            facts += self._judged(fact, dossier)
        asked = [(name, fact) for name, fact in facts if fact.alert is not None and fact.alert.id in only]
        facts = asked or facts
        verdict, fact = max(facts, key=lambda pair: RANK[pair[0]])  # the first of equals: what was told first
        same = [other.alert.channel for name, other in facts if name == verdict and other.alert]
        fact = replace(fact, also=tuple(dict.fromkeys(same))[1:])
        alerts = [alert for entry in ids for alert in dossier.alerts.get(entry, ())]
        carried = {d.id: d for alert in alerts for d in dossier.deliveries.get(alert.id, ())}
        joins = [dossier.joins[entry] for entry in ids if entry in dossier.joins]
        numbers = dict.fromkeys(dossier.entries[entry].story for entry in ids)
        stories = tuple(dossier.stories[n] for n in numbers if n is not None and n in dossier.stories)
        return Explanation(
            question=question,
            verdict=verdict,
            sentence=sentence_of(verdict, fact, self.moments),
            entries=tuple(dossier.entries[entry] for entry in ids),
            matches=tuple(match for entry in sorted(ids) for match in dossier.matches.get(entry, ())),
            near_misses=tuple(near),
            story=fact.story,
            stories=stories,
            events=tuple(dossier.events[number] for number in dict.fromkeys(story.event for story in stories)),
            changes=tuple(change for entry in ids for change in dossier.changes.get(entry, ())),
            evidence=tuple(sorted(joins, key=lambda join: (join.at, join.entry))),
            alerts=tuple(sorted(alerts, key=lambda a: (a.at, a.entry or 0, a.channel, a.id))),
            deliveries=tuple(carried[number] for number in sorted(carried)),
            ladder=ladder.of_entry(verdict, fact, self._ways(fact, in_text=in_text), self.moments),
        )

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """Channel name to how it stands."""
        return evidence.standings(self._connection)

    def _fact(self, number: int, dossier: Dossier) -> Fact:
        entry = dossier.entries[number]
        matches, near = dossier.matches.get(number, ()), dossier.near.get(number, ())
        again = NOT_LOOKED
        if not matches:
            reader = self._watch.readers.get(entry.source_id)
            again = self._closeness.look_again(entry, *dossier.texts.get(number, ("", "")), reader, near)
            near = near or again.near
        ended = () if matches else dossier.ended.get(number, ())
        story = dossier.stories.get(entry.story) if entry.story is not None else None
        return Fact(
            entry=entry,
            matches=matches,
            ended=ended,
            near=near,
            again=again,
            join=dossier.joins.get(number),
            story=story,
            event=dossier.events.get(story.event) if story is not None else None,
        )

    def _judged(self, fact: Fact, dossier: Dossier) -> list[tuple[str, Fact]]:
        own = dossier.alerts.get(fact.entry.id, ())
        found: list[tuple[str, Fact]] = []
        for alert in own:
            carried: Sequence[DeliveryRow | None] = dossier.deliveries.get(alert.id) or [None]
            for delivery in carried:
                verdict = judged(alert, delivery)
                told = dossier.told.get((alert.subject, alert.channel)) if verdict == "folded" else None
                found.append((verdict, replace(fact, alert=alert, delivery=delivery, told=told)))
        if not fact.matches:
            found.append(("not_matched", fact))
        elif not own:
            found.append(("unrouted", replace(fact, routes=self._routes_of(fact.matches))))
        return found

    def _routes_of(self, matches: Sequence[MatchRow]) -> Mapping[str, tuple[str, ...]]:
        names = dict.fromkeys(match.topic for match in matches)
        return {name: self._routes[name] for name in names if name in self._routes}

    @cached_property
    def _routes(self) -> Mapping[str, tuple[str, ...]]:
        return {
            topic: tuple(f"{n} (off)" if n in self.standings and self.standings[n].off else n for n in channels)
            for topic, channels in evidence.routes(self._connection).items()
        }

    def _ways(self, fact: Fact, *, in_text: bool) -> Ways:
        reader = self._watch.readers.get(fact.entry.source_id)
        polls = self._watch.polls([reader.id] if reader else [], since=None)
        return Ways(reader, polls, self.standings, in_text=in_text)


def judged(alert: AlertRow, delivery: DeliveryRow | None) -> str:
    """The verdict that a decision and its delivery give."""
    if alert.decision != "send":
        return alert.decision
    state = delivery.state if delivery else "pending"
    return state if state in ("sent", "dead") else "queued"


def of_owner(
    question: str, alert: AlertRow, delivery: DeliveryRow | None, standings: Mapping[str, Standing], moments: Moments
) -> Explanation:
    """An alert on something that broke or recovered."""
    verdict = judged(alert, delivery)
    return Explanation(
        question,
        verdict,
        alert.reason,
        alerts=(alert,),
        deliveries=(delivery,) if delivery else (),
        ladder=ladder.of_alert(verdict, alert, delivery, standings, moments),
    )
