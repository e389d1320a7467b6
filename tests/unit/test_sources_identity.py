"""Ids and dates as feeds give them, and what becomes of them: nothing raises, nothing is lost, no two are one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.analysis.normalise import believable, normalise
from monitor.limits import ID_CAP
from monitor.model import Document, Entry, Parsed
from monitor.sources import Feed

DATA = Path(__file__).parent.parent / "data" / "feed"
SEEN = datetime(2026, 11, 24, 12, tzinfo=UTC)


def entries(body: bytes | str) -> tuple[Entry, ...]:
    found = Feed.parse(Document("https://a.example/f", body if isinstance(body, bytes) else body.encode()), "")
    assert isinstance(found, Parsed), found
    return normalise(found, "A")


def feed(form: str, ids: list[str | None], *, address: str = "https://a.example/{n}", title: str = "No. {n}") -> str:
    rows = [(one, address.format(n=n), title.format(n=n)) for n, one in enumerate(ids)]
    if form == "json":
        listed = [{"url": url, "title": name} | ({} if one is None else {"id": one}) for one, url, name in rows]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": listed})
    guid = "<guid isPermaLink='false'>{}</guid>"
    listed_ = (
        f"<item>{'' if one is None else guid.format(one)}<link>{url}</link><title>{name}</title></item>"
        for one, url, name in rows
    )
    return f"<rss version='2.0'><channel><title>t</title>{''.join(listed_)}</channel></rss>"


FORMS = pytest.mark.parametrize("form", ["xml", "json"])


@FORMS
def test_without_an_id_the_address_is_it(form: str) -> None:
    assert [one.key for one in entries(feed(form, [None, None]))] == ["https://a.example/0", "https://a.example/1"]


@FORMS
def test_one_id_for_all_gives_each_a_key_of_its_own_whatever_their_order(form: str) -> None:
    body = feed(form, ["x", "x", "x"])
    found = entries(body)
    assert len({one.key_hash for one in found}) == 3
    turned = entries(feed(form, ["x", "x"], address="https://a.example/1{n}"))
    assert not {one.key_hash for one in found} & {one.key_hash for one in turned}


@FORMS
def test_a_reused_id_with_another_title_and_address_is_the_same_entry_revised(form: str) -> None:
    """Alone in its document, the id is all that tells: the store keeps both texts, as revisions."""
    first, second = entries(feed(form, ["x"])), entries(feed(form, ["x"], address="https://a.example/9", title="Other"))
    assert first[0].key_hash == second[0].key_hash
    assert first[0].text_hash != second[0].text_hash


@FORMS
def test_regenerated_ids_are_new_entries_that_keep_what_joins_their_stories(form: str) -> None:
    title = "The harbour opens again after {n} days of storm"
    first = entries(feed(form, ["a1", "a2"], title=title))
    second = entries(feed(form, ["b1", "b2"], title=title))
    assert not {one.key_hash for one in first} & {one.key_hash for one in second}
    assert [(one.url_key, one.title_key) for one in first] == [(one.url_key, one.title_key) for one in second]
    assert all(one.url_key and one.title_key for one in first)


@FORMS
@pytest.mark.parametrize("length", [ID_CAP - 1, ID_CAP, ID_CAP + 1, 2**20])
def test_long_ids_are_kept_or_hashed(form: str, length: int) -> None:
    first, second = entries(feed(form, ["x" * length, "y" * length]))
    assert first.key_hash != second.key_hash
    assert (first.key == "x" * length) == (length <= ID_CAP)
    assert len(first.key) <= ID_CAP


def test_every_entry_of_the_file_of_ids_has_its_own_key() -> None:
    found = entries((DATA / "ids.xml").read_bytes())
    assert len({one.key_hash for one in found}) == len(found) == 8


BELIEVED = {
    "as it should be": "2026-11-24T08:00:00+00:00",
    "zone unknown": "2026-11-24T10:00:00+00:00",
    "other order": "2026-11-24T10:00:00+00:00",
    "day only": "2026-11-24T00:00:00+00:00",
    "offset": "2026-11-24T08:00:00+00:00",
    "naive": "2026-11-24T10:00:00+00:00",
}
"""All dates of the two files that can be true; the others are none."""


@pytest.mark.parametrize(("name", "count"), [("dates.xml", 17), ("dates.json", 8)])
def test_dates(name: str, count: int) -> None:
    found = entries((DATA / name).read_bytes())
    assert len(found) == count
    for one in found:
        when = believable(one.published, SEEN)
        assert (when.isoformat() if when else None) == BELIEVED.get(one.title or one.key), one.title


@pytest.mark.parametrize(
    ("ahead", "believed"),
    [(timedelta(hours=23), True), (timedelta(days=1), True), (timedelta(days=1, seconds=1), False)],
)
def test_how_far_ahead_a_date_may_lie(ahead: timedelta, believed: bool) -> None:
    when = (SEEN + ahead).strftime("%a, %d %b %Y %H:%M:%S GMT")
    found = entries(
        f"<rss version='2.0'><channel><item><title>t</title><pubDate>{when}</pubDate></item></channel></rss>"
    )
    assert found[0].published == SEEN + ahead
    assert (believable(found[0].published, SEEN) is not None) == believed
