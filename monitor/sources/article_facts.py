"""What a page says of its article beside the text: title, authors, date, own address, language. In workers only.

A page says most of it several times, for search engines (JSON-LD), for social networks (meta) and for readers
(``h1``), and each of them is wrong on some sites; so the places vote, or are asked in the order of their truth.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

from monitor.limits import TEXT_CAP, TITLE_CAP
from monitor.sources.article_boilerplate import key
from monitor.sources.entry import address, from_iso, language
from monitor.sources.text import from_html, plain

Page: TypeAlias = Any
"""A tree of lxml, as trafilatura gives it: neither library says what its calls return."""
Object: TypeAlias = Mapping[str, Any]

SCRIPT_CAP: Final = 512 * 1024
"""Characters of one JSON-LD script that are read; the largest of the lab has 190,000."""
BODY_CAP: Final = 4 * TEXT_CAP
"""Characters of the text in JSON-LD that are looked at."""
NODES_CAP: Final = 20_000
"""Objects and lists walked through in the JSON-LD of one page."""
HEADINGS_CAP: Final = 10
"""Elements ``h1`` looked at; the first three that say something have a vote."""
AUTHORS_CAP: Final = 20
"""Names kept."""
NAME_CAP: Final = 120
"""Characters of one name."""
SUFFIX_CAP: Final = 60
"""Characters of what a site adds to its titles."""

_WEIGHTS: Final = {"headline": 6, "social": 6, "heading": 6, "card": 2, "title": 2, "lone heading": 1}
"""How much a place counts in the vote on the title. A heading that no other place repeats names a section as a rule."""
_SEPARATOR: Final = re.compile(r"\s+[-|–—―•·*:»«⋆~/]+\s+|\s*[|｜：ㅣ]\s*|\s*-(?=[^\s-]+\s*[|｜ㅣ])")
_DATES: Final = (
    *("article:published_time", "article:published", "og:article:published_time", "og:published_time", "datepublished"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "published_time", "publishdate", "pubdate"),
    *("publication_date", "article.published", "date", "dc.date", "dc.date.issued", "dcterms.date", "dcterms.created"),
    *("citation_publication_date", "citation_online_date", "displaydate", "originalpublicationdate"),
)
_TITLE_METAS: Final = {"social": ("og:title",), "card": ("twitter:title", "parsely-title", "dc.title")}
_AUTHOR_METAS: Final = ("author", "parsely-author", "sailthru.author", "dc.creator", "article:author", "byl")
_ARTICLE: Final = re.compile(r"article|posting|report|review|^analysis|^opinion", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ]?(\d\d:\d\d(?::\d\d)?)?")
_BY: Final = re.compile(r"^(?:by|von|par|por|di|door|av|af|від|от|автор)[ :]+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says of its article; empty where it says nothing."""

    title: str = ""
    titles: tuple[str, ...] = ()
    """All that it is called anywhere on the page."""
    author: str = ""
    published: datetime | None = None
    canonical: str | None = None
    language: str | None = None
    body: str = ""
    """The whole text, as search engines get it; blank for most pages."""


def facts(page: Page, url: str, content_language: str = "") -> Facts:
    """The facts of a parsed page that stood at ``url``."""
    metas = _metas(page)
    objects = tuple(_articles(page))
    titles = tuple(_titles(page, metas, objects))
    return Facts(
        title=_elected(titles, _site_names(page, metas, objects, url)),
        titles=tuple(dict.fromkeys(title for _, title in titles)),
        author=_author(metas, objects),
        published=_published(page, metas, objects),
        canonical=_canonical(page, metas, url),
        language=_language(page, metas, objects, content_language),
        body=max((_body(one) for one in objects), key=len, default=""),
    )


def _metas(page: Page) -> dict[str, str]:
    """The first content of each meta element, by its name in lower case."""
    found: dict[str, str] = {}
    for node in page.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv") or ""
        content = node.get("content") or ""
        if name and content.strip():
            found.setdefault(name.strip().lower(), content)
    return found


def _articles(page: Page) -> Iterator[Object]:
    """The objects of JSON-LD that are an article, in the order of the page; damaged scripts are passed over."""
    for node in page.iter("script"):
        if "ld+json" not in (node.get("type") or "").lower():
            continue
        try:
            data = json.loads((node.text or "")[:SCRIPT_CAP], strict=False)
        except (ValueError, RecursionError):
            continue
        yield from (one for one in _walk(data) if any(_ARTICLE.search(kind) for kind in _kinds(one)))


def _walk(data: object) -> Iterator[Object]:
    """All objects within, outer ones first, at most ``NODES_CAP``."""
    waiting: list[object] = [data]
    for _ in range(NODES_CAP):
        if not waiting:
            return
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
        inner = list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
        waiting.extend(reversed([item for item in inner if isinstance(item, dict | list)]))


def _kinds(one: Object) -> list[str]:
    kind = one.get("@type")
    return [item for item in (kind if isinstance(kind, list) else [kind]) if isinstance(item, str)]


def _string(one: Object, name: str) -> str:
    value = one.get(name)
    return value if isinstance(value, str) else ""


def _body(one: Object) -> str:
    """``articleBody`` as lines; HTML in it, which is not allowed but common, becomes one line."""
    body = html.unescape(_string(one, "articleBody")[:BODY_CAP])
    return from_html(body) if "</" in body else body


def _clean(text: str) -> str:
    """A title or name as plain text; many are escaped twice."""
    return plain(html.unescape(html.unescape(text[: 4 * TITLE_CAP])).replace("\xad", ""), cap=TITLE_CAP)


def _titles(page: Page, metas: Mapping[str, str], objects: Iterable[Object]) -> Iterator[tuple[str, str]]:
    """Each place that names the article, with the name."""
    places: list[tuple[str, str]] = []
    headings = (("heading", text) for node in islice(page.iter("h1"), HEADINGS_CAP) if (text := _text(node)))
    places += islice(headings, 3)
    places += [("social", metas[name]) for name in _TITLE_METAS["social"] if name in metas]
    places += [("headline", _string(one, "headline") or _string(one, "name")) for one in objects][:1]
    places += [("card", metas[name]) for name in _TITLE_METAS["card"] if name in metas][:1]
    places += [("title", _text(node)) for node in page.iter("title")][:1]
    return ((place, text) for place, raw in places if (text := _clean(raw)))


def _text(node: Page) -> str:
    return " ".join("".join(node.itertext()).split())


def _elected(titles: tuple[tuple[str, str], ...], sites: frozenset[str]) -> str:
    """The title with the most weight, as its first place writes it, without what the site adds to its titles."""
    known = {_letters(text) for _, text in titles}
    votes: Counter[str] = Counter()
    written: dict[str, str] = {}
    for place, text in titles:
        bare = _without_site(text, known, sites)
        letters = _letters(bare)
        if letters in sites:  # a heading that only names the site
            continue
        alone = place == "heading" and not any(letters in _letters(other) for at, other in titles if at != "heading")
        votes[letters] += _WEIGHTS["lone heading" if alone else place]
        # headings are written in pieces, without the blanks between them
        if place != "heading" or letters not in written:
            written[letters] = written[letters] if place == "title" and letters in written else bare
    if not votes:
        return titles[0][1] if titles else ""
    return written[votes.most_common(1)[0][0]]


def _letters(text: str) -> str:
    """A title as it is compared: letters and digits alone."""
    return re.sub(r"[\W_]+", "", key(text))


def _without_site(title: str, known: set[str], sites: frozenset[str]) -> str:
    for cut in _SEPARATOR.finditer(title):
        head, tail = title[: cut.start()].rstrip(), title[cut.end() :]
        if not head or not tail:
            continue
        if _letters(head) in known and len(tail) <= SUFFIX_CAP:
            return head
        if any(_letters(part) in sites for part in _SEPARATOR.split(tail)) and len(tail) <= SUFFIX_CAP:
            return head
    return title


def _site_names(page: Page, metas: Mapping[str, str], objects: Iterable[Object], url: str) -> frozenset[str]:
    """What the site calls itself, as :func:`_letters` gives it."""
    names = [metas.get("og:site_name", ""), metas.get("application-name", ""), metas.get("publisher", "")]
    for one in objects:
        publisher = one.get("publisher")
        names += [_string(publisher, "name")] if isinstance(publisher, dict) else []
    host = (urlsplit(address(metas.get("og:url"), url) or url).hostname or "").removeprefix("www.")
    names += [host, host.rpartition(".")[0], host.partition(".")[0]]
    return frozenset(letters for name in names if (letters := _letters(_clean(name))))


def _author(metas: Mapping[str, str], objects: Iterable[Object]) -> str:
    """Names, separated by "; "."""
    for one in objects:
        if names := _names(one.get("author")):
            return "; ".join(names)
    named = [metas[name] for name in _AUTHOR_METAS if name in metas]
    return next((name for text in named if (name := _name(text))), "")


def _names(author: object) -> list[str]:
    found: list[str] = []
    for one in author if isinstance(author, list) else [author]:
        raw = one.get("name") if isinstance(one, dict) else one
        for name in raw if isinstance(raw, list) else [raw]:
            if isinstance(name, str) and (cleaned := _name(name)):
                found.append(cleaned)
    return list(dict.fromkeys(found))[:AUTHORS_CAP]


def _name(text: str) -> str:
    """One name; nothing for an address, which some sites give instead."""
    name = _BY.sub("", _clean(text))
    return "" if "://" in name or "@" in name or len(name) > NAME_CAP else name


def _published(page: Page, metas: Mapping[str, str], objects: Iterable[Object]) -> datetime | None:
    """When the article was published, by what is written for machines."""
    said = [_string(one, "datePublished") for one in objects]
    said += [metas.get(name, "") for name in _DATES]
    for node in page.iter("time", "span", "abbr"):
        if node.get("itemprop") == "datePublished" or node.get("pubdate") is not None:
            said.append(node.get("datetime") or node.get("content") or "")
    return next((moment for text in said if (moment := _moment(text))), None)


def _moment(text: str) -> datetime | None:
    text = text.strip()[:64]
    if not text:
        return None
    if moment := from_iso(text):
        return moment
    if found := _DAY_FIRST.match(text):
        return from_iso(f"{found[1]}T{found[2]}" if found[2] else found[1])
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _canonical(page: Page, metas: Mapping[str, str], url: str) -> str | None:
    """The page's own address. One of the site's front is a mistake of the site, unless the page is the front."""
    links = [node.get("href") for node in page.iter("link") if "canonical" in (node.get("rel") or "").lower().split()]
    for link in (*links, metas.get("og:url")):
        found = address(link, url)
        if found and (urlsplit(found).path.strip("/") or not urlsplit(url).path.strip("/")):
            return found
    return None


def _language(page: Page, metas: Mapping[str, str], objects: Iterable[Object], header: str) -> str | None:
    """The language of the page, in lower case; of several mentions the one nearest to the text."""
    root = page.getroottree().getroot()
    return language(
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        metas.get("content-language"),
        metas.get("og:locale"),
        *(_string(one, "inLanguage") for one in objects),
        header,
    )
