"""Copies planted among real articles, with edits as other publishers make them: what a copy is, is then known.

The edits are those of the lab's accuracy study, section 1, written anew: the title with a suffix, a prefix, a word
dropped or exchanged, capitals, cut off, a clause put behind, or another headline altogether; of the body 80, 50 or 30
per cent kept, boilerplate around it, its middle cut out, 8 per cent of its words replaced, a summary of 40 words, or
none.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from benchmarks.stories.mining import Pair
from benchmarks.stories.reading import Row, article, lines, part_of, stream
from monitor.analysis.clustering.titles import title_of
from monitor.analysis.text import fold, words_of
from monitor.analysis.title import strip_title
from monitor.model import Article

OTHER_OUTLETS = ("Harbour Gazette", "Northfield Chronicle", "Delta Wire", "Lakeside Post")
"""Publishers of planted copies; no corpus knows them."""
START = datetime(2026, 3, 2, tzinfo=UTC)
SPAN_HOURS = 7 * 24
"""The articles of the planted set are spread over one week, so that every one could be another's copy."""
BASES_A_LANGUAGE = 112
COPIED = 0.93
"""Part of the articles that a copy is made of."""
LEAST_TERMS = 5
"""Terms that tell something, numbers and dates not among them, of a headline of which title copies are made: of a
shorter one no copy can be known by its title alone."""
BASES = 1500
"""Headlines of a language among which title copies are looked for."""
LANGUAGES = ("en", "bg", "cs", "pl", "ru", "sl", "uk")

TITLE_EDITS = ("suffix", "prefix", "drop", "swap", "case", "cut", "clause", "other")
BODY_EDITS = ("keep80", "keep50", "keep30", "boilerplate", "middle", "noise", "summary", "none")
_PREFIXES = {"ru": "Срочно: ", "uk": "Відео: ", "bg": "Видео: ", "sv": "Just nu: ", "fr": "Vidéo: ", "zh": "快讯："}
_CLAUSES = {
    "ru": ", сообщили власти", "uk": ", повідомили у відомстві", "bg": ", съобщиха от ведомството",
    "cs": ", uvedly úřady", "pl": ", podały władze", "sl": ", sporoča urad", "sv": ", enligt polisen",
    "fr": ", selon les autorités", "zh": "，官方称",
}  # fmt: skip
_BOILERPLATE = (
    "Sign up to our newsletter and never miss what matters. Follow us on social media and share this with friends.",
    "All rights reserved. No part of this page may be copied without the written consent of the publisher. Contact"
    " the editors with corrections, complaints or tips. Cookies help us to deliver our services.",
)


@dataclass(frozen=True, slots=True)
class Doc:
    """An article of the planted set: a real one, or a copy of one."""

    article: Article
    base: int
    """Number of the real article; a copy has that of its original."""
    language: str
    edit: str
    """Title edit and body edit, ``cut+keep50``; empty for the real article."""
    part: str
    """``choose`` or ``check``."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A real headline and its copies, by the edit."""

    base: Article
    copies: Mapping[str, Article]
    part: str


def planted(data: Path, seed: int) -> list[Doc]:
    """Real articles in 7 languages and a copy of nearly each by another outlet, in the order of time; ids from 0.

    Reads wikinews-clusters, basil-triplets and slavic-news-topics below ``data``.
    """
    chance = random.Random(seed)
    rows: list[tuple[Row, int, str]] = []
    base = 0
    for language, texts in sorted(_full_texts(data).items()):
        for row in chance.sample(texts, min(BASES_A_LANGUAGE, len(texts))):
            row = replace(row, when=START + timedelta(hours=chance.uniform(0, SPAN_HOURS)), language=language)
            rows.append((row, base, ""))
            if chance.random() < COPIED:
                rows.append((*_copy(row, base, chance),))
            base += 1
    rows.sort(key=lambda found: (found[0].when, found[1], found[2]))
    titles = {number: row.title for row, number, edit in rows if not edit}
    return [
        Doc(article(at, row), number, row.language or "", edit, part_of(titles[number]))
        for at, (row, number, edit) in enumerate(rows)
    ]


def true_duplicates(docs: Iterable[Doc]) -> set[frozenset[int]]:
    """Pairs of bases that are one text in the corpora already (half of the shorter one's runs of 5 words: an
    agency's report in two papers): to merge their articles is no mistake."""
    runs: dict[int, frozenset[tuple[str, ...]]] = {}
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for doc in docs:
        if doc.edit:
            continue
        words = words_of(doc.article.body).texts
        runs[doc.base] = frozenset(tuple(words[at : at + 5]) for at in range(len(words) - 4))
        for run in runs[doc.base]:
            where[run].append(doc.base)
    shared: dict[frozenset[int], int] = defaultdict(int)
    for bases in where.values():
        for pair in combinations(bases, 2):
            shared[frozenset(pair)] += 1
    return {pair for pair, count in shared.items() if count >= 0.5 * max(1, min(len(runs[base]) for base in pair))}


def title_copies(data: Path, language: str) -> list[Copied]:
    """Up to 1,500 different headlines of a language (``en sv zh``, or one of the planted set's), each with its copies
    by another outlet 3 hours later. French is in no corpus that is handed out: of it there are a handful."""
    chance = random.Random(language)
    bases: dict[str, Row] = {}
    for row in _headlines(data, language):
        if len(words_of(row.title).texts) >= 6 and title_of(row.title, row.outlet).size >= LEAST_TERMS:
            bases.setdefault(fold(strip_title(row.title, row.outlet)), row)
    rows = sorted(bases.values(), key=lambda row: (row.when, row.title))
    rows = sorted(chance.sample(rows, min(BASES, len(rows))), key=lambda row: row.when)
    found = []
    for at, row in enumerate(rows):
        copies = {}
        for edit in TITLE_EDITS:
            if edit not in ("swap", "other"):
                title, outlet = edited_title(row.title, edit, language, "", chance), chance.choice(OTHER_OUTLETS)
                title = title.replace("{outlet}", outlet)
                copies[edit] = article(len(rows) + at, Row(title, outlet, row.when + timedelta(hours=3)))
        found.append(Copied(article(at, replace(row, url=None)), copies, part_of(row.title)))
    return found


def look_alikes(data: Path, seed: int) -> list[Pair]:
    """A text and what a robot makes of it for another case: the numbers and the names of the title are others in title
    and text, the rest is the same. None may be merged. By kind in ``source``: of the ``same`` outlet or an ``other``,
    ``names`` or ``numbers`` exchanged. Only English, where names are told by their capitals."""
    chance = random.Random(seed)
    found = []
    rows = _full_texts(data)["en"]
    for at, row in enumerate(rows):
        kind, outlet = ("names", "numbers")[at % 2], ("same", "other")[at // 2 % 2]
        donor = chance.choice(rows)
        title, body = _recast(row, donor, kind, chance)
        if fold(title) == fold(row.title):
            continue
        base = replace(row, when=START, body=row.body[: chance.choice((800, 4000))])
        body = body[: len(base.body)]
        when = START + timedelta(hours=chance.choice((0.5, 6, 24, 72)))
        later = Row(title, row.outlet if outlet == "same" else OTHER_OUTLETS[0], when, None, body)
        found.append(Pair(article(1, base), article(2, later), False, f"{kind}, {outlet} outlet", part_of(row.title)))
    return found


def _recast(row: Row, donor: Row, kind: str, chance: random.Random) -> tuple[str, str]:
    """Title and text with its names or numbers exchanged, each for the same one everywhere."""
    if kind == "numbers":
        old = set(re.findall(r"\d+", row.title + " " + row.body))
        swap = {number: str(int(number) + chance.randrange(1, 9)) for number in old}
        pattern = r"\d+"
    else:
        names = set(re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,}", row.body))
        others = sorted(set(re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,}", donor.body)) - names) or ["Elsewhere"]
        swap = {name: chance.choice(others) for name in sorted(names) if name in row.title}
        pattern = r"[A-Z][a-z]{3,}"

    def exchanged(text: str) -> str:
        return re.sub(pattern, lambda found: swap.get(found[0], found[0]), text)

    return exchanged(row.title), exchanged(row.body)


def edited_title(title: str, edit: str, language: str, body: str, chance: random.Random) -> str:
    """The title after one of :data:`TITLE_EDITS`; ``{outlet}`` stands where the outlet's name belongs."""
    # in Chinese characters are cut and dropped, but no parts of numbers and Latin words
    words, gap = (
        (re.findall(r"[\w.,%-]+(?<=[!-~])|.", title, re.ASCII), "") if language == "zh" else (title.split(), " ")
    )
    at = chance.randrange(1, max(2, len(words)))
    if edit == "suffix":
        return title + chance.choice((" - {outlet}", " | {outlet}"))
    if edit == "prefix":
        return _PREFIXES.get(language, chance.choice(("Breaking: ", "Exclusive: ", "Video: "))) + title
    if edit == "drop":
        return gap.join(words[:at] + words[at + 1 :])
    if edit == "swap":
        donor = [word for word in body.split()[40:] if len(word) > 5 and word.isalpha()] or ["another"]
        return gap.join([*words[:at], chance.choice(donor), *words[at + 1 :]])
    if edit == "case":
        return title.upper() if chance.random() < 0.5 else title.title()
    if edit == "cut":
        return gap.join(words[: max(6, round(0.8 * len(words)))]) + "…"
    if edit == "clause":
        return title + _CLAUSES.get(language, ", officials say")
    sentences = [part for part in _sentences(body)[1:8] if 6 <= len(part.split())]
    return " ".join((chance.choice(sentences) if sentences else title).rstrip(".!?").split()[:13])


def edited_body(body: str, edit: str, others: str, chance: random.Random) -> str:
    """The text after one of :data:`BODY_EDITS`; ``others`` gives the words that replace its own."""
    parts, words = _sentences(body), body.split()
    if edit == "none":
        return ""
    if edit == "summary":
        return " ".join(words[:40])
    if edit == "boilerplate":
        return "\n\n".join((_BOILERPLATE[0], body, _BOILERPLATE[1]))
    if edit == "middle":
        third = len(parts) // 3
        return " ".join(parts[:third] + parts[-third:] if third else parts)
    if edit == "noise":
        foreign = others.split() or ["noise"]
        return " ".join(chance.choice(foreign) if chance.random() < 0.08 else word for word in words)
    keep = max(1, round(int(edit.removeprefix("keep")) / 100 * len(parts)))
    if edit == "keep30":
        return " ".join(parts[:keep])
    return " ".join(parts[at] for at in sorted(chance.sample(range(len(parts)), keep)))


def _copy(row: Row, base: int, chance: random.Random) -> tuple[Row, int, str]:
    title_edit, body_edit = chance.choice(TITLE_EDITS), chance.choice(BODY_EDITS)
    if body_edit == "none" and title_edit in ("swap", "other"):  # nothing would be left to know it by
        body_edit = "keep80"
    outlet = chance.choice(OTHER_OUTLETS)
    title = edited_title(row.title, title_edit, row.language or "", row.body, chance).replace("{outlet}", outlet)
    body = edited_body(row.body, body_edit, " ".join(_BOILERPLATE), chance)
    when = row.when + timedelta(hours=chance.uniform(0.2, 48))
    return Row(title, outlet, when, None, body, row.language), base, f"{title_edit}+{body_edit}"


def _full_texts(data: Path) -> dict[str, list[Row]]:
    """Articles with at least 60 words, by language; their dates are withheld (years apart, or of the crawl)."""
    found: dict[str, list[Row]] = defaultdict(list)
    for name in ("wikinews-clusters", "basil-triplets"):
        for line in lines(data / name / "articles.jsonl"):
            found["en"].append(Row(line["title"], line.get("host") or line["source"], START, None, line["text"]))
    for line in lines(data / "slavic-news-topics" / "docs.jsonl.gz"):
        text = line["text"].removeprefix(line["title"]).strip()
        found[line["lang"]].append(Row(line["title"], f"{line['topic']} news", START, None, text))
    return {
        language: [row for row in rows if len(row.body.split()) >= 60 and len(row.title.split()) >= 3]
        for language, rows in found.items()
        if language in LANGUAGES
    }


def _headlines(data: Path, language: str) -> list[Row]:
    if language == "en":
        return stream(data, "headline-polls-gnews-us")
    if language == "sv":
        return stream(data, "headline-polls-gnews-sv")
    if language == "zh":
        return [row for row in stream(data, "ai-news-items-2026") if re.search(r"[\u4e00-\u9fff]{6}", row.title)]
    if language == "fr":
        return []
    return [replace(row, language=language) for row in _full_texts(data)[language]]


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?])\s+|\n+", text) if part.strip()]
