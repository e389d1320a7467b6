"""A parsed document made into entries that can be recorded, matched and clustered: clean texts, and keys."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from monitor.analysis.address import canonical, host_of
from monitor.analysis.text import fold, spaceless
from monitor.analysis.title import strip_title, tail_of
from monitor.limits import ENTRIES_CAP, ID_CAP, PUBLISHED_FLOOR_YEAR, TEXT_CAP, TITLE_CAP
from monitor.model import Entry, Extracted, Parsed, ParsedEntry

TAIL_TITLES: Final = 4
"""Titles of one document with the same tail, from which on it is the outlet's: a title and 3 others (lab)."""
TITLE_KEY_TOKENS: Final = 3
"""A stripped title of fewer words names no article."""
BODY_HASH_WORDS: Final = 50
"""Words a body needs for its hash to mean something (judgement: a notice of one sentence stands under many
articles); two characters of a script without spaces count as a word."""
AHEAD: Final = timedelta(days=1)
"""How far a date of publication may lie after the time the entry was seen: zones and clocks are wrong by hours."""

# C0 and C1 controls but tab and line feeds, direction marks, byte order mark, halves of surrogate pairs, noncharacters.
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)
_LINE_ENDS: Final = str.maketrans(dict.fromkeys("\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029", "\n"))
# One after the other, each linear: a single pattern with white space on both sides is quadratic in blanks.
_BLANKS: Final = re.compile(r"[^\S\n]+")
_PARAGRAPH: Final = re.compile(r" ?\n[ \n]*")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WORDS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Draft:
    """An entry with clean texts, before its key is known to be its own."""

    place: str
    """The canonical address, else the address as given, which may be unusable and is then only a name."""
    says: str
    """The title, else the hash of the text."""
    entry: Entry


def normalise(parsed: Parsed, outlet: str) -> tuple[Entry, ...]:
    """The entries of a document, in its order, at most ``ENTRIES_CAP``.

    Args:
        parsed: what the document says.
        outlet: the source's publisher, for entries that name none; its name is taken off their titles.

    An entry without id, address, title and text is none. Repeats collapse into the first. Where several entries
    share a key and differ in address or title (one id for a whole feed, one address for every issue), each
    gets a key of its own, made of the shared one and the address or title.
    """
    tails = _tails((*(entry.title for entry in parsed.entries[:ENTRIES_CAP]), *parsed.titles))
    tails.add(fold(outlet))
    drafts: dict[tuple[str, str, str], _Draft] = {}
    for given in parsed.entries[:ENTRIES_CAP]:
        draft = _draft(given, parsed, outlet, tails)
        if draft is not None:
            drafts.setdefault((draft.entry.key, draft.place, draft.says), draft)
    sharing: dict[str, list[_Draft]] = defaultdict(list)
    for draft in drafts.values():
        sharing[draft.entry.key].append(draft)
    # All of them, not only the second: which one comes first changes from poll to poll, and the newest entry
    # must never take the key of an older one, whose revision it would pass for.
    apart = {
        key: len({draft.place for draft in group}) == len(group) for key, group in sharing.items() if len(group) > 1
    }
    entries = (
        _apart(draft, by_place=apart[key]) if (key := draft.entry.key) in apart else draft.entry
        for draft in drafts.values()
    )
    return tuple({entry.key_hash: entry for entry in reversed(list(entries))}.values())[::-1]


def believable(published: datetime | None, seen: datetime) -> datetime | None:
    """The date of publication in UTC; None where there is none, or none that can be true: before
    ``PUBLISHED_FLOOR_YEAR``, or more than a day after the entry was seen.

    Raises:
        ValueError: a datetime is naive.
    """
    if published is None:
        return None
    if published.tzinfo is None or seen.tzinfo is None:
        raise ValueError(f"a naive datetime is refused: {published!r}, {seen!r}")
    if published.year < PUBLISHED_FLOOR_YEAR or published - seen > AHEAD:
        return None
    return published.astimezone(UTC)


def clean(text: str, cap: int) -> str:
    """A text fit to be stored: at most ``cap`` characters, no controls, no direction marks, no broken characters;
    white space is one blank, a line break stays one."""
    if not text:
        return ""
    text = _BLANKS.sub(" ", _UNWANTED.sub("", text[: 4 * cap]).translate(_LINE_ENDS))
    return _PARAGRAPH.sub("\n", text).strip()[:cap].rstrip()


def clean_title(text: str) -> str:
    """A title fit to be stored: one line, at most ``TITLE_CAP`` characters, no entities left over."""
    title = clean(text, 2 * TITLE_CAP).replace("\n", " ")
    if _ENTITY.search(title):
        title = clean(html.unescape(title), 2 * TITLE_CAP).replace("\n", " ")
    return title[:TITLE_CAP].rstrip()


def with_page(entry: Entry, page: Extracted, seen: datetime) -> Entry:
    """The entry with the text of its page, and with the date and language that its feed did not tell."""
    text = clean(page.text, TEXT_CAP)
    return replace(
        entry,
        text=text,
        body_hash=_body_hash(text),
        published=entry.published or believable(page.published, seen),
        language=entry.language or page.language,
    )


def _tails(titles: Iterable[str]) -> set[str]:
    """Folded tails that stand behind so many different titles of the document that they are the outlet's."""
    different = {clean_title(title) for title in titles}
    counted = Counter(tail for title in different if (tail := tail_of(title)))
    return {tail for tail, count in counted.items() if count >= TAIL_TITLES}


def _draft(parsed: ParsedEntry, document: Parsed, outlet: str, tails: Collection[str]) -> _Draft | None:
    title = clean_title(parsed.title)
    teaser, text = clean(parsed.teaser, TEXT_CAP), clean(parsed.text, TEXT_CAP)
    identity, address = _line(parsed.id), _line(parsed.url)
    if not (identity or address or title or teaser or text):
        return None
    named = clean_title(parsed.outlet or "")[:ID_CAP] or outlet or None
    text_hash = _hash("\0".join((title, teaser, text)))
    key = identity or address or f"text:{text_hash}"
    place = canonical(address)
    entry = Entry(
        key=_short(key),
        key_hash="",
        title=title,
        teaser=teaser,
        text=text,
        url=address if host_of(address) else None,
        url_key=place,
        title_key=_title_key(title, named or "", tails),
        body_hash=_body_hash(text or teaser),
        text_hash=text_hash,
        outlet=named,
        language=_line(parsed.language or document.language)[:35].lower() or None,
        published=parsed.published,
        key_place=canonical(key),
    )
    return _Draft(place or address, title or text_hash, replace(entry, key_hash=_hash(entry.key)))


def _apart(draft: _Draft, *, by_place: bool) -> Entry:
    """The entry with a key of its own among those that share one."""
    key = _short("\n".join((draft.entry.key, draft.place) if by_place else (draft.entry.key, draft.place, draft.says)))
    return replace(draft.entry, key=key, key_hash=_hash(key), key_place=None)


def _title_key(title: str, outlet: str, tails: Collection[str]) -> str | None:
    folded = fold(strip_title(title, outlet, tails))
    return _hash(folded) if folded.count(" ") > TITLE_KEY_TOKENS else None


def _body_hash(body: str) -> str | None:
    """Of the body's words without case and punctuation: of the whole of it, so in one pass without offsets."""
    words = _WORDS.findall(unicodedata.normalize("NFKC", body).casefold())
    size = sum(len(word) / 2 if spaceless(word[0]) else 1 for word in words[: 2 * BODY_HASH_WORDS])
    return _hash(" ".join(words)) if size >= BODY_HASH_WORDS else None


def _line(text: str | None) -> str:
    """An id or address without white space around it and without characters that no store takes."""
    return clean(text or "", TEXT_CAP).replace("\n", " ")


def _short(key: str) -> str:
    # an id that looks like one of our hashes is hashed too: no feed may choose the key of another entry
    own = len(key) <= ID_CAP and not key.startswith("sha256:")
    return key if own else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def _hash(text: str) -> str:
    """32 hexadecimal digits: 128 bits of a sha256."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
