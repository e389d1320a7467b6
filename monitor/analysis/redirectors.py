"""Addresses that carry another one: redirects of search engines, networks and mail filters, caches, archives."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, unquote, unquote_plus

_BY_PARAMETER: Final = (
    # host, path, parameters that hold the address; a host beginning with a dot stands for all below it too
    (r"(?:www\.)?google\.[a-z.]{2,6}", "/url", ("url", "q")),
    (r"news\.google\.[a-z.]{2,6}", "/news/(?:url|rd)", ("url",)),
    (r"translate\.google\.[a-z.]{2,6}", "/translate", ("u",)),
    (r"(?:www\.)?bing\.com", "/news/apiclick\\.aspx", ("url",)),
    (r"(?:l|lm|www|m)\.facebook\.com", "/l\\.php", ("u",)),
    (r"l\.(?:instagram|threads)\.(?:com|net)", "/.*", ("u",)),
    (r"t\.umblr\.com", "/redirect", ("z",)),
    (r"(?:www\.)?youtube\.com", "/redirect", ("q",)),
    (r"out\.reddit\.com", "/.*", ("url",)),
    (r"(?:www\.)?linkedin\.com", "/(?:redir/redirect|safety/go)", ("url",)),
    (r"(?:m\.)?vk\.com", "/away\\.php", ("to",)),
    (r"slack-redir\.net", "/link", ("url",)),
    (r"[a-z\d]+\.safelinks\.protection\.outlook\.com", "/.*", ("url",)),
    (r"(?:www\.)?duckduckgo\.com", "/l/?", ("uddg",)),
    (r"link\.(?:zhihu\.com|juejin\.cn)", "/?", ("target",)),
    (r"weibo\.cn", "/sinaurl", ("u", "toasturl")),
    (r"tophub\.today", "/link", ("url",)),
    (r"getpocket\.com", "/redirect", ("url",)),
    (r"disq\.us", "/url", ("url",)),
    (r"exit\.sc", "/?", ("url",)),
    (r"(?:go|redirect)\.(?:skimresources|viglink)\.com", "/.*", ("url", "u")),
    (r"(?:www\.)?printfriendly\.com", "/print/?", ("url",)),
)
_IN_PATH: Final = (
    # host, path with the address as its last group
    (r"redir\.folha\.com\.br", r"/redir/.+?/(?:\*|%2A)(https?:/.+)"),
    (r"(?:us\.rd|rd|pa|sg\.rd)\.yahoo\.com", r"/.*?(?:\*|%2A)(https?:/.+)"),
    (r"r\.search\.yahoo\.com", r"/.*/RU=(https?%3a%2f%2f[^/]+)/.*"),
    (r"web\.archive\.org", r"/web/\d{4,14}[a-z_*]*/(https?:/.+)"),
    (r"archive\.(?:is|ph|today|li|md|vn|fo)", r"/(?:newest|\d{4,14})/(https?:/.+)"),
    (r"12ft\.io", r"/(https?:/.+)"),
)
_PARAMETER: Final = tuple((re.compile(host), re.compile(path), names) for host, path, names in _BY_PARAMETER)
_PATH: Final = tuple((re.compile(host), re.compile(path, re.IGNORECASE)) for host, path in _IN_PATH)
_AMP_HOST: Final = re.compile(
    r".+\.cdn\.ampproject\.org|(?:[^.]+\.)?bing-amp\.com|(?:www\.)?(?:google\.[a-z.]{2,6}|bing\.com)"
)
_AMP_CACHED: Final = re.compile(r"/(?:amp|[acv])/(s/)?([^/]+\.[^/]+/.+)")
_SLASHES: Final = re.compile(r"(https?):/+", re.IGNORECASE)
_MAYBE: Final = re.compile(
    r"google\.|bing|ampproject|translate\.goog|facebook|instagram|threads|umblr|youtube|reddit|linkedin|vk\.com|slack-|"
    r"safelinks|duckduckgo|link\.|weibo|tophub|pocket|disq\.us|exit\.sc|skimres|viglink|printfr|redir\.|yahoo|archive\.|"
    r"12ft"
)


def may_carry(host: str) -> bool:
    """Whether the host may be one of these: a cheap look, since most are not."""
    return _MAYBE.search(host) is not None


def target(parts: SplitResult) -> str | None:
    """The address that a redirect, cache, archive or machine translation stands for; None where it carries none.

    ``news.google.com/rss/articles/...`` carries none that can be read, and stays itself.
    """
    host = (parts.hostname or "").lower()
    if _AMP_HOST.fullmatch(host) and (cached := _AMP_CACHED.fullmatch(parts.path)):
        return f"http{'s' if cached[1] else ''}://{cached[2]}" + (f"?{parts.query}" if parts.query else "")
    if host.endswith(".translate.goog"):
        return _translated(host, parts)
    for hosts, paths, names in _PARAMETER:
        if hosts.fullmatch(host) and paths.fullmatch(parts.path):
            return _parameter(parts.query, names)
    for hosts, paths in _PATH:
        if hosts.fullmatch(host) and (found := paths.fullmatch(parts.path)):
            inner = found[1] if "%3a" not in found[1][:9].lower() else unquote(found[1])
            return _SLASHES.sub(r"\1://", inner, count=1) + (f"?{parts.query}" if parts.query else "")
    return None


def _parameter(query: str, names: tuple[str, ...]) -> str | None:
    for pair in query.replace("&amp;", "&").split("&"):
        name, _, value = pair.partition("=")
        if name in names and value.lower().startswith("http"):
            return unquote_plus(value)
    return None


def _translated(host: str, parts: SplitResult) -> str:
    """Google's translations stand under the host with its dots written as hyphens, its hyphens doubled."""
    name = host.removesuffix(".translate.goog").replace("--", "\0").replace("-", ".").replace("\0", "-")
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.startswith("_x_tr_"))
    return f"https://{name}{parts.path}" + (f"?{query}" if query else "")
