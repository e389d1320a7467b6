"""Pages that check their visitor, and pages that only speak of it."""

from __future__ import annotations

import pytest

from monitor.model import Document
from monitor.sources.challenge import SHORT, captive_portal, service, wants_browser
from monitor.sources.sniff import not_a_feed


@pytest.mark.parametrize(
    ("page", "by"),
    [
        ("<title>Just a moment...</title>", "Cloudflare"),
        ("<title>Attention Required! | Cloudflare</title>", "Cloudflare"),
        ('<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1"></script>', "Cloudflare"),
        ('<script src="https://ct.captcha-delivery.com/c.js"></script>', "DataDome"),
        ('<iframe src="/_Incapsula_Resource?SWUDNSAI=31">Request unsuccessful.</iframe>', "Imperva"),
        ('<div id="sec-if-cpt-container"></div>', "Akamai"),
        ("<script>AwsWafIntegration.getToken()</script>", "AWS WAF"),
        ('<div id="px-captcha"></div>', "PerimeterX"),
        ("<script>window.KPSDK={};</script>", "Kasada"),
        ("<title>DDoS-Guard</title>", "DDoS-Guard"),
        ("<script>sucuri_cloudproxy_js='';</script>", "Sucuri"),
        ('<script id="anubis_challenge" type="application/json">{}</script>', "Anubis"),
        # stands on every page of some customers
        ('<title>News</title><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>', None),
        ("<title>News</title><p>Just a moment... the prime minister said</p>", None),
    ],
)
def test_services(page: str, by: str | None) -> None:
    assert service(page) == by


@pytest.mark.parametrize(
    "words",
    [
        "Please enable JavaScript and cookies to continue",
        "You need to enable JavaScript to run this app.",
        "This site requires JavaScript.",
        "JavaScript is disabled in your browser.",
        "Verify that you are human by completing the action below.",
        "Checking if the site connection is secure",
        "请开启JavaScript并刷新该页",
    ],
)
def test_a_short_page_that_wants_a_browser(words: str) -> None:
    assert wants_browser(f"<html><body><p>{words}</p></body></html>")
    assert wants_browser(f"<html><body><noscript>{words}</noscript></body></html>")
    room = SHORT - len(words) - 1
    assert wants_browser(f"<html><body><p>{words}</p><p>{'x' * room}</p></body></html>")
    assert not wants_browser(f"<html><body><p>{words}</p><p>{'x' * (room + 1)}</p></body></html>")


@pytest.mark.parametrize(
    ("page", "portal"),
    [
        ("<title>Free WiFi - sign in</title>", True),
        ("<title>Login | Guest Network</title>", True),
        ("<!-- <WISPAccessGatewayParam> --><html></html>", True),
        ("<title>WiFi sales are up, says report</title>", False),
        ("<title>Sign in to the Courier</title>", False),
    ],
)
def test_captive_portals(page: str, portal: bool) -> None:
    assert captive_portal(page) == portal


@pytest.mark.parametrize(
    ("head", "named"),
    [
        ("<link rel=alternate type=application/rss+xml href=feed>", "https://a.example/dir/feed"),
        ("<link rel='alternate nofollow' type='Application/Atom+XML' href='/f'>", "https://a.example/f"),
        ("<base href='//b.example/x/'><link rel=alternate type=application/feed+json href=f>", "https://b.example/x/f"),
        ("<link rel=alternate type=application/rss+xml href=ftp://a.example/f>", None),
        ("<link rel=alternate type=application/rss+xml href=//me:pw@a.example/f>", None),
        ("<link rel=alternate type=application/rss+xml href='/%22\"'>", None),
        ("<link rel=stylesheet type=application/rss+xml href=f>", None),
        ("<link rel=alternate type=text/html href=f>", None),
        ("<link rel type href>", None),
    ],
)
def test_the_feed_that_a_page_links(head: str, named: str | None) -> None:
    page = f"<html><head><title>News</title>{head}</head></html>"
    found = not_a_feed(Document("https://a.example/dir/page", page.encode()))
    more = f'; it links a feed: "{named}"' if named else ""
    assert found.reason == "not_a_feed"
    assert found.sentence == f'This address gives an HTML page titled "News", not a feed{more}.'


@pytest.mark.parametrize(("length", "shown"), [(299, True), (300, True), (301, False)])
def test_a_long_address_is_not_shown(length: int, shown: bool) -> None:
    link = "https://a.example/".ljust(length, "x")
    found = not_a_feed(
        Document("https://a.example/", f"<html><link rel=alternate type=application/rss+xml href={link}>".encode())
    )
    assert (link in found.sentence) == shown
