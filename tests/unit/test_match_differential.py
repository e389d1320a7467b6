"""The automaton finds what the dictionary finds, and an edited matcher what a new one finds, in seven scripts.

``make matching`` tries many more of them.
"""

from __future__ import annotations

from collections import Counter

from hypothesis import given

from monitor.analysis.matching.match import Matcher
from monitor.model import Entry, Topic
from tests.matching import ENTRIES, LAW, RANDOM_TEXTS, Dice, found, topics

TOPICS = 12
TEXTS_EACH = 12
"""Texts that one watchlist is tried on."""


def test_the_automaton_finds_what_the_dictionary_finds() -> None:
    counts: Counter[str] = Counter()
    for seed in range(RANDOM_TEXTS // TEXTS_EACH):
        dice = Dice(seed)
        asked = [dice.topic(f"t{nth}") for nth in range(TOPICS)]
        automaton, dictionary = Matcher(asked, scanner="automaton"), Matcher(asked, scanner="dictionary")
        for _ in range(TEXTS_EACH):
            entry = dice.entry()
            told = found(automaton, entry)
            assert told == found(dictionary, entry), f"seed {seed}, {entry}"
            counts += Counter(texts=1, matches=len(told[0]), near=len(told[1]), open=len(told[2]))
    assert counts["texts"] >= 2_000
    # with few finds the comparison would say little
    assert min(counts["matches"], counts["near"], counts["open"]) > counts["texts"] / 10


def test_an_edited_matcher_finds_what_a_new_one_finds() -> None:
    for seed in range(RANDOM_TEXTS // TEXTS_EACH // 4):
        dice = Dice(seed)
        asked = [dice.topic(f"t{nth}") for nth in range(TOPICS)]
        matcher = Matcher(asked)
        for edit in range(10):
            asked = [topic for topic in asked if topic.name != f"t{edit}"]
            asked.insert(edit // 2, dice.topic(f"t{edit % 3}" if edit % 3 < edit else f"new {edit}"))
            asked = list({topic.name: topic for topic in asked}.values())
            matcher, new = matcher.edited(asked), Matcher(asked)
            for _ in range(TEXTS_EACH // 3):
                entry = dice.entry()
                assert found(matcher, entry) == found(new, entry), f"seed {seed}, edit {edit}, {entry}"


# The same with what hypothesis thinks of, and makes small.


@LAW
@given(topics(6), ENTRIES)
def test_both_scanners_find_the_same(asked: list[Topic], entry: Entry) -> None:
    assert found(Matcher(asked, scanner="automaton"), entry) == found(Matcher(asked, scanner="dictionary"), entry)


@LAW
@given(topics(4), topics(4), topics(4), ENTRIES)
def test_editing_is_making_anew(first: list[Topic], second: list[Topic], third: list[Topic], entry: Entry) -> None:
    matcher = Matcher(first).edited(second).edited([*third[:1], *second[1:]]).edited(third)
    assert found(matcher, entry) == found(Matcher(third), entry)
