"""How well the rule tells copies from other articles: planted copies, templates, labelled pairs, real streams to read.

    python -m benchmarks.tier1 DATA [--show 20] [--seed 1] [--warm] [--only planted templated titles scoop pairs cost]

DATA is the folder with the measuring corpora; nothing of it is kept. Everything is said for both halves of the data,
``choose`` (on which the rules were chosen) and ``check``. ``--show N`` prints N random joins of each rule and stream
whose titles are not letter for letter the same, to be judged by reading.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.stories.mining import (
    Pair,
    financial,
    graded,
    hardened,
    pair_counts,
    scooped,
    syndicated,
    templated,
)
from benchmarks.stories.planting import Doc, look_alikes, planted, title_copies, true_duplicates
from benchmarks.stories.reading import STREAMS, article, stream
from monitor.analysis.clustering.features import Features, features, pack, unpack
from monitor.analysis.clustering.join import join
from monitor.analysis.clustering.keys import keys
from monitor.analysis.clustering.same import may_share_body, same_story
from monitor.analysis.clustering.weights import Frequencies
from monitor.limits import BODY_WINDOW, BUCKET_CAP, CANDIDATES_CAP
from monitor.model import Article, Join

PARTS = ("choose", "check")
WARM = Frequencies("xx", 50_000, {})
"""As if much had been counted: the verdicts must be those of a cold store."""


class Index:
    """Candidates by cheap keys and terms, as the store finds them."""

    def __init__(self) -> None:
        self._buckets: dict[str, list[Features]] = defaultdict(list)
        self.found = 0

    def candidates(self, one: Features) -> list[Features]:
        """The 50 earlier articles with the heaviest keys in common."""
        weights: Counter[int] = Counter()
        found = {}
        for name, weight in self._keys(one):
            for other in self._buckets[name][-BUCKET_CAP:]:
                if one.article.when - other.article.when <= BODY_WINDOW:
                    weights[other.article.id] += round(1000 * weight)
                    found[other.article.id] = other
        self.found += len(found)
        return [found[number] for number, _ in weights.most_common(CANDIDATES_CAP)]

    def add(self, one: Features) -> None:
        """Makes an article findable."""
        for name, _ in self._keys(one):
            self._buckets[name].append(one)

    @staticmethod
    def _keys(one: Features) -> list[tuple[str, float]]:
        a = one.article
        cheap = ((f"u:{a.url_key}", a.url_key, 40.0), (f"h:{a.title_key}", a.title_key, 30.0))
        found = [(name, weight) for name, key, weight in (*cheap, (f"b:{a.body_hash}", a.body_hash, 30.0)) if key]
        return found + [(key.name, key.weight) for key in keys(one) if key.name.startswith("t:")]


class Bench:
    """One setting: how articles are taken apart, and how much is shown."""

    def __init__(self, data: Path, frequencies: Frequencies, show: int, seed: int) -> None:
        self.data, self.frequencies, self.show, self.seed = data, frequencies, show, seed

    def features(self, one: Article) -> Features:
        return features(one, self.frequencies)

    def verdict(self, pair: Pair) -> Join | None:
        return same_story(self.features(pair.later), self.features(pair.earlier))

    def clustered(self, articles: Sequence[Article]) -> tuple[list[int], list[Join | None]]:
        """The story of each article, one after the other, and its join; their ids are their places."""
        index = Index()
        stories: list[int] = []
        joins: list[Join | None] = []
        for one in articles:
            taken = self.features(one)
            found = join(taken, index.candidates(taken))
            stories.append(stories[found.other] if found else one.id)
            joins.append(found)
            index.add(taken)
        return stories, joins

    def planted(self) -> None:
        """Copies with texts in 7 languages."""
        docs = planted(self.data, self.seed)
        duplicates = true_duplicates(docs)
        for part in (*PARTS, "both"):
            own = [doc for doc in docs if part in (doc.part, "both")]
            numbered = [replace(doc.article, id=at) for at, doc in enumerate(own)]
            stories, joins = self.clustered(numbered)
            raw = pair_counts(stories, [doc.base for doc in own])
            fair = pair_counts(stories, [doc.base for doc in own], duplicates)
            rules = Counter(found.rule for found in joins if found)
            print(f"planted {part}: {len(own)} docs, P {raw.precision:.4f} ({fair.precision:.4f} without true"
                  f" duplicates), R {fair.recall:.4f}, F {fair.f:.4f}; {dict(rules)}")  # fmt: skip
        self._missed(docs, stories)
        self._mistaken(docs, stories, joins, duplicates)

    def _missed(self, docs: Sequence[Doc], stories: Sequence[int]) -> None:
        of_base: dict[int, set[int]] = defaultdict(set)
        for doc, story in zip(docs, stories, strict=True):
            of_base[doc.base].add(story)
        copies = [doc for doc in docs if doc.edit]
        missed = [doc for doc in copies if len(of_base[doc.base]) > 1]
        by_edit = Counter(doc.edit for doc in missed)
        print(f"  missed by language {dict(Counter(doc.language for doc in missed))}, by edit {dict(by_edit)}")
        taken = {doc.base: self.features(doc.article) for doc in docs if not doc.edit}
        for doc in missed[: self.show]:
            one, base = self.features(doc.article), taken[doc.base]
            shared = len(one.shingles & base.shingles) / max(1, min(one.size, base.size))
            common = {key.name for key in keys(one)} & {key.name for key in keys(base)}
            print(f"  MISSED {doc.edit} {doc.language}, verdict {same_story(one, base)}, c {shared:.2f} of {one.size},"
                  f" {len(common)} keys\n    {base.article.title!r}\n    {doc.article.title!r}")  # fmt: skip

    def _mistaken(
        self, docs: Sequence[Doc], stories: Sequence[int], joins: Sequence[Join | None], pardon: set[frozenset[int]]
    ) -> None:
        for doc, found in zip(docs, joins, strict=True):
            if (
                found
                and docs[found.other].base != doc.base
                and frozenset((docs[found.other].base, doc.base)) not in pardon
            ):
                other = docs[found.other]
                print(f"  WRONG {found.rule} {dict(found.numbers)} {doc.edit} / {other.edit}")
                for one in (doc.article, other.article):
                    print(f"    {one.title!r}: {one.body[:150]!r}")

    def templated(self) -> None:
        """Titles that differ in numbers and dates; and robots' texts with other names put in."""
        pairs = templated(self.data)
        for part in PARTS:
            own = [pair for pair in pairs if pair.part == part]
            real = [pair for pair in own if self.verdict(pair)]
            hard = [pair for pair in own if self.verdict(hardened(pair))]
            print(f"templated {part}: {len(own)} pairs, merged {len(real)}; at one time, two outlets {len(hard)}")
            self._listed(real + hard)
        for part in PARTS:
            alike = [pair for pair in look_alikes(self.data, self.seed) if pair.part == part]
            by_kind: dict[str, list[Pair]] = defaultdict(list)
            for pair in alike:
                by_kind[pair.source].append(pair)
            told = ", ".join(
                f"{kind} {sum(self.verdict(pair) is not None for pair in own)} of {len(own)}"
                for kind, own in by_kind.items()
            )
            print(f"planted look-alikes with texts {part}: merged {told}")
            self._listed([pair for pair in alike if self.verdict(pair)])

    def titles(self) -> None:
        """Copies known by their title alone."""
        for language in ("en", "sv", "zh", "ru", "pl", "cs"):
            self._titles(language)

    def _titles(self, language: str) -> None:
        found = title_copies(self.data, language)
        index = Index()
        for one in found:
            index.add(self.features(one.base))
        right: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
        wrong: list[tuple[str, str]] = []
        for one in found:
            for edit, copy in one.copies.items():
                taken = self.features(copy)
                joined = join(taken, index.candidates(taken))
                right[one.part][edit] += joined is not None and joined.other == one.base.id
                if joined and joined.other != one.base.id:
                    wrong.append((copy.title, found[joined.other].base.title))
        for part in PARTS:
            bases = sum(one.part == part for one in found)
            each = ", ".join(f"{edit} {count / bases:.3f}" for edit, count in right[part].items())
            total = sum(right[part].values()) / max(1, bases * len(right[part]))
            print(f"titles {language} {part}: {bases} bases, recall {total:.4f} ({each})")
        print(f"titles {language}: joined another {len(wrong)} of {sum(len(one.copies) for one in found)} copies")
        for pair in wrong[: self.show]:
            print(f"    {pair}")

    def scoop(self) -> None:
        """Labelled repeats."""
        items = scooped(self.data)
        stories, joins = self.clustered([one for one, _ in items])
        labels = [label for _, label in items]
        counts = pair_counts(stories, labels)
        print(f"scoop: P {counts.precision:.4f}, R {counts.recall:.4f}, F {counts.f:.4f}; {len(set(stories))} stories"
              f" for {len(set(labels))}; {dict(Counter(found.rule for found in joins if found))}")  # fmt: skip
        for at, found in enumerate(joins):
            if found and labels[at] != labels[found.other]:
                titles = (items[at][0].title, items[found.other][0].title)
                print(f"    WRONG {found.rule} {dict(found.numbers)}: {titles}")
        if self.show:
            self._split(items, stories)

    @staticmethod
    def _split(items: Sequence[tuple[Article, str]], stories: Sequence[int]) -> None:
        firsts: dict[str, int] = {}
        for (one, label), story in zip(items, stories, strict=True):
            if story != firsts.setdefault(label, story) and story == one.id:
                first = items[firsts[label]][0]
                print(f"    SPLIT {one.title!r} {one.url_key} | {first.title!r} {first.url_key}")

    def pairs(self) -> None:
        """Syndicated headlines, graded headlines, finance."""
        for name in STREAMS[:2]:
            pairs = syndicated(self.data, name)
            for part in PARTS:
                own = [pair for pair in pairs if pair.part == part]
                missed = [pair for pair in own if not self.verdict(pair)]
                print(f"syndicated {name} {part}: {len(own)} pairs, recall {1 - len(missed) / len(own):.4f}")
                self._listed(missed)
        for label, read in (("sts", graded), ("finance", financial)):
            pairs = read(self.data)
            for part in PARTS:
                own = [pair for pair in pairs if pair.part == part]
                merged = [pair for pair in own if self.verdict(pair)]
                false = [pair for pair in merged if not pair.same]
                recall = (len(merged) - len(false)) / sum(pair.same for pair in own)
                print(
                    f"{label} {part}: {len(own)} pairs, merged {len(merged)}, false {len(false)}, recall {recall:.3f}"
                )
                self._listed(false)

    def _listed(self, pairs: Iterable[Pair]) -> None:
        for pair in pairs:
            found = self.verdict(pair) or self.verdict(hardened(pair))
            apart = pair.later.when - pair.earlier.when
            told = f"{found.rule} {dict(found.numbers)}" if found else "apart"
            print(f"    {told}: {pair.earlier.title!r} | {pair.later.title!r} {apart}")

    def streams(self) -> None:
        """Real headlines, to be read."""
        chance = random.Random(self.seed)
        for name in STREAMS:
            rows = stream(self.data, name)
            articles = [article(number, row) for number, row in enumerate(rows)]
            started = time.process_time()
            stories, joins = self.clustered(articles)
            each = (time.process_time() - started) / len(rows) * 1000
            joined: dict[str, list[tuple[int, Join]]] = defaultdict(list)
            for at, found in enumerate(joins):
                if found:
                    joined[found.rule].append((at, found))
            largest = Counter(stories).most_common(3)
            by_rule = {rule: len(own) for rule, own in joined.items()}
            print(f"{name}: {len(rows)} items, {each:.2f} ms each, joins {by_rule},"
                  f" largest stories {[(rows[story].title, count) for story, count in largest]}")  # fmt: skip
            for rule, own in joined.items():
                told = [(at, found) for at, found in own if rows[at].title != rows[found.other].title]
                print(f"  {rule}: {len(told)} with other letters")
                for at, found in chance.sample(told, min(self.show, len(told))):
                    print(f"  {rule} {dict(found.numbers)}\n    {rows[at].outlet}: {rows[at].title}"
                          f"\n    {rows[found.other].outlet}: {rows[found.other].title}")  # fmt: skip

    def cost(self) -> None:
        """Time on this machine; what is loaded from the store, and whether its verdicts are those of fresh articles."""
        docs = [doc.article for doc in planted(self.data, self.seed)]
        long = [one for one in docs if 3500 < len(one.body) < 4500][:60]
        bare = [replace(one, body="") for one in long]
        taken = [self.features(one) for one in docs]
        packed = [pack(one) for one in taken]
        whole = [(replace(one, body=""), one_packed) for one, one_packed in zip(docs, packed, strict=True)]
        light = [(one, replace(one_packed, shingles=b"")) for one, one_packed in whole]
        chance = random.Random(self.seed)
        couples = [(chance.choice(taken), chance.choice(taken)) for _ in range(5000)]
        costs = {
            "features of 4 KB": _micro(self.features, long),
            "features of a headline": _micro(self.features, bare),
            "keys": _micro(keys, taken),
            "pack": _micro(pack, taken),
            "unpack": _micro(lambda both: unpack(*both), light),
            "unpack with shingles": _micro(lambda both: unpack(*both), whole),
            "verdict": _micro(lambda both: same_story(*both), couples),
        }
        print("cost in microseconds: " + ", ".join(f"{name} {each:.1f}" for name, each in costs.items()))
        self._loaded(taken, [unpack(*both) for both in light], [unpack(*both) for both in whole])

    @staticmethod
    def _loaded(taken: Sequence[Features], light: Sequence[Features], whole: Sequence[Features]) -> None:
        needed = differing = pairs = 0
        for at, one in enumerate(taken[:400]):
            for other in range(at):
                pairs += 1
                fresh = same_story(one, taken[other])
                needs = may_share_body(one, light[other])
                needed += needs
                differing += fresh != same_story(one, whole[other] if needs else light[other])
        print(f"loaded from the store: shingles needed for {needed} of {pairs} pairs, other verdicts {differing}")


def _micro(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for item in items:
            work(item)
        best = min(best, time.process_time() - started)
    return best / len(items) * 1e6


def main() -> None:
    measures = ("planted", "templated", "titles", "scoop", "pairs", "streams", "cost")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--warm", action="store_true", help="as if 50,000 articles had been counted")
    parser.add_argument("--only", nargs="+", choices=measures, default=measures)
    asked = parser.parse_args()
    bench = Bench(asked.data, WARM if asked.warm else Frequencies(), asked.show, asked.seed)
    for measure in asked.only:
        getattr(bench, measure)()


if __name__ == "__main__":
    main()
