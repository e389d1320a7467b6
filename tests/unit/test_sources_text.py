"""HTML to text, and the judgement of single fields."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.entry import TEASER_CAP, address, from_iso, from_struct, language, teaser_and_text
from monitor.sources.sniff import looks_like
from monitor.sources.text import from_html, plain, unescaped
from tests.clocks import within


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("AT&amp;T &lt;3", "AT&T <3"),
        ("<p>one</p><p>two</p>", "one two"),
        ("one<br>two<br/>three", "one two three"),
        ("<b><p>in</p></b>after", "in after"),
        ("<table><tr><td>a<td>b</table>", "a b"),
        ("马<b>云</b>说", "马云说"),
        ("<em>Ali</em>baba", "Alibaba"),
        ("words<script>alert('x')</script><style>p{}</style><title>t</title> stay", "words stay"),
        ("<noscript><img src=x></noscript><iframe srcdoc='<p>no</p>'></iframe>yes", "yes"),
        ("a<img src=x onerror=y>b", "a b"),
        ("a <!-- hidden --> b", "a b"),
        ("1 < 2", "1 < 2"),
        ("<p>cut off <b", "cut off"),
        ("\x00<p>nul\x00 \x07bell</p>", "nul bell"),
        ("<html><head><title>x</title></head><body>page</body></html>", "page"),
        ("<p>a&nbsp;&nbsp;b\u2003c</p>", "a b c"),
    ],
)
def test_from_html(markup: str, text: str) -> None:
    assert from_html(markup) == text


def test_deep_nesting_ends_soon() -> None:
    with within(5):
        assert from_html("<div>" * 10_000 + "deep") == "deep"


@given(st.text())
def test_plain_text_is_one_printable_line(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert once == " ".join(once.split())
    once.encode("utf-8")
    assert "\x00" not in once


@given(st.text(max_size=200), st.integers(0, 50))
def test_caps_hold(text: str, cap: int) -> None:
    assert len(plain(text, cap=cap)) <= cap
    assert len(from_html(f"<p>{text}", cap=cap)) <= cap
    assert len(unescaped(text, cap=cap)) <= cap


@pytest.mark.parametrize(
    ("link", "url"),
    [
        (None, None),
        ("  ", None),
        ("https://b.example/x y", "https://b.example/x y"),
        ("../up", "https://a.example/up"),
        ("//cdn.example/z", "https://cdn.example/z"),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("urn:uuid:1", None),
        ("http://", None),
        ("http://[broken", None),
        ("http://a.example/\nnext", "http://a.example/ next"),
    ],
)
def test_address(link: str | None, url: str | None) -> None:
    assert address(link, "https://a.example/dir/feed") == url


@pytest.mark.parametrize(
    ("summary", "content", "teaser", "text"),
    [
        ("", "", "", ""),
        ("s", "", "s", ""),
        ("s", "c", "s", "c"),
        ("", "short", "short", ""),
        ("same", "same", "same", ""),
        ("x" * (TEASER_CAP - 1), "x" * (TEASER_CAP - 1), "x" * (TEASER_CAP - 1), ""),
        ("x" * TEASER_CAP, "x" * TEASER_CAP, "", "x" * TEASER_CAP),
        ("", "x" * TEASER_CAP, "", "x" * TEASER_CAP),
        ("x" * 1000, "", "x" * 1000, ""),
    ],
)
def test_teaser_and_text(summary: str, content: str, teaser: str, text: str) -> None:
    assert teaser_and_text(summary, content) == (teaser, text)


@pytest.mark.parametrize(
    ("named", "tag"),
    [
        (("zh_CN",), "zh-cn"),
        (("en-US, fr",), "en-us"),
        ((None, "", "DE"), "de"),
        (("English (British)", "en"), "en"),
        (("<b>", "x"), None),
        ((), None),
    ],
)
def test_language(named: tuple[str | None, ...], tag: str | None) -> None:
    assert language(*named) == tag


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T10:00:00+02:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T10:00:00Z", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-11-24T10:00:00", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_from_iso(text: str | None, moment: datetime | None) -> None:
    assert from_iso(text) == moment


def test_from_struct() -> None:
    assert from_struct(None) is None
    assert from_struct(time.struct_time((2026, 11, 24, 9, 0, 0, 1, 328, 0))) == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert from_struct(time.struct_time((99999, 1, 1, 0, 0, 0, 0, 1, 0))) is None


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"PK\x03\x04x", "a zip archive"),
        (b"\x89PNG\r\n", "an image"),
        (b"\x00\x00\x00\x18ftypmp42", "a film"),
        (b"  [1]", "JSON of another kind"),
        (b"<x/>", "XML of another kind"),
        (b"<title>" + b"x" * 600 + b"</title>", "an HTML page"),
        (b"<HTML><TITLE>News &amp; more</TITLE>", 'an HTML page titled "News & more"'),
    ],
)
def test_looks_like(body: bytes, what: str) -> None:
    assert looks_like(body) == what
