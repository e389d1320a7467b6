"""What must have come of the invented morning: each expectation is a sentence with what was expected and found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from monitor.demo.morning import OWN_REPORT, SHOWN_STORY, Morning
from monitor.model import TOLD, Outcome
from monitor.pipeline.coverage import Event
from monitor.store.listing_alerts import AlertRow
from monitor.store.listing_stories import StoryRow


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that must hold."""

    what: str
    expected: Any
    found: Any

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return bool(self.expected == self.found)


def judge(morning: Morning) -> list[Expectation]:
    """Every expectation, whether it holds or not."""
    return [*_polls(morning), *_stories(morning), *_alerts(morning), *_matches(morning)]


def _polls(morning: Morning) -> list[Expectation]:
    outcomes = [Counter(result.outcome for result in one.results) for one in morning.passes]
    first, second, third = [*outcomes, *(Counter[Outcome]() for _ in range(3))][:3]
    return [
        Expectation("first pass: outlets read", 7, first[Outcome.NEW]),
        Expectation("first pass: outlets that could not be read", 2, first[Outcome.ERROR]),
        Expectation("second pass: outlets with new entries", 7, second[Outcome.NEW]),
        Expectation("third pass: outlets with something changed", 1, third[Outcome.NEW]),
        Expectation("third pass: outlets that answered 304", 6, third[Outcome.NOT_MODIFIED]),
        Expectation("entries recorded", 33, len(morning.entries)),
        Expectation("revisions recorded", 1, sum(entry.revision for entry in morning.entries)),
    ]


def _stories(morning: Morning) -> list[Expectation]:
    syndicated = _titled(morning, SHOWN_STORY)
    lectures = _titled(morning, "Fennmark Hall lecture")
    both = [story for story in morning.stories if len(story.topics) > 1]
    forum = _titled(morning, "farming forum")
    added = [(outlet, len(paragraphs)) for outlet, paragraphs in morning.added.items()]
    visit = [*syndicated, *_titled(morning, OWN_REPORT)]
    forums = [*forum, *both]
    events = morning.events
    outlets = [(len(one.numbers.outlets), len(one.numbers.independent)) for one in events]
    return [
        Expectation("stories", 13, len(morning.stories)),
        Expectation("one article in three outlets is one story", [3], [len(s.outlets) for s in syndicated]),
        Expectation("the copy that adds a paragraph", [("Port Ellery Courier", 1)], added),
        Expectation("also when it was already published", [2], [len(s.outlets) for s in forum]),
        Expectation("evenings 3 and 4 of one lecture series stay two stories", [1, 1], [s.entries for s in lectures]),
        Expectation("and in no event with others", 0, sum(_holds(one, lectures) for one in events)),
        Expectation(
            "a forum announced and opened is one event", 2, max((_holds(one, forums) for one in events), default=0)
        ),
        Expectation(
            "two reports on one visit are one event", 2, max((_holds(one, visit) for one in events), default=0)
        ),
        Expectation("outlets of the events, and those that report it themselves", [(3, 2), (3, 2)], outlets),
        Expectation("one story is on both topics", [("Jack Ma", "Qwen3")], [story.topics for story in both]),
    ]


def _alerts(morning: Morning) -> list[Expectation]:
    told = [alert for alert in morning.alerts if alert.decision in TOLD]
    stories = [alert for alert in told if alert.subject_kind == "story"]
    health = [alert for alert in told if alert.rule == "health"]
    decisions = Counter(alert.decision for alert in morning.alerts)
    syndicated = {f"s{story.id}" for story in _titled(morning, SHOWN_STORY)}
    retitled = {f"s{e.story}" for e in morning.entries if e.revision}
    first = morning.passes[0].at
    times = Counter((alert.subject, alert.channel) for alert in stories)
    return [
        Expectation("alerts on stories", 10, len(stories)),
        Expectation("stories alerted twice on a channel", 0, sum(count > 1 for count in times.values())),
        Expectation("alerts on what was published before the first pass", 0, sum(a.at == first for a in stories)),
        Expectation("entries listed because they were published before", 4, decisions["baseline"]),
        Expectation("copies and changes folded into a story already told", 3, decisions["folded"]),
        Expectation("alerts on the article in three outlets", 1, _on(stories, syndicated)),
        Expectation("alerts on the retitled entry", 1, _on(stories, retitled)),
        Expectation("outlets reported as broken, once each", 2, len(health)),
        Expectation("messages sent", len(told), sum(d.state == "sent" for d in morning.deliveries)),
        Expectation("cards printed", len(told), sum(len(one.cards) for one in morning.passes)),
        Expectation("other outlets named in the alert", 2, len(morning.card.also) if morning.card else 0),
    ]


def _matches(morning: Morning) -> list[Expectation]:
    matched = [entry for entry in morning.entries if entry.topics]
    languages = Counter(entry.language for entry in matched)
    other_version = [e.topics for e in morning.entries if "Qwen3.5" in e.title]
    other_word = [e.topics for e in morning.entries if "河马云" in e.title]
    explained = morning.explained
    near = [miss.topic for miss in explained.near_misses]
    return [
        Expectation("entries on a topic", 16, len(matched)),
        Expectation("entries on a topic in Chinese and in Russian", (2, 2), (languages["zh"], languages["ru"])),
        Expectation("Qwen3.5 is not Qwen3", [(), ()], other_version),
        Expectation("河马云 is not 马云", [()], other_word),
        Expectation("explain says not_matched", "not_matched", explained.verdict),
        Expectation("explain names the near miss", ["Qwen3"], near),
    ]


def _titled(morning: Morning, words: str) -> list[StoryRow]:
    return [story for story in morning.stories if words in story.title]


def _holds(event: Event, stories: list[StoryRow]) -> int:
    """How many of the stories are in an event of several."""
    return sum(story.id in event.row.stories for story in stories)


def _on(alerts: list[AlertRow], subjects: set[str]) -> int:
    return sum(alert.subject in subjects for alert in alerts)
