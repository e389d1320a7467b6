"""An article read from its page: text, title, authors, date, own address, language; or why there is none.

Pure, on bytes that nobody vouches for, in a worker: trafilatura and lxml (0.2 s, 20 MB, lab) are imported when
the first page is read. trafilatura runs in its careful mode, which keeps less that is no article; what it still keeps
of comment forms, notices and links goes line by line (:mod:`monitor.sources.article_boilerplate`).
"""

from __future__ import annotations

import logging
import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from monitor.limits import ARTICLE_FLOOR, HTML_CAP, TAGS_CAP, TEXT_CAP, TITLE_CAP
from monitor.model import Document, Extracted, ParseFailure
from monitor.sources.article_boilerplate import Cleaned, Sort, cleaned, is_prose, key, sort_of
from monitor.sources.challenge import service
from monitor.sources.entry import from_iso
from monitor.sources.page_bytes import decoded, other_than_a_page, sound
from monitor.sources.text import plain

if TYPE_CHECKING:
    from monitor.sources.article_facts import Facts

LEAP: Final = 2.0
"""How many times longer another reading must be to be taken instead of the careful one."""
SURE: Final = 1500
"""Characters of the careful reading from which on no other is tried: the second costs as much as the first."""
LINK_SHARE: Final = 0.9
"""Share of a list's characters that are links, from which on the list leads elsewhere."""
BARE_PAGE: Final = 1500
"""Characters of a whole page up to which a request for JavaScript on it is meant: most pages carry one unseen."""
DATES: Final = {"original_date": True, "extensive_search": False, "min_date": "1990-01-01", "max_date": "2099-12-31"}
"""For htmldate, whose own latest date would be the machine's clock. Its extensive search loads dateparser: 3 s of
processor time in each worker for 200 languages, "yesterday" by the clock, and no further date in the lab."""

_RAISED = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What trafilatura and its parts let out on damaged pages (lab: mutated pages)."""
_WALLS: Final[dict[Sort, str]] = {
    "gate": "The site asks for JavaScript or checks the browser before it shows the article.",
    "consent": "The site asks for consent to cookies before it shows the article.",
    "paywall": "The site shows the article to subscribers only.",
}
_GATE_TITLES: Final = re.compile(
    r"just a moment|attention required|access denied|security check|robot check|are you (?:a robot|human)"
    r"|pardon our interruption|(?:bot|human) verification|checking your browser|verifying you are human|captcha"
    r"|ddos-guard|before you continue|un instant|einen moment|un momento|один момент|请稍候|安全验证",
)
_TAG: Final = re.compile("<[A-Za-z]")
_WIDE: Final = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def article(document: Document) -> Extracted | ParseFailure:
    """What the page says, with its text of at least ``ARTICLE_FLOOR`` and at most ``TEXT_CAP`` characters.

    Failures: ``not_a_page`` (a PDF, JSON, a feed ...), ``challenge`` (a check for browsers, a request for consent,
    an offer to subscribe instead of the text), ``too_short``, ``malformed``.
    """
    other = other_than_a_page(document)
    if other is not None:
        return ParseFailure("not_a_page", f"This address gives {other.removesuffix(' of another kind')}, not a page.")
    try:
        return _extracted(document, _few_tags(sound(decoded(document.body[:HTML_CAP], document.content_type))))
    except _RAISED as error:
        return ParseFailure("malformed", f"The page is damaged: reading it failed ({type(error).__name__}).")


def _extracted(document: Document, html: str) -> Extracted | ParseFailure:
    from monitor.sources.article_facts import facts

    page = _page(html)
    if page is None:
        return ParseFailure("not_a_page", "This address gives something that cannot be read as a page.")
    said = facts(page, document.url, document.content_language)
    read, guess = _read(page, html, said)
    wall = _wall(html, read, said)
    if wall is not None:
        return ParseFailure("challenge", wall)
    if weight(read.lines) < ARTICLE_FLOOR:
        return ParseFailure("too_short", f"The page holds less text than an article ({weight(read.lines)} characters).")
    if not is_prose(read.lines):
        return ParseFailure("too_short", "The page holds headlines and labels, but no article.")
    return Extracted(
        text=_capped(read.lines),
        title=said.title or plain(getattr(guess, "title", None) or "", cap=TITLE_CAP),
        author=said.author or plain(getattr(guess, "author", None) or "", cap=TITLE_CAP),
        published=said.published or from_iso(getattr(guess, "date", None)),
        canonical=said.canonical,
        language=said.language,
    )


def _few_tags(html: str) -> str:
    """The page up to its ``TAGS_CAP``-th element."""
    over = next(islice(_TAG.finditer(html), TAGS_CAP, None), None)
    return html[: over.start()] if over else html


def weight(lines: tuple[str, ...]) -> int:
    """Characters, those of Chinese, Japanese and Korean counted twice: they say as much in half of them."""
    return sum(len(line) + len(_WIDE.findall(line)) for line in lines)


def _page(html: str) -> Any:
    from trafilatura import load_html

    # They log addresses and pieces of pages.
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return load_html(html)


def _read(page: Any, html: str, said: Facts) -> tuple[Cleaned, Any]:
    """The best reading of the text, and what trafilatura guesses of the facts that are missing."""
    _drop_link_lists(page)
    found = _bare(page, with_metadata=not (said.title and said.author and said.published))
    best = _cleaned(getattr(found, "text", None), said)
    if weight(best.lines) < SURE:
        others = [_bare(page, favor_precision=False)]
        others += [_bare(_page(html), favor_precision=False)] if weight(best.lines) < ARTICLE_FLOOR else []
        for text in [said.body, *(getattr(other, "text", None) for other in others)]:
            other = _cleaned(text, said)
            if weight(other.lines) > LEAP * weight(best.lines):
                best = other
    elif len(said.body) > LEAP * weight(best.lines):
        best = _cleaned(said.body, said)
    return best, found


def _bare(page: Any, **options: Any) -> Any:
    from trafilatura import bare_extraction

    chosen = {"favor_precision": True, "date_extraction_params": DATES, **options}
    return bare_extraction(page, include_comments=False, **chosen)


def _cleaned(text: str | None, said: Facts) -> Cleaned:
    lines = tuple(line for raw in (text or "").split("\n") if (line := plain(raw)))
    return cleaned(lines, said.titles, enough=ARTICLE_FLOOR)


def _drop_link_lists(page: Any) -> None:
    """Take away the innermost lists that are nothing but links: they lead to other articles."""
    lists = [node for node in page.iter("ul", "ol") if next(node.iterdescendants("ul", "ol"), None) is None]
    for node in lists:
        whole = len("".join(node.itertext()).strip())
        links = sum(len("".join(link.itertext()).strip()) for link in node.iter("a"))
        if whole and links >= LINK_SHARE * whole:
            node.drop_tree()


def _capped(lines: tuple[str, ...]) -> str:
    return "\n".join(lines)[:TEXT_CAP].rstrip()


def _wall(html: str, read: Cleaned, said: Facts) -> str | None:
    """What stands before the article, in words for people, if a wall does."""
    length = weight(read.lines)
    titled = length < SURE and any(_GATE_TITLES.match(key(title)) for title in said.titles)
    if titled or length < ARTICLE_FLOOR:
        name = service(html)
        if name is not None:
            return f"The site answers with a challenge page ({name}), not with the article."
    if titled:
        return _WALLS["gate"]
    if read.dropped.get("consent", 0) > length:
        return _WALLS["consent"]
    wall = _wall_of(_shown(html)) if length < ARTICLE_FLOOR else None
    return _WALLS[wall] if wall is not None else None


def _wall_of(lines: tuple[str, ...]) -> Sort | None:
    """The wall that a page without an article shows: of several the one with the most words."""
    whole = weight(lines)
    told: dict[Sort, int] = {}
    for line in lines:
        sort = sort_of(line)
        if sort in _WALLS:
            told[sort] = told.get(sort, 0) + len(line)
    if whole > BARE_PAGE:
        told.pop("gate", None)
    if told.get("consent", 0) * 2 < whole:
        told.pop("consent", None)
    return max(told, key=lambda sort: told[sort], default=None)


def _shown(html: str) -> tuple[str, ...]:
    """All lines of a page that a reader sees, with those for readers without JavaScript."""
    page = _page(html)
    for node in list(page.iter("script", "style", "template", "svg", "head")):
        if node.getparent() is not None:
            node.drop_tree()
    return tuple(line for raw in page.itertext() if (line := plain(raw)))
