"""Which parts of an address say how a reader came, and not what is read.

All lists are closed: a parameter that nobody knows may name an article, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# courlan has a list of parameters too, but matches it anywhere in a name and drops what has no value: `?gallery=7`,
# `?uid=7`, `?cid=7` and `?1234` would all be gone, and with them the difference between two articles.
_TRACKING: Final = re.compile(
    # campaigns of the measuring services, by their prefixes
    r"(?:utm|mtm|pk|piwik|matomo|hsa|vero|oly|itm|guce|stm|sfmc|soc|pf_rd)_.*|utm-[a-z]+|elqtrack.*|wt(?:\.|_z?mc).*"
    r"|at_(?:medium|campaign|link|custom|bbc|mid|nation|audience|product|brand|ptr|format|objective|creation|variant"
    r"|type|emailtype|send|xt).*|ns_(?:mchannel|source|campaign|fee|linkname)|xtor|xtref"
    # ids of clicks and mails
    r"|(?:fb|g|d|y|tw|ttc|msclk|irg|s|qh)clid|gclsrc|gad_(?:source|campaignid)|srsltid|gbraid|wbraid|msclkid"
    r"|li_fat_id|epik|igshid|igsh|mibextid|mc_[ce]id|mkt_tok|_hsenc|_hsmi|_branch_match_id|bd_vid|wickedid|s_kwcid"
    r"|ef_id|dicbo|tblci|oborigurl|hootpostid|__twitter_impression|email_hash"
    # ways in, by the names that publishers gave them
    r"|ref_src|ref_url|guccounter|traffic_source|ocid|ncid|cmpid|s_cid|icid|iref|intcid|int_?cmp|smid|smtyp|ito|spm|_ga|_gl"
    r"|fsrc|ftcamp|ftag|maca|wpisrc|wpmm|\.?tsrc|trkcampaign|lipi|echobox|storylink|link_time|sr_share|socialflow"
    r"|fb_(?:action_ids|source|ref)|share_(?:from|source|token)|sharer_[a-z_]+|isappinstalled|chksm|replytocom"
    # the same page for a phone, or on paper
    r"|_?amp|hs_amp|amp-content|ampcf|outputtype|usqp|amp_(?:js_v|gsa)|pagewanted|singlepage|showcomments",
    re.IGNORECASE,
)
# These may name an article, so they go only where the value holds no digit: `from=rss`, `ref=home`.
_WAY_IN: Final = frozenset(
    "ref ref_type source src from cid mod partner campaign feature rss f track mid via emc share referrer referer"
    " refer cmp trk wfr for".split()
)
_VIEWS: Final = frozenset("view format output mode style layout display action page tmpl type".split())
_PRINTED: Final = re.compile(r"print(?:able|er|page|view|version|er_?friendly)?", re.IGNORECASE)
_YES: Final = frozenset(("", "1", "y", "yes", "true", "on"))
_SESSION: Final = re.compile(
    r"(?:php|j)sessid|jsessionid|aspsessionid.*|session_?id|cfid|cftoken|oscsid|zenid", re.IGNORECASE
)
_SESSION_VALUE: Final = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_ONLY: Final = {
    "mp.weixin.qq.com": frozenset(("__biz", "mid", "idx", "sn")),
    "youtube.com": frozenset(("v", "list")),
    "news.google.com": frozenset(("q", "topic")),
    "nytimes.com": frozenset(("query",)),
    "washingtonpost.com": frozenset(("query",)),
    "theguardian.com": frozenset(("page", "q")),
    "36kr.com": frozenset(("id",)),
    "medium.com": frozenset(("q",)),
    "twitter.com": frozenset(("q",)),
}
"""Hosts whose articles stand in the path, or under these parameters only; the others that they use are many and
change. A page of a live blog of the Guardian is its ``page``."""
_ANCHORS: Final = re.compile(
    r"top|main|content|main-content|article|story|body|comments?|respond|disqus_thread|reply|print|readmore|more|more-\d+"
    r"|continue|(?:rss|atom|feed)(?:[-_][a-z]+)*|share|[a-z]*video|:~:.*|axzz\w+|\.[\w-]{8,14}|none|null|undefined",
    re.IGNORECASE,
)


def telling(host: str, query: str) -> Iterator[tuple[str, str]]:
    """The parameters of an encoded query that name what is read, as pairs of name and ``=value``, in their order.

    ``host`` is the host of the key, without ``www.``.
    """
    pairs = [_pair(part) for part in query.replace("&amp;", "&").split("&") if part]
    only = _ONLY.get(host)
    kept = [pair for pair in pairs if (pair[0] in only if only is not None else _names(*pair))]
    for name, value in kept:
        # an article may be called by 32 digits; beside another name they are a session
        if name.lower() in ("sid", "s") and len(kept) > 1 and _SESSION_VALUE.fullmatch(value[1:]):
            continue
        yield name, value


def anchor(fragment: str) -> bool:
    """Whether an encoded fragment only says where on the page to look, or how one came. What else stands behind ``#``
    may be the name of an entry: changelogs, diaries and archives hold many on one page (lab: 16 pages)."""
    if _ANCHORS.fullmatch(fragment):
        return True
    pairs = [_pair(part) for part in fragment.split("&") if part]
    return all(value and not _names(name, value) for name, value in pairs)


def _pair(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    return name, equals + value


def _names(name: str, value: str) -> bool:
    """Whether a parameter may name what is read; ``value`` begins with its ``=``, where it has one."""
    low, said = name.lower(), value[1:]
    if _TRACKING.fullmatch(low) or _SESSION.fullmatch(low):
        return False
    if low in _WAY_IN and said and not any(map(str.isdigit, said)):
        return False
    if _PRINTED.fullmatch(low) and said.lower() in _YES:
        return False
    return not (low in _VIEWS and _PRINTED.fullmatch(said))
