"""How a back-test is shown: lines for programs, and for people first of all the alerts that it would have sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import typer

from monitor.analysis.newwords import NewWord, new_words
from monitor.analysis.quote import quote
from monitor.cli.explaining import spans_json
from monitor.cli.listing_rows import typed
from monitor.cli.printing import Clockface, count_words, paragraph
from monitor.cli.session import iso, visible
from monitor.model import TOLD
from monitor.pipeline.backtest import Backtest, Found, Hit
from monitor.pipeline.comparing import Compared
from monitor.store.listing_alerts import AlertRow

SHOWN: Final = 10
"""Entries of one kind, stories of one channel, days: shown to people; ``--json`` has all."""
TOLD_WORDS: Final = frozenset(decision.value for decision in TOLD)
MARKS: Final = {"added": "+", "removed": "-", "same": " "}


@dataclass(frozen=True, slots=True)
class View:
    """A back-test as one command shows it: of all topics, or of one alone."""

    test: Backtest
    zone: ZoneInfo
    topic: str | None = None

    @property
    def hits(self) -> list[Hit]:
        """The entries that match what is shown."""
        return [hit for hit in self.test.hits if self.found(hit)]

    def found(self, hit: Hit) -> tuple[Found, ...]:
        """The topics of an entry that are shown."""
        return tuple(one for one in hit.found if self.topic in (None, one.topic))

    def change(self, hit: Hit) -> str:
        """``added removed same``, by the topics that are shown."""
        changes = {one.change for one in self.found(hit)}
        return "added" if "added" in changes else "removed" if "removed" in changes else "same"

    def alerts(self, hit: Hit, *, before: bool = False) -> list[AlertRow]:
        """What is decided about what is shown."""
        rows = hit.alerts_before if before else hit.alerts
        return [row for row in rows if self.topic is None or self.topic in row.topics]

    def told(self, channel: str, *, before: bool = False) -> list[tuple[Hit, AlertRow]]:
        """The alerts that a channel would have been sent, in their order."""
        return [
            (hit, row)
            for hit in self.hits
            for row in self.alerts(hit, before=before)
            if row.channel == channel and row.decision in TOLD_WORDS
        ]

    @property
    def channels(self) -> list[str]:
        """The channels about which something was decided, on either side."""
        rows = (row for hit in self.hits for side in (False, True) for row in self.alerts(hit, before=side))
        return sorted({row.channel for row in rows})

    @property
    def days(self) -> float:
        """How many days the store covers here; at least one."""
        seen = self.test.coverage
        if seen.first is None or seen.last is None:
            return 1.0
        return max(1.0, (seen.last - seen.first) / timedelta(days=1))

    def counts(self) -> Counter[str]:
        """How many entries are ``added removed same``."""
        return Counter(self.change(hit) for hit in self.hits)

    def by_day(self) -> dict[date, tuple[int, int]]:
        """Entries that matched before and match now, by the day on which they were first seen."""
        found: dict[date, tuple[int, int]] = {}
        for hit in self.hits:
            day, kinds = hit.first_seen.astimezone(self.zone).date(), {one.change for one in self.found(hit)}
            before, after = found.get(day, (0, 0))
            found[day] = (before + (kinds != {"added"}), after + (kinds != {"removed"}))
        return found

    def words(self) -> tuple[NewWord, ...]:
        """Frequent new words among the additions."""
        added = [hit.title for hit in self.hits if self.change(hit) == "added"]
        before = [hit.title for hit in self.hits if self.change(hit) != "added"]
        spans = {span.text for hit in self.hits for one in self.found(hit) for span in one.spans}
        return new_words(added, before, known=spans)


def lines(view: View) -> Iterator[Mapping[str, Any]]:
    """An object an entry, and the summary last."""
    for hit in view.hits:
        yield {
            "id": typed("e", hit.entry),
            "url": hit.url,
            "title": hit.title,
            "first_seen": iso(hit.first_seen),
            "change": view.change(hit),
            "topics": [{"name": one.topic, "change": one.change} for one in view.found(hit)],
            "spans": [{"topic": one.topic, **span} for one in view.found(hit) for span in spans_json(one.spans)],
            "story": typed("s", hit.story),
            "alerts": [alert_json(row) for row in view.alerts(hit)],
        }
    yield {"summary": summary(view)}


def alert_json(row: AlertRow) -> Mapping[str, Any]:
    """A decision as ``replay`` prints it, with its topics."""
    return {
        "id": row.id,
        "channel": row.channel,
        "rule": row.rule,
        "decision": row.decision,
        "delivery": None,
        "at": iso(row.at),
        "topics": list(row.topics),
    }


def summary(view: View) -> Mapping[str, Any]:
    """The figures."""
    counts, days, seen = view.counts(), view.days, view.test.coverage
    before, after = counts["removed"] + counts["same"], counts["added"] + counts["same"]
    return {
        "topics": [_compared_json(one) for one in view.test.comparison.topics if view.topic in (None, one.name)],
        "hits_a_day": {"before": round(before / days, 2), "after": round(after / days, 2)},
        "days": [
            {"day": day.isoformat(), "before": had, "after": has} for day, (had, has) in sorted(view.by_day().items())
        ],
        "added": counts["added"],
        "removed": counts["removed"],
        "same": counts["same"],
        "alerts": {
            channel: {
                "alerts": len(told := view.told(channel)),
                "stories": len({row.subject for _, row in told}),
                "before": len(view.told(channel, before=True)),
            }
            for channel in view.channels
        },
        "new_words": [{"word": one.word, "added": one.added, "before": one.before} for one in view.words()],
        "coverage": {
            "entries": seen.entries,
            "first": iso(seen.first),
            "last": iso(seen.last),
            "complete_since": iso(seen.complete_since),
            "capped": seen.capped,
        },
        "entries": seen.entries,
        "seconds": round(view.test.seconds, 2),
    }


def _compared_json(one: Compared) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "status": one.status,
        "was": one.was,
        "compared_with": "nothing" if one.base is None else "before" if one.before else "in force",
        "definition": one.definition or None,
        "base_definition": one.base_definition or None,
    }


def show(view: View, face: Clockface) -> None:
    """For people: alerts, hits a day, samples, new words, coverage."""
    _show_alerts(view, face)
    counts, days = view.counts(), view.days
    before, after = counts["removed"] + counts["same"], counts["added"] + counts["same"]
    typer.echo(f"\nEntries that match: {after}, before {before}; a day {after / days:.1f}, before {before / days:.1f}.")
    typer.echo(f"Added {counts['added']}, removed {counts['removed']}, the same {counts['same']}.")
    for day, (had, has) in sorted(view.by_day().items())[-SHOWN:]:
        typer.echo(f"  {day:%a %d %b}  {has:>4}   before {had:>4}")
    for change in ("added", "removed"):
        _show_sample(view, change)
    if words := view.words():
        named = ", ".join(f"{visible(one.word)} ({one.added})" for one in words)
        paragraph(f"New words among the added: {named}. A word that you do not want belongs into none:", first="\n")


def _show_alerts(view: View, face: Clockface) -> None:
    told = {channel: view.told(channel) for channel in view.channels}
    if not any(told.values()):
        typer.echo("It would have sent no alerts.")
    for channel, rows in told.items():
        if not rows:
            continue
        stories: dict[str, Hit] = {}
        for hit, row in rows:
            stories.setdefault(row.subject, hit)
        had = len(view.told(channel, before=True))
        size = count_words(len(stories), "story", "stories")
        typer.echo(f"{visible(channel)}: {count_words(len(rows), 'alert', 'alerts')} on {size}, before {had}.")
        for hit in list(stories.values())[-SHOWN:][::-1]:
            typer.echo(f"  {face.say(hit.first_seen)}  {visible(hit.title)}  ({visible(hit.outlet)})")
        if len(stories) > SHOWN:
            typer.echo(f"  and {len(stories) - SHOWN} earlier")


def _show_sample(view: View, change: str) -> None:
    hits = [hit for hit in view.hits if view.change(hit) == change]
    if not hits:
        return
    typer.echo(f"\n{change.capitalize()}:")
    for hit in hits[-SHOWN:][::-1]:
        typer.echo(f"  {MARKS[change]} {visible(hit.title)}  ({typed('e', hit.entry)}, {visible(hit.outlet)})")
        for text in _contexts(view, hit, change):
            typer.echo(f"      {text}")
    if len(hits) > SHOWN:
        typer.echo(f"  and {len(hits) - SHOWN} more: --json has all")


def _contexts(view: View, hit: Hit, change: str) -> Iterator[str]:
    """The words that matched, in what stands around them; not where the title shows them already."""
    for one in view.found(hit):
        span = next(iter(one.spans), None)
        if one.change != change or span is None or span.field == "title":
            continue
        field = getattr(hit, span.field)
        if field[span.start : span.end] == span.text:  # else an earlier revision said it
            said = quote(field, span, one.topic)
            yield visible(f"{said.before}[{said.match}]{said.after} ({said.field})")


def show_coverage(view: View, face: Clockface, *, sampled: bool = False) -> None:
    """What was looked at, and what is missing from it."""
    seen = view.test.coverage
    text = f"\nLooked at {count_words(seen.entries, 'entry', 'entries')} in {view.test.seconds:.1f} s."
    if sampled:
        typer.echo(f"{text} They are what the sources show now; nothing was stored.")
        return
    if seen.first is not None and seen.complete_since is None:
        text += " Their texts are gone by age: only titles, and what matched then, could be searched."
    elif seen.first is not None and seen.complete_since is not None:
        text += f" Complete since {face.say(seen.complete_since)}"
        text += "." if seen.complete_since == seen.first else "; before that only titles, and what matched then."
    if seen.capped:
        text += " There are older entries that were not looked at."
    typer.echo(text)
