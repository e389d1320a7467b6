"""How a back-test is shown: lines for programs, and for people first of all the alerts that it would have sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import typer

from monitor.analysis.newwords import NewWord, new_words
from monitor.analysis.quote import quote
from monitor.cli.explaining import spans_json
from monitor.cli.listing_rows import typed
from monitor.cli.printing import Clockface, age_words, count_words, paragraph
from monitor.cli.session import iso, visible
from monitor.model import TOLD
from monitor.pipeline.backtest import Backtest, Found, Hit
from monitor.pipeline.comparing import Compared
from monitor.pipeline.occurrence import Silence
from monitor.store.listing_alerts import AlertRow

SHOWN: Final = 10
"""Entries of one kind, stories of one channel: shown to people; ``--json`` has all."""
DAYS: Final = 14
PHRASES: Final = 8
"""Days with a match, and phrases of a topic that finds nothing, that are shown."""
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

    def sent(self, channel: str) -> list[tuple[str, Hit]]:
        """The stories of which a channel is told by either version, by their first alert: marked ``+`` where only the
        draft tells of it, ``-`` where only its base does."""
        now: dict[tuple[str, int], Hit] = {}
        before: dict[tuple[str, int], Hit] = {}
        for found, former in ((now, False), (before, True)):
            for hit, _ in self.told(channel, before=former):
                # its story with the draft: the stories of the base have other numbers
                found.setdefault(("e", hit.entry) if hit.story is None else ("s", hit.story), hit)
        marked = [(" " if key in before else "+", hit) for key, hit in now.items()]
        marked += [("-", hit) for key, hit in before.items() if key not in now]
        return sorted(marked, key=lambda one: (one[1].first_seen, one[1].entry))

    @property
    def span(self) -> timedelta:
        """How much time the entries cover that were looked at."""
        seen = self.test.coverage
        return timedelta() if seen.first is None or seen.last is None else seen.last - seen.first

    @property
    def days(self) -> float:
        """How many days that is; at least one."""
        return max(1.0, self.span / timedelta(days=1))

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
            "alerts_before": [alert_json(row) for row in view.alerts(hit, before=True)],
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
        "silent": [
            {"name": name, "phrases": dict(one.counts), "alike": one.alike and list(one.alike)}
            for name, one in view.test.silent.items()
        ],
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
    silence = view.test.silent.get(view.topic or "")
    if not view.hits:
        _show_silence(view, silence)
        return
    _show_alerts(view, face)
    _show_counts(view)
    if silence is not None:
        typer.echo()
        _show_silence(view, silence)
    for change in ("added", "removed"):
        _show_sample(view, change)
    if words := view.words():
        named = ", ".join(f"{visible(one.word)} ({one.added})" for one in words)
        paragraph(f"New words among the added: {named}. A word that you do not want belongs into none:", first="\n")


def _show_counts(view: View) -> None:
    counts, days = view.counts(), view.days
    before, after = counts["removed"] + counts["same"], counts["added"] + counts["same"]
    if view.span >= timedelta(days=1):
        rate = f"; a day {after / days:.1f}, before {before / days:.1f}"
    else:
        rate = f", in {age_words(view.span)}" if view.span >= timedelta(minutes=1) else ""
    typer.echo(f"\nEntries that match: {after}, before {before}{rate}.")
    typer.echo(f"Added {counts['added']}, removed {counts['removed']}, the same {counts['same']}.")
    by_day = sorted(view.by_day().items())
    for day, (had, has) in by_day[-DAYS:]:
        typer.echo(f"  {day:%a %d %b}  {has:>4}   before {had:>4}")
    if len(by_day) > DAYS:
        typer.echo(f"  and {count_words(len(by_day) - DAYS, 'day', 'days')} before: --json has all")


def _show_silence(view: View, silence: Silence | None) -> None:
    """Why nothing matches, as far as the words tell."""
    gone = silence is None and any(one.name == view.topic and one.draft is None for one in view.test.comparison.topics)
    text = "Nothing stored matched it." if gone else "Nothing stored matches it."
    if silence is not None and view.test.coverage.entries:
        there = [f'"{word}" {count}' for word, count in sorted(silence.counts, key=lambda one: -one[1]) if count]
        never = [f'"{word}"' for word, count in silence.counts if not count]
        if there:
            text += f" Entries that have its words, each for itself: {_few(there)}."
        if never:
            text += f" {'Never' if there else 'Of its words none occurs'}: {_few(never)}."
        if silence.alike is not None:
            phrase, words, title = silence.alike
            text += f' Like "{phrase}" is "{words}" in: {title}'
    paragraph(text)


def _few(words: Sequence[str]) -> str:
    more = len(words) - PHRASES
    return ", ".join(words[:PHRASES]) + (f", and {more} more" if more > 0 else "")


def _show_alerts(view: View, face: Clockface) -> None:
    channels = {channel: (view.told(channel), view.told(channel, before=True)) for channel in view.channels}
    if not any(now or before for now, before in channels.values()):
        typer.echo("It would have sent no alerts.")
    for channel, (now, before) in channels.items():
        if not now and not before:
            continue
        stories = len({row.subject for _, row in now})
        size = f" on {count_words(stories, 'story', 'stories')}" if now else ""
        typer.echo(f"{visible(channel)}: {count_words(len(now), 'alert', 'alerts')}{size}, before {len(before)}.")
        sent = view.sent(channel)
        changed = [one for one in sent if one[0] != " "]
        same = [one for one in sent if one[0] == " "]
        # what changes is not crowded out by what does not
        kept = [*changed[-SHOWN:], *same[max(0, len(same) - max(0, SHOWN - len(changed))) :]]
        for mark, hit in sorted(kept, key=lambda one: (one[1].first_seen, one[1].entry), reverse=True):
            typer.echo(f"  {mark} {face.say(hit.first_seen)}  {visible(hit.title)}  ({visible(hit.outlet)})")
        if len(sent) > len(kept):
            typer.echo(f"  and {len(sent) - len(kept)} more: --json has all")


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
        text += f" Complete since {_with_day(face, seen.complete_since)}"
        text += "." if seen.complete_since == seen.first else "; before that only titles, and what matched then."
    if seen.capped:
        text += " There are older entries that were not looked at."
    typer.echo(text)


def _with_day(face: Clockface, moment: datetime) -> str:
    """The moment, with its day also where that is today."""
    today = face.now.astimezone(face.zone).date() == moment.astimezone(face.zone).date()
    return (replace(face, now=face.now - timedelta(days=2)) if today else face).say(moment)
