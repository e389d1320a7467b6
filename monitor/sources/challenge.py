"""Whether a page that stands where a feed was expected is a check of its visitor, and by whom."""

from __future__ import annotations

import re
from typing import Final

from monitor.sources.text import from_html

SHORT: Final = 1000
"""Characters of text up to which a page may be nothing but the check: articles *about* such checks are longer."""


def _marks(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Seen with status 200; what comes with an error's status is told by its own, longer list in ``fetch``. Scripts that a
# service puts on every page of its customers are no marks.
_SERVICES: Final = (
    (
        _marks(
            r"<title>\s*just a moment\.\.\.",
            r"<title>\s*attention required! \|",
            r"_cf_chl_opt",
            r"\bid=.cf-challenge-",
            r"/challenge-platform/h/\w+/orchestrate/",
        ),
        "Cloudflare",
    ),
    (_marks(r"captcha-delivery\.com"), "DataDome"),
    (_marks(r"\bsrc=.?/_Incapsula_Resource\?", r"Incapsula incident ID"), "Imperva"),
    (_marks(r"sec-if-cpt-container", r"/_sec/cp_challenge/", r"\bbm-verify="), "Akamai"),
    (_marks(r"\bAwsWafIntegration\.", r"\bwindow\.gokuProps\b"), "AWS WAF"),
    (_marks(r"\bid=.px-captcha\b", r"captcha\.px-cloud\.net"), "PerimeterX"),
    (_marks(r"\bwindow\.KPSDK\b", r"/ips\.js\?KP_UIDz"), "Kasada"),
    (_marks(r"\.well-known/ddos-guard/js-challenge", r"<title>\s*DDoS-Guard"), "DDoS-Guard"),
    (_marks(r"\bsucuri_cloudproxy_js\b"), "Sucuri"),
    (_marks(r"within\.website/x/cmd/anubis", r"\bid=.anubis_challenge"), "Anubis"),
)
_WORDS: Final = _marks(
    r"(enable|turn on|activate|requires?|needs?) (javascript|js|cookies)\b",
    r"javascript (is|must be|has to be|needs to be) (disabled|enabled|required|turned on|off)",
    r"\b(verify|confirm|check|prove|ensure)\w{0,8} (that )?you('| a)re (a )?(human|not a (ro)?bot)",
    r"checking (if the site connection is secure|your browser)",
    r"<title>\s*(are you a (ro)?bot|human verification|security check|captcha)",
    r"请(开启|启用|打开)\s*(JavaScript|JS)",
)
_PORTALS: Final = _marks(
    r"<WISPAccessGatewayParam",
    r"\bcaptive[ _-]?portal\b",
    r"<title>[^<]{0,60}\b(hotspot|wi-?fi|guest network)\b[^<]{0,60}\b(log ?in|sign ?in|welcome|access)\b",
    r"<title>[^<]{0,60}\b(log ?in|sign ?in|welcome)\b[^<]{0,60}\b(hotspot|wi-?fi|guest network)\b",
)


def service(page: str) -> str | None:
    """Which service's check this is (``Cloudflare``), by marks that stand on nothing else; None: no check of theirs."""
    return next((name for marks, name in _SERVICES if marks.search(page)), None)


def captive_portal(page: str) -> bool:
    """Whether it is the sign-in page that a network puts before every site."""
    return bool(_PORTALS.search(page)) and len(from_html(page)) <= SHORT


def wants_browser(page: str) -> bool:
    """Whether it holds little more than the demand for scripts, cookies or a proof of being human."""
    return bool(_WORDS.search(page)) and len(from_html(page)) <= SHORT
