"""What would make a match of a near miss, by the clause and by what stands in the entry."""

from __future__ import annotations

import pytest

from monitor.model import AllOf, Ambiguous, Phrase, Query, Span, Topic
from monitor.pipeline.explain.mending import Mend, mend
from monitor.store.evidence import NearMissRow

KEPT = Mend("nothing to change: it is kept as other version (report_near)", wanted=False)
PLAIN = Topic("Qwen3", Query(any=(Phrase("Qwen3"),)), report_near=(Phrase("Qwen"), Phrase("千问")))


def reported(text: str, name: str = "Qwen", topic: Topic | None = PLAIN, *, field: str = "title") -> Mend:
    spans = (Span("title", text.index(name), text.index(name) + len(name), name),)
    return mend(NearMissRow(1, "Qwen3", f'report_near: "{name}" is there', spans), {field: text}, topic)


@pytest.mark.parametrize(
    ("text", "longer"),
    [
        ("Alibaba unveils Qwen 3.5", "Qwen 3.5"),
        ("Alibaba unveils Qwen 3.5.", "Qwen 3.5"),
        ("Qwen3.5-Max is out", "Qwen3.5-Max"),
        ("Qwen-2.5 is out", "Qwen-2.5"),
        ("Qwen 3.5-based robots", "Qwen 3.5"),
        ("Qwen v4 is out", "Qwen v4"),
        ("Qwen 4o, a rival", "Qwen 4o"),
        ("千问3.5发布", "千问3.5"),
        ("Qwen Max beats its rivals", "Qwen Max"),
        ("Qwen-Coder-Next beats its rivals", "Qwen-Coder-Next"),
        ("Qwen-max beats its rivals", "Qwen-max"),
    ],
)
def test_the_alias_is_no_wider_than_what_stands_there(text: str, longer: str) -> None:
    name = "千问" if text.startswith("千") else "Qwen"
    assert reported(text, name) == Mend(f'an alias: Qwen3: {{any: [..., "{longer}"]}}')


@pytest.mark.parametrize(
    "text",
    [
        "Alibaba has its own Qwen", "Qwen beats its rivals", "Qwen: 3 things to know", "Qwen's Max is out",
        "Qwen 10% faster", "Qwen 10.5% faster", "Qwen Beats All Its Rivals", "Qwen, Max and others",
    ],
)  # fmt: skip
def test_what_is_no_longer_name_is_none(text: str) -> None:
    assert reported(text) == KEPT


@pytest.mark.parametrize(
    "query",
    [
        Query(any=(Phrase("Qwen3", not_inside=("Qwen 3.5",)),)),
        Query(any=(Phrase("Qwen3"),), none=(Phrase("Qwen3.5"),)),
        Query(ambiguous=Ambiguous((Phrase("Qwen3", not_inside=("qwen-3.5",)),), (Phrase("Alibaba"),))),
        Query(line=AllOf((Phrase("Qwen3", not_inside=("Qwen 3.5",)), Phrase("Alibaba")))),
    ],
)
def test_what_the_topic_leaves_out_is_no_alias(query: Query) -> None:
    assert reported("Qwen 3.5 is out", topic=Topic("Qwen3", query)) == KEPT


def test_what_the_topic_reports_itself_is_no_alias() -> None:
    both = Topic("Qwen3", Query(any=(Phrase("Qwen3"),)), report_near=(Phrase("Qwen"), Phrase("Qwen 3.5")))
    assert reported("Qwen 3.5 is out", topic=both) == KEPT
    assert reported("Qwen 3.5 is out", topic=None).wanted


def test_words_that_moved_in_a_revision_are_looked_for() -> None:
    miss = NearMissRow(1, "Qwen3", 'report_near: "Qwen" is there', (Span("title", 90, 94, "Qwen"),))
    assert mend(miss, {"title": "New: Qwen 3.5"}, PLAIN).says.endswith('"Qwen 3.5"]}')
    assert mend(miss, {"title": "Something else"}, PLAIN) == KEPT
    assert mend(miss, {}, PLAIN) == KEPT


@pytest.mark.parametrize(
    ("clause", "change"),
    [
        ('any: none of "Lyon" is there', "an alias in any: of T, as this entry spells it"),
        ("its words are there, but not as the topic asks for them", "change T in topics:"),
    ],
)
def test_rare_clauses_have_an_edit_too(clause: str, change: str) -> None:
    assert mend(NearMissRow(1, "T", clause, ()), {}, None) == Mend(change)
