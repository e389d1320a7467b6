"""What is taken for a bot check, and what for a plain refusal."""

from __future__ import annotations

import pytest

from monitor.fetch.challenge import by_body, by_headers

CHALLENGES = [
    ("<title>Just a moment...</title>", "Cloudflare"),
    ("<TITLE> Just a Moment...</TITLE>", "Cloudflare"),
    ("<title>Attention Required! | Cloudflare</title>", "Cloudflare"),
    ("<script>window._cf_chl_opt={cvId: '3'}</script>", "Cloudflare"),
    ('<form class="challenge-form" id="cf-chl-form">', "Cloudflare"),
    ('<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>', "Cloudflare"),
    ("<noscript>Enable JavaScript and cookies to continue</noscript>", "Cloudflare"),
    ("<p>Please enable JS and disable any ad blocker</p>", "DataDome"),
    ('{"url": "https://geo.captcha-delivery.com/captcha/?x=1"}', "DataDome"),
    ('<iframe src="/_Incapsula_Resource?x=1">', "Imperva"),
    ("Request unsuccessful. Incapsula incident ID: 1-2", "Imperva"),
    ('<div id="sec-if-cpt-container">', "Akamai"),
    ('<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AA\'">', "Akamai"),
    ("<script>AwsWafIntegration.saveReferrer()</script>", "AWS WAF"),
    ("<script>window.gokuProps = {}</script>", "AWS WAF"),
    ("<script>window._pxAppId = 'PX1'</script>", "PerimeterX"),
    ('<div id="px-captcha"></div>', "PerimeterX"),
    ("<script>window.KPSDK={}</script>", "Kasada"),
    ("<title>DDoS-Guard</title>", "DDoS-Guard"),
    ("<script>sucuri_cloudproxy_js='';</script>", "Sucuri"),
    ('<script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>', "Anubis"),
    ("<p>Please turn JavaScript on and reload the page.</p>", ""),
    ("<h1>Please enable cookies and JavaScript.</h1>", ""),
    ("<p>Please enable JavaScript to continue.</p>", ""),
    ("<p>Verify you are a human</p>", ""),
    ("<p>Please confirm that you're not a robot</p>", ""),
    ("<p>Checking your browser before you enter</p>", ""),
    ("<title>Are you a robot?</title>", ""),
]
PLAIN = [
    "",
    "<html><head><title>403 Forbidden</title></head><body>nginx</body></html>",
    "<title>Access Denied</title> You don't have permission to access this page on this server.",
    '{"error": "rate limited", "retry": 60}',
    "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>",
    '<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script><h1>Subscribers only</h1>',
    "<title>Down for maintenance</title> We are back in just a moment.",
    "<p>We use cookies. Your browser does not run JavaScript.</p>",
]


@pytest.mark.parametrize(("text", "service"), CHALLENGES)
def test_challenges(text: str, service: str) -> None:
    assert by_body(f"<!doctype html><html>\n{text}\n</html>") == service


@pytest.mark.parametrize("text", PLAIN)
def test_plain_refusals(text: str) -> None:
    assert by_body(text) is None


@pytest.mark.parametrize(
    ("name", "value", "service"),
    [
        ("cf-mitigated", "challenge", "Cloudflare"),
        ("cf-mitigated", "block", None),
        ("x-amzn-waf-action", "challenge", "AWS WAF"),
        ("x-amzn-waf-action", "captcha", "AWS WAF"),
        ("x-vercel-mitigated", "challenge", "Vercel"),
        ("x-dd-b", "1", "DataDome"),
        ("server", "cloudflare", None),
        ("x-datadome", "protected", None),
    ],
)
def test_headers(name: str, value: str, service: str | None) -> None:
    assert by_headers({name: value}) == service
