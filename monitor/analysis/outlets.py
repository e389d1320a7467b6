"""Publishers: the several spellings of a name, and the hosts of their sites, brought to one key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from courlan import extract_domain

from monitor.analysis.address import host_of
from monitor.analysis.publishers import AGGREGATORS, PLATFORMS, PUBLISHERS
from monitor.analysis.text import words_of

_HOST: Final = re.compile(r"[^\s/@]+\.[^\W\d_]{2,}(?::\d+)?")
_SEPARATOR: Final = re.compile(r"\s+[-\u2013\u2014|>»·•/]+\s+|\s*[|»｜]\s*|\s*::\s*|:\s+|\s+\(|_(?=\S)")
_SUFFIXES: Final = frozenset("news online com rss feed feeds newsroom".split())
"""Words behind a name that are no part of it."""
_SECTIONS: Final = frozenset(
    "news world international global us usa uk au eu asia europe africa americas america pacific middle east business"
    " politics technology tech science sport sports economy economics finance markets money health opinion culture arts"
    " entertainment lifestyle travel local national top latest breaking stories headlines home homepage front page live"
    " english edition frontpage articles all main index the and of".split()
)
"""Words for editions and sections: they go from behind the name of a publisher that is listed."""
_GENERIC: Final = frozenset(
    "daily evening morning sunday weekly world business local national latest breaking top good us the my our all"
    " sports tech science space hacker travel auto arab gulf drug money oil food farm army navy golf bike game city"
    " life land film home euro asia china india times post herald star sun mirror mail express telegraph independent"
    " standard metro tribune journal chronicle gazette press today observer courier record dagens".split()
)
"""Words that are a name with *News*, *Online* or *World* only: Space and SpaceNews are two."""
_COMMON: Final = _GENERIC | frozenset(
    "guardian nation dailystar telegram stuff timesherald dailynews dailytimes capital capitalfm voice citizen sentinel"
    " advertiser examiner enquirer argus monitor republic enterprise review advocate bulletin leader echo dispatch"
    " democrat eagle banner union age dailytelegraph dailymirror dailynation dailyexpress sundaytimes businessday"
    " businesstimes businessstandard mercury canada dagbladet dagen news state online thenews presse"
    " zeitung abc elmundo elpais lanacion laprensa lapresse lematin eluniversal eltiempo vesti index dnevnik"
    " alwatan".split()
)
"""Names of hosts under which several papers appear, in several countries: there the whole domain is the key."""
_SHORT: Final = 3
"""Letters up to which a domain's name alone names nobody: dn.se, dn.no and dn.pt are three papers."""


def _tables(text: str) -> tuple[dict[str, str], dict[str, str]]:
    names: dict[str, str] = {}
    hosts: dict[str, str] = {}
    for line in filter(None, text.splitlines()):
        named, _, places = line.rpartition(" = ")
        key, colon, aliases = named.partition(": ")
        aliases = aliases if colon else named
        key = key if colon else _joined(named.split("; ")[0])
        names |= dict.fromkeys((key, *(_joined(name) for name in aliases.split("; "))), key)
        hosts |= dict.fromkeys(places.split(), key)
    return names, hosts


def publisher_key(outlet: str, url: str | None = None) -> str:
    """The key of who published something: equal for all spellings of a publisher's name and for the hosts of its site.

    Args:
        outlet: the publisher's name or host, as its entry or source has it; may be empty.
        url: the address of what was published.

    Where both are known, the host decides if it is a listed publisher's or like the name (``Guardian tech desk`` at
    theguardian.com is the Guardian); otherwise the name does: an aggregator may name the real outlet, and the user may
    name one for several hosts. An aggregator's own name yields to any other host. Empty where nothing is known.
    """
    return _key(outlet, host_of(url) if url else "")


@lru_cache(maxsize=8192)
def _key(outlet: str, host: str) -> str:
    place = _host_key(host) if host else ""
    carried = _carried(host)
    parts = [part for part in (_name_key(part) for part in _parts(outlet)) if part]
    shown = any(part in _AGGREGATOR_NAMES for part in parts)
    name = _name(parts)
    spelled = _joined(outlet)
    if not place or not name:
        return name or place
    if carried:
        return place if len(place) >= _SHORT and name.startswith(place) else name
    if shown or place == name:
        return place
    bare = place.partition(".")[0]
    if len(spelled) > _SHORT and spelled in bare:  # *The Telegraph* of India, *The Times* of India
        return place
    if place in _KNOWN:  # two listed ones: who is named wrote it, and the other shows it
        return name if name in _KNOWN else place
    alike = min(len(bare), len(name)) >= _SHORT and (bare in name or name in bare)
    return place if alike or bare == name else name


def _name(parts: list[str]) -> str:
    """Of the parts of a name the one that is listed, else the first that is no section's."""
    listed = next((part for part in parts if part in _KNOWN), None)
    return listed or next((part for part in parts if part not in _SECTIONS), parts[0] if parts else "")


def _parts(outlet: str) -> Iterator[str]:
    """``BBC News - World``, ``NYT > Business``, ``World | The Guardian``: a name may be any part of what stands there.
    The whole comes first where it is listed."""
    outlet = outlet.strip()
    if _joined(outlet) in _NAMES:
        yield outlet
        return
    yield from (part for part in _SEPARATOR.split(outlet) if part.strip(" )"))


def _name_key(name: str) -> str:
    name = name.strip().lower()
    place = host_of(name) or (name if _HOST.fullmatch(name) else "")
    if place and _joined(name) not in _NAMES:
        return _host_key(place.partition(":")[0])
    words = [word for word in words_of(name).texts if word != "&"]
    while len(words) > 1 and words[0] == "the":
        del words[0]
    key = "".join(words)
    if key in _NAMES:
        return _NAMES[key]
    for end in range(len(words) - 1, 0, -1):
        # an edition or section of a listed publisher
        if words[end] not in _SECTIONS and words[end] not in _SUFFIXES:
            break
        short = "".join(words[:end])
        if short in _NAMES and short not in _GENERIC:
            return _NAMES[short]
    while len(words) > 1 and words[-1] in _SUFFIXES and words[-1] != "news" and words[-2] not in _GENERIC:
        del words[-1]
    return _stem("".join(words))


@lru_cache(maxsize=4096)
def _host_key(host: str) -> str:
    """The key of a host: as listed, else the name of its domain."""
    host = host.lower().rstrip(".")
    for at, domain in _domains(host):
        if domain in _HOSTS:
            return _HOSTS[domain]
        if domain in PLATFORMS and at:
            return host.split(".")[at - 1] + "." + domain
    if _AGGREGATOR_HOSTS.keys() & {domain for _, domain in _domains(host)}:
        return next(_AGGREGATOR_HOSTS[domain] for _, domain in _domains(host) if domain in _AGGREGATOR_HOSTS)
    domain = _registered(host)
    label = domain.partition(".")[0]
    name = _stem(_joined(label))
    # a short name is one in .com, and another's in every country
    short = len(label) <= _SHORT and not domain.endswith((".com", ".org", ".net"))
    if short or name in _COMMON:
        return domain
    return _NAMES.get(name, name) if len(name) > _SHORT else name


def _stem(name: str) -> str:
    """A name written as one word without *the*, *Online* and (behind call signs and listed names) *News*, as hosts have
    them: ``thewrap``, ``komonews``."""
    if name.startswith("the") and len(name) > len("the") + _SHORT:
        name = name[3:]
    rest = name.removesuffix("online")
    if len(rest) >= _SHORT - 1 and rest not in _GENERIC:
        name = rest
    rest = name.removesuffix("news")
    if rest not in _GENERIC and (rest in _NAMES or _SHORT - 1 <= len(rest) <= _SHORT + 1):
        name = rest
    return name


def _domains(host: str) -> list[tuple[int, str]]:
    """The host and the domains above it, each with the number of labels before it."""
    labels = host.split(".")
    return [(at, ".".join(labels[at:])) for at in range(len(labels) - 1)]


def _registered(host: str) -> str:
    """The domain that somebody has registered; the last two labels where no list knows the ending."""
    try:
        found = extract_domain(f"https://{host}/", fast=False)
    except (ValueError, UnicodeError):
        found = None
    if found:
        return str(found)
    return host if host.replace(".", "").isdigit() or ":" in host else ".".join(host.split(".")[-2:])


def _carried(host: str) -> bool:
    """Whether the host shows what others publish."""
    return any(domain in _AGGREGATOR_HOSTS for _, domain in _domains(host))


def _joined(name: str) -> str:
    words = [word for word in words_of(name).texts if word != "&"]
    while len(words) > 1 and words[0] == "the":
        del words[0]
    return "".join(words)


_NAMES, _HOSTS = _tables(PUBLISHERS)
_AGGREGATOR_NAMES, _AGGREGATOR_HOSTS = _tables(AGGREGATORS)
_KNOWN: Final = frozenset(_NAMES.values())
