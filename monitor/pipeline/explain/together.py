"""Why an entry is in its story and a story in its event, in words with the numbers that decided; feed text is data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from monitor.alerts.render.neutral import shorten
from monitor.analysis.query.tongues import language_name
from monitor.pipeline.coverage import Event, differs_words, numbers_words
from monitor.store.evidence import JoinRow
from monitor.store.listing_stories import StoryRow

ADDED_SHOWN: Final = 160
"""Characters of a paragraph that a copy adds."""
_SHARES: Final = {
    "c": "{:.0%} of the shorter text's word runs shared",
    "r": "{:.0%} of all word runs",
    "ts": "headlines {:.0%} alike",
    "tt": "headlines {:.0%} alike but for words put in",
    "wj": "{:.0%} of the headlines' words shared",
    "wc": "{:.0%} of the shorter headline's words shared",
    "cos": "wording {:.0%} alike",
    "t2b": "{:.0%} of the headlines' words in the other's text",
}
"""Numbers from 0 to 1, said in per cent."""
_COUNTS: Final = {"m": "{:.0f} word runs in the shorter text"}
_IMPLIED: Final = {"title=": ("ts", "tt", "wj", "wc", "t2b"), "body=": ("c", "r")}
"""Numbers that say nothing where they are 1: that all of it is alike is what the rule says."""
_NEAREST: Final = {"s": "alike", "cos": "wording", "wc": "headline"}
_TEXTS: Final[Mapping[float, str]] = {
    0: "neither with its text",
    1: "one of them with its text",
    2: "both with their texts",
}
_RULES: Final = {
    "url": "the same address as {other}",
    "body=": "the same text as {other}, letter for letter",
    "body": "the same text as {other}",
    "title=": "the same headline as {other}",
    "title~": "the headline of {other} with a few words put in or left out",
    "title<": "the headline of {other}, one of them abridged",
}


def rule_words(join: JoinRow) -> str:
    """How an entry came into its story: ``the same text as e12: 83% of the shorter one's three-word runs ...``."""
    other = f"e{join.other}" if join.other is not None else "an earlier entry"
    if join.rule == "first":
        return "the first of its story"
    if join.rule == "hand":
        return f"put together with {other} by hand" if join.other is not None else "split off by hand"
    numbers = dict(join.numbers)
    start = _RULES.get(join.rule)
    words = f"{join.rule} with {other}" if start is None else start.format(other=other)
    if join.rule == "body" and "c" in numbers:
        words += f": {numbers.pop('c'):.0%} of the shorter one's three-word runs stand in the other"
    apart = numbers.pop("hours", None)
    implied = _IMPLIED.get(join.rule, ())
    numbers = {name: value for name, value in numbers.items() if name not in implied or value < 1}
    said = _said(numbers)
    words += f" ({said})" if said else ""
    words += f", {apart:g} h apart" if apart is not None else ""
    return words if join.by in ("rule", "hand") else f"{words}, put there by {join.by}"


def placed(join: JoinRow) -> str:
    """The same behind a verb: `` by the same headline as e12``, ``, put together with e12 by hand``."""
    return f"{', ' if join.rule == 'hand' else ' by '}{rule_words(join)}"


def placed_when(join: JoinRow, say: Callable[[datetime], str]) -> str:
    """The same with who did it, and when: `` by the same headline as e12 (rule, 09:20)``."""
    by = "" if join.rule == "hand" else f"{join.by}, "
    return f"{placed(join)} ({by}{say(join.at)})"


def added_words(join: JoinRow, *, quoted: bool = True) -> str | None:
    """``differs: +2 paragraphs, "Alibaba declined to comment."``, or without the words; None for a copy that adds
    nothing."""
    if not join.added:
        return None
    said = f"differs: {differs_words(len(join.added))}"
    return f'{said}, "{shorten(join.added[0], ADDED_SHOWN)}"' if quoted else said


def event_words(story: StoryRow, event: Event | None, language: str | None) -> str:
    """``in event v3 with 2 other stories: score 0.41, needs 0.22; nearest: e8``, or why it is in none."""
    others = len(event.row.stories) - 1 if event is not None else 0
    why = _WHY.get(story.event_rule, _by_rule)(story, language)
    if not others:
        return f"alone in event v{story.event}: {why}"
    with_them = "1 other story" if others == 1 else f"{others} other stories"
    if story.event_rule in _ALONE:
        return f"in event v{story.event}, which it opened; {with_them} joined it"
    return f"in event v{story.event} with {with_them}: {why}"


def event_numbers(event: Event, first: str) -> str:
    """``v3: 3 stories, 7 outlets, 4 report it themselves; first: The Courier, 09:05-09:20``."""
    said = f"v{event.row.id}: {numbers_words(len(event.row.stories), event.numbers)}"
    return f"{said}; first: {first}" if first else said


def _score(story: StoryRow) -> str:
    numbers = dict(story.event_numbers)
    score, needs = numbers.pop("S", None), numbers.pop("threshold", None)
    parts = [f"score {score:.2f}"] if score is not None else []
    parts += [f"needs {needs:.2f}"] if needs is not None else []
    nearest = f"; nearest: e{story.event_other}" if story.event_other is not None else ""
    rest = ", ".join(_of_nearest(name, value) for name, value in numbers.items())
    if not parts:
        return f"{rest}{nearest}".removeprefix("; ")
    return f"{', '.join(parts)}{nearest}{f' ({rest})' if rest else ''}"


def _of_nearest(name: str, value: float) -> str:
    """A number of the likest story: ``wording 0.33``, ``1.5 days apart``, ``1 of the two with its text``."""
    if name == "days":
        return f"{value:.3g} days apart"
    if name == "bodies" and value in _TEXTS:
        return _TEXTS[value]
    return f"{_NEAREST.get(name, name)} {value:.3g}"


def _by_rule(story: StoryRow, language: str | None) -> str:
    score = _score(story)
    rule = "" if story.event_rule == "event" else f"{story.event_rule}: "
    return f"{rule}{score}".removesuffix(": ") or "it was grouped with them"


def _alone(story: StoryRow, language: str | None) -> str:
    score = _score(story)
    return f"nothing is near enough ({score})" if score else "no other story was found to be on the same"


def _cold(story: StoryRow, language: str | None) -> str:
    known = language_name(language) or language
    of_it = f"in {known}" if known else "in its language"
    seen, needs = story.event_numbers.get("counted"), story.event_numbers.get("needs")
    if seen is None:
        return f"stories {of_it} are not grouped until enough articles {of_it} were counted"
    enough = f"{needs:,.0f}" if needs is not None else "enough"
    return f"stories are grouped from {enough} articles {of_it} on (so far {seen:,.0f})"


def _template(story: StoryRow, language: str | None) -> str:
    seen = story.event_numbers.get("seen")
    times = f" {seen:.0f} times" if seen is not None else " often"
    return f"a headline of this form was seen{times} in 30 days, and what repeats so is not grouped"


def _off(story: StoryRow, language: str | None) -> str:
    return "its source is a hot list, a shop or a repository, where no events are"


def _hand(story: StoryRow, language: str | None) -> str:
    return "set by hand"


_ALONE: Final = frozenset({"alone", "cold", "template", "off"})
_WHY: Final[Mapping[str, Callable[[StoryRow, str | None], str]]] = {
    "alone": _alone,
    "cold": _cold,
    "template": _template,
    "off": _off,
    "hand": _hand,
}


def _said(numbers: Mapping[str, float]) -> str:
    return ", ".join(_number(name, value) for name, value in numbers.items())


def _number(name: str, value: float) -> str:
    if name in _SHARES and 0 <= value <= 1:
        return _SHARES[name].format(value)
    if name in _COUNTS:
        return _COUNTS[name].format(value)
    return f"{name} {value:g}"
