"""Addresses and names of publishers, brought to a form in which equal means the same one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

from courlan import normalize_url

from monitor.analysis.redirectors import may_carry, target
from monitor.analysis.text import words_of
from monitor.analysis.tracking import anchor, telling
from monitor.limits import URL_CAP

_UNUSABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

WRAPPERS_CAP: Final = 8
"""Redirects within redirects that are looked through; more is no honest address."""
_MOBILE: Final = frozenset(("m", "mobile", "amp", "wap", "touch", "3g", "iphone", "mobil", "amphtml"))
_WWW: Final = re.compile(r"www\d{0,2}|ww\d")
_SAME_SITE: Final = {
    "edition.cnn.com": "cnn.com",
    "us.cnn.com": "cnn.com",
    "lite.cnn.com": "cnn.com",
    "bbc.com": "bbc.co.uk",
    "guardian.co.uk": "theguardian.com",
    "huffingtonpost.com": "huffpost.com",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
    "x.com": "twitter.com",
    "youtube-nocookie.com": "youtube.com",
    "export.arxiv.org": "arxiv.org",
}
"""Hosts that show one site, the same paths under each (facts; no rule tells them from two sites)."""
_SESSION: Final = re.compile(r";(?:jsessionid|phpsessid|sid|s)=[^/?#]*|(?<=/)\(S\([a-z0-9]{20,32}\)\)/", re.IGNORECASE)
_PERCENT: Final = re.compile(r"%([0-9a-fA-F]{2})?")
_GRAPHIC: Final = re.compile(r"[!-~]*")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP: Final = frozenset(("amp", ".amp", "google-amp", "amphtml"))
_TAIL: Final = re.compile(
    r"(?:/(?:sn-)?amp|\.amp|(?<=/.)/print|(?<=..)/print)(?=\.html?$|$)|(?<=/)(?:index\.(?:html?|php|shtml|aspx?|jsp)|default\.aspx?)$",
    re.IGNORECASE,
)
_DOMAIN_SECOND: Final = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go"})
_OUTLET_PREFIXES: Final = _MOBILE | {"www", "feeds", "feed", "rss"}
_HOST: Final = re.compile(r"[^\s/@]+\.[^\W\d_]{2,}(?::\d+)?")


def source_identity(url: str) -> str | None:
    """The address of a source, so that equal addresses are one source: scheme and host in lower case,
    without default port and fragment; path and query stand as they are (an empty path is ``/``).

    None where it cannot be read: another scheme than http and https, no host, a bad port, a backslash,
    control characters, a user name (its password would be shown), or more than ``URL_CAP`` characters.
    """
    parts = _split(url)
    if parts is None or "@" in parts.netloc:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{_netloc(parts, (_DEFAULT_PORTS[parts.scheme],))}{parts.path or '/'}{query}"


def host_of(url: str) -> str:
    """The host of an address in lower case, without port; empty where there is none."""
    parts = _split(url)
    return (parts.hostname or "") if parts else ""


def host_port(url: str) -> str:
    """``name:port`` of an address, with the scheme's port where none is given (an IPv6 name keeps its
    brackets); empty where the address cannot be used. One such pair is one host to be polite to."""
    parts = _split(url)
    if parts is None:
        return ""
    bare = _netloc(parts, ())
    return bare if parts.port is not None else f"{bare}:{_DEFAULT_PORTS[parts.scheme]}"


@lru_cache(maxsize=8192)
def canonical(url: str) -> str | None:
    """The key of a page: equal for two addresses of one page. It is an address, but not one to fetch.

    courlan normalises the path; then scheme, default port, ``www.`` and mobile hosts, dot segments, AMP and print
    versions, ``index.html``, trailing slash, session ids, parameters and anchors that name nothing go
    (:mod:`monitor.analysis.tracking`), and parameters are sorted. Redirects, caches and archives that carry the
    address are looked through (:mod:`monitor.analysis.redirectors`). A fragment that is a route (``#!/7``) or the
    name of an entry stays.

    None where it cannot be read, or has neither path nor query: a bare host names no article.
    """
    for _ in range(WRAPPERS_CAP):
        parts = _split(url)
        key = _key(parts) if parts else None
        if parts is None or key is None:
            return None
        # The key is looked at too: only there may `//url` have become the `/url` of a redirect.
        inner = (target(parts) or target(urlsplit(key))) if may_carry(parts.hostname or "") else None
        if inner is None:
            return key
        url = inner
    return None


def outlet_key(name_or_host: str) -> str:
    """A publisher's name or host, so that several spellings are one: ``The Guardian``, ``guardian``,
    ``www.theguardian.com`` give ``guardian``. Only for comparison (dedupe by outlet; lab)."""
    name = name_or_host.strip().lower()
    name = host_of(name) or name
    if _HOST.fullmatch(name):
        labels = name.partition(":")[0].split(".")
        while len(labels) > 2 and labels[0] in _OUTLET_PREFIXES:
            del labels[0]
        del labels[-1]
        if len(labels) > 1 and labels[-1] in _DOMAIN_SECOND:
            del labels[-1]
        name = " ".join(labels)
    key = "".join(word for word in words_of(name).texts if word != "&")
    if key.startswith("the") and len(key) > 6:
        key = key[3:]
    return key or name


def _split(url: str) -> SplitResult | None:
    """The parts of a usable http address, scheme in lower case; None for every other text."""
    url = url.strip()
    if len(url) > URL_CAP or _UNUSABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _DEFAULT_PORTS and parts.hostname and (parts.port or 0) >= 0
    except ValueError:  # a bracket that does not close, a port that is no number
        return None
    if not usable or re.search(r"\s", parts.netloc) or not (parts.hostname or "").strip("."):
        return None
    return parts


def _key(parts: SplitResult) -> str | None:
    host, path = _key_host(parts), _path(parts)
    query = "&".join(_query(host, parts.query))
    fragment = _encoded(parts.fragment)
    place = f"#{fragment}" if _place(fragment) else ""
    if not (path or query or place):
        return None
    key = f"https://{host}{path or '/'}"
    key += (f"?{query}" if query else "") + place
    return key if len(key) <= URL_CAP else None


def _place(fragment: str) -> bool:
    """Whether a fragment names what is read: a route (``#!/7``), or an entry among others on one page."""
    return len(fragment) > 1 and fragment.strip("!/") != "" and not anchor(fragment)


def _netloc(parts: SplitResult, ports_to_drop: tuple[int, ...]) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None or parts.port in ports_to_drop else f"{host}:{parts.port}"


def _key_host(parts: SplitResult) -> str:
    host = _netloc(parts, (80, 443)).rstrip(".")
    if host.startswith("["):
        return host
    labels = [label for label in _ascii(host).split(".") if label]
    while len(labels) > 2 and (labels[0] in _MOBILE or _WWW.fullmatch(labels[0])):
        del labels[0]
    if len(labels) > 3 and labels[1] == "m":  # en.m.wikipedia.org
        del labels[1]
    host = ".".join(labels)
    return _SAME_SITE.get(host, host)


def _ascii(host: str) -> str:
    """An international name in the letters that are sent; as it stands where it is none."""
    if host.isascii():
        return host
    name, colon, port = host.partition(":")
    try:
        return name.encode("idna").decode() + colon + port
    except UnicodeError:
        return host


def _path(parts: SplitResult) -> str:
    """The path of the key, without a trailing slash; empty for the front page."""
    path = parts.path
    while _SESSION.search(path):
        path = _SESSION.sub("", path)
    path = _encoded(urlsplit(normalize_url(SplitResult("https", "host", path, "", ""))).path)
    while True:  # taking one thing off may bare another: `/..amp`
        segments: list[str] = []
        for segment in path.split("/"):
            if segment == "..":
                del segments[-1:]
            elif segment not in ("", "."):
                segments.append(segment)
        shorter = _TAIL.sub("", "/" + "/".join(_without_amp(segments))).rstrip("/")
        if shorter == path:
            return path
        path = shorter


def _without_amp(segments: list[str]) -> list[str]:
    """A path without what makes it AMP or a version for paper, at its head or in its midst (a tail goes elsewhere)."""
    kept = [
        segment
        for at, segment in enumerate(segments)
        if at == len(segments) - 1
        or not (segment.lower() in _AMP or (segment == "platform" and segments[at + 1].lower() in _AMP))
    ]
    if len(kept) > 3 and kept[0] == "print":
        del kept[0]
    return kept


def _query(host: str, query: str) -> Iterator[str]:
    """The parameters that name what is read, sorted by name; an order among equal names stays."""
    encoded = _encoded(query).replace("+", "%20")
    # All in the encoded form, so that the key of a key is sorted alike.
    yield from map("".join, sorted(telling(host, encoded), key=lambda pair: pair[0]))


def _encoded(text: str) -> str:
    """Percent escapes in one form: unreserved characters bare, the rest in capitals; others escaped as UTF-8."""

    def escape(found: re.Match[str]) -> str:
        if found[1] is None:  # a bare sign could make an escape of what stands behind it
            return "%25"
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    if not _GRAPHIC.fullmatch(text):
        text = "".join(
            character if "!" <= character <= "~" else "".join(f"%{byte:02X}" for byte in character.encode())
            for character in text
        )
    return _PERCENT.sub(escape, text) if "%" in text else text
