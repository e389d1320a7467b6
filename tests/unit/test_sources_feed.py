"""The kind ``feed``: every file of ``tests/data/feed`` gives what stands beside it."""

from __future__ import annotations

import dataclasses
import json
import pickle
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser.api
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.limits import ENTRIES_CAP, TEXT_CAP, TITLE_CAP, URL_CAP
from monitor.model import Document, Parsed, ParseFailure, Request
from monitor.sources import KINDS, Feed

DATA = Path(__file__).parent.parent / "data" / "feed"
CASES = sorted(path for path in DATA.iterdir() if not path.name.endswith(".expected.json"))
ADDRESS = "https://feeds.example/dir/feed.xml"


def plain(value: object) -> Any:
    """A record as JSON shows it, without what is empty."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {
            key: plain(one) for key, one in value.items() if key != "memory" and one not in (None, "", (), [], {}, 0)
        }
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def parse(body: bytes | str, content_type: str = "") -> Parsed | ParseFailure:
    return Feed.parse(
        Document(ADDRESS, body.encode() if isinstance(body, str) else body, content_type=content_type), ""
    )


def entries(body: bytes | str) -> Parsed:
    parsed = parse(body)
    assert isinstance(parsed, Parsed), parsed
    return parsed


def rss(*items: str, head: str = "") -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>t</title>{head}{listed}</channel></rss>"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_document(path: Path) -> None:
    expected = json.loads((DATA / f"{path.name}.expected.json").read_text("utf-8"))
    found = parse(path.read_bytes(), expected.get("content_type", ""))
    assert plain(dataclasses.asdict(found)) == expected["parsed" if isinstance(found, Parsed) else "failure"]
    assert isinstance(found, Parsed) == ("parsed" in expected)


def test_the_kind_asks_once_and_conditionally() -> None:
    kind = KINDS["feed"]()
    assert kind.requests("https://a.example/f", '"e"', "Mon", "") == (Request("https://a.example/f", '"e"', "Mon"),)
    assert pickle.loads(pickle.dumps(kind.parse)) is Feed.parse  # noqa: S301 - written in this line


def test_a_body_that_names_a_file_is_not_opened() -> None:
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(rss("<title>leak</title>").encode())
        file.flush()
        assert isinstance(parse(file.name), ParseFailure)


@pytest.mark.parametrize("count", [ENTRIES_CAP - 1, ENTRIES_CAP, ENTRIES_CAP + 1])
@pytest.mark.parametrize("form", ["xml", "json"])
def test_entries_are_capped_and_the_rest_is_said(count: int, form: str) -> None:
    if form == "xml":
        body = rss(*(f"<guid isPermaLink='false'>{n}</guid>" for n in range(count)))
    else:
        body = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": n} for n in range(count)]})
    found = entries(body)
    assert [entry.id for entry in found.entries] == [str(n) for n in range(min(count, ENTRIES_CAP))]
    assert [(one.reason, one.sample) for one in found.rejected] == (
        [("over_cap", "1 further entries")] if count > ENTRIES_CAP else []
    )


@pytest.mark.parametrize("length", [TITLE_CAP - 1, TITLE_CAP, TITLE_CAP + 1])
def test_titles_are_capped(length: int) -> None:
    assert len(entries(rss(f"<title>{'x' * length}</title>")).entries[0].title) == min(length, TITLE_CAP)


@pytest.mark.parametrize("length", [TEXT_CAP - 1, TEXT_CAP, TEXT_CAP + 1])
def test_texts_are_capped(length: int) -> None:
    found = entries(rss(f"<description>{'x' * length}</description>")).entries[0]
    assert len(found.teaser) == min(length, TEXT_CAP)


@pytest.mark.parametrize(("length", "kept"), [(URL_CAP - 1, True), (URL_CAP, True), (URL_CAP + 1, False)])
def test_addresses_are_kept_whole_or_not(length: int, kept: bool) -> None:
    link = "https://a.example/".ljust(length, "x")
    found = entries(rss(f"<title>t</title><link>{link}</link>")).entries[0]
    assert found.url == (link if kept else None)


@pytest.mark.parametrize(
    "when",
    ["Sun, 31 Feb 2026 10:00:00 GMT", "0001-01-01T00:00:00Z", "99999-01-01", "soon", "Mon, 01 Jan 0000 00:00:00 +9999"],
)
def test_odd_dates_never_raise(when: str) -> None:
    found = entries(rss(f"<title>t</title><pubDate>{when}</pubDate>")).entries[0]
    assert found.published is None or found.published.tzinfo is not None


def test_an_entry_dated_only_by_its_change_has_that_date() -> None:
    body = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><updated>2026-11-20T01:00:00+01:00</updated>"
        "</entry></feed>"
    )
    published = entries(body).entries[0].published
    assert published is not None
    assert published.isoformat() == "2026-11-20T00:00:00+00:00"


def test_what_feedparser_raises_is_a_failure_without_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(*args: object, **options: object) -> None:
        raise OverflowError("secret words of the feed")

    monkeypatch.setattr("feedparser.parse", raises)
    found = parse(rss("<title>x</title>"))
    assert found == ParseFailure("malformed", "The feed is damaged: reading it failed (OverflowError).")


def test_a_parser_that_the_machine_happens_to_have_is_not_taken() -> None:
    assert feedparser.api.PREFERRED_XML_PARSERS == ["monitor.sources.driver"]


@pytest.mark.parametrize(
    ("head", "hints"),
    [
        ("<skipHours><hour>5</hour>", {}),
        (f"<skipDays>{' ' * 5000}<day>Monday</day></skipDays>", {}),
        ("<skipDays><day>Monday</day></skipDays>", {"skipDays": "Monday"}),
        ("<link xmlns='http://www.w3.org/2005/Atom' rel='self' href='https://a.example/'/>", {}),
    ],
)
def test_hints(head: str, hints: dict[str, str]) -> None:
    assert dict(entries(rss("<title>x</title>", head=head)).hints) == hints


def test_json_hubs_of_other_shapes_are_no_hints() -> None:
    for hubs in ("x", [1], [{"type": "WebSub"}], None):
        body = json.dumps({"version": "http://jsonfeed.org/version/1/", "hubs": hubs, "items": [{"id": "1"}]})
        assert dict(entries(body).hints) == {}


def test_json_that_is_no_object() -> None:
    found = parse('["a"]')
    assert isinstance(found, ParseFailure)
    assert found.reason == "not_a_feed"


@given(st.binary(max_size=300).map(lambda noise: b"<rss version='2.0'><channel><item><title>" + noise))
def test_any_bytes_give_a_value(body: bytes) -> None:
    found = parse(body)
    assert isinstance(found, Parsed | ParseFailure)
    json.dumps(plain(dataclasses.asdict(found)), ensure_ascii=False).encode("utf-8")
