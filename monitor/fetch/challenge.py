"""Whether an error is a bot check: a page that wants a browser to prove itself, which no feed reader can or should."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

CHECKED: Final = frozenset({401, 403, 405, 429, 503})
"""Statuses whose body is read for the marks of a challenge (405: the captcha of AWS WAF)."""

_HEADERS: Final = (
    ("cf-mitigated", re.compile(r"challenge", re.IGNORECASE), "Cloudflare"),
    ("x-amzn-waf-action", re.compile(r"challenge|captcha", re.IGNORECASE), "AWS WAF"),
    ("x-vercel-mitigated", re.compile(r"challenge", re.IGNORECASE), "Vercel"),
    ("x-dd-b", re.compile(r"."), "DataDome"),
)
"""Headers that stand on challenges only, whatever the status."""


def _marks(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Looked through in order: the last speaks for whoever is not named. A script that a service puts on
# every page of its customers (/cdn-cgi/challenge-platform/scripts/) is no mark.
_BODIES: Final = (
    (
        _marks(
            r"<title>\s*just a moment",
            r"<title>\s*attention required",
            r"_cf_chl_opt",
            r"\bcf-(chl|challenge)-",
            r"/challenge-platform/h/\w+/orchestrate/",
            r"enable javascript and cookies to continue",
        ),
        "Cloudflare",
    ),
    (_marks(r"captcha-delivery\.com", r"enable JS and disable any ad blocker"), "DataDome"),
    (_marks(r"_Incapsula_Resource", r"Incapsula incident ID"), "Imperva"),
    (_marks(r"sec-if-cpt-container", r"/_sec/(cp_challenge|verify)", r"\bbm-verify="), "Akamai"),
    (_marks(r"AwsWafIntegration", r"\.awswaf\.com/", r"\bgokuProps\b"), "AWS WAF"),
    (_marks(r"_pxAppId", r"\bpx-captcha\b", r"captcha\.px-cloud\.net"), "PerimeterX"),
    (_marks(r"\bKPSDK\b"), "Kasada"),
    (_marks(r"\.well-known/ddos-guard/", r"<title>\s*DDoS-Guard"), "DDoS-Guard"),
    (_marks(r"sucuri_cloudproxy_js"), "Sucuri"),
    (_marks(r"within\.website/x/cmd/anubis"), "Anubis"),
    (
        _marks(
            r"(enable|turn on) (javascript|js) and (enable )?cookies",
            r"(enable|turn on) cookies and (enable )?(javascript|js)\b",
            r"please (enable|turn on) (javascript|js|cookies) (and reload|to (continue|view this (page|site)|proceed))",
            r"please turn javascript on",
            r"<title>\s*please enable (javascript|js|cookies)",
            r"\b(verify|confirm|check|prove)\w{0,8} (that )?you('| a)re (a )?(human|not a (ro)?bot)",
            r"checking (if the site connection is secure|your browser before)",
            r"<title>\s*(are you a (ro)?bot|human verification|security check|captcha)",
        ),
        "",
    ),
)


def by_headers(headers: Mapping[str, str]) -> str | None:
    """Whose challenge the headers alone give away (``Cloudflare``); None: no challenge that they tell of."""
    for name, pattern, service in _HEADERS:
        if pattern.search(headers.get(name, "")):
            return service
    return None


def by_body(text: str) -> str | None:
    """Whose challenge the start of an error's body is; empty: nobody that we know; None: an ordinary error.

    For answers with a status of :data:`CHECKED` only: the words stand in articles too.
    """
    return next((service for marks, service in _BODIES if marks.search(text)), None)
