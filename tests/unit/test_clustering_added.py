"""What a copy adds to the text that it copies."""

from __future__ import annotations

import pytest

from monitor.analysis.clustering.added import ADDED_CAP, added
from tests.clocks import within

FIRST = "The founder of the harbour company asked a businessman to return to the north within a week."
SECOND = "Both men had known each other since they built the first pier of the town together."
THIRD = "A court will hear the case in the spring, and neither side wanted to speak about it before that."
NEW = "In a second case the company is accused of having hidden two sunken barges from its insurers for years."
OTHER = f"{FIRST}\n\n{SECOND}\n\n{THIRD}"


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        (OTHER, ()),
        (f"{FIRST}\n\n{THIRD}", ()),
        (f"{FIRST} {SECOND} {THIRD}", ()),
        (f"{OTHER}\n\n{NEW}", (NEW,)),
        (f"{FIRST} {NEW} {SECOND}", (NEW,)),
        (f"{FIRST}\n\n{NEW} {NEW}\n\n{SECOND}\n\n{NEW}", (f"{NEW} {NEW}", NEW)),
        (OTHER.replace("asked", "begged").replace("spring", "summer"), ()),
        (f"{OTHER}\n\nRead more on our site.", ()),
        (f"Share\n\n{OTHER}\n\nAll rights reserved\n\nBy our own reporter", ()),
        ("", ()),
    ],
    ids="nothing abridged joined paragraph sentence twice edited line lines empty".split(),
)  # fmt: skip
def test_what_is_added(copy: str, expected: tuple[str, ...]) -> None:
    assert added(copy, OTHER) == expected


def test_chinese_is_read_by_characters() -> None:
    other = "创始人请商人在一周内回国。法院将在春天审理此案，双方此前都不愿就此发表任何意见。"
    new = "在第二起案件中，该公司被指控多年来向保险公司隐瞒了两艘沉没的驳船和一座码头。"
    assert added(other + new, other) == (new,)


def test_nothing_is_told_where_there_is_nothing_to_compare_with() -> None:
    assert added(NEW, "") == ()
    assert added(NEW, "Two words") == ()


@pytest.mark.parametrize(
    "text", ["\n" * 5_000_000, ". " * 1_000_000, " " * 5_000_000, f"{NEW}\n" * 20_000, '."' * 900_000]
)
def test_odd_texts_cost_little(text: str) -> None:
    with within(2.0):
        assert len(added(text, OTHER)) <= ADDED_CAP
