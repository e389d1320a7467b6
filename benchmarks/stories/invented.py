"""A store of 300,000 matched articles in invented words, built in a minute or two.

There are topics with names and words of their own, happenings with names, and words that all share as Zipf says. A few
thousand articles are taken apart by the program itself; the others are the same with other names, so that their keys
and what they are compared by are as large and as common as the program makes them.
"""

from __future__ import annotations

import bisect
import itertools
import random
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from monitor.analysis.clustering.features import features, pack
from monitor.analysis.clustering.keys import keys
from monitor.analysis.clustering.weights import Frequencies
from monitor.analysis.normalise import normalise
from monitor.model import Article, Entry, Parsed, ParsedEntry
from monitor.store import tables as t
from monitor.store.probes import key_number

NOW: Final = datetime(2026, 11, 24, 9, tzinfo=UTC)
SPAN: Final = timedelta(weeks=6)
VARIANTS: Final = 50
"""Articles of the store that differ in their names only."""
HAPPENING: Final = 5
"""Articles of one happening."""
TOPICS: Final = 60
TOPIC_WORDS: Final = 400
COMMON: Final = 30_000
BODY: Final = 650
"""Words of a text: about 4 KB, as in the lab."""
TOLD: Final = "Zuvotarn"
"""A word that all articles have: by it they match."""
_NAMES = ("zzubon", "zzurev")
"""Stems that stand for the names of a happening in what many articles are made of."""
_SYLLABLES: Final = [a + b for a in "bcdfghjklmnpqrstvwx" for b in "aeiou"]
_FIRST_NAME: Final = 100_000


@dataclass(frozen=True, slots=True)
class Said:
    """What an article says."""

    title: str
    body: str


def stem_of(number: int) -> str:
    """Three syllables, no two numbers under 857,375 alike."""
    letters = []
    for _ in range(3):
        number, at = divmod(number, len(_SYLLABLES))
        letters.append(_SYLLABLES[at])
    return "".join(letters)


@cache
def word_of(number: int) -> str:
    """A word; the common ones are the short ones."""
    stem = stem_of(number)
    return stem[:4] if number < 400 else f"{stem}n" if number < 5_000 else f"{stem}rn"


@cache
def _heights(size: int) -> list[float]:
    return list(itertools.accumulate(1 / (rank + 20) for rank in range(size)))


def _some(chance: random.Random, count: int, size: int, first: int = 0) -> list[str]:
    heights = _heights(size)
    return [word_of(first + bisect.bisect(heights, chance.random() * heights[-1])) for _ in range(count)]


def names_of(happening: int) -> tuple[str, str]:
    """The stems of its names."""
    return stem_of(_FIRST_NAME + 2 * happening), stem_of(_FIRST_NAME + 2 * happening + 1)


def said(chance: random.Random, topic: int, names: tuple[str, str], words: int = BODY) -> Said:
    """An article on a topic and a happening."""
    own = 40_000 + topic * TOPIC_WORDS
    named = [f"{stem}rn".capitalize() for stem in names]
    title = [TOLD, word_of(own).capitalize(), *named, *_some(chance, 2, TOPIC_WORDS, own), *_some(chance, 3, COMMON)]
    chance.shuffle(title)
    body = [*_some(chance, words - 80, COMMON), *_some(chance, 60, TOPIC_WORDS, own), *5 * named, *10 * [TOLD]]
    chance.shuffle(body)
    return Said(" ".join(title), " ".join(body[:words]))


def entry_of(said: Said, name: str, outlet: str) -> Entry:
    """As a feed brings it, normalised."""
    url = f"https://{outlet.lower().replace(' ', '-')}.example/{name}"
    given = ParsedEntry(id=name, url=url, title=said.title, text=said.body, language="en", outlet=outlet)
    return normalise(Parsed((given,)), outlet)[0]


@dataclass(frozen=True, slots=True)
class Template:
    """An article without names, taken apart."""

    said: Said
    terms: str
    keys: tuple[str, ...]
    size: int


def templates(count: int, *, bodies: bool) -> list[Template]:
    """What articles are made of."""
    found = []
    for number in range(count):
        text = said(random.Random(number), number % TOPICS, _NAMES, BODY if bodies else 0)
        article = Article(1, text.title, "Courier", NOW, body=text.body, language="en")
        one = features(article, Frequencies())
        packed = pack(one)
        found.append(Template(text, packed.terms, tuple(key.name for key in keys(one)), packed.size))
    return found


def named(text: str, happening: int) -> str:
    """The text with the names of a happening."""
    for placeholder, stem in zip(_NAMES, names_of(happening), strict=True):
        text = text.replace(placeholder, stem).replace(placeholder.capitalize(), stem.capitalize())
    return text


def happening_of(entry: int) -> int:
    """Eight happenings at a time, in turn."""
    return entry // (HAPPENING * 8) * 8 + entry % 8


COLUMNS: Final = {
    "entry": "id, source, key_hash, url, url_key, title_key, body_hash, text_hash, outlet, language, published,"
    " first_seen, title, text_state, matched",
    "event": "id, size, first_seen, last_seen, centroid",
    "story": "id, event, first_entry, first_seen, last_seen",
    "story_entry": "entry, story, rule, numbers, by, at",
    "entry_features": "entry, period, terms, size, shingles",
    "cluster_key": "period, key, entry",
    "text_kept": "entry, teaser, text",
}


def fill(connection: sqlite3.Connection, count: int, *, bodies: bool, source: int) -> list[Template]:
    """Write so many entries of stories, two in a story, of the last six weeks; returns what they are made of.

    Their shingles are random: none is another's copy. Of the newest thousand the texts are there.
    """
    made = templates(max(1, count // VARIANTS), bodies=bodies)
    chance = random.Random(1)
    for start in range(0, count, 10_000):
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        for entry in range(start, min(start + 10_000, count)):
            _row(rows, entry, count, made[entry % len(made)], source, chance)
        rows["cluster_key"].sort()
        for table, names in COLUMNS.items():
            marks = ", ".join("?" * len(names.split(",")))
            connection.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", rows[table])
    connection.executemany("INSERT INTO term_df (language, term, df) VALUES ('en', ?, ?)", _frequencies(count))
    return made


def _row(
    rows: dict[str, list[tuple[Any, ...]]], entry: int, count: int, made: Template, source: int, chance: random.Random
) -> None:
    when = NOW - SPAN * (1 - entry / count)
    seen, period, happening, number = (
        when.strftime("%Y-%m-%d %H:%M:%S.%f"),
        t.period_of(when),
        happening_of(entry),
        entry + 1,
    )
    url = f"https://courier.example/{number}"
    rows["entry"].append(
        (number, source, f"k{number}", url, url, f"t{number}", f"b{number}", "h", f"Outlet {number % 200}", "en", seen,
         seen, named(made.said.title, happening), "text", 1)
    )  # fmt: skip
    story = number - 1 + number % 2
    if number == story:
        rows["event"].append((number, 1, seen, seen, None))
        rows["story"].append((number, number, number, seen, seen))
    rows["story_entry"].append((number, story, "first" if number == story else "body", "{}", "rule", seen))
    shingles = array("I", sorted(chance.getrandbits(32) for _ in range(made.size))).tobytes()
    rows["entry_features"].append((number, period, named(made.terms, happening), made.size, shingles))
    rows["cluster_key"] += [(period, key_number(named(key, happening)), number) for key in made.keys]
    if number > count - 1_000:
        rows["text_kept"].append((number, "", named(made.said.body, happening)))


def _frequencies(count: int) -> Iterator[tuple[str, int]]:
    """Terms as often as ten times as many articles would have them: the frequencies count all that is read."""
    read = 10 * count
    yield "", read
    last = _heights(COMMON)[-1]
    stems: dict[str, int] = {}
    for rank in range(COMMON):
        word = word_of(rank)
        stem = word if len(word) == 4 else word[: min(6, len(word) - 2)]
        stems[stem] = min(read, stems.get(stem, 0) + round(200 * read / (rank + 20) / last))
    yield from stems.items()


def newcomers(made: Sequence[Template], stored: int, count: int, *, bodies: bool) -> Iterable[tuple[str, Said]]:
    """New articles with what they are: of five two are further reports on what was stored last, one is a copy of such
    an article, two are on new happenings of the same topics."""
    for number in range(count):
        chance = random.Random(f"new {number}")
        near = stored - 1 - 3 * number
        if number % 5 == 0:
            text = made[near % len(made)].said
            copy = Said(f"Update: {named(text.title, happening_of(near))}", named(text.body, happening_of(near)))
            yield "copy", copy
        else:
            known = number % 5 < 3
            names = names_of(happening_of(near) if known else 300_000 + number)
            yield ("report" if known else "new"), said(chance, near % len(made) % TOPICS, names, BODY if bodies else 0)
