"""How a join is said in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.pipeline.sentences import rule_words
from monitor.store.evidence import JoinRow

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "numbers", "other", "by", "words"),
    [
        ("first", {}, None, "rule", "opening it"),
        ("url", {"hours": 1.5}, 7, "rule", "the same address as e7, 1.5 h apart"),
        ("title=", {"hours": 0.0, "ts": 1.0}, 7, "rule", "the same headline as e7, 0 h apart"),
        ("title~", {"hours": 2.0, "ts": 0.934}, 7, "rule",
         "the headline of e7 with words added or left out (alike by 93%), 2 h apart"),
        ("body=", {"ts": 0.7}, None, "rule", "the same text as an earlier entry under a like headline (alike by 70%)"),
        ("minhash", {"jaccard": 0.81}, 7, "rule", "minhash with e7 (jaccard 0.81)"),
        ("vote", {}, 7, "Ann", "vote with e7, put there by Ann"),
    ],
)  # fmt: skip
def test_every_rule_has_words(rule: str, numbers: dict[str, float], other: int | None, by: str, words: str) -> None:
    assert rule_words(JoinRow(1, 2, rule, numbers, by, other, AT)) == words
