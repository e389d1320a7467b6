"""Term statistics counted before a replay from texts that nobody labelled, as a daemon that has run for long has them.

What is rare in a language is known only after thousands of its articles; until then tier 2 groups nothing in it. A
replay of a few hundred lines would never get that far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from monitor.analysis.clustering.features import counted_terms, language_of
from monitor.analysis.normalise import normalise
from monitor.errors import UsageError
from monitor.model import Article, Parsed
from monitor.pipeline.replay import Line, Skipped, read_lines
from monitor.store import terms
from monitor.store.database import Store

ARTICLES_A_TRANSACTION: Final = 2_000
"""Articles counted before their terms are written: some 100,000 different ones at most."""


@dataclass(frozen=True, slots=True)
class Warmed:
    """What was counted."""

    languages: frozenset[str] = frozenset()
    """Languages in which at least one text was counted: tier 2 may group in them from the first line on."""
    texts: int = 0
    skipped: tuple[tuple[Path, Skipped], ...] = ()
    """Lines that could not be used, with their file."""


def files_named(given: str, file: Path) -> tuple[Path, ...]:
    """The files that ``--warm`` names: ``none``, ``self`` (the file that is replayed) or paths, parted by commas.

    A path with a comma in it is taken where it stands alone; a file called ``self`` is ``./self``.

    Raises:
        UsageError: one of them is no file, or ``none`` stands beside others.
    """
    if given == "none":
        return ()
    parts = [given] if given != "self" and Path(given).is_file() else [part.strip() for part in given.split(",")]
    if "none" in parts:
        raise UsageError(f"--warm {given}: `none` stands alone")
    paths = [file if part == "self" else Path(part) for part in parts]
    for path in paths:
        if not path.is_file():
            raise UsageError(f"--warm {given}: {str(path)!r} is not a file; `none`, `self` or a file is expected")
    return tuple({path.resolve(): path for path in reversed(paths)}.values())[::-1]


def count_texts(store: Store, paths: Sequence[Path]) -> Warmed:
    """Count the terms of every line of ``paths`` into the statistics of its language; the lines need no address.

    Raises:
        UsageError: a file cannot be read.
    """
    skipped: list[tuple[Path, Skipped]] = []
    languages: set[str] = set()
    texts = 0
    for batch in _batches(_articles(paths, skipped)):
        counts: dict[str, tuple[int, Counter[str]]] = {}
        for article in batch:
            language = language_of(article)
            total, seen = counts.get(language, (0, Counter()))
            seen.update(counted_terms(article))
            counts[language] = (total + 1, seen)
        with store.write() as connection:
            terms.count(connection, counts)
        languages |= counts.keys()
        texts += len(batch)
    return Warmed(frozenset(languages), texts, tuple(skipped))


def _articles(paths: Iterable[Path], skipped: list[tuple[Path, Skipped]]) -> Iterator[Article]:
    """The texts of the files as the clustering will see them; lines that hold none go to ``skipped``."""
    for path in paths:
        for line in read_lines(path, None, unnamed=True):
            if isinstance(line, Skipped):
                skipped.append((path, line))
                continue
            article = _article(line)
            if article is None:
                skipped.append((path, Skipped(line.number, "no text that could be an entry")))
            else:
                yield article


def _article(line: Line) -> Article | None:
    entries = normalise(Parsed(entries=(line.entry,)), line.outlet)
    if not entries:
        return None
    entry = entries[0]
    return Article(
        id=0,
        title=entry.title,
        outlet=entry.outlet or line.outlet,
        when=line.seen,
        body=entry.text or entry.teaser,
        language=entry.language,
    )


def _batches(articles: Iterator[Article]) -> Iterator[list[Article]]:
    batch: list[Article] = []
    for article in articles:
        batch.append(article)
        if len(batch) >= ARTICLES_A_TRANSACTION:
            yield batch
            batch = []
    if batch:
        yield batch
