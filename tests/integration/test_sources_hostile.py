"""Documents made to hurt, through real workers under their real limits: each is read or fails, and the pool goes on."""

from __future__ import annotations

import asyncio
import time

import pytest

from monitor.limits import BODY_CAP, ENTRIES_CAP, TEXT_CAP, TITLE_CAP
from monitor.model import Document, Parsed, ParseFailure
from monitor.parse import ParsePool
from monitor.sources import PRELOAD, Feed

SECRET = "VmPeak"
"""Stands in the file that an entity points to."""
GOOD = b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>"


def feed(inside: str, prolog: str = "") -> bytes:
    return f"{prolog}<rss version='2.0'><channel><title>t</title>{inside}</channel></rss>".encode()


def item(inside: str) -> str:
    return f"<item><title>x</title>{inside}</item>"


async def read(pool: ParsePool, body: bytes, memory: str = "") -> Parsed | ParseFailure:
    return await pool.run(Feed.parse, Document("https://hostile.example/feed", body), memory)


def laughs(levels: int, width: int) -> str:
    """Each entity is so many of the one before."""
    lines = ["<!ENTITY l0 'ha'>"]
    lines += [f"<!ENTITY l{n} '{f'&l{n - 1};' * width}'>" for n in range(1, levels)]
    return "<!DOCTYPE rss [\n" + "\n".join(lines) + "\n]>"


BOMBS = {
    "billion laughs": feed(item("<description>&l29;</description>"), laughs(30, 10)),
    "in the channel": feed("<description>&l9;</description>" + item(""), laughs(10, 10)),
    "in an attribute": feed(item("<enclosure url='&l9;'/>"), laughs(10, 10)),
    "quadratic": feed(
        item(f"<description>{'&a;' * 50_000}</description>"), f"<!DOCTYPE rss [<!ENTITY a '{'a' * 50_000}'>]>"
    ),
    "quadratic, in the form that is let through": feed(
        item(f"<description>{'&a;' * 50_000}</description>"), f'<!DOCTYPE rss [\n<!ENTITY a "{"a" * 50_000}">\n]>'
    ),
    "cyclic": feed(item("<description>&a;</description>"), "<!DOCTYPE rss [<!ENTITY a '&b;'><!ENTITY b '&a;'>]>"),
    "parameter entities": feed(
        item("&x;"), "<!DOCTYPE rss [<!ENTITY % p '<!ENTITY x SYSTEM \"file:///proc/self/status\">'>%p;%p;]>"
    ),
}


@pytest.mark.parametrize("name", BOMBS)
async def test_entities_do_not_explode(name: str) -> None:
    """Far below the memory of one document, and soon; what is read of it is capped."""
    async with ParsePool(1, cpu=5, memory=256 * 2**20, preload=PRELOAD) as pool:
        started = time.monotonic()
        found = await read(pool, BOMBS[name])
        assert time.monotonic() - started < 30
        if isinstance(found, Parsed):
            assert len(found.entries) == 1
            assert all(len(one.teaser) <= TEXT_CAP and len(one.title) <= TITLE_CAP for one in found.entries)
            assert SECRET not in repr(found)
        else:
            assert found.reason in {"malformed", "not_a_feed", "cpu", "memory"}
            assert found.sentence.endswith(".")
        assert await read(pool, GOOD) == await read(pool, GOOD)


async def test_the_measured_killers_cost_themselves_alone() -> None:
    """63 KiB of an author cost feedparser 36 s, 78 KiB of blanks 30 s (lab)."""
    author = "a@" + "a." * 32_000 + "!"
    killers = {
        "author": feed(item(f"<author>{author}</author>")),
        "prolog": feed(item(""), "<?xml version='1.0'?>" + "\n" * 80_000),
        "nested in a text": feed(item(f"<description><![CDATA[{'<div>' * 200_000}]]></description>")),
        "nested": feed(item("<a>" * 200_000)),
        "a title of 5 MB": feed(f"<item><title>{'x' * (5 * 2**20)}</title></item>"),
        "an attribute of 5 MB": feed(item(f"<link x='{'x' * (5 * 2**20)}'/>")),
        "many attributes": feed(item("<a " + " ".join(f"a{n}='{n}'" for n in range(50_000)) + "/>")),
        "many namespaces": feed(item("<a " + " ".join(f"xmlns:a{n}='urn:{n}'" for n in range(20_000)) + "/>")),
    }
    async with ParsePool(cpu=2, preload=PRELOAD) as pool:
        found = dict(zip(killers, await asyncio.gather(*(read(pool, body) for body in killers.values())), strict=True))
        after = await read(pool, GOOD)
    reasons = {name: one.reason for name, one in found.items() if isinstance(one, ParseFailure)}
    assert reasons.pop("author") == "cpu"
    assert reasons.pop("nested") == "malformed"
    assert set(reasons.values()) <= {"cpu"}
    for name in ("prolog", "a title of 5 MB", "an attribute of 5 MB"):
        one = found[name]
        assert isinstance(one, Parsed), name
        assert len(one.entries) == 1
    assert isinstance(after, Parsed)


async def test_a_body_at_its_cap_full_of_entries_is_read() -> None:
    """A hundred thousand entries, of which the first are taken; read again, they are passed over."""
    head, _, tail = feed("@").partition(b"@")
    entry = b"<item><guid>%07d</guid><title>No. %07d</title><description>Some words on it.</description></item>"
    count = (BODY_CAP - len(head) - len(tail)) // len(entry % (0, 0))
    body = head + b"".join(entry % (n, n) for n in range(count)) + tail
    async with ParsePool(1, deadline=60, preload=PRELOAD) as pool:
        found = await read(pool, body)
        assert isinstance(found, Parsed), found
        assert len(found.entries) == ENTRIES_CAP
        assert [(one.reason, one.sample) for one in found.rejected] == [
            ("over_cap", f"{count - ENTRIES_CAP} further entries")
        ]
        again = await read(pool, body, found.memory)
        assert isinstance(again, Parsed), again
        assert (again.entries, again.known, again.rejected) == ((), ENTRIES_CAP, found.rejected)
