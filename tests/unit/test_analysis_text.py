"""The canonical form of words."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis import text as module
from monitor.analysis.text import Token, fold, spaceless, tokenise, words_of

TEXTS = st.text(st.characters() | st.sampled_from("aB3.,+#&' -\u2019马云ガｶﾞ한ᄀ\u0301\u0308йёßΣİ½™\u00ad\u200bกิ\ue000"))


def test_tokens_remember_where_they_stood() -> None:
    assert tokenise("Jack Ma’s ½ ㎏: C++") == (
        Token("jack", 0, 4),
        Token("ma", 5, 7),
        Token("s", 8, 9),
        Token("1", 10, 11),
        Token("2", 10, 11),
        Token("kg", 12, 13),
        Token("c++", 15, 18),
    )


def test_case_and_accents_are_kept_where_they_count() -> None:
    assert [token.text for token in tokenise("Peña İs", keep_accents=True, keep_case=True)] == ["Peña", "İs"]
    assert [token.text for token in tokenise("Peña", keep_accents=True)] == ["peña"]
    assert [token.text for token in tokenise("Peña", keep_case=True)] == ["Pena"]


def test_fold_has_word_borders_on_both_ends() -> None:
    assert fold("Qwen3-235B, 马云!") == " qwen 3 235b 马 云 "
    assert fold("...") == ""


def test_scripts_without_spaces() -> None:
    assert [word for word in ("马", "ガ", "는", "ก", "a", "я", "3") if spaceless(word)] == ["马", "ガ", "는", "ก"]


def test_a_hostile_text_does_not_fill_the_memory() -> None:
    assert words_of("".join(map(chr, range(0x3400, 0x14000)))).texts
    assert len(module._FOLDS) <= 65_536


@given(TEXTS)
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_tokens_stand_in_order_within_the_text(text: str) -> None:
    tokens = tokenise(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@given(st.text(st.characters(categories=("L", "N", "P", "Zs"), max_codepoint=0x24F)))
def test_composed_and_decomposed_latin_are_one(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(st.characters(max_codepoint=127)), st.just("я"))
def test_the_fast_way_for_ascii_agrees_with_the_general_one(text: str, other: str) -> None:
    assert words_of(f"{text} {other}").texts[:-1] == words_of(text).texts
