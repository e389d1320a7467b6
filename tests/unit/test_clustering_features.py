"""What an article is compared by: terms, shingles, what is stored of them, and bounds on odd input."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.clustering.features import (
    VECTOR_TERMS,
    Features,
    counted_terms,
    features,
    language_of,
    pack,
    shingles_of,
    unpack,
)
from monitor.analysis.clustering.weights import Frequencies
from monitor.model import Article
from tests.clocks import within

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COLD = Frequencies()
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WARM = Frequencies("en", 10_000, {"harbo": 9_000, "ship": 3})


def article(title: str, body: str = "") -> Article:
    return Article(1, title, "Outlet A", NOON, body=body)


def test_terms_and_what_the_body_has_of_them() -> None:
    found = features(article("Ships leave harbour - Outlet A", "Five ships are in the harbour of the town."), COLD)
    assert list(found.terms) == ["ship", "leav", "harbo"]
    assert list(found.vector)[:3] == list(found.terms)
    assert found.told == {"ship", "harbo"}
    assert sum(value * value for value in found.vector.values()) == pytest.approx(1)
    assert found.size == len(found.shingles) == 7


def test_frequencies_weigh_terms_and_choose_none() -> None:
    one = article("Ships leave harbour", " ".join(f"{a}{b}word{b}" for a in LETTERS for b in LETTERS))
    cold, warm = features(one, COLD), features(one, WARM)
    assert list(cold.vector) == list(warm.vector)
    assert len(cold.vector) == VECTOR_TERMS
    assert cold.shingles == warm.shingles
    assert warm.terms["ship"] > 10 * warm.terms["harbo"]
    assert warm.vector["ship"] > warm.vector["harbo"]


def test_every_term_that_is_weighed_is_counted() -> None:
    one = article("Ships leave harbour", " ".join(f"{a}{b}word and more" for a in LETTERS for b in LETTERS))
    assert features(one, COLD).vector.keys() <= counted_terms(one)


def test_a_language_is_guessed_where_none_is_declared() -> None:
    russian = article("Власти привлекли бизнесмена к поискам основателя компании", "Об этом сообщили в пятницу.")
    assert language_of(russian) == language_of(replace(russian, language="ru"))
    assert language_of(article("", "")) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Founder's call, “in full”: come home!", "the founder’s call in full come home"),
        ("上海公积金最高能贷三百万，专家称", "上海公積金最高能貸三百萬 專家稱"),
        ("ｆｕｌｌ ｗｉｄｔｈ letters here", "full width letters here"),
    ],
    ids=["dress", "traditional", "width"],
)
def test_texts_that_differ_in_dress_have_the_same_shingles(one: str, other: str) -> None:
    assert shingles_of(one) == shingles_of(other) != frozenset()


def test_scripts_without_spaces_are_cut_by_characters() -> None:
    assert len(shingles_of("创始人请商人回国")) == 3
    assert len(shingles_of("ผู้ก่อตั้งขอให้นักธุรกิจกลับ")) > 3
    assert len(shingles_of("four words stand here")) == 2
    assert shingles_of("two words") == frozenset()


def test_shingles_are_the_same_in_every_process() -> None:
    code = (
        "from monitor.analysis.clustering.features import shingles_of; print(sorted(shingles_of('one two three four')))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == str(sorted(shingles_of("one two three four")))


@given(st.text(), st.text(max_size=400), st.sampled_from([COLD, WARM]))
def test_what_is_stored_is_what_was_taken_apart(title: str, body: str, frequencies: Frequencies) -> None:
    one = features(article(title, body), frequencies)
    packed = pack(one)
    back = unpack(replace(one.article, body=""), packed)
    assert (list(back.terms), list(back.vector), back.told) == (list(one.terms), list(one.vector), one.told)
    assert list(back.vector.values()) == pytest.approx(list(one.vector.values()), abs=1e-4)
    assert list(back.terms.values()) == pytest.approx(list(one.terms.values()), abs=1e-4)
    assert (back.shingles, back.size) == (one.shingles, one.size)
    assert "\0" not in packed.terms  # PostgreSQL keeps none
    packed.terms.encode()


def test_what_was_not_loaded_is_empty_and_its_size_known() -> None:
    one = features(article("Ships leave harbour", "Five ships are in the harbour of the town."), COLD)
    bare = unpack(one.article, replace(pack(one), shingles=b""))
    assert (bare.shingles, bare.size) == (frozenset(), one.size)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("", ""),
        ("🐋", "🐋" * 100_000),
        ("word " * 10_000, ""),
        ("马" * 10_000, "马" * 1_700_000),
        ("Ships leave", "word lorem " * 450_000),
        ("a\u0301" * 500, "a\u0301" * 2_000_000),
        (" " * 10_000, "\n" * 5_000_000),
        ("\ud800 title", "\ud800" * 10_000),
    ],
    ids=["empty", "emoji", "10,000 words", "Chinese", "5 MB", "marks", "spaces", "surrogates"],
)
def test_odd_input_costs_little(title: str, body: str) -> None:
    with within(1.0):
        one = features(article(title, body), COLD)
    assert isinstance(one, Features)
    assert len(one.vector) <= VECTOR_TERMS
    assert one.size <= 8_000
    assert len(pack(one).terms) < 20_000
