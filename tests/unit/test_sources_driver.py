"""feedparser gives the same with our driver as with the standard library's."""

from __future__ import annotations

import io
from pathlib import Path
from xml.sax.handler import ContentHandler

import feedparser
import pytest

from monitor.sources.driver import create_parser

DATA = Path(__file__).parent.parent / "data" / "feed"
CASES = sorted(path for path in DATA.iterdir() if path.suffix == ".xml")


def bare(body: bytes) -> str:
    try:
        found = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, OverflowError) as error:
        return type(error).__name__
    found.pop("bozo_exception", None)
    return repr(found)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_all_that_is_read_is_equal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = path.read_bytes()
    given: list[str] = []
    for drivers in (["monitor.sources.driver"], ["xml.sax.expatreader"]):
        monkeypatch.setattr("feedparser.api.PREFERRED_XML_PARSERS", drivers)
        given.append(bare(body))
    assert given[0] == given[1]


def test_long_text_comes_in_one_piece() -> None:
    class Listener(ContentHandler):
        def characters(self, content: str) -> None:
            pieces.append(content)

    pieces: list[str] = []
    parser = create_parser()
    parser.setContentHandler(Listener())
    parser.parse(io.BytesIO(b"<a>" + b"one &amp; two\n" * 20 + b"</a>"))
    assert pieces == ["one & two\n" * 20]
