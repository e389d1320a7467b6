"""The automaton finds what the dictionary finds, and an edited matcher what a new one finds: random texts in many scripts.

``make matching`` tries many more of them.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.match import Matcher
from monitor.model import Entry, Topic
from tests.matching import ENTRIES, FEWER, MANY, found, topics


@MANY
@given(topics(6), ENTRIES)
def test_the_automaton_finds_what_the_dictionary_finds(asked: list[Topic], entry: Entry) -> None:
    assert found(Matcher(asked, scanner="automaton"), entry) == found(Matcher(asked, scanner="dictionary"), entry)


@FEWER
@given(st.lists(topics(5), min_size=1, max_size=4), topics(5), ENTRIES)
def test_an_edited_matcher_finds_what_a_new_one_finds(
    states: list[list[Topic]], last: list[Topic], entry: Entry
) -> None:
    matcher = Matcher(states[0])
    for state in (*states[1:], last):
        # some topics stay as they were, as in an edit
        matcher = matcher.edited([old if nth % 2 else new for nth, (old, new) in enumerate(zip(states[0], state))])
        matcher = matcher.edited(state)
    assert found(matcher, entry) == found(Matcher(last), entry)
