"""The topics' own examples, tried: what ``must_match`` has to catch and ``must_not_match`` has to leave alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from monitor.analysis.matching.match import Matcher, Matches
from monitor.analysis.query.tree import anywhere, looked_for, tree
from monitor.analysis.text import tokenise
from monitor.config.loading import Loaded, findings_of
from monitor.model import Entry, Finding, Node, Phrase, Topic

CLOSE = 0.6
"""Likeness, from 0 to 1 (difflib), from which words count as what may have been meant."""
COMPARED_CAP = 20_000
"""Pairs that are compared for all examples of a file: half a second (measured)."""


SECRET_FAILS = "an example of a confidential topic fails: monitor check tells which"


def examples(loaded: Loaded, *, for_log: bool = False) -> tuple[Finding, ...]:
    """Errors for the examples that fail, each at its line; nothing where the watchlist cannot be used.

    ``for_log``: what goes into a log tells nothing of confidential topics but the line.

    An example is a headline of which neither source nor language is told: it counts as one that the topic would read.
    """
    if loaded.watchlist is None:
        return ()
    into = findings_of(loaded)
    # A paused topic is matched by nobody, but its examples are still its own.
    topics = [_anywhere(replace(topic, paused=False)) for topic in loaded.watchlist.topics]
    matcher = Matcher(topics)
    likeness = _Likeness()
    for topic in topics:
        for part, wished in (("must_match", topic.must_match), ("must_not_match", topic.must_not_match)):
            for number, text in enumerate(wished):
                entry = Entry(key="example", key_hash="", title=text)
                matches = matcher.match(entry, topics={topic.name})
                complaint = _missed(topic, text, matches, likeness) if part == "must_match" else _caught(topic, matches)
                if complaint:
                    seen = len(into.found)
                    way = ("topics", topic.name, part, str(number))
                    quoted = into.quote(way)
                    into.error(way, f'topic "{topic.name}": {part} {quoted}: {complaint}', value=True)
                    if for_log and topic.confidential:
                        into.found[seen:] = [_masked(one) for one in into.found[seen:]]
    return tuple(into.found)


def _masked(finding: Finding) -> Finding:
    return replace(finding, message=SECRET_FAILS, excerpt="")


def _anywhere(topic: Topic) -> Topic:
    """The topic as it asks for words, from whatever source and in whatever language."""
    query = topic.query
    # Each asks for some word, or the watchlist would have been refused: no part of it comes to a bare yes or no.
    line = next(_words_of([query.line] if query.line is not None else []), None)
    used = tuple(_words_of(query.used))
    return replace(topic, query=replace(query, line=line, used=used, languages=(), sources=(), except_sources=()))


def _words_of(nodes: Iterable[Node]) -> Iterator[Node]:
    return (left for left in map(anywhere, nodes) if not isinstance(left, bool))


def _caught(topic: Topic, matches: Matches) -> str:
    """Why an example that must not match does: the words."""
    words = [f'"{span.text}"' for match in matches.matches if match.topic == topic.name for span in match.spans]
    if not any(match.topic == topic.name for match in matches.matches):
        return ""
    return f"it matches: {', '.join(dict.fromkeys(words)) or 'by its query'}"


def _missed(topic: Topic, text: str, matches: Matches, likeness: _Likeness) -> str:
    """Why an example that must match does not: the clause that failed, else the nearest words."""
    if any(match.topic == topic.name for match in matches.matches):
        return ""
    clauses = [near.clause for near in matches.near if near.topic == topic.name]
    if clauses:
        return f"it does not match: {'; '.join(dict.fromkeys(clauses))}"
    found = likeness.nearest(topic, text)
    if found is None:
        return "it does not match, and nothing in it is like the topic's words"
    phrase, words, same = found
    if same:
        return f'it does not match: "{words}" is there, but not all that is asked for'
    return f'it does not match; nearest: "{words}" stands there, and "{phrase}" is looked for'


@dataclass
class _Likeness:
    """Finds the words that may have been meant, until it has compared as much as one may wait for."""

    left: int = COMPARED_CAP
    _phrases: dict[str, tuple[Phrase, ...]] = field(default_factory=dict)

    def nearest(self, topic: Topic, text: str) -> tuple[str, str, bool] | None:
        """The phrase and the words of the text that are most alike, and whether they are the same; None where nothing
        is. What is only like a phrase comes first: it is the likelier mistake."""
        tokens = tokenise(text)
        best: tuple[float, str, str] = (CLOSE, "", "")
        there: tuple[str, str, bool] | None = None
        for phrase in self._looked_for(topic) if self.left else ():
            words = [token.text for token in tokenise(phrase.text)]
            wanted = difflib.SequenceMatcher(None, b=" ".join(words), autojunk=False)
            for first in range(min(len(tokens), self.left)):
                self.left -= 1
                window = tokens[first : first + len(words)]
                wanted.set_seq1(" ".join(token.text for token in window))
                likeness = wanted.ratio() if wanted.real_quick_ratio() > best[0] else 0
                written = text[window[0].start : window[-1].end]
                if likeness == 1:
                    there = there or (phrase.text, written, True)
                    break
                if likeness > best[0]:
                    best = (likeness, phrase.text, written)
        return (best[1], best[2], False) if best[1] else there

    def _looked_for(self, topic: Topic) -> tuple[Phrase, ...]:
        if topic.name not in self._phrases:
            whole = tree(topic.query)
            self._phrases[topic.name] = looked_for(whole) if whole is not None else ()
        return self._phrases[topic.name]
