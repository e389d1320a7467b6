"""What stands on a page's lines beside the article, in the words of many languages: recognised line by line.

Class names tell most of it to the extractor; these phrases are for pages that have none. They are matched on
whole lines in the form that :func:`key` gives, never inside a paragraph, so that an article *about* cookies or
comments stays whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from monitor.sources.article_phrases import (
    COMMENTS,
    CONSENT,
    COOKIE,
    DATED,
    FORM,
    GATE,
    LABELS,
    MORE,
    NOTICE,
    PAYWALL,
    RELATED,
)

Sort = Literal["comments", "consent", "form", "gate", "label", "more", "notice", "paywall", "related", "title"]

LINE_CAP: Final = 600
"""Characters of a line up to which it is compared: no notice of the lab is longer, paragraphs are."""
SHORT: Final = 240
"""Characters up to which a line may be a reference or a notice that only begins like one."""
MENU: Final = 20
"""Characters up to which a line above the first sentence is the entry of a menu, a section or a name."""
HEADLINE: Final = 160
"""Characters up to which a line under "related" is another article's headline."""
RELATED_RUN: Final = 12
"""Headlines dropped under one "related": longer lists are the article's own."""

_PLAIN = {ord("’"): "'", ord("ʼ"): "'", 0x307: None}  # the dot that is left of a Turkish capital i
_BULLET = re.compile(r"^[\s\-–—•·*▶►>»›|+→#]+")
_END = re.compile(r"[\s:：.!?…。！？*»>›|()\[\]]+$")
_STOP = re.compile(r"\w[.!?…؟](?=[\s\"'”’»)\]]|$)|[。！？।]")
_SENTENCE = re.compile(r"[.!?。！？…؟।][\"'”’»）)\]]*$")


def key(line: str) -> str:
    """A line as it is compared: compatible forms, no case, no marks around, plain apostrophes, single blanks."""
    text = unicodedata.normalize("NFKC", line[: LINE_CAP + 1]).casefold().translate(_PLAIN)
    return _END.sub("", _BULLET.sub("", " ".join(text.split())))


_COMMENTS, _LABELS, _RELATED, _DATED = map(re.compile, (COMMENTS, LABELS, RELATED, DATED))
_FORM, _MORE, _NOTICE = map(re.compile, (FORM, MORE, NOTICE))
_CONSENT, _COOKIE = map(re.compile, (CONSENT, COOKIE))
_PAYWALL, _GATE = map(re.compile, (PAYWALL, GATE))


def sort_of(line: str) -> Sort | None:
    """What a line is, if not a part of the article."""
    text = key(line)
    if not text or len(text) > LINE_CAP:
        return None
    whole: tuple[tuple[re.Pattern[str], Sort], ...] = (
        (_COMMENTS, "comments"),
        (_RELATED, "related"),
        (_LABELS, "label"),
        (_DATED, "label"),
    )
    for pattern, sort in whole:
        if pattern.fullmatch(text):
            return sort
    return _begins(text) or _contains(text)


def _begins(text: str) -> Sort | None:
    if len(text) > SHORT:
        return None
    if _MORE.match(text):
        return "more"
    return "notice" if _NOTICE.match(text) else None


def _contains(text: str) -> Sort | None:
    if _FORM.search(text):
        return "form"
    if len(text) <= SHORT and _GATE.search(text):
        return "gate"
    if len(text) <= SHORT and _PAYWALL.search(text):
        return "paywall"
    return "consent" if _CONSENT.search(text) and _COOKIE.search(text) else None


def is_prose(lines: Sequence[str]) -> bool:
    """Whether the lines hold at least two sentences, or one paragraph longer than a headline; labels hold none."""
    return any(len(line) > HEADLINE for line in lines) or sum(len(_STOP.findall(line)) for line in lines) > 1


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The lines of an article, and how many characters of what were taken from among them."""

    lines: tuple[str, ...]
    dropped: Mapping[Sort, int] = field(default_factory=dict)


def cleaned(lines: Sequence[str], titles: Iterable[str], *, enough: int) -> Cleaned:
    """The lines without those that are no part of the article.

    ``titles``: what the page calls itself. A line that says the same begins the article, unless a sentence stands
    before it: it is dropped, and so are the menus and dates above it. A heading of the comments ends the article
    if at least ``enough`` characters stand before it, and no fewer than after it.
    """
    named = {key(title) for title in titles} - {""}
    left = sum(map(len, lines))
    kept: list[str] = []
    dropped: dict[Sort, int] = {}
    length = run = 0
    for line in lines:
        left -= len(line)
        sort: Sort | None = "title" if key(line) in named and all(map(_is_headline, kept)) else sort_of(line)
        if sort == "title":
            kept.clear()
            length = 0
        if sort is None and run and _is_headline(line):
            run, sort = run - 1, "related"
        elif sort is None:
            run = 0
        if sort is None:
            kept.append(line)
            length += len(line)
            continue
        dropped[sort] = dropped.get(sort, 0) + len(line)
        run = RELATED_RUN if sort == "related" and run == 0 else run
        if sort == "comments" and length >= max(enough, left):
            break
    first = next((n for n, line in enumerate(kept) if len(line) > MENU or not _is_headline(line)), len(kept))
    return Cleaned(tuple(kept[first:]), dropped)


def _is_headline(line: str) -> bool:
    return len(line) <= HEADLINE and not _SENTENCE.search(line)
