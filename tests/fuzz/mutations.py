"""Documents spoilt as networks, broken programs and ill will spoil them; the same seed, the same bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

Mutation = Callable[[bytes, Random, Sequence[bytes]], bytes]

SEED_CAP: Final = 8 * 1024
"""Bytes of a document to begin with: small ones, so that many are read."""
_TAG = re.compile(rb"<[^<>]{1,200}>")
_TOKENS: Final = (
    b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&#0;", b"&#xD83D;&#xDE00;", b"&nbsp;", b"&nosuch;", b"&amp;amp;",
    b"&", b"<", b">", b'"', b"'", b"\r", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"\x00", b"\x0b",
    b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"<!DOCTYPE x [<!ENTITY a 'b'><!ENTITY c '&a;&a;'>]>", b"<item>", b"</item>", b"<entry/>", b"</channel>", b"<rss>",
    b"<image><link>", b"<textinput><name>x</name>", b"<title/>", b"<source url='x'>", b"<guid/>", b"<media:group>",
    b" xml:base='http://[x'", b" xml:lang=''", b" xmlns='urn:x'", b" xmlns:a='a b c'", b"<svg>", b"<div>", b"</div>",
    b"<content type='image/svg+xml'>", b"<content mode='base64'>=</content>", b"<link/>", b"<link href='http://[x'/>",
    b"<pubDate>Feb 31 99999</pubDate>", b"<georss:point>x</georss:point>", b"<dc:creator>a@b.c ()</dc:creator>",
    b"<psc:chapters xmlns:psc='http://podlove.org/simple-chapters'>", b"<category/>",
)  # fmt: skip
_ENCODINGS: Final = (
    b"utf-8", b"utf-16", b"utf-7", b"idna", b"rot13", b"us-ascii", b"shift_jis", b"gb2312", b"koi8-r", b"\xff", b"",
)  # fmt: skip


def mutated(seeds: Sequence[bytes], chance: Random) -> bytes:
    """One of the seeds after one to four mutations."""
    body = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))):
        body = chance.choice(MUTATIONS)(body, chance, seeds)
    return body


def _flip(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    spoilt = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 8, 64)) if spoilt else 0):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _truncate(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    return body[: chance.randrange(len(body) + 1)]


def _delete(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(body) + 1)
    return body[:start] + body[start + chance.choice((1, 2, 16, 256)) :]


def _double(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    """A tag twice, or a tag moved."""
    tags = list(_TAG.finditer(body))
    if not tags:
        return body * 2
    tag, place = chance.choice(tags), chance.choice(tags)
    return body[: place.start()] + tag[0] * chance.choice((1, 1, 2, 50)) + body[place.start() :]


def _inject(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 3))):
        tags = list(_TAG.finditer(body))
        # behind a tag, at the end of its attributes, or anywhere
        places = [tag.end() - chance.choice((0, 0, 1)) for tag in tags] or [0]
        place = chance.choice((chance.choice(places), chance.choice(places), chance.randrange(len(body) + 1)))
        body = body[:place] + chance.choice(_TOKENS) + body[place:]
    return body


def _nest(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    levels = chance.choice((3, 30, 200, 260, 1000))
    name = chance.choice((b"a", b"div", b"item", b"rss", b"title", b"description", b"content", b"author"))
    tags = list(_TAG.finditer(body))
    place = chance.choice(tags).end() if tags else 0
    closing = (b"</" + name + b">") * levels if chance.random() < 0.7 else b""
    return body[:place] + (b"<" + name + b">") * levels + closing + body[place:]


def _attribute(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    tags = [tag for tag in _TAG.finditer(body) if tag[0][1:2].isalpha()]
    if not tags:
        return body
    place = chance.choice(tags).end() - 1
    if body[place - 1 : place] == b"/":
        place -= 1
    if chance.random() < 0.5:
        more = b" a='" + b"x" * chance.choice((1000, 100_000)) + b"'"
    else:
        more = b"".join(b" a%d='%d'" % (n, n) for n in range(chance.choice((10, 2000))))
    return body[:place] + more + body[place:]


def _splice(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return body[: chance.randrange(len(body) + 1)] + other[chance.randrange(len(other) + 1) :]


def _encode(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    """Another encoding than is named, or another name than it has."""
    if chance.random() < 0.5:
        return b"<?xml version='1.0' encoding='" + chance.choice(_ENCODINGS) + b"'?>" + body.partition(b"?>")[2]
    return body.decode("utf-8", "replace").encode(chance.choice(("utf-16", "utf-16-le", "utf-32", "cp1252")), "replace")


def _blank(body: bytes, chance: Random, seeds: Sequence[bytes]) -> bytes:
    place = chance.choice((0, body.find(b"?>") + 2, chance.randrange(len(body) + 1)))
    return body[:place] + chance.choice((b" ", b"\n", b"\x00")) * chance.choice((1, 300, 3000)) + body[place:]


MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_flip, _flip, _truncate, _delete, _double, _double, _inject, _inject, _inject),
    *(_nest, _attribute, _splice, _encode, _blank),
)
"""Some more often than others."""
