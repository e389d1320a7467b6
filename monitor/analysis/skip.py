"""Entries that the user does not want from a source: told apart by its ``skip`` phrases, and counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from monitor.analysis.matching.match import Matcher
from monitor.limits import TITLE_SHOWN
from monitor.model import Entry, Phrase, Query, Skipped, Topic

ADDRESS_SHOWN: Final = 200
"""Characters of an address in a sample: enough to find the page again; longer ones end in tracking words."""


def split(entries: Iterable[Entry], phrases: Sequence[Phrase]) -> tuple[tuple[Entry, ...], tuple[Skipped, ...]]:
    """The entries to go on with, and the records of those left out; both in the order of ``entries``.

    An entry is left out when a phrase stands in its title; where it has no title, in its teaser. A phrase stands there
    as it would for a topic (:class:`monitor.analysis.matching.match.Matcher`): whole words, ``not_inside``, case and
    accents as asked for. What the text says does not count: a page that only mentions a word is still wanted.
    """
    entries = tuple(entries)
    if not phrases:
        return entries, ()
    matcher = Matcher([Topic(str(nth), Query(any=(phrase,))) for nth, phrase in enumerate(phrases)])
    kept, skipped = [], []
    for entry in entries:
        head = replace(entry, teaser="", text="") if entry.title else replace(entry, text="")
        found = matcher.match(head).matches
        if found:
            skipped.append(Skipped(entry.key_hash, phrases[int(found[0].topic)].text, _sample(entry)))
        else:
            kept.append(entry)
    return tuple(kept), tuple(skipped)


def _sample(entry: Entry) -> str:
    """Title (else teaser) and address, each cut where it is long."""
    says = _cut(entry.title or " ".join(entry.teaser.split()), TITLE_SHOWN)
    return f"{says} {_cut(entry.url, ADDRESS_SHOWN)}" if entry.url else says


def _cut(text: str, cap: int) -> str:
    return text if len(text) <= cap else text[: cap - 1] + "…"
