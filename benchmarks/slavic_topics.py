"""How well topics find their articles in six languages that inflect names, with names from a tenth of them.

    python benchmarks/slavic_topics.py DATA [--seeds 1 2 3] [--topics brexit ryanair] [--undeclared] [--wrong 10]

DATA is the folder with the measuring corpora; nothing of it is kept. A topic is made of base forms that people noted in
a random tenth of its articles, and has to find the rest among all articles but the sampled ones. Only the samples say
how, by one rule for every topic:

1. A topic's own entity is the one with the best F1 on the samples; its names are the topic's names. Where even that
   stays under ``TOLD``, the entities that at least half of its sample names are, and entries with a name of another
   topic's own entity do not count.
2. One word of a person's name is ambiguous: it counts beside a name of the entity that shares most of the sample after
   the topic's own.

The shape of this rule (one entity, else those of half the sample) was settled with the whole corpus in view, so the
figure of the topic that needs its second half, the war, flatters; the grammar was mended on the sample of seed 1 alone.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from monitor.analysis.matching.match import Matcher
from monitor.model import Ambiguous, Entry, Phrase, Query, Topic

CORPUS: Final = "slavic-news-topics"
SEEDS: Final = (1, 2, 3)
TOLD: Final = 0.8
"""F1 on the samples from which on one entity tells a topic."""
LANGUAGES: Final = ("ru", "uk", "bg", "pl", "cs", "sl")


@dataclass(frozen=True, slots=True)
class Doc:
    """An article with the names that people noted in it."""

    name: str
    topic: str
    language: str
    title: str
    text: str
    entities: Mapping[str, frozenset[tuple[str, bool]]]
    """By entity: base forms, each with whether it names a person."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well one topic found its articles."""

    right: int
    found: int
    wanted: int

    @property
    def f1(self) -> float:
        """Twice the right ones, of those found and those wanted; 1 where there is nothing to find and nothing found."""
        return 2 * self.right / (self.found + self.wanted) if self.found + self.wanted else 1.0


def read(folder: Path, topics: Collection[str] = ()) -> list[Doc]:
    """The articles of the corpus (of some topics only), in order of their names."""
    names: dict[str, dict[str, set[tuple[str, bool]]]] = defaultdict(lambda: defaultdict(set))
    for row in _rows(folder / "mentions.jsonl.gz"):
        names[row["doc"]][row["xid"]].add((row["lemma"], row["cat"] == "PER"))
    docs = [
        Doc(
            row["id"], row["topic"], row["lang"], row["title"], row["text"],
            {entity: frozenset(lemmas) for entity, lemmas in names[row["id"]].items()},
        )
        for row in _rows(folder / "docs.jsonl.gz")
        if not topics or row["topic"] in topics
    ]  # fmt: skip
    return sorted(docs, key=lambda doc: doc.name)


def sampled(docs: Sequence[Doc], seed: int) -> dict[str, list[Doc]]:
    """A random tenth of each topic's articles, over all languages."""
    by_topic: dict[str, list[Doc]] = defaultdict(list)
    for doc in docs:
        by_topic[doc.topic].append(doc)
    draw = random.Random(seed)
    return {topic: draw.sample(own, round(len(own) / 10)) for topic, own in sorted(by_topic.items())}


def topics_of(sample: Mapping[str, Sequence[Doc]]) -> list[Topic]:
    """A topic for each of the sample, by the rule above."""
    own = {topic: _own_entities(topic, sample) for topic in sample}
    sure = {topic: entities for topic, (entities, told) in own.items() if told}
    made = []
    for topic, (entities, told) in own.items():
        docs = sample[topic]
        shares = Counter(entity for doc in docs for entity in doc.entities if entity not in entities)
        beside = max(shares, key=lambda entity: (shares[entity], entity))
        names = _names(docs, entities)
        single = {name for name, person in names.items() if person and len(name.split()) == 1}
        others = [] if told else [name for one in sure for name in _full_names(sample[one], sure[one])]
        made.append(
            Topic(
                topic,
                Query(
                    any=_phrases(set(names) - single),
                    ambiguous=Ambiguous(_phrases(single), _phrases(_names(docs, [beside]))) if single else None,
                    none=_phrases(set(others)),
                ),
            )
        )
    return made


def find(topics: Sequence[Topic], docs: Sequence[Doc], *, declared: bool = True) -> dict[str, set[str]]:
    """For each topic the names of the articles that match it."""
    matcher = Matcher(topics)
    found: dict[str, set[str]] = {topic.name: set() for topic in topics}
    for doc in docs:
        entry = Entry(doc.name, "", doc.title, text=doc.text, language=doc.language if declared else None)
        for match in matcher.match(entry).matches:
            found[match.topic].add(doc.name)
    return found


def plainly(topics: Sequence[Topic], docs: Sequence[Doc]) -> dict[str, set[str]]:
    """The same queries, with every phrase looked for as a plain substring in small letters."""
    found: dict[str, set[str]] = {topic.name: set() for topic in topics}
    for doc in docs:
        text = f"{doc.title}\n{doc.text}".lower()
        for topic in topics:
            query = topic.query
            beside = query.ambiguous is not None and (
                _holds(text, query.ambiguous.any) and _holds(text, query.ambiguous.context)
            )
            if (beside or _holds(text, query.any)) and not _holds(text, query.none):
                found[topic.name].add(doc.name)
    return found


def score(found: Collection[str], docs: Iterable[Doc], topic: str, language: str | None = None) -> Score:
    """What was found, in one language or all, against what the corpus says."""
    seen = [doc for doc in docs if language in (None, doc.language)]
    wanted = {doc.name for doc in seen if doc.topic == topic}
    got = {doc.name for doc in seen if doc.name in found}
    return Score(len(wanted & got), len(got), len(wanted))


def rest(docs: Sequence[Doc], sample: Mapping[str, Sequence[Doc]]) -> list[Doc]:
    """The articles outside the samples."""
    known = {doc.name for own in sample.values() for doc in own}
    return [doc for doc in docs if doc.name not in known]


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _own_entities(topic: str, sample: Mapping[str, Sequence[Doc]]) -> tuple[list[str], bool]:
    """The entities that are the topic, and whether one alone tells it."""
    inside = Counter(entity for doc in sample[topic] for entity in doc.entities)
    everywhere = Counter(entity for docs in sample.values() for doc in docs for entity in doc.entities)
    size = len(sample[topic])
    scores = {entity: 2 * count / (everywhere[entity] + size) for entity, count in inside.items()}
    best = max(scores, key=lambda entity: (scores[entity], entity))
    if scores[best] >= TOLD:
        return [best], True
    return [entity for entity, count in inside.items() if 2 * count >= size] or [best], False


def _names(docs: Iterable[Doc], entities: Collection[str]) -> dict[str, bool]:
    """The base forms of some entities, each with whether it names a person."""
    return {name: person for doc in docs for entity in entities for name, person in doc.entities.get(entity, ())}


def _full_names(docs: Iterable[Doc], entities: Collection[str]) -> list[str]:
    names = _names(docs, entities)
    return [name for name, person in names.items() if not (person and len(name.split()) == 1)]


def _phrases(names: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(name) for name in sorted(names))


def _holds(text: str, phrases: Iterable[Phrase]) -> bool:
    return any(phrase.text.lower() in text for phrase in phrases)


def _table(topics: Sequence[Topic], found: Mapping[str, set[str]], docs: Sequence[Doc]) -> float:
    """Prints F1 by topic and language; the mean over the topics."""
    print(f"{'':24}" + "".join(f"{language:>7}" for language in LANGUAGES) + f"{'all':>7}{'prec.':>7}{'recall':>7}")
    whole = []
    for topic in topics:
        name = topic.name
        one = score(found[name], docs, name)
        whole.append(one.f1)
        cells = []
        for language in LANGUAGES:
            there = score(found[name], docs, name, language)
            cells.append(f"{there.f1:7.3f}" if there.wanted else f"{'-':>7}")
        precision = one.right / one.found if one.found else 0.0
        print(f"{name:24}" + "".join(cells) + f"{one.f1:7.3f}{precision:7.3f}{one.right / one.wanted:7.3f}")
    return sum(whole) / len(whole)


def main() -> None:
    """Prints a table for each seed, and the mean F1 over topics beside that of plain substrings."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--topics", nargs="*", default=[])
    parser.add_argument("--undeclared", action="store_true", help="the articles do not say their language")
    parser.add_argument("--wrong", type=int, default=0, help="names of articles wrongly found, by topic")
    chosen = parser.parse_args()
    docs = read(chosen.data / CORPUS, chosen.topics)
    for seed in chosen.seeds:
        sample = sampled(docs, seed)
        topics, others = topics_of(sample), rest(docs, sample)
        began = time.perf_counter()
        found = find(topics, others, declared=not chosen.undeclared)
        taken = (time.perf_counter() - began) / len(others) * 1e3
        print(f"\nseed {seed}: {len(others)} articles, {taken:.2f} ms each")
        mean = _table(topics, found, others)
        plain = plainly(topics, others)
        by_substring = sum(score(plain[topic.name], others, topic.name).f1 for topic in topics) / len(topics)
        print(f"mean F1 {mean:.3f}; with plain substrings {by_substring:.3f}")
        for topic in topics if chosen.wrong else ():
            right = {doc.name for doc in others if doc.topic == topic.name}
            print(topic.name, sorted(found[topic.name] - right)[: chosen.wrong])


if __name__ == "__main__":
    main()
