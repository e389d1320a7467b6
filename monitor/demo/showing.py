"""What the demo prints: each pass, the stories, one alert in three forms, one explanation, and the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from monitor.alerts.render.neutral import shorten, visible
from monitor.alerts.render.wording import clock, zone_name
from monitor.analysis.clustering import firsts
from monitor.analysis.query.tongues import language_name
from monitor.demo.expectations import Expectation
from monitor.demo.morning import Morning, Pass
from monitor.model import TOLD
from monitor.pipeline.coverage import differs_words, numbers_words
from monitor.pipeline.force import InForce

NEXT: Final = (
    ("monitor init", "write a starter watchlist: your topics, your sources"),
    ("monitor try ADDRESS", "see what a feed says and what of it would match"),
    ("monitor run", "watch until stopped; the page of the day is at 127.0.0.1:8321"),
)
ADDED_SHOWN: Final = 100
"""Characters of a paragraph that a copy adds."""
_PASSES: Final = (
    ("First", "What was already published is listed, not sent. Two outlets cannot be read, which the owner is told."),
    ("Second", "New entries: each story is sent once, its copies in other outlets are folded into it."),
    ("Third", "One outlet corrects a headline: a revision, not a second alert. The others answer 304."),
)


def show(terminal: Console, morning: Morning, expectations: Sequence[Expectation]) -> None:
    """Print all of it."""
    terminal.print(
        f"\nNine invented outlets on this machine, {zone_name(morning.force.zone)} time on an invented "
        f"{morning.passes[0].at:%A}; the path is the real one."
    )
    for number, one in enumerate(morning.passes):
        _pass(terminal, number, one, morning.force)
    _stories(terminal, morning)
    _events(terminal, morning)
    _messages(terminal, morning)
    _explained(terminal, morning)
    _heading(terminal, "Next")
    grid = Table.grid(padding=(0, 3))
    for command, what in NEXT:
        grid.add_row(f"[bold]{escape(command)}[/]", what)
    terminal.print(Padding(grid, (0, 0, 1, 2), expand=False))
    for failed in (e for e in expectations if not e.holds):
        terminal.print(
            f"Expectation failed: {failed.what}: expected {failed.expected}, found {failed.found}",
            style="bold red", markup=False, highlight=False,
        )  # fmt: skip
    terminal.print(_figures(morning, expectations), markup=False, highlight=False)


def rows(morning: Morning, expectations: Sequence[Expectation]) -> Iterator[dict[str, Any]]:
    """The same for programs: polls, stories, alerts and expectations, a summary last."""
    for number, one in enumerate(morning.passes, start=1):
        for result in one.results:
            yield {
                "pass": number, "source": result.source, "outcome": result.outcome.value, "status": result.status,
                "entries": result.entries, "new": result.new, "revised": result.revised, "matched": result.matched,
                "error": result.error,
            }  # fmt: skip
    for story in morning.stories:
        yield {
            "story": f"s{story.id}", "title": story.title, "url": story.url, "outlets": list(story.outlets),
            "entries": story.entries, "topics": list(story.topics), "event": f"v{story.event}",
        }  # fmt: skip
    for alert in morning.alerts:
        yield {
            "alert": alert.id, "subject": alert.subject, "channel": alert.channel, "rule": alert.rule,
            "topics": list(alert.topics), "decision": alert.decision, "reason": alert.reason,
        }  # fmt: skip
    for e in expectations:
        yield {"expectation": e.what, "expected": e.expected, "found": e.found, "ok": e.holds}
    yield {"summary": summary(morning, expectations)}


def summary(morning: Morning, expectations: Sequence[Expectation]) -> dict[str, Any]:
    """The counts, and whether everything was as expected."""
    decisions = Counter(alert.decision for alert in morning.alerts)
    return {
        "ok": all(e.holds for e in expectations),
        "passes": len(morning.passes),
        "polls": sum(len(one.results) for one in morning.passes),
        "sources": len(morning.passes[0].results),
        "entries": len(morning.entries),
        "revisions": sum(entry.revision for entry in morning.entries),
        "matched": sum(bool(entry.topics) for entry in morning.entries),
        "stories": len(morning.stories),
        "events": len(morning.events),
        "alerts": sum(decisions[decision.value] for decision in TOLD),
        "listed": decisions["baseline"],
        "folded": decisions["folded"],
        "sent": sum(delivery.state == "sent" for delivery in morning.deliveries),
        "expectations": len(expectations),
        "failed": [e.what for e in expectations if not e.holds],
    }


def _heading(terminal: Console, text: str) -> None:
    terminal.print()
    terminal.rule(Text(text, style="bold"), align="left", style="dim")


def _pass(terminal: Console, number: int, one: Pass, force: InForce) -> None:
    at = one.at.astimezone(force.zone).strftime("%H:%M")
    name, caption = _PASSES[min(number, len(_PASSES) - 1)]
    _heading(terminal, f"{name} pass, {at}: {len(one.results)} outlets polled{_said(len(one.cards))}")
    terminal.print(Padding(Text(caption, style="italic"), (0, 0, 0, 2), expand=False))
    table = Table("outlet", box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("entries", "new", "changed", "on a topic"):
        table.add_column(name, justify="right")
    table.add_column("outcome")
    for result in one.results:
        counts = (result.entries, result.new, result.revised, result.matched)
        outcome = result.outcome.value.replace("_", " ")
        if result.error:
            outcome = f"[red]{escape(visible(result.error.partition(': ')[2] or result.error))}[/]"
        table.add_row(escape(visible(result.source)), *(str(n) if n else "·" for n in counts), outcome)
    terminal.print(Padding(table, (0, 0, 0, 2), expand=False))


def _said(cards: int) -> str:
    return ", nothing sent" if not cards else ", 1 message sent" if cards == 1 else f", {cards} messages sent"


def _stories(terminal: Console, morning: Morning) -> None:
    _heading(terminal, f"{len(morning.stories)} stories")
    table = Table("", "headline", "outlets", "topics", "what was decided", box=None, pad_edge=False,
                  padding=(0, 2, 0, 0), header_style="dim")  # fmt: skip
    for story in morning.stories:
        decided = Counter(alert.decision for alert in morning.alerts if alert.subject == f"s{story.id}")
        parts = [f"[green]{name}[/]" if name == "alerted" else name for name in _decided(decided)]
        table.add_row(
            f"s{story.id}", escape(visible(story.title)), str(len(story.outlets)), escape(", ".join(story.topics)),
            ", ".join(parts),
        )  # fmt: skip
    terminal.print(Padding(table, (0, 0, 0, 2), expand=False))


def _events(terminal: Console, morning: Morning) -> None:
    """What stands together, what a copy adds, and what made it possible on a single morning."""
    zone = morning.force.zone
    _heading(terminal, f"{len(morning.events)} events of several stories")
    said = []
    for event in morning.events:
        numbers = event.numbers
        first = firsts.sentence(numbers.first, lambda at: clock(at, zone, morning.now)) if numbers.first else ""
        together = " and ".join(f"s{story}" for story in event.row.stories)
        said.append(f"{together}: {numbers_words(len(event.row.stories), numbers)}\n    first: {first}")
    for outlet, added in morning.added.items():
        said.append(f'{outlet} differs: {differs_words(len(added))}, "{shorten(added[0], ADDED_SHOWN)}"')
    beforehand = ", ".join(
        f"{articles:,} articles in {language_name(language) or language}"
        for language, articles in morning.counted.items()
    )
    said.append(
        "Stories are grouped only where enough of a language was read to tell its rare words; for this morning "
        f"invented word counts of {beforehand or 'no articles'} were put in beforehand. "
        "An event hides none of its stories."
    )
    _plain(terminal, "\n".join(said))


def _decided(decided: Counter[str]) -> Iterator[str]:
    if any(decided[decision.value] for decision in TOLD):
        yield "alerted"
    if decided["baseline"]:
        yield "listed (was already published)"
    if decided["folded"]:
        yield f"{decided['folded']} folded"


def _messages(terminal: Console, morning: Morning) -> None:
    titles = {"console": "on the console", "slack": "in Slack", "email": "as a mail"}
    for kind, message in morning.messages.items():
        _heading(terminal, f"One alert {titles[kind]}")
        text = f"Subject: {message.title}\n\n{message.plain}" if kind == "email" else message.body
        _plain(terminal, text)


def _explained(terminal: Console, morning: Morning) -> None:
    found = morning.explained
    if not found.entries:
        return
    _heading(terminal, f"Why not? monitor explain {found.entries[0].url or found.question}")
    _plain(terminal, f"{found.entries[0].title}\n{found.verdict}: {found.sentence}")


def _plain(terminal: Console, text: str) -> None:
    """Text of feeds: its control characters are shown, and nothing in it is markup of ours."""
    lines = "\n".join(visible(line) for line in text.strip().split("\n"))
    terminal.print(Padding(Text(lines), (0, 0, 0, 2), expand=False))


def _figures(morning: Morning, expectations: Sequence[Expectation]) -> str:
    counts = summary(morning, expectations)
    held = sum(e.holds for e in expectations)
    return (
        f"{counts['polls']} polls of {counts['sources']} outlets: {counts['entries']} entries, "
        f"{counts['matched']} on a topic, {counts['stories']} stories, {counts['alerts']} alerts sent, "
        f"{counts['listed']} entries listed, {counts['folded']} folded. "
        f"{held} of {counts['expectations']} expectations hold."
    )
