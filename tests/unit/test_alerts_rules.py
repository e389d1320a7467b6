"""Who hears of what: the table of decisions, the laws behind it, and the pauses between tries."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.backoff import retry_after
from monitor.alerts.rules import RULES, alert_id, decide_health, decide_story
from monitor.limits import RETRY_CAP, RETRY_FIRST
from monitor.model import TOLD, Alert, Decision, HealthChange, StoryChange, Told

LIVE = StoryChange(story=7, entry=12, revision=1, topics={4: ("console", "pr"), 2: ("pr",)})
FIRST_4 = Told(first=True, topics=frozenset({4}))
BOTH = Told(first=True, topics=frozenset({2, 4}))


def _short(alert: Alert) -> tuple[str, str, str, str, tuple[int, ...]]:
    return alert.channel, alert.rule, alert.step, alert.decision, alert.topics


@pytest.mark.parametrize(
    ("change", "told", "expected"),
    [
        pytest.param(
            LIVE,
            {},
            [("console", "new_story", "first", "send", (4,)), ("pr", "new_story", "first", "send", (2, 4))],
            id="nobody has heard of it: each channel its topics, ascending",
        ),
        pytest.param(
            LIVE,
            {"pr": FIRST_4},
            [("console", "new_story", "first", "send", (4,)), ("pr", "new_topic", "2", "send", (2,))],
            id="a topic joins a told story: an update with the joining one only",
        ),
        pytest.param(
            LIVE,
            {"pr": Told(True), "console": FIRST_4},
            [("console", "new_story", "e12.1", "folded", (4,)), ("pr", "new_topic", "2", "send", (2, 4))],
            id="two join at once: the lower id is the step",
        ),
        pytest.param(
            LIVE,
            {"pr": BOTH, "console": BOTH},
            [("console", "new_story", "e12.1", "folded", (4,)), ("pr", "new_story", "e12.1", "folded", (2, 4))],
            id="nothing new: folded",
        ),
        pytest.param(
            LIVE,
            {"pr": Told(False, muted="muted until 1 Dec"), "console": replace(BOTH, muted="muted until 1 Dec")},
            [("console", "new_story", "e12.1", "muted", (4,)), ("pr", "new_story", "e12.1", "muted", (2, 4))],
            id="muted, told or not",
        ),
        *(
            pytest.param(
                replace(LIVE, origin=origin),
                {"pr": BOTH, "console": Told(False, muted="muted")},
                [("console", "new_story", "e12.1", origin, (4,)), ("pr", "new_story", "e12.1", origin, (2, 4))],
                id=f"{origin}: never sent, whatever was told",
            )
            for origin in ("baseline", "backfill", "import")
        ),
        pytest.param(replace(LIVE, topics={4: (), 2: ()}), {}, [], id="topics without channels: nothing"),
        pytest.param(replace(LIVE, topics={}), {}, [], id="no topics: nothing"),
        pytest.param(
            replace(LIVE, topics={4: ("pr", "pr")}), {}, [("pr", "new_story", "first", "send", (4,))], id="named twice"
        ),
    ],
)
def test_decisions(
    change: StoryChange, told: dict[str, Told], expected: list[tuple[str, str, str, str, tuple[int, ...]]]
) -> None:
    alerts = decide_story(change, told)
    assert [_short(alert) for alert in alerts] == expected
    assert all(alert.subject_kind == "story" and alert.subject == "s7" for alert in alerts)
    assert all(alert.evidence == (12, 1) for alert in alerts)


def test_every_reason_is_a_sentence_and_names_the_story_it_folds_into() -> None:
    folded = decide_story(LIVE, {"pr": BOTH, "console": BOTH})[0]
    assert folded.reason == "folded into story s7, which this channel has heard of"
    muted = decide_story(LIVE, {"pr": Told(False, muted="muted until 1 Dec by hand")})[1]
    assert muted.reason == "muted until 1 Dec by hand"


TOPICS = st.dictionaries(
    st.integers(1, 4), st.lists(st.sampled_from(["a", "b", "c"]), max_size=3).map(tuple), max_size=4
)
CHANGES = st.builds(
    StoryChange,
    story=st.just(1),
    entry=st.integers(1, 50),
    revision=st.integers(1, 3),
    topics=TOPICS,
    origin=st.sampled_from(["live", "live", "live", "baseline", "backfill", "import"]),
)


@given(st.lists(CHANGES, max_size=12))
def test_a_channel_is_told_of_a_story_once_and_of_each_topic_once(changes: list[StoryChange]) -> None:
    """Any history: keys of told rows never repeat, silent rows never take a told key, and no topic is told twice."""
    told: dict[str, Told] = {}
    keys: set[str] = set()
    heard: set[tuple[str, int]] = set()
    for change in changes:
        for alert in decide_story(change, told):
            if alert.decision not in TOLD:
                assert alert.step == f"e{change.entry}.{change.revision}"
                continue
            assert change.origin == "live"
            assert alert_id(alert) not in keys
            keys.add(alert_id(alert))
            assert alert.topics
            assert not heard & {(alert.channel, topic) for topic in alert.topics}
            heard |= {(alert.channel, topic) for topic in alert.topics}
            before = told.get(alert.channel, Told(False))
            assert (alert.rule == "new_story") is not before.first
            told[alert.channel] = Told(True, before.topics | set(alert.topics))
        if change.origin == "live":
            routed = {(channel, topic) for topic, channels in change.topics.items() for channel in channels}
            assert routed <= heard, "a live match was neither sent now nor before"


BROKEN = HealthChange("channel", "pr", "broken", "Slack refuses messages: no_service", "2026-11-24T09:19:00+00:00")


def test_health_goes_to_the_owner_once_an_episode() -> None:
    alert = decide_health(BROKEN, "owner-mail", owner_is_subject=False)
    assert (alert.channel, alert.rule, alert.decision) == ("owner-mail", "health", Decision.SEND)
    assert alert.step == "broken:2026-11-24T09:19:00+00:00"
    assert alert.reason == "Slack refuses messages: no_service"
    again = decide_health(replace(BROKEN, sentence="other words"), "owner-mail", owner_is_subject=False)
    assert alert_id(again) == alert_id(alert)
    recovered = decide_health(replace(BROKEN, state="recovered"), "owner-mail", owner_is_subject=False)
    assert alert_id(recovered) != alert_id(alert)


def test_health_of_the_owner_s_own_channel_goes_to_the_console() -> None:
    assert decide_health(BROKEN, "pr", owner_is_subject=True).channel == "console"


def test_alert_ids_are_short_stable_and_tell_keys_apart() -> None:
    alert = decide_story(LIVE, {})[0]
    assert re.fullmatch("a[0-9a-f]{12}", alert_id(alert))
    assert alert_id(alert) == alert_id(replace(alert, reason="other", topics=(), evidence=None))
    others = [
        replace(alert, subject_kind="event"),
        replace(alert, subject="s8"),
        replace(alert, channel="pr"),
        replace(alert, rule="new_topic"),
        replace(alert, step="2"),
    ]
    assert len({alert_id(each) for each in (alert, *others)}) == 6
    assert alert_id(Alert("story", "s7", "console", "new_story", "first", Decision.SEND, "")) == "a4632b171f9e4"


def test_the_table_of_rules_names_each_class_by_its_name() -> None:
    assert list(RULES) == ["new_story", "new_topic", "health"]
    assert all(rule.__doc__ for rule in RULES.values())


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_from_the_first_to_the_cap(attempts: int, spread: float) -> None:
    pause = retry_after(attempts, spread=spread)
    assert RETRY_FIRST <= pause <= RETRY_CAP
    assert pause <= retry_after(attempts + 1, spread=spread)


def test_pauses_double_and_spread() -> None:
    assert [retry_after(n, spread=0) for n in (1, 2, 3)] == [timedelta(seconds=s) for s in (30, 60, 120)]
    assert retry_after(1, spread=0.5) > retry_after(1, spread=0)
    assert retry_after(99, spread=0.5) > retry_after(99, spread=0)


@pytest.mark.parametrize(("attempts", "spread"), [(0, 0.0), (1, 1.0), (1, -0.1)])
def test_a_pause_before_the_first_try_is_a_mistake(attempts: int, spread: float) -> None:
    with pytest.raises(ValueError, match="attempts from 1"):
        retry_after(attempts, spread=spread)
