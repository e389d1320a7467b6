"""How well names are told apart, and whether topics with aliases fire on both sides of translated headlines.

    python benchmarks/names.py DATA [--misses 10]

DATA is the folder with the measuring corpora; nothing of it is kept. ``--misses N`` prints up to N headlines for each
name that only one side matches, to be judged by reading.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from monitor.analysis.matching.match import Matcher
from monitor.analysis.names import SAME, likeness
from monitor.model import Entry, Phrase, Query, Topic

FOLDS: Final = 5
STEPS: Final = tuple(step / 200 for step in range(100, 200))
"""Thresholds tried."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Two names, how alike they are, and whether people call them one."""

    one: str
    other: str
    likeness: float
    same: bool


def judged(folder: Path) -> list[Judged]:
    """The pairs of name-bench."""
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as file:
        return [
            Judged(row["name1"], row["name2"], likeness(row["name1"], row["name2"]), row["is_match"] == "True")
            for row in csv.DictReader(file)
        ]


def f1(pairs: Iterable[Judged], threshold: float) -> float:
    """F1 of *same* at a threshold."""
    counts = Counter((pair.likeness >= threshold, pair.same) for pair in pairs)
    right = counts[True, True]
    return 2 * right / max(1, 2 * right + counts[True, False] + counts[False, True])


def pace(pairs: Sequence[Judged], shift: int = 7) -> float:
    """Processor seconds for a new pair of known names, as where one phrase is held against a text."""
    crossed = [(one.one, pairs[(nth + shift) % len(pairs)].other) for nth, one in enumerate(pairs)]
    started = time.process_time()
    for one, other in crossed:
        likeness(one, other)
    return (time.process_time() - started) / len(crossed)


def best(pairs: Sequence[Judged]) -> float:
    """The threshold with the highest F1."""
    return max(STEPS, key=lambda step: f1(pairs, step))


def folds(pairs: Sequence[Judged], seed: int) -> list[tuple[float, float]]:
    """For each fold, the threshold chosen on the other folds, and F1 on the fold itself."""
    order = list(pairs)
    random.Random(seed).shuffle(order)
    found = []
    for nth in range(FOLDS):
        rest = [pair for place, pair in enumerate(order) if place % FOLDS != nth]
        threshold = best(rest)
        found.append((threshold, f1(order[nth::FOLDS], threshold)))
    return found


RENDERINGS: Final = MappingProxyType(
    {
        "Claude": "克劳德", "Anthropic": "人择", "Bloomberg": "彭博", "Gemini": "双子座", "Google": "谷歌",
        "Pentagon": "五角大楼", "Altman": "奥特曼 阿尔特曼 奥尔特曼", "Amazon": "亚马逊", "Iran": "伊朗 Iranian",
        "Trump": "特朗普 川普", "China": "中国 Chinese", "Reuters": "路透", "Apple": "苹果", "Microsoft": "微软",
        "Nvidia": "英伟达", "Musk": "马斯克", "Mythos": "神话",
    }
)  # fmt: skip
"""What a person who reads both languages would list beside the English name; the rest keep theirs. No corpus was
asked: what its machine translation makes of a name else (Anthropic is 人类, mankind) counts as a miss."""
NAMES: Final = 20
LOWER_SHARE: Final = 0.1
"""A name is written in small letters at most this often, compared with capitals."""
NEXT_SHARE: Final = 0.6
"""A word that another capitalised one follows this often is only the beginning of its name (Wall Street)."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[.'’-][A-Za-z0-9]+)*")
_START: Final = re.compile(r"(?:^|[.!?:|\"“‘\-–—])\s*$")


def headlines(folder: Path) -> list[tuple[str, str]]:
    """English headlines, each with its Chinese rendering."""
    with gzip.open(folder / "pairs.jsonl.gz", "rt", encoding="utf-8") as file:
        return [(row["en"], row["zh"]) for row in map(json.loads, file)]


def frequent(titles: Iterable[str]) -> list[str]:
    """The most frequent names: words of four letters or more with a capital and a small letter, that do not begin a
    sentence, counted once a headline; by the two shares above without other words."""
    counts: Counter[str] = Counter()
    small: Counter[str] = Counter()
    followed: dict[str, Counter[str]] = defaultdict(Counter)
    for title in titles:
        found = list(_WORD.finditer(title))
        small.update({word.group() for word in found if word.group().islower()})
        inner = {}
        for nth, word in enumerate(found):
            name = re.sub(r"['’]s$", "", word.group())
            if len(name) < 4 or name.islower() or name.isupper() or not name[0].isupper():
                continue
            if not _START.search(title[: word.start()]):
                after = found[nth + 1].group() if nth + 1 < len(found) else ""
                inner[name] = after if after[:1].isupper() and title[word.end()] == " " else ""
        counts.update(inner.keys())
        for name, after in inner.items():
            followed[name][after] += after != ""
    names = (
        name
        for name, count in counts.most_common()
        if small[name.lower()] <= LOWER_SHARE * count and max(followed[name].values(), default=0) < NEXT_SHARE * count
    )
    return [name for name, _ in zip(names, range(NAMES), strict=False)]


@dataclass
class Agreement:
    """How often the two sides of a headline say the same of a topic."""

    both: int = 0
    english: list[tuple[str, str]] = field(default_factory=list)
    """Only the English side matches."""
    chinese: list[tuple[str, str]] = field(default_factory=list)
    total: int = 0

    @property
    def either(self) -> int:
        """Headlines of which at least one side matches."""
        return self.both + len(self.english) + len(self.chinese)

    @property
    def strict(self) -> float:
        """Both sides, of those where either matches."""
        return self.both / max(1, self.either)

    @property
    def plain(self) -> float:
        """Both or neither, of all headlines."""
        return 1 - (self.either - self.both) / max(1, self.total)


def agreements(pairs: Sequence[tuple[str, str]]) -> dict[str, Agreement]:
    """By name. The English names count with a possessive that lost its apostrophe, as these headlines have it
    (``forms: true``)."""
    names = frequent(title for title, _ in pairs)
    matcher = Matcher(
        [
            Topic(name, Query(any=(Phrase(name, forms=True), *map(Phrase, RENDERINGS.get(name, "").split()))))
            for name in names
        ]
    )
    found = {name: Agreement(total=len(pairs)) for name in names}
    for pair in pairs:
        english, chinese = (set(_matched(matcher, title)) for title in pair)
        for name in english | chinese:
            if name not in chinese:
                found[name].english.append(pair)
            elif name not in english:
                found[name].chinese.append(pair)
            else:
                found[name].both += 1
    return found


def overall(found: Iterable[Agreement]) -> Agreement:
    """All names together."""
    whole = Agreement()
    for one in found:
        whole.both += one.both
        whole.english += one.english
        whole.chinese += one.chinese
        whole.total += one.total
    return whole


def _matched(matcher: Matcher, title: str) -> Iterator[str]:
    for match in matcher.match(Entry(key="", key_hash="", title=title)).matches:
        yield match.topic


def aliases(folder: Path) -> tuple[int, int, int]:
    """How many wordings of a concept its most frequent ones from other events find, in newswcl50-aliases.

    Of each concept that more than one event names, each event in turn is left out; the five most frequent wordings of
    the other events are the aliases, each a phrase of a topic. Returned: mentions of the left-out event, mentions
    found, concepts.
    """
    mentions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with (folder / "Annotations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            mentions[row["code_name"]][row["event_id"]].append(row["code_mention"])
    total = hit = concepts = 0
    for name, events in mentions.items():
        concepts += len(events) > 1
        for event in events if len(events) > 1 else ():
            known = Counter(text for other, texts in events.items() if other != event for text in texts)
            phrases = tuple(Phrase(text) for text, _ in known.most_common(5) if text.strip())
            matcher = Matcher([Topic(name, Query(any=phrases))])
            total += len(events[event])
            hit += sum(bool(list(_matched(matcher, text))) for text in events[event])
    return total, hit, concepts


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--misses", type=int, default=0)
    asked = parser.parse_args()
    pairs = judged(asked.data / "name-bench")
    print(f"name-bench: F1 at {SAME} {f1(pairs, SAME):.3f}, best at {best(pairs)}; {pace(pairs) * 1e6:.0f} us a pair")
    for seed in (1, 2, 3):
        found = folds(pairs, seed)
        said = " ".join(f"{score:.3f} (at {threshold})" for threshold, score in found)
        print(f"  seed {seed}: {said}; mean {sum(score for _, score in found) / FOLDS:.3f}")
    found_by_name = agreements(headlines(asked.data / "headline-pairs-en-zh"))
    for name, one in (*found_by_name.items(), ("overall", overall(found_by_name.values()))):
        print(
            f"{name:<12} both {one.both:>5}, English only {len(one.english):>4}, Chinese only {len(one.chinese):>4}:"
            f" {one.strict:.3f} of either, {one.plain:.4f} of all"
        )
        for side, titles in (("en", one.english), ("zh", one.chinese)) if name != "overall" else ():
            for title, rendering in titles[: asked.misses]:
                print(f"    {side} only: {title} | {rendering}")
    total, hit, concepts = aliases(asked.data / "newswcl50-aliases")
    print(f"newswcl50: {hit} of {total} mentions of {concepts} concepts found by five wordings of other events")


if __name__ == "__main__":
    main()
