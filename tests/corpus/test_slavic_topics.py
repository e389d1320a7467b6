"""Topics made of base forms find the inflected names of six languages: articles on five topics, nine tenths unseen.

``benchmarks/slavic_topics.py`` says how the topics are made, and prints these figures by topic and language.
"""

from __future__ import annotations

import pytest

from benchmarks.slavic_topics import CORPUS, SEEDS, Doc, find, plainly, read, rest, sampled, score, topics_of
from tests.measuring import corpus

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(300)]

SEALED = {"covid-19", "us_election_2020"}
"""Topics that a corpus with them is tried on apart from this."""


@pytest.fixture(scope="module")
def docs() -> list[Doc]:
    return [doc for doc in read(corpus(CORPUS)) if doc.topic not in SEALED]


@pytest.mark.parametrize("seed", SEEDS)
def test_topics_find_their_articles_in_every_language(docs: list[Doc], seed: int) -> None:
    """F1, mean of the topics: .957, .960, .956; plain substrings .916, .935, .930; topics from .86 (the war) to .99."""
    sample = sampled(docs, seed)
    topics, others = topics_of(sample), rest(docs, sample)
    found, plain = find(topics, others), plainly(topics, others)
    scores = {topic.name: score(found[topic.name], others, topic.name).f1 for topic in topics}
    plain_scores = {topic.name: score(plain[topic.name], others, topic.name).f1 for topic in topics}
    mean, plain_mean = (sum(some.values()) / len(topics) for some in (scores, plain_scores))
    print(f"\nseed {seed}: {mean:.3f} {scores}; plain substrings {plain_mean:.3f}")
    assert mean >= 0.95
    assert mean > plain_mean
    assert min(scores.values()) >= 0.8


def test_articles_that_declare_no_language_are_found_as_well(docs: list[Doc]) -> None:
    """By their small words: the mean is the same to .001."""
    sample = sampled(docs, 1)
    topics, others = topics_of(sample), rest(docs, sample)
    found = find(topics, others, declared=False)
    assert sum(score(found[topic.name], others, topic.name).f1 for topic in topics) / len(topics) >= 0.95
