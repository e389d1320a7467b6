"""Addresses as they may be shown: without passwords and tokens."""

from __future__ import annotations

import re
from urllib.parse import unquote

_USERINFO = re.compile(r"(?<=//)[^/?#]*@")
_PAIR = re.compile(r"(?P<lead>[?&;#])(?P<name>[^=&;#?]*)=(?P<value>[^&;#]*)")
_TELLING = re.compile(
    r"token|secret|passw|passwd|pwd|passphrase|auth(?!or(?!i[sz]))|bearer|credential|signature|hmac|session|sessid|cookie"
    r"|jwt|api_?-?key|^(key|sig|pass|pw|code|hash|sid)$|[_-](key|sig)\W*$",
    re.IGNORECASE,
)
_TOKEN_LIKE = re.compile(r"(?=[^&]*[0-9])(?=[^&]*[A-Za-z])[A-Za-z0-9_\-.~+/%=]{24,}")


def masked(url: str) -> str:
    """The address with ``***`` for user and password, and for values in the query that look like secrets.

    A value is hidden if its name says so (``token``, ``key``, ``auth``, but not ``author``) or if it is at least 24
    characters of mixed letters and digits. Works on any text, also on one that is no address.
    """
    return _PAIR.sub(_hide, _USERINFO.sub("***@", url))


def _hide(pair: re.Match[str]) -> str:
    if not pair["value"] or not (_TELLING.search(unquote(pair["name"])) or _TOKEN_LIKE.fullmatch(pair["value"])):
        return pair[0]
    return f"{pair['lead']}{pair['name']}=***"
