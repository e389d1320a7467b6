"""Traditional and simplified Chinese."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analysis.scripts import simplified, traditional
from monitor.analysis.text import fold, tokenise

HAN = st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF) | st.sampled_from("馬雲峯裏臺薴𡞋a "))


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("馬雲", "马云"),
        ("峯裏裡臺颱", "峰里里台台"),
        ("衞説爲爲産", "卫说为为产"),  # as Hong Kong and old prints write
        ("著名", "着名"),  # Taiwan writes 著 where the mainland writes 着
        ("什麼么", "什么么"),  # never 幺, as Taiwan's table alone would have it
        ("薴", "苎"),  # two steps
        ("髮發", "发发"),
        ("ジャック・マー Jack", "ジャック・マー Jack"),
        ("", ""),
    ],
)
def test_simplified(written: str, form: str) -> None:
    assert simplified(written) == form


def test_the_rare_planes_are_folded_too() -> None:
    assert simplified("㜢𡞱") != "㜢𡞱"
    assert simplified(simplified("㜢𡞱")) == simplified("㜢𡞱")


@given(HAN)
def test_one_character_stays_one_and_twice_is_once(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)


@pytest.mark.parametrize("name", ["马云", "阿里巴巴集团", "台积电", "发改委", "沈阳", "余华", "头发", "里根", "后羿"])
def test_what_is_made_traditional_is_found_again(name: str) -> None:
    assert {fold(form) for form in traditional(name)} <= {fold(name)}


@pytest.mark.parametrize(
    ("name", "forms"),
    [("马云", ("馬雲",)), ("台积电", ("臺積電", "台積電")), ("发改委", ("發改委",)), ("皇后", ()), ("Jack Ma", ())],
)
def test_traditional_follows_phrases_and_places(name: str, forms: tuple[str, ...]) -> None:
    assert traditional(name) == forms


def test_every_side_folds_and_offsets_hold() -> None:
    assert fold("馬雲現身香港") == fold("马云现身香港")
    assert tokenise("說：馬雲")[1:] == tuple(
        type(token)(token.text, token.start, token.end) for token in tokenise("说：马云")[1:]
    )
    assert [token.text for token in tokenise("馬雲 Ma", keep_accents=True, keep_case=True)] == ["马", "云", "Ma"]


def test_a_process_that_meets_no_chinese_pays_nothing() -> None:
    code = (
        "import sys; from monitor.analysis.text import fold; fold('Zürich ジャ 삼성'); print('opencc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
