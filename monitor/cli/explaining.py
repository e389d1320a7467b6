"""``explain``: why something was sent, and why not; for one question, or for a whole list."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.analysis.clustering import firsts
from monitor.analysis.matching.match import Matcher
from monitor.cli.explaining_list import explain_list
from monitor.cli.listing_rows import alert_json, delivery_json, entry_json, typed
from monitor.cli.listing_rows import spans_json as spans_json
from monitor.cli.printing import WIDTH, Clockface, count_words, listed, note, paragraph, wished
from monitor.cli.session import Session, emit, iso
from monitor.errors import UsageError
from monitor.model import Span
from monitor.pipeline.explain import Explainer, Explanation, Step
from monitor.pipeline.explain.changes import change_words
from monitor.pipeline.explain.sentences import Moments
from monitor.pipeline.explain.together import added_words, event_numbers, event_words, placed_when, rule_words
from monitor.store.evidence import JoinRow, MatchRow, NearMissRow
from monitor.store.listing_stories import StoryRow

SHOWN = 8
"""Rows of one kind shown to people; ``--json`` has all."""
MARKS = {"ok": "ok", "waiting": "..", "failed": ">>"}
"""How a step of the ladder is marked for people."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def explain(
        context: typer.Context,
        what: Annotated[
            list[str] | None, typer.Argument(help="An address, an id (e12 s7 a9f2c1 d55), or words.")
        ] = None,
        file: Annotated[
            Path | None,
            typer.Option("--file", help="Explain every address or headline of this list, one a line (- is stdin)."),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="JSON Lines.")] = False,
    ) -> None:
        """Say what became of an entry, address or headline, why, and why not.

        Example: monitor explain https://www.example.org/2026/11/24/some-article
        """
        if bool(what) == (file is not None):
            raise UsageError("explain what? Give an address, an id, words of a headline, or --file LIST")
        session: Session = context.obj
        wish = wished(session)
        topics, sources = wish.watchlist.topics, wish.watchlist.sources
        matcher = Matcher([topic for topic in topics if not topic.paused])
        face = Clockface(wish.zone, session.clock())
        text = _read(file) if file is not None else ""
        with session.store() as store, store.read() as connection:
            explainer = Explainer(
                connection, matcher, zone=face.zone, now=face.now, topics=topics, sources=sources
            )  # fmt: skip
            row = partial(explanation_json, moments=Moments(face.zone, face.now))
            if file is not None:
                explain_list(explainer, text, _name(file), row=row, as_json=as_json)
                return
            found = explainer.explain(" ".join(what or ()))
        if as_json:
            emit(row(one) for one in found)
        else:
            _print(found, face)


def _read(path: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{_name(path)} cannot be read: it is no text in UTF-8") from error
    except FileNotFoundError as error:
        raise UsageError(f"{_name(path)} cannot be read: there is no such file") from error
    except IsADirectoryError as error:
        raise UsageError(f"{_name(path)} cannot be read: it is a folder") from error
    except PermissionError as error:
        raise UsageError(f"{_name(path)} cannot be read: its permissions do not allow it") from error
    except OSError as error:
        raise UsageError(f"{_name(path)} cannot be read: {error.strerror or error}") from error


def _name(path: Path) -> str:
    return "the list on stdin" if str(path) == "-" else str(path)


def explanation_json(one: Explanation, moments: Moments) -> Mapping[str, Any]:
    """An explanation for programs."""
    return {
        "question": one.question,
        "verdict": one.verdict,
        "sentence": one.sentence,
        "entries": [{**entry_json(row), "text_state": row.text_state} for row in one.entries],
        "matches": [_match_json(row) for row in one.matches],
        "near_misses": [_near_json(row) for row in one.near_misses],
        "story": typed("s", one.story.id) if one.story else None,
        "event": typed("v", one.story.event) if one.story else None,
        "evidence": [
            {
                "entry": typed("e", join.entry),
                "story": typed("s", join.story),
                "rule": join.rule,
                "other": typed("e", join.other),
                "numbers": dict(join.numbers),
                "by": join.by,
                "sentence": rule_words(join),
                "added": list(join.added),
                "at": iso(join.at),
            }
            for join in one.evidence
        ],
        "alerts": [alert_json(row) for row in one.alerts],
        "deliveries": [delivery_json(row) for row in one.deliveries],
        "ladder": [
            {"step": step.name, "state": step.state, "sentence": step.sentence, "change": step.change}
            for step in one.ladder
        ],
        "grouping": _grouping_json(one),
        "changes": [
            {
                "entry": typed("e", change.entry),
                "revision": change.revision,
                "was": change.was,
                "title": change.title,
                "sentence": change_words(change, moments),
                "at": iso(change.at),
            }
            for change in one.changes
        ],
    }


def _grouping_json(one: Explanation) -> list[Mapping[str, Any]]:
    """Why each story is in its event."""
    return [
        {
            "story": typed("s", story.id),
            "event": typed("v", story.event),
            "rule": story.event_rule,
            "numbers": dict(story.event_numbers),
            "other": typed("e", story.event_other),
            "sentence": _why(one, story),
        }
        for story in one.stories
    ]


def _why(one: Explanation, story: StoryRow) -> str:
    event = next((event for event in one.events if event.row.id == story.event), None)
    language = next((entry.language for entry in one.entries if entry.story == story.id), None)
    return event_words(story, event, language)


def _match_json(row: MatchRow) -> Mapping[str, Any]:
    return {
        "entry": typed("e", row.entry),
        "topic": row.topic,
        "spans": spans_json(row.spans),
        "searched": list(row.searched),
        "revision": row.revision,
        "at": iso(row.at),
    }


def _near_json(row: NearMissRow) -> Mapping[str, Any]:
    return {
        "entry": typed("e", row.entry),
        "topic": row.topic,
        "clause": row.clause,
        "spans": spans_json(row.spans),
    }


def _print(found: list[Explanation], face: Clockface) -> None:
    for number, one in enumerate(found):
        if number:
            typer.echo("")
        _say(one)
        _print_ladder(one, whole=len(found) == 1)
        for label, texts in _details(one, face).items():
            for text in texts[:SHOWN]:
                paragraph(text, first=f"  {label:<11}", indent=" " * 13)
            if len(texts) > SHOWN:
                note(f"  {label}: {len(texts) - SHOWN} more; --json shows all")


def _say(one: Explanation) -> None:
    """The sentence. What the owner was told of a source has lines; elsewhere a line end is feed text, and shown as an
    escape, so that no feed can fake a line."""
    told = bool(one.alerts) and not one.entries
    text = f"{one.verdict}: {one.sentence}"
    for line in text.split("\n") if told else [text]:
        paragraph(line)


def _print_ladder(one: Explanation, *, whole: bool) -> None:
    """The steps that were made, the first that was not with what would change it, and the names of the others; of one
    of many answers only where it stopped."""
    stop, later = one.stop, [step.name for step in one.ladder if step.state == "not_reached"]
    for step in one.ladder:
        if step.state != "not_reached" and (whole or step is stop):
            _print_step(step, of=one)
    if later and whole:
        paragraph(f"not reached: {', '.join(later)}", indent=" " * 6)


def _print_step(step: Step, *, of: Explanation) -> None:
    paragraph(_briefly(step, of=of), first=f"  {MARKS[step.state]}  {step.name:<11}", indent=" " * 17)
    if step.change is not None:
        paragraph(step.change, first=f"      {'change':<11}", indent=" " * 17)


def _briefly(step: Step, *, of: Explanation) -> str:
    """What the sentence above says already is not said twice."""
    if step.sentence.rstrip(".") not in of.sentence:
        return step.sentence
    if step.name == "matched":
        return listed(list(dict.fromkeys(match.topic for match in of.matches)), width=WIDTH) or "no topic"
    return step.sentence if step.state == "ok" else "as said above"


def _missed(one: Explanation) -> list[str]:
    """The near misses, unless the only one stands in the sentence."""
    near = one.near_misses
    if len(near) == 1 and f"{near[0].topic}: {near[0].clause}" in one.sentence:
        return []
    return [f"e{row.entry} {row.topic}: {row.clause}" for row in near]


def _details(one: Explanation, face: Clockface) -> dict[str, list[str]]:
    details = {
        "entry": [
            f"e{row.id} {row.title} ({row.source}, {face.say(row.first_seen)}){' ' + row.url if row.url else ''}"
            for row in one.entries
        ],
        "change": [f"e{row.entry} {change_words(row, Moments(face.zone, face.now))}" for row in one.changes],
        "match": [f"e{row.entry} {row.topic}: {_quoted(row.spans)}" for row in one.matches],
        "near miss": _missed(one),
        "story": [_story(story) for story in one.stories],
        "event": _events(one, face),
        "evidence": [_joined(join, face) for join in one.evidence],
        "alert": [
            f"{row.id} {row.channel}, {row.rule}: {row.decision}"
            # what the owner was told stands above
            + (f" ({row.reason})" if row.reason != one.sentence else "")
            for row in one.alerts
        ],
        "delivery": [
            f"d{row.id} {row.channel}: {row.state}"
            + (f" at {face.say(row.sent_at)}" if row.sent_at else f", {count_words(row.attempts, 'try', 'tries')}")
            + (f" ({row.error})" if row.error else "")
            for row in one.deliveries
        ],
    }
    return details


def _story(story: StoryRow) -> str:
    return f"s{story.id} {story.title} ({', '.join(story.outlets)}; {count_words(story.entries, 'entry', 'entries')})"


def _events(one: Explanation, face: Clockface) -> list[str]:
    """The numbers of each event; where it has more than one story, also why each of them is in it."""
    said: list[str] = []
    for event in one.events:
        first = firsts.sentence(event.numbers.first, face.say) if event.numbers.first else ""
        said.append(event_numbers(event, first))
        if len(event.row.stories) > 1:
            said += [f"s{story.id} is {_why(one, story)}" for story in one.stories if story.event == event.row.id]
    return said


def _joined(join: JoinRow, face: Clockface) -> str:
    if join.rule == "first":
        return f"e{join.entry} is {rule_words(join)}, s{join.story}"
    differs = added_words(join)
    said = f"e{join.entry} is in s{join.story}{placed_when(join, face.say)}"
    return f"{said}; {differs}" if differs else said


def _quoted(spans: tuple[Span, ...]) -> str:
    return ", ".join(dict.fromkeys(f'"{span.text}" ({span.field})' for span in spans))
