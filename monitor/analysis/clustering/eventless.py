"""Places whose entries are about no happenings: hot lists, repositories, package registries, bargains."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_REGISTRIES: Final = frozenset(
    "github.com gist.github.com gitlab.com codeberg.org bitbucket.org sr.ht sourceforge.net huggingface.co"
    " modelscope.cn pypi.org npmjs.com crates.io rubygems.org packagist.org hub.docker.com libraries.io"
    " newreleases.io".split()
)
"""Hosts of code, models and packages: what they publish is named by templates (a version, a commit)."""
_LISTS: Final = frozenset(
    "news.ycombinator.com hnrss.org lobste.rs reddit.com producthunt.com slashdot.org tophub.today s.weibo.com"
    " top.baidu.com pepper.com slickdeals.net hotukdeals.com mydealz.de".split()
)
"""Hosts that list what is popular, or bargains."""
_WRITTEN: Final = re.compile(r"/(?:blog|news|posts?|articles?)(?:[/.]|$)", re.IGNORECASE)
"""Paths of these hosts under which people write."""
_HOT: Final = re.compile(
    r"/(?:hot|hotlist|hot-list|trending|popular|bestsellers?|deals|coupons?|promo-codes?|vouchers?|realtimehot)(?:[/.?]|$)",
    re.IGNORECASE,
)


def eventless(address: str | None) -> bool:
    """Whether what stands at the address of a source or of an entry is no report of a happening (lab: of the events
    made of hot lists, repositories and shop offers 2 in 10 were right, so tier 2 leaves them alone)."""
    if not address:
        return False
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return False
    named = {host, host.partition(".")[2]}  # old.reddit.com, but not the blogs at somebody.github.io
    if named & (_REGISTRIES | _LISTS):
        return not _WRITTEN.search(parts.path)
    return _HOT.search(parts.path) is not None
