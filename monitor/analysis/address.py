"""Addresses and names of publishers, brought to a form in which equal means the same one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult, unquote_plus, urlsplit

from courlan import normalize_url

from monitor.analysis.text import words_of
from monitor.limits import URL_CAP

_UNUSABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

WRAPPERS_CAP: Final = 8
"""Redirects within redirects that are looked through; more is no honest address."""
# Parameters that say how a reader came, never what is read. courlan has such a list too, but matches it
# anywhere in a name and drops what has no value: `?gallery=7`, `?uid=7`, `?cid=7` and `?1234` would all
# be gone, and with them the difference between two articles. So its list is not used; this one is closed.
_TRACKING: Final = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|vero|oly|itm|guce|stm)_.*|at_(?:medium|campaign|link|custom|bbc).*|ns_(?:mchannel|source|campaign|fee)"
    r"|(?:fb|g|d|y|tw|ttc|msclk|irg)clid|gclsrc|gbraid|wbraid|msclkid|li_fat_id|epik|igshid|igsh|mc_[ce]id|mkt_tok|_hsenc|_hsmi"
    r"|ref_src|ref_url|guccounter|traffic_source|ocid|cmpid|s_cid|icid|intcid|smid|smtyp|xtor|ito|spm|_ga|_gl"
    r"|fb_(?:action_ids|source|ref)|share_(?:from|source|token)|amp|outputtype|usqp|amp_(?:js_v|gsa)",
    re.IGNORECASE,
)
# These may name an article, so they go only where the value holds no digit: `from=rss`, `ref=home`.
_WAY_IN: Final = frozenset({"ref", "source", "src", "from", "cid", "mod", "partner", "campaign", "feature", "rss"})
_MOBILE: Final = frozenset({"www", "m", "mobile", "amp"})
_SESSION: Final = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_PERCENT: Final = re.compile(r"%([0-9a-fA-F]{2})?")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_TAIL: Final = re.compile(r"(?:/amp|\.amp)(?=\.html?$|$)|(?<=/)index\.html?$")
_DOMAIN_SECOND: Final = frozenset({"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "go"})
_OUTLET_PREFIXES: Final = _MOBILE | {"feeds", "feed", "rss"}
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


def canonical(url: str) -> str | None:
    """The key of a page: equal for two addresses of one page. It is an address, but not one to fetch.

    courlan normalises the path; then scheme, default port, ``www.`` and mobile hosts, dot segments, AMP,
    ``index.html``, trailing slash, tracking parameters and fragment go, and parameters are sorted. Redirects of
    Google (alerts, AMP cache) are looked through. A fragment that is a route (``#!/7``, ``#/7``) stays.

    None where it cannot be read, or has neither path nor query: a bare host names no article.
    """
    for _ in range(WRAPPERS_CAP):
        parts = _split(url)
        key = _key(parts) if parts else None
        if parts is None or key is None:
            return None
        # The key is looked at too: only there may `//url` have become the `/url` of a redirect.
        inner = _wrapped(parts) or _wrapped(urlsplit(key))
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
    path = _path(parts)
    query = "&".join(_query(parts.query))
    fragment = _encoded(parts.fragment)
    route = f"#{fragment}" if fragment.startswith(("!", "/")) and len(fragment) > 2 else ""
    if not (path or query or route):
        return None
    key = f"https://{_key_host(parts)}{path or '/'}"
    key += (f"?{query}" if query else "") + route
    return key if len(key) <= URL_CAP else None


def _netloc(parts: SplitResult, ports_to_drop: tuple[int, ...]) -> str:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None or parts.port in ports_to_drop else f"{host}:{parts.port}"


def _wrapped(parts: SplitResult) -> str | None:
    """The address that a redirect or cache of Google stands for."""
    host = parts.hostname or ""
    if host.endswith(".cdn.ampproject.org") or re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        cached = re.fullmatch(r"/(?:amp|[acv])/(s/)?([^/]+\.[^/]+/.+)", parts.path)
        if cached:
            return f"http{'s' if cached[1] else ''}://{cached[2]}" + (f"?{parts.query}" if parts.query else "")
        if parts.path == "/url":
            for pair in parts.query.split("&"):
                name, _, value = pair.partition("=")
                if name in ("url", "q") and value.startswith("http"):
                    return unquote_plus(value)
    return None


def _key_host(parts: SplitResult) -> str:
    host = _netloc(parts, (80, 443)).rstrip(".")
    if host.startswith("["):
        return host
    labels = [label for label in host.split(".") if label]
    while len(labels) > 2 and labels[0] in _MOBILE:
        del labels[0]
    if len(labels) > 3 and labels[1] == "m":  # en.m.wikipedia.org
        del labels[1]
    return ".".join(labels)


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
        while len(segments) > 1 and segments[0] == "amp":
            del segments[0]
        shorter = _AMP_TAIL.sub("", "/" + "/".join(segments)).rstrip("/")
        if shorter == path:
            return path
        path = shorter


def _query(query: str) -> Iterator[str]:
    """The parameters that name what is read, sorted by name; an order among equal names stays."""
    pairs = []
    for pair in query.split("&"):
        name, equals, value = _encoded(pair).replace("+", "%20").partition("=")
        way_in = name.lower() in _WAY_IN and value and not any(map(str.isdigit, value))
        if pair and not way_in and not _TRACKING.fullmatch(name):
            pairs.append((name, equals + value))
    # All in the encoded form, so that the key of a key is sorted alike.
    yield from map("".join, sorted(pairs, key=lambda pair: pair[0]))


def _encoded(text: str) -> str:
    """Percent escapes in one form: unreserved characters bare, the rest in capitals; others escaped as UTF-8."""

    def escape(found: re.Match[str]) -> str:
        if found[1] is None:  # a bare sign could make an escape of what stands behind it
            return "%25"
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    ascii_only = "".join(
        character if "!" <= character <= "~" else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in text
    )
    return _PERCENT.sub(escape, ascii_only)
