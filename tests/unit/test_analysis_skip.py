"""What a source's ``skip`` leaves out: the cases as a table, and the laws."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.matching.match import Matcher
from monitor.analysis.skip import ADDRESS_SHOWN, split
from monitor.limits import TITLE_SHOWN
from monitor.model import Entry, Phrase, Query, Skipped, Topic

WEIGHTS = (Phrase("GGUF"), Phrase("AWQ", not_inside=("AWQ paper",)), Phrase("ICE", exact=True))


def entry(title: str = "", teaser: str = "", text: str = "", url: str | None = None, nth: int = 0) -> Entry:
    return Entry(f"key {nth}", f"{nth:032x}", title, teaser, text, url)


@pytest.mark.parametrize(
    ("given", "by"),
    [
        (entry("Qwen3-8B-GGUF"), "GGUF"),
        (entry("qwen3 gguf"), "GGUF"),
        (entry("Qwen3-8B"), None),
        (entry("GGUFs explained"), None),  # whole words only, as for topics
        (entry("Qwen3-8B-AWQ and GGUF"), "GGUF"),  # the first of the list
        (entry("The AWQ paper, read again"), None),  # held back by not_inside
        (entry("ICE raids"), "ICE"),
        (entry("Melting ice"), None),  # exact
        (entry("Qwen3-8B", teaser="Comes as GGUF, too"), None),  # the teaser counts only without a title
        (entry("", teaser="Comes as GGUF, too"), "GGUF"),
        (entry("", text="Comes as GGUF, too"), None),  # the text never does
        (entry("Qwen3-8B", text="GGUF"), None),
        (entry(), None),
    ],
)
def test_what_is_left_out(given: Entry, by: str | None) -> None:
    kept, skipped = split([given], WEIGHTS)
    assert [one.phrase for one in skipped] == ([by] if by else [])
    assert kept == (() if by else (given,))


def test_a_record_names_the_entry() -> None:
    (long,) = split([entry("GGUF " + "x" * 1000, url="https://a.example/" + "y" * 1000, nth=7)], WEIGHTS)[1]
    assert long.key_hash == f"{7:032x}"
    assert len(long.sample) == TITLE_SHOWN + 1 + ADDRESS_SHOWN
    assert long.sample.startswith("GGUF xxx")
    assert "… https://a.example/y" in long.sample
    assert split([entry("GGUF", url="https://a.example/1")], WEIGHTS)[1] == (
        Skipped(f"{0:032x}", "GGUF", "GGUF https://a.example/1"),
    )
    assert split([entry(teaser="GGUF\nagain")], WEIGHTS)[1][0].sample == "GGUF again"


def test_without_phrases_all_is_kept() -> None:
    assert split([entry("GGUF")], ()) == ((entry("GGUF"),), ())
    # The grammar refuses a phrase without words; one that comes another way leaves nothing out.
    assert split([entry("GGUF")], [Phrase("?!")]) == ((entry("GGUF"),), ())


def test_it_can_be_sent_to_a_worker() -> None:
    assert pickle.loads(pickle.dumps(WEIGHTS)) == WEIGHTS  # noqa: S301 - our own bytes


titles = st.lists(st.sampled_from(["Qwen", "gguf", "AWQ", "paper", "ICE", "ice", "-", " ", ", ", "马云"]), max_size=6)


@given(st.lists(titles.map("".join), max_size=8))
def test_every_entry_is_kept_or_recorded_in_order_as_a_topic_would_match(texts: list[str]) -> None:
    entries = [entry(title, nth=nth) for nth, title in enumerate(texts)]
    kept, skipped = split(entries, WEIGHTS)
    hashes = [one.key_hash for one in kept], [one.key_hash for one in skipped]
    assert sorted(hashes[0] + hashes[1]) == [one.key_hash for one in entries]
    assert list(hashes[0]) == sorted(hashes[0])
    assert list(hashes[1]) == sorted(hashes[1])
    topic = Matcher([Topic("T", Query(any=WEIGHTS))])
    assert list(hashes[1]) == [one.key_hash for one in entries if topic.match(one).matches]
