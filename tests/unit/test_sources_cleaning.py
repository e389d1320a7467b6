"""Documents are made fit for feedparser without a change of what they say."""

from __future__ import annotations

import re

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Document, Parsed, ParseFailure
from monitor.sources import Feed
from monitor.sources.cleaning import clean, without_blank_prolog, without_impossible_references


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#xD7FF;", "&#xD7FF;"),
        ("&#xD800;", "&#xFFFD;"),
        ("&#xdfff;", "&#xFFFD;"),
        ("&#xE000;", "&#xE000;"),
        ("&#55295;", "&#55295;"),
        ("&#55296;", "&#xFFFD;"),
        ("&#57343;", "&#xFFFD;"),
        ("&#57344;", "&#57344;"),
        ("&#x10FFFF;", "&#x10FFFF;"),
        ("&#x110000;", "&#xFFFD;"),
        ("&#1114111;", "&#1114111;"),
        ("&#1114112;", "&#xFFFD;"),
        ("&#0000065;", "&#0000065;"),
        ("&#X00D800;", "&#xFFFD;"),
        ("&#99999999999;", "&#xFFFD;"),
        ("&#" + "9" * 5000 + ";", "&#xFFFD;"),
        ("&#x" + "0" * 5000 + "41;", "&#x" + "0" * 5000 + "41;"),
        ("&#x" + "f" * 5000 + ";", "&#xFFFD;"),
        # feedparser takes any character that is no digit for the end
        ("&#xD800 a", "&#xFFFD; a"),
        ("&#55296", "&#xFFFD;"),
        ("&#xD83D;&#xDE00;", "&#128512;"),
        ("&#55357;&#56832;", "&#128512;"),
        ("&#xd83d;&#56832;", "&#128512;"),
        ("&#xDE00;&#xD83D;", "&#xFFFD;&#xFFFD;"),
        ("&#xD83D; &#xDE00;", "&#xFFFD; &#xFFFD;"),
        ("&#xD83D;&#xD83D;&#xDE00;", "&#xFFFD;&#128512;"),
        ("&#0;&#x1F;", "&#0;&#x1F;"),
        ("&amp;#xD800; &# &#x; &#xG; no reference", "&amp;#xD800; &# &#x; &#xG; no reference"),
    ],
)
def test_references(written: str, read: str) -> None:
    assert without_impossible_references(written.encode()) == read.encode()


@given(st.integers(0, 0x1FFFFF), st.sampled_from(["&#%d;", "&#x%x;", "&#X%X;", "&#x00%x;"]))
def test_only_impossible_references_change(value: int, form: str) -> None:
    written = (form % value).encode()
    possible = value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF
    assert without_impossible_references(written) == (written if possible else b"&#xFFFD;")


@pytest.mark.parametrize("reference", ["&#xD800;", "&#x110000;", "&#99999999999;", "&#0;", "\x00", "&#x1;", "&#xFFFF;"])
@pytest.mark.parametrize(
    "item",
    [
        "<title>a @ b</title>",
        "<title><![CDATA[a @ b]]></title>",
        "<description>a @ b</description>",
        "<title>a b</title><link>https://a.example/@</link>",
        "<title>a b</title><enclosure url='https://a.example/@'/>",
        "<title>a b</title><!-- @ -->",
    ],
)
def test_one_bad_reference_costs_no_document(reference: str, item: str) -> None:
    body = f"<rss version='2.0'><channel><item>{item.replace('@', reference)}</item><item><title>c</title></item>"
    found = Feed.parse(Document("https://a.example/", (body + "</channel></rss>").encode()), "")
    assert isinstance(found, Parsed)
    assert len(found.entries) == 2
    assert re.fullmatch(r"a ([\ufffd\uffff] )?b", found.entries[0].title or found.entries[0].teaser)


@pytest.mark.parametrize(("blanks", "kept"), [(256, 256), (257, 1)])
def test_a_blank_prolog_is_cut_only_when_long(blanks: int, kept: int) -> None:
    body = b"<?xml version='1.0'?>" + b" " * blanks + b"<rss/>"
    assert len(without_blank_prolog(body)) == len(body) - blanks + kept


@given(st.binary(max_size=600))
def test_the_prolog_is_all_that_changes(body: bytes) -> None:
    cut = without_blank_prolog(body)
    assert cut.split() == body.split()


TITLES = "".join(f"<item><title>{words}</title></item>" for words in ("马云重返阿里园区", "通义千问发布新版本", "声网"))


def encoded(codec: str, declared: str, damage: bytes = b"") -> bytes:
    text = f"<?xml version='1.0' encoding='{declared}'?><rss version='2.0'><channel>{TITLES}</channel></rss>"
    return text.encode(codec).replace("声".encode(codec), damage or "声".encode(codec))


@pytest.mark.parametrize(
    ("body", "content_type", "last"),
    [
        (encoded("utf-8", "utf-8"), "", "声网"),
        (encoded("utf-16", "utf-16"), "", "声网"),
        (encoded("utf-8", "utf-8").partition(b"?>")[2], "", "声网"),
        (
            encoded("utf-16", "utf-16").partition("?>".encode("utf-16-le"))[2],
            "application/xml; charset=utf-16le",
            "声网",
        ),
        (("\ufeff" + encoded("utf-8", "").decode().partition("?>")[2]).encode("utf-32-le"), "", "声网"),
        (encoded("gb18030", "gb2312"), "", "声网"),
        (encoded("gb18030", "utf-8"), "application/xml; charset=gb2312", "声网"),
        # a character cut in half: feedparser alone takes the whole document for Western European
        (encoded("utf-8", "utf-8", "声".encode()[:2]), "", "\ufffd网"),
        (encoded("gb18030", "gb2312", b"\xff"), "", "\ufffd网"),
        (encoded("utf-8", "utf-8", "声".encode()[:2]), "text/xml; charset=utf-8", "\ufffd网"),
        (encoded("utf-8", "us-ascii", "声".encode()[:2]), "", "\ufffd网"),
        # names of codecs of Python that are no encodings, on which feedparser raises
        (encoded("utf-8", "idna"), "", "声网"),
        (encoded("utf-8", "punycode"), "", "声网"),
        (encoded("utf-8", "utf-8"), "application/xml; charset=idna", "声网"),
    ],
)
def test_the_text_is_right_by_the_encoding_that_is_named(body: bytes, content_type: str, last: str) -> None:
    found = Feed.parse(Document("https://a.example/", body, content_type=content_type), "")
    assert isinstance(found, Parsed)
    assert [one.title for one in found.entries] == ["马云重返阿里园区", "通义千问发布新版本", last]


def test_japanese_of_windows_under_its_common_name() -> None:
    declared = "<?xml version='1.0' encoding='Shift_JIS'?>"
    body = f"{declared}<rss version='2.0'><channel><item><title>①髙い</title></item></channel></rss>"
    found = Feed.parse(Document("https://a.example/", body.encode("cp932")), "")
    assert isinstance(found, Parsed)
    assert found.entries[0].title == "①髙い"


@pytest.mark.parametrize(
    "body",
    [
        "<?xml version='1.0' encoding='utf-8'?><rss>caf\xe9, na\xefve, \xfcber</rss>".encode("latin-1"),
        b"<?xml version='1.0' encoding='windows-1252'?><rss>\x80 \x81</rss>",
        b"<?xml version='1.0' encoding='us-ascii'?><rss>\xe9</rss>",
        b"<?xml version='1.0' encoding='no-such'?><rss>\xe9</rss>",
        b"<?xml version='1.0' encoding='rot13'?><rss>\xe9</rss>",
        b"<rss>\xff</rss>",
        b"<?xml version='1.0' encoding='utf-16'?><rss>\xe9\xe8</rss>",
    ],
)
def test_a_wrong_name_is_left_to_feedparser(body: bytes) -> None:
    assert clean(Document("", body)) == feedparser.encodings.convert_to_utf8(
        {"content-type": "application/xml"}, body, {}
    )


def test_bytes_in_no_encoding_are_damaged() -> None:
    body = b"<?xml version='1.0' encoding='\xff'?><rss version='2.0'><channel><item><title>\xff\xfe</title></item>"
    found = Feed.parse(Document("https://a.example/", body), "")
    assert found == ParseFailure("malformed", "The feed is damaged: reading it failed (UnicodeDecodeError).")


def test_nothing_is_nothing() -> None:
    assert clean(Document("", b"")) == b""
