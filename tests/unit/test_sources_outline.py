"""Where entries stand among the bytes of a document."""

from __future__ import annotations

import pytest

from monitor.limits import DEPTH_CAP
from monitor.model import Document, Parsed, ParseFailure
from monitor.sources import Feed
from monitor.sources.outline import TooDeep, outline


def rss(items: bytes) -> bytes:
    return b"<rss version='2.0'><channel><title>t</title>" + items + b"</channel></rss>"


@pytest.mark.parametrize(
    ("document", "entries"),
    [
        (rss(b"<item>a</item> <item>b</item>"), [b"<item>a</item>", b"<item>b</item>"]),
        (rss(b"<item x='/>'>a</item\n>"), [b"<item x='/>'>a</item\n>"]),
        (rss(b"<item><![CDATA[</item>]]></item>"), [b"<item><![CDATA[</item>]]></item>"]),
        (rss(b"<!--<item>--><item><!--</item>--></item>"), [b"<item><!--</item>--></item>"]),
        (rss(b"<item></item><ITEM><a/></ITEM>"), [b"<item></item>", b"<ITEM><a/></ITEM>"]),
        (rss(b"<item><a/></item>"), [b"<item><a/></item>"]),
        (rss("<item>é</item><item>马</item>".encode()), ["<item>é</item>".encode(), "<item>马</item>".encode()]),
        (
            b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry>1</a:entry></a:feed>",
            [b"<a:entry>1</a:entry>"],
        ),
    ],
)
def test_ranges(document: bytes, entries: list[bytes]) -> None:
    found = outline(document)
    assert found is not None
    assert [document[start:end] for start, end in found.entries] == entries
    for kept in ([], [0], range(len(entries))):
        cut, left = found.keeping(document, frozenset(kept))
        assert [cut[start:end] for start, end in left.entries] == [entries[n] for n in kept]
        assert len(cut) == len(document) - sum(len(one) for n, one in enumerate(entries) if n not in kept)
        again = outline(cut)
        assert again is None or again == left


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"no markup",
        b"<html><body/></html>",
        rss(b""),
        rss(b"<item/>"),
        rss(b"<item>a</item><item/>"),
        rss(b"<item>a</item><textInput/>"),
        rss(b"<item><item>a</item></item>"),
        rss(b"<entry>a</entry><item>b</item>"),
        rss(b"<item>a</item>")[:-1],
        b"<!DOCTYPE rss>" + rss(b"<item>a</item>"),
        b"<rss><item>a</item></rss>",
        b"<rss><channel/><channel><item>a</item></channel></rss>",
        b"<feed><item>a</item></feed>",
        b"<rss xmlns:a='urn:a'><channel><item>a</item><a:item>b</a:item></channel></rss>",
    ],
)
def test_doubt(document: bytes) -> None:
    assert outline(document) is None


def test_the_frame_is_the_tags_that_entries_stand_in() -> None:
    def frame(document: bytes) -> str:
        found = outline(document)
        assert found is not None
        return found.frame

    first = frame(b"<rss a='1'><channel b='1'><item>a</item></channel></rss>")
    assert frame(b"<rss a='1'><channel b='1'><title>x</title><item>b</item></channel></rss>") == first
    assert frame(b"<rss a='2'><channel b='1'><item>a</item></channel></rss>") != first
    assert frame(b"<rss a='1'><channel b='2'><item>a</item></channel></rss>") != first


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("depth", [DEPTH_CAP - 1, DEPTH_CAP, DEPTH_CAP + 1])
def test_depth(depth: int, closed: bool) -> None:
    levels = depth - 3
    inside = b"<a>" * levels + b"</a>" * (levels if closed else 0)
    document = rss(b"<item><title>x</title></item>").replace(b"</item>", inside + b"</item>")
    found = Feed.parse(Document("https://a.example/", document), "")
    if depth <= DEPTH_CAP:
        assert (outline(document) is not None) == closed
        assert isinstance(found, Parsed)
        assert len(found.entries) == 1
        return
    with pytest.raises(TooDeep):
        outline(document)
    assert found == ParseFailure("malformed", "The feed is damaged: its elements are nested deeper than 256 levels.")


@pytest.mark.parametrize("document", [b"<rss>" * 200_000, b"<rss>" * 100_000 + b"</rss>" * 100_000])
def test_a_megabyte_of_roots_is_no_feed(document: bytes) -> None:
    found = Feed.parse(Document("https://a.example/", document), "")
    assert isinstance(found, ParseFailure)
    assert found.reason == "malformed"
