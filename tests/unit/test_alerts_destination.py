"""Which options of a channel can be used, what is said of the others, and what is hidden in a service's answer."""

from __future__ import annotations

import pytest

from monitor.alerts.deliver import validate
from monitor.alerts.deliver.destination import Mailbox, SlackHook, Unusable, is_loopback, mailbox, slack_hook
from monitor.alerts.deliver.failure import Mask
from monitor.model import Channel, ChannelKind, Secret

TOKENS = "TAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc"


def _options(**values: str) -> dict[str, Secret]:
    return {name.rstrip("_"): Secret(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("address", "base"),
    [
        (f"https://hooks.slack.com/services/{TOKENS}", "https://hooks.slack.com/services"),
        (f" https://hooks.slack.com/services/{TOKENS}/ ", "https://hooks.slack.com/services"),
        (f"https://hooks.slack-gov.com/services/{TOKENS}", "https://hooks.slack-gov.com/services"),
        (f"https://chat.example:8443/a/b/{TOKENS}", "https://chat.example:8443/a/b"),
        (f"http://127.0.0.1:8080/services/{TOKENS}", "http://127.0.0.1:8080/services"),
        (f"http://[::1]:8080/services/{TOKENS}", "http://[::1]:8080/services"),
        (f"http://localhost/{TOKENS}", "http://localhost"),
    ],
)
def test_slack_address_is_split_before_its_three_tokens(address: str, base: str) -> None:
    hook = slack_hook(_options(webhook=address))
    assert hook == SlackHook(base, ("TAAAAAAAA", "BBBBBBBBB", "cccccccccccccccccccccccc"))
    assert validate(Channel("s", "slack", _options(webhook=address))) is None


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("", "is missing"),
        ("pr-slack", "must be a webhook"),
        (f"slack://{TOKENS}", "must be a webhook"),
        (f"https://user@hooks.slack.com/services/{TOKENS}", "must be a webhook"),
        (f"http://hooks.slack.com/services/{TOKENS}", "must begin with https"),
        ("https://hooks.slack.com/services/TAAAAAAAA/BBBBBBBBB", "three parts"),
        ("https://hooks.slack.com/services/TAAAAAAAA/BBBBBBBBB/", "three parts"),
        ("https://hooks.slack.com/services/T-A/B A/c!", "three parts"),
        ("https://hooks.slack.com", "three parts"),
        (f"https://hooks.slack.com/services/{TOKENS}?x=1", "nothing after them"),
        (f"https://hooks.slack.com/services/{TOKENS}#x", "nothing after them"),
        ("https://hooks.slack.com/workflows/T1/A2/B3/c4", "workflow"),
        ("https://hooks.slack.com/triggers/T1/B3/c4", "workflow"),
        ("https://[::1/services/a/b/c", "no web address"),
        ("https://hooks.slack.com:port/services/a/b/c", "no web address"),
    ],
)
def test_slack_address_that_cannot_be_used(address: str, complaint: str) -> None:
    reason = validate(Channel("s", "slack", _options(webhook=address)))
    assert reason is not None
    assert complaint in reason


MAIL = {"smtp": "mail.example.org", "to": "a@example.org"}


@pytest.mark.parametrize(
    ("smtp", "expected"),
    [
        ("mail.example.org", ("mail.example.org", 587, "starttls")),
        ("mail.example.org:25", ("mail.example.org", 25, "starttls")),
        ("smtp://mail.example.org", ("mail.example.org", 587, "starttls")),
        ("mail.example.org:465", ("mail.example.org", 465, "ssl")),
        ("smtps://mail.example.org", ("mail.example.org", 465, "ssl")),
        ("SMTPS://mail.example.org:2465/", ("mail.example.org", 2465, "ssl")),
        ("localhost", ("localhost", 25, "plain")),
        ("127.0.0.1:1025", ("127.0.0.1", 1025, "plain")),
        ("smtp://[::1]:1025", ("::1", 1025, "plain")),
        ("smtps://localhost", ("localhost", 465, "ssl")),
    ],
)
def test_mail_server_and_its_security(smtp: str, expected: tuple[str, int, str]) -> None:
    box = mailbox(_options(**MAIL | {"smtp": smtp}))
    assert isinstance(box, Mailbox)
    assert (box.host, box.port, box.security) == expected
    assert validate(Channel("m", "email", _options(**MAIL | {"smtp": smtp}))) is None


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"smtp": ""}, "needs the mail server"),
        ({"smtp": "http://mail.example.org"}, "must be host, host:port, smtp"),
        ({"smtp": "mail.example.org:99999"}, "port must be a number"),
        ({"smtp": "mail.example.org:smtp"}, "port must be a number"),
        ({"smtp": "mail.example.org:0"}, "must be host or host:port"),
        ({"smtp": "u:p@mail.example.org"}, "options of their own"),
        ({"smtp": "mail.example.org/path"}, "must be host or host:port"),
        ({"smtp": "mail example org"}, "must be host or host:port"),
        ({"user": "u"}, "both user and password"),
        ({"password": "p"}, "both user and password"),
        ({"user": "ü", "password": "p"}, "ASCII"),
        ({"user": "u", "password": "pä"}, "ASCII"),
        ({"from": "nobody"}, "sender (from)"),
        ({"from": "Na\x00me <a@example.org>"}, "sender (from)"),
        ({"to": ""}, "needs a recipient"),
        ({"to": "a@example.org, nobody"}, "1 of 2 recipients"),
        ({"to": "a@example.org\r\nBcc: b@example.org"}, "recipients (to)"),
        ({"to": "ä@example.org"}, "mail address"),
    ],
)
def test_mail_options_that_cannot_be_used(changed: dict[str, str], complaint: str) -> None:
    reason = validate(Channel("m", "email", _options(**MAIL | changed)))
    assert reason is not None
    assert complaint in reason


@pytest.mark.parametrize(
    ("options", "sender"),
    [
        ({"from": "News <news@example.org>"}, ("News", "news@example.org")),
        ({"from": "news@example.org", "user": "u@x.org", "password": "p"}, ("Coverage monitor", "news@example.org")),
        ({"user": "u@x.org", "password": "p"}, ("Coverage monitor", "u@x.org")),
    ],
)
def test_sender_is_given_or_the_user(options: dict[str, str], sender: tuple[str, str]) -> None:
    box = mailbox(_options(**MAIL | options))
    assert isinstance(box, Mailbox)
    assert box.sender == sender


def test_sender_is_this_machine_where_nothing_else_is_known() -> None:
    box = mailbox(_options(**MAIL | {"user": "u", "password": "p"}))
    assert isinstance(box, Mailbox)
    assert box.sender[1].startswith("monitor@")


def test_recipients_may_be_several_and_each_counts_once() -> None:
    box = mailbox(_options(**MAIL | {"to": "a@example.org; B <b@example.org>,\na@example.org"}))
    assert isinstance(box, Mailbox)
    assert box.recipients == ("a@example.org", "b@example.org")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("", "is missing"),
        ("nosuch://x", "no service of this kind"),
        ("just words", "no service of this kind"),
        ("discord://1", "does not accept"),
        ("json://127.0.0.1/x?optional=yes", "optional=yes"),
        ("slack://TAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc/#a/#b?retry=2", "names 2 recipients"),
    ],
)
def test_apprise_address_that_cannot_be_used(url: str, complaint: str) -> None:
    reason = validate(Channel("x", "apprise", _options(url=url)))
    assert reason is not None
    assert complaint in reason


@pytest.mark.parametrize("url", ["json://127.0.0.1:9/x", "json://127.0.0.1:9/x?retry=3", "ntfy://topic"])
def test_apprise_address_that_can_be_used(url: str) -> None:
    assert validate(Channel("x", "apprise", _options(url=url))) is None


def test_the_console_needs_no_address() -> None:
    assert validate(Channel("console")) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("LOCALHOST.", True), ("a.localhost", True), ("127.9.9.9", True), ("[::1]", True)]
    + [(host, False) for host in ("localhost.example.org", "10.0.0.1", "::", "0.0.0.0", "127.0.0.1.example.org")],
)
def test_loopback_is_known_without_asking(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


CANARIES: dict[ChannelKind, dict[str, str]] = {
    "slack": {"webhook": "https://slack-canary.example/base9/TCANARY1/BCANARY2/ccanary3"},
    "email": {
        "smtp": "smtp-canary4.example:2525",
        "user": "user-canary5@x.org",
        "password": "p%40ss canary6",
        "from": "from-canary7@x.org",
        "to": "to-canary8@x.org, to-canary9@x.org",
    },
    "apprise": {"url": "json://usercanary10:passcanary11@host-canary.example/path-canary?token=query%20canary"},
}


@pytest.mark.parametrize("kind", CANARIES)
def test_every_option_and_its_parts_are_hidden(kind: ChannelKind) -> None:
    options = _options(**CANARIES[kind])
    mask = Mask(options)
    for value in CANARIES[kind].values():
        for text in (f"550 <{value}> no", f"x{value.upper()}x", *value.replace("@", "/").split("/")):
            assert "canary" not in mask(text).lower()
    assert mask("550 5.1.1 user unknown") == "550 5.1.1 user unknown"


@pytest.mark.parametrize("kind", CANARIES)
def test_no_representation_shows_an_option(kind: ChannelKind) -> None:
    channel = Channel("c", kind, _options(**CANARIES[kind]))
    readings = [slack_hook(channel.options), mailbox(channel.options), channel]
    assert "canary" not in repr(readings).lower()
    assert sum(isinstance(reading, Unusable) for reading in readings) >= 1
