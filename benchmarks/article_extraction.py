"""How well articles are read from their pages: text, title and date against what people noted, and the time it takes.

    python benchmarks/article_extraction.py DATA [--show]

DATA is the folder with the measuring corpora; nothing of it is kept or written. ``--show`` lists every miss.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import statistics
import tarfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.model import Document, Extracted, ParseFailure
from monitor.sources.article import article

SHINGLE = 4
"""Tokens of one shingle, as the benchmark has it."""
_TOKEN = re.compile(r"\w+")
_DATED_NAME = re.compile(r"(?P<stem>.*/[^/]*?)_(?P<day>\d{4}_\d\d_\d\d)[^/]*\.html")
_MARKS = re.compile(r"[\"'‘’‚‛“”„‟«»‹›´`\-‐‑‒–—―−\s\u00ad]+")

Overlap = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Case:
    """One page and what is known of it; None where nothing is."""

    name: str
    page: bytes
    url: str = "https://news.example/2026/story"
    text: str | None = None
    title: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one page, and after how many seconds of processor time."""

    case: Case
    found: Extracted | ParseFailure
    seconds: float


def archive(folder: Path) -> dict[str, bytes]:
    """The files of a corpus, read in memory."""
    with tarfile.open(folder / "data.tar.xz") as packed:
        return {one.name: file.read() for one in packed if (file := packed.extractfile(one)) is not None}


def hand_marked(folder: Path) -> list[Case]:
    """The pages whose text was marked by hand (article-extraction-benchmark)."""
    files = archive(folder)
    truth = json.loads(files["ground-truth.json"])
    return [Case(k, files[f"html/{k}.html"], v["url"], text=v["articleBody"]) for k, v in truth.items()]


def publishers(folder: Path) -> list[Case]:
    """The pages of publishers in many countries; the pages of one publisher, by age, go with its versions in order."""
    files = archive(folder)
    pages: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(files):
        if found := _DATED_NAME.fullmatch(name):
            pages[found["stem"]].append(name)
    cases = []
    for stem, names in pages.items():
        said = json.loads(files[f"{stem}.json"])
        for version, name in zip(sorted(said), names, strict=True):
            one = said[version]
            when = datetime.fromisoformat(one["publishing_date"]) if one.get("publishing_date") else None
            cases.append(
                Case(name.split("test_data/")[-1], files[name], text=_body(one), title=one.get("title"), published=when)
            )
    return cases


def _body(one: dict[str, Any]) -> str | None:
    body = one.get("body")
    if not body:
        return None
    sections = chain.from_iterable((*part["headline"], *part["paragraphs"]) for part in body["sections"])
    return "\n".join((*body["summary"], *sections))


def readable(folder: Path) -> list[Case]:
    """The pages of Readability's own tests."""
    files = archive(folder)
    return [
        Case(
            name.split("/")[-2],
            page,
            title=json.loads(files[name.replace("source.html", "expected-metadata.json")])["title"],
        )
        for name, page in sorted(files.items())
        if name.endswith("/source.html")
    ]


def read(case: Case) -> Reading:
    """The case, read as a worker reads it."""
    start = time.process_time()
    found = article(Document(case.url, case.page, content_type="text/html"))
    return Reading(case, found, time.process_time() - start)


def read_all(cases: Iterable[Case]) -> list[Reading]:
    """The cases, read in two processes."""
    with ProcessPoolExecutor(2) as pool:
        return list(pool.map(read, cases, chunksize=4))


def overlap(true: str, found: str) -> Overlap:
    """Shares of shingles in both, only in ``found``, only in ``true``: as in the benchmark's ``evaluate.py``."""
    ours, theirs = _shingles(found), _shingles(true)
    counts = [sum(c.values()) for c in (ours & theirs, ours - theirs, theirs - ours)]
    whole = sum(counts)
    return (counts[0] / whole, counts[1] / whole, counts[2] / whole) if whole else (0.0, 0.0, 0.0)


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    last = max(1, len(tokens) - SHINGLE + 1)
    return Counter(shingle for n in range(last) if (shingle := tuple(tokens[n : n + SHINGLE])))


def scores(overlaps: Iterable[Overlap]) -> tuple[float, float, float]:
    """F1, precision, recall as the benchmark defines them: F1 of the two means over all pages."""
    pages = list(overlaps)
    precision = statistics.mean(tp / (tp + fp) for tp, fp, _ in pages if tp + fp > 0)
    recall = statistics.mean(tp / (tp + fn) for tp, _, fn in pages if tp + fn > 0)
    return 2 * precision * recall / (precision + recall), precision, recall


def text_scores(readings: Iterable[Reading]) -> tuple[float, float, float]:
    """:func:`scores` of the pages whose text is known; one that was not read counts as an empty text."""
    return scores(overlap(one.case.text, text_of(one)) for one in readings if one.case.text)


def text_of(reading: Reading) -> str:
    """The text found; nothing where the page was refused."""
    return reading.found.text if isinstance(reading.found, Extracted) else ""


def same_title(one: str, other: str) -> bool:
    """Whether two titles are equal but for case, blanks, kinds of quotation marks and dashes."""
    return _folded(one) == _folded(other)


def _folded(title: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", html.unescape(title)).casefold())


def own_headlines(page: bytes) -> set[str]:
    """What the page itself gives as its headline in at least two places, folded; read with another parser than ours.

    Publishers give readers (``h1``), social networks (``og:title``, ``twitter:title``), search engines (``headline``
    of JSON-LD) and browsers (``title``) different ones; which of them the corpus calls the title is its choice for
    each publisher.
    """
    tree = LexborHTMLParser(page)
    found = [node.text(deep=True) for node in tree.css("h1")]
    found += [
        node.attributes.get("content") or "" for node in tree.css('[property="og:title"], [name="twitter:title"]')
    ]
    scripts = " ".join(node.text() for node in tree.css('script[type="application/ld+json"]'))
    found += [
        json.loads(f'"{raw}"', strict=False) for raw in re.findall(r'"headline"\s*:\s*"((?:[^"\\]|\\.)*)"', scripts)
    ]
    found += [node.text() for node in tree.css("head > title")]
    folded = [title for one in found if (title := _folded(one))]
    return {title for title in folded if sum(other.startswith(title) for other in folded) > 1}


def title_verdict(reading: Reading) -> str:
    """``same``, ``other headline of the page``, ``wrong`` or ``refused``."""
    found, expected = reading.found, reading.case.title or ""
    if not isinstance(found, Extracted):
        return "refused"
    if same_title(found.title, expected):
        return "same"
    return "other headline of the page" if _folded(found.title) in own_headlines(reading.case.page) else "wrong"


def date_verdict(reading: Reading) -> str:
    """``same`` day in the zone of what is expected, ``no date``, ``wrong`` or ``refused``."""
    found, expected = reading.found, reading.case.published
    if not isinstance(found, Extracted) or expected is None:
        return "refused"
    if found.published is None:
        return "no date"
    return (
        "same"
        if found.published.astimezone(expected.tzinfo or found.published.tzinfo).date() == expected.date()
        else "wrong"
    )


def _misses(readings: Iterable[Reading]) -> Iterator[str]:
    for one in readings:
        title = one.found.title if isinstance(one.found, Extracted) else one.found.reason
        if one.case.title and title_verdict(one) != "same":
            yield f"  title, {title_verdict(one)}: {one.case.name}\n    {one.case.title!r}\n    {title!r}"
        if one.case.published and date_verdict(one) != "same":
            when = one.found.published if isinstance(one.found, Extracted) else None
            yield f"  date, {date_verdict(one)}: {one.case.name}: {one.case.published} is {when}"
        if one.case.text:
            f1 = scores([o])[0] if (o := overlap(one.case.text, text_of(one)))[0] else 0.0
            if f1 < 0.8:
                lengths = f"{len(text_of(one))} characters for {len(one.case.text)}"
                yield f"  text, F1 {f1:.2f}: {one.case.name[:60]}: {lengths}"


def report(name: str, readings: list[Reading], *, show: bool) -> None:
    """Print the figures of one corpus."""
    print(f"{name}: {len(readings)} pages")
    if any(one.case.text for one in readings):
        print("  text: F1 {:.4f}, precision {:.4f}, recall {:.4f}".format(*text_scores(readings)))
    if titled := [one for one in readings if one.case.title]:
        print(f"  titles: {dict(Counter(map(title_verdict, titled)))}")
    if dated := [one for one in readings if one.case.published]:
        print(f"  dates: {dict(Counter(map(date_verdict, dated)))}")
    refused = [(one.case.name, one.found.reason) for one in readings if isinstance(one.found, ParseFailure)]
    if refused:
        print(f"  refused: {refused}")
    times = sorted(one.seconds for one in readings)
    p95 = times[int(0.95 * len(times))]
    print(f"  seconds a page: median {statistics.median(times):.3f}, p95 {p95:.3f}, longest {times[-1]:.3f}")
    if show:
        print("\n".join(_misses(readings)))


CORPORA = {
    "html-article-extraction-benchmark": hand_marked,
    "html-fundus-tests": publishers,
    "html-readability": readable,
}
"""Name of the corpus to its reader."""


def main() -> None:
    """Read all pages of all corpora and print the figures."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--show", action="store_true", help="list every miss")
    chosen = arguments.parse_args()
    for name, cases in CORPORA.items():
        report(name, read_all(cases(chosen.data / name)), show=chosen.show)


if __name__ == "__main__":
    main()
