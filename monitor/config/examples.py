"""The topics' own examples, tried: what ``must_match`` has to catch and ``must_not_match`` has to leave alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace

from monitor.analysis.match import Matcher, Matches
from monitor.analysis.text import tokenise
from monitor.config.loading import Loaded, findings_of
from monitor.model import Entry, Finding, Topic

CLOSE = 0.6
"""Likeness, from 0 to 1 (difflib), from which words count as what may have been meant."""


def examples(loaded: Loaded) -> tuple[Finding, ...]:
    """Errors for the examples that fail, each at its line; nothing where the watchlist cannot be used."""
    if loaded.watchlist is None:
        return ()
    into = findings_of(loaded)
    # A paused topic is matched by nobody, but its examples are still its own.
    topics = [replace(topic, paused=False) for topic in loaded.watchlist.topics]
    matcher = Matcher(topics)
    for topic in topics:
        for part, wished in (("must_match", topic.must_match), ("must_not_match", topic.must_not_match)):
            for number, text in enumerate(wished):
                matches = matcher.match(Entry(key="example", key_hash="", title=text))
                complaint = _missed(topic, text, matches) if part == "must_match" else _caught(topic, matches)
                if complaint:
                    way = ("topics", topic.name, part, str(number))
                    quoted = into.quote(way)
                    into.error(way, f'topic "{topic.name}": {part} {quoted}: {complaint}', value=True)
    return tuple(into.found)


def _caught(topic: Topic, matches: Matches) -> str:
    """Why an example that must not match does: the words."""
    words = [f'"{span.text}"' for match in matches.matches if match.topic == topic.name for span in match.spans]
    if not any(match.topic == topic.name for match in matches.matches):
        return ""
    return f"it matches: {', '.join(dict.fromkeys(words)) or 'by its query'}"


def _missed(topic: Topic, text: str, matches: Matches) -> str:
    """Why an example that must match does not: the clause that failed, else the nearest words."""
    if any(match.topic == topic.name for match in matches.matches):
        return ""
    clauses = [near.clause for near in matches.near if near.topic == topic.name]
    if clauses:
        return f"it does not match: {'; '.join(dict.fromkeys(clauses))}"
    nearest = _nearest([phrase.text for phrase in (*topic.query.any, *topic.query.all)], text)
    if nearest is None:
        return "it does not match, and nothing in it is like the topic's words"
    phrase, words = nearest
    return f'it does not match; nearest: "{words}" stands there, and "{phrase}" is looked for'


def _nearest(phrases: Iterable[str], text: str) -> tuple[str, str] | None:
    """The phrase and the words of the text that are most alike; None where nothing is."""
    tokens = tokenise(text)
    best: tuple[float, str, str] = (CLOSE, "", "")
    for phrase in phrases:
        wanted = " ".join(token.text for token in tokenise(phrase))
        length = wanted.count(" ") + 1
        for first in range(len(tokens)):
            window = tokens[first : first + length]
            there = " ".join(token.text for token in window)
            likeness = difflib.SequenceMatcher(None, wanted, there, autojunk=False).ratio()
            if likeness > best[0]:
                best = (likeness, phrase, text[window[0].start : window[-1].end])
    return best[1:] if best[1] else None
