"""Messages really leave and arrive: a web and a mail server on this machine, and all that they can do wrong."""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from monitor import limits
from monitor.alerts.deliver import destination, probe, send
from monitor.alerts.render import render
from monitor.alerts.render.neutral import visible
from monitor.model import Card, Channel, ChannelKind, Message, NotSent, Quote, Secret, Sent

DATA = Path(__file__).parent.parent / "data" / "alerts"
PAYLOADS: dict[str, str] = json.loads((DATA / "payloads.json").read_text())
NOW = datetime(2026, 11, 24, 9, 19, tzinfo=UTC)
TOKENS = "TAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc"
TEXT = Message("Jack Ma: he speaks", "SCMP · published 09:12", "text")
HTML = Message("Jack Ma: he speaks", "<p>SCMP</p>", "html")


class Web:
    """A web server that answers every post as the test says and keeps what it got."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, str], Any]] = []
        self.status, self.answer, self.manner = 200, b"ok", "answer"
        self.released = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                web.received.append((self.path, dict(self.headers), json.loads(body)))
                if web.manner == "hang":
                    web.released.wait(10)
                if web.manner != "answer":
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(web.status)
                self.send_header("Location", f"http://127.0.0.1:{web.port}/elsewhere")
                self.send_header("Content-Length", str(len(web.answer)))
                self.end_headers()
                self.wfile.write(web.answer)

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def slack(self) -> Channel:
        return _channel("slack", webhook=f"http://127.0.0.1:{self.port}/services/{TOKENS}")

    def json(self, rest: str = "") -> Channel:
        return _channel("apprise", url=f"json://127.0.0.1:{self.port}/hook{rest}")

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_of_a_confidential_message_slack_shows_the_notice_and_the_blocks_the_rest(web: Web) -> None:
    lines = [f"line {number} {'x' * 300}" for number in range(30)]
    message = Message(
        "A confidential topic has news", "\n".join(lines), "markdown", preview="A confidential topic has news"
    )
    assert send(web.slack(), message) == Sent()
    posted = web.received[0][2]
    texts = [block["text"]["text"] for block in posted["blocks"]]
    assert posted["text"] == "A confidential topic has news"
    assert "\n".join(texts).split("\n") == lines
    assert max(map(len, texts)) <= 3_000


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Web()
    yield server
    server.close()


class Mail:
    """A mail server's behaviour, and the mails it took."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.refuse: dict[str, str] = {}
        self.data_answer: str | None = None
        self.drop = False
        self.silent = 0.0
        self.port = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drop:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        await asyncio.sleep(self.silent)
        if self.data_answer is not None:
            return self.data_answer
        self.received.append(envelope)
        return "250 OK"

    def message(self, at: int = -1) -> EmailMessage:
        content = self.received[at].content
        assert isinstance(content, bytes)
        return email.message_from_bytes(content, policy=email.policy.default)

    def channel(self, **changed: str) -> Channel:
        options = {"smtp": f"127.0.0.1:{self.port}", "from": "monitor@example.org", "to": "a@example.org"}
        return _channel("email", **options | changed)


def _serve(mail: Mail, **options: Any) -> Controller:
    with socket.create_server(("127.0.0.1", 0)) as free:
        mail.port = free.getsockname()[1]
    controller = Controller(mail, hostname="127.0.0.1", port=mail.port, **options)
    controller.start()
    return controller


@pytest.fixture
def mail() -> Iterator[Mail]:
    mail = Mail()
    controller = _serve(mail, authenticator=lambda *asked: AuthResult(success=True), auth_require_tls=False)
    yield mail
    controller.stop()


def _channel(kind: ChannelKind, **options: str) -> Channel:
    return Channel("pr", kind, {name.rstrip("_"): Secret(value) for name, value in options.items()})


def _card(payload: str) -> Card:
    quote = Quote("Jack Ma", "teaser", f"{payload} ", "Jack Ma", f" {payload}")
    return Card(
        "a9f2c1d4e5b60",
        "new_story",
        payload,
        ("Jack Ma",),
        "https://news.example/1?a=1&b=2",
        payload,
        NOW,
        NOW,
        (payload,),
        (quote,),
    )


def _render(kind: ChannelKind, card: Card) -> Message:
    return render(kind, [card], zone=ZoneInfo("Europe/London"), now=NOW, channel="pr")


# --- arriving ------------------------------------------------------------------------------------


def test_slack_gets_the_message_as_its_one_text(web: Web) -> None:
    message = _render("slack", _card("R&D: <!channel> *now*"))
    assert send(web.slack(), message) == Sent()
    path, headers, body = web.received[0]
    assert path == f"/services/{TOKENS}"
    assert headers["Content-Type"].startswith("application/json")
    assert headers["User-Agent"] == "coverage-monitor"
    assert body == {"text": message.body}
    assert body["text"].startswith("Jack Ma: R&amp;D: &lt;!channel&gt; \u2217now\u2217\n")
    assert '"R&amp;D: &lt;!channel&gt; \u2217now\u2217 *Jack Ma* R&amp;D' in body["text"]
    assert "<https://news.example/1?a=1&amp;b=2|Read> · a9f2c1d4e5b60" in body["text"]


def test_every_payload_leaves_for_slack_as_rendered(web: Web) -> None:
    messages = [_render("slack", _card(payload)) for payload in PAYLOADS.values()]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda message: send(web.slack(), message), messages)) == {Sent()}
    assert sorted(body["text"] for _, _, body in web.received) == sorted(message.body for message in messages)


def test_json_gets_title_and_text(web: Web) -> None:
    message = _render("apprise", _card("@everyone [bank](http://198.51.100.1) {{app_title}} \\n :smile:"))
    assert send(web.json(), message) == Sent()
    body = web.received[0][2]
    assert (body["title"], body["message"]) == (message.title, message.body)


def test_every_payload_stays_text_for_a_service_that_reads_markdown(web: Web) -> None:
    for payload in PAYLOADS.values():
        assert send(web.json("?format=markdown"), _render("apprise", _card(payload))) == Sent()
    for _, _, body in web.received:
        assert re.search(r"@[\w&!#]|\]\(", body["title"] + body["message"]) is None
        assert re.search(r"(?<!\\)[`*_]\w", body["message"]) is None


def test_mail_arrives_with_both_parts(mail: Mail) -> None:
    message = _render("email", _card("He said <b>no</b>"))
    assert send(mail.channel(to="a@example.org"), message) == Sent()
    received = mail.message()
    assert received["Subject"] == "Jack Ma: He said <b>no</b>"
    assert received["From"] == "Coverage monitor <monitor@example.org>"
    assert received["To"] == "a@example.org"
    assert received["Auto-Submitted"] == "auto-generated"
    html, text = received.get_body(("html",)), received.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().replace("\r\n", "\n").strip() == message.body.strip()
    lines = [line.strip() for line in text.get_content().splitlines() if line.strip()]
    assert lines == [line.replace("*Jack Ma*", "Jack Ma") for line in message.plain.splitlines()]


def test_every_payload_makes_one_subject_and_no_header(mail: Mail) -> None:
    assert send(mail.channel(), _render("email", _card("plain words"))) == Sent()
    names = mail.message().keys()
    for name, payload in PAYLOADS.items():
        message = _render("email", _card(payload))
        assert send(mail.channel(), message) == Sent()
        received = mail.message()
        assert received.keys() == names, name
        assert not received.defects, name
        assert received["Subject"] == message.title, name
        assert mail.received[-1].rcpt_tos == ["a@example.org"]
        html = received.get_body(("html",))
        assert html is not None
        shown = visible(payload).strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert shown.replace('"', "&quot;").replace("'", "&#x27;") in html.get_content(), name


def test_several_recipients_get_one_mail(mail: Mail) -> None:
    channel = mail.channel(to="a@example.org, b@example.org; c@example.org")
    assert send(channel, HTML) == Sent()
    assert len(mail.received) == 1
    assert sorted(mail.received[0].rcpt_tos) == ["a@example.org", "b@example.org", "c@example.org"]
    assert "b@example.org" in mail.message()["Cc"]


def test_user_and_password_arrive_as_they_are() -> None:
    mail, seen = Mail(), list[tuple[bytes, bytes]]()

    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        seen.append((data.login, data.password))
        return AuthResult(handled=False, success=data.password == b'p%40s/s:+ "x')

    controller = _serve(mail, authenticator=check, auth_require_tls=False)
    try:
        assert send(mail.channel(user="me@example.org", password='p%40s/s:+ "x'), HTML) == Sent()
        assert probe(mail.channel(user="me@example.org", password='p%40s/s:+ "x')) is None
        refused = send(mail.channel(user="me@example.org", password="wrong"), HTML)
    finally:
        controller.stop()
    assert seen[0] == (b"me@example.org", b'p%40s/s:+ "x')
    assert isinstance(refused, NotSent)
    assert refused.reason.startswith("the mail server refused the login: 535")
    assert not refused.final
    assert len(mail.received) == 1


def test_a_server_without_a_login_is_told() -> None:
    mail = Mail()
    controller = _serve(mail)
    try:
        result = send(mail.channel(user="me@example.org", password="secret"), HTML)
    finally:
        controller.stop()
    reason = "the mail server does not offer what is needed: SMTP AUTH extension not supported by server."
    assert result == NotSent(reason)


def test_a_console_is_not_sent_to() -> None:
    with pytest.raises(ValueError, match="printed"):
        send(Channel("console"), TEXT)


def test_an_address_that_cannot_be_used_is_told_and_can_be_mended() -> None:
    assert send(_channel("slack", webhook="https://hooks.slack.com/x"), TEXT) == NotSent(
        "the Slack address must end in three parts, /T.../B.../..., and nothing after them"
    )


# --- failing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "answer", "reason"),
    [
        (404, b"no_service", "Slack refuses messages: no_service (the webhook was removed or switched off in Slack)"),
        (403, b"action_prohibited", "Slack refuses messages: action_prohibited (an administrator forbids posts there)"),
        (400, b"invalid_payload", "Slack refuses messages: invalid_payload"),
        (200, b"no_service", "Slack refuses messages: no_service (the webhook was removed or switched off in Slack)"),
        (200, b'{"ok": false, "error": "x"}', "Slack refuses messages"),
        (200, b"<html>log in</html>", "the Slack address answered with a web page, not as a webhook does"),
        (404, b"<html>nothing</html>", "Slack answered HTTP 404: nothing is there"),
        (429, b"rate_limited", "Slack answered HTTP 429: too many messages, it asks to wait"),
        (302, b"", "Slack answered HTTP 302"),
        (500, b"cccccccccccccccccccccccc", "Slack has a fault of its own (HTTP 500)"),
        (503, b"", "Slack has a fault of its own (HTTP 503)"),
    ],
)
def test_slack_refusals_are_told_in_words_and_tried_again(web: Web, status: int, answer: bytes, reason: str) -> None:
    web.status, web.answer = status, answer
    assert send(web.slack(), TEXT) == NotSent(reason)
    assert len(web.received) == 1, "apprise tried again, or followed a redirect"


@pytest.mark.parametrize("answer", [b"ok", b"", b"OK\n", b'{"success":true}'])
def test_servers_like_slack_may_say_yes_in_their_own_way(web: Web, answer: bytes) -> None:
    web.answer = answer
    assert send(web.slack(), TEXT) == Sent()


@pytest.mark.parametrize(("status", "words"), [(429, "too many messages"), (401, "password or token"), (500, "fault")])
def test_refusals_of_other_services_are_told_by_status(web: Web, status: int, words: str) -> None:
    web.status = status
    result = send(web.json("?retry=3"), TEXT)
    assert isinstance(result, NotSent)
    assert words in result.reason
    assert (result.final, result.uncertain) == (False, False)
    assert len(web.received) == 1, "apprise tried again"


@pytest.mark.parametrize("kind", ["slack", "json"])
def test_a_reset_after_the_body_is_uncertain(web: Web, kind: str) -> None:
    web.manner = "reset"
    result = send(web.slack() if kind == "slack" else web.json(), TEXT)
    assert isinstance(result, NotSent)
    assert result.uncertain
    assert result.reason.endswith("broke off the connection before it answered: it may have arrived")


def test_a_service_that_hangs_is_left_and_uncertain(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEND_TIMEOUT", 1)
    web.manner = "hang"
    started = time.monotonic()
    result = send(web.slack(), TEXT)
    assert time.monotonic() - started < 4
    assert isinstance(result, NotSent)
    assert result.uncertain
    assert "it may have arrived" in result.reason


def test_the_limit_of_time_holds_where_the_library_s_own_does_not(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEND_TIMEOUT", 0.5)
    monkeypatch.setattr("monitor.alerts.deliver._paced", lambda service: service)
    web.manner = "hang"
    assert send(web.slack(), TEXT) == NotSent("timed out after 0.5 s: it may have arrived", uncertain=True)


def test_services_that_are_not_there_are_certain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    channels = [
        _channel("slack", webhook=f"http://127.0.0.1:{port}/services/{TOKENS}"),
        _channel("apprise", url=f"json://127.0.0.1:{port}/"),
        _channel("email", smtp=f"127.0.0.1:{port}", to="a@example.org"),
    ]
    for channel in channels:
        result = send(channel, TEXT)
        assert isinstance(result, NotSent)
        assert result.reason.endswith("cannot be reached: the connection was refused")
        assert (result.final, result.uncertain) == (False, False)
        assert probe(channel) == result.reason


def test_a_name_that_is_not_known_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    channel = _channel("slack", webhook=f"https://chat.invalid/services/{TOKENS}")
    assert send(channel, TEXT) == NotSent("the host name of Slack is not known: no network, or a wrong name")
    assert probe(channel) == "the host name of Slack is not known: no network, or a wrong name"


@pytest.mark.parametrize(
    ("answer", "reason", "final"),
    [
        ("451 4.7.1 greylisted, try later", "the mail server did not accept: 451 4.7.1 greylisted, try later", False),
        ("550 5.1.1 <a@example.org> unknown", "the mail server did not accept: 550 5.1.1 <***> unknown", True),
        ("550 5.7.1 relaying denied", "the mail server did not accept: 550 5.7.1 relaying denied", False),
        ("452 4.2.2 mailbox full", "the mail server did not accept: 452 4.2.2 mailbox full", False),
    ],
)
def test_a_refused_recipient(mail: Mail, answer: str, reason: str, final: bool) -> None:
    mail.refuse = {"a@example.org": answer}
    assert send(mail.channel(), HTML) == NotSent(reason, final=final)
    assert mail.received == []


@pytest.mark.parametrize("answer", ["451 4.3.0 try later", "554 5.7.1 looks like spam"])
def test_a_mail_refused_at_its_end_is_tried_again(mail: Mail, answer: str) -> None:
    mail.data_answer = answer
    assert send(mail.channel(), HTML) == NotSent(f"the mail server did not accept: {answer}")


def test_a_mail_dropped_at_its_end_is_uncertain(mail: Mail) -> None:
    mail.drop = True
    result = send(mail.channel(), HTML)
    assert isinstance(result, NotSent)
    assert result.uncertain
    assert result.reason == "the mail server broke off the connection before it answered: it may have arrived"


def test_a_mail_left_without_an_answer_at_its_end_is_uncertain(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_GAP_TIMEOUT", 1)
    mail.silent = 1.5
    result = send(mail.channel(), HTML)
    assert result == NotSent("the mail server did not answer in time: it may have arrived", uncertain=True)


def test_a_mail_taken_for_some_recipients_is_never_repeated(mail: Mail) -> None:
    mail.refuse = {"b@example.org": "550 5.1.1 unknown"}
    result = send(mail.channel(to="a@example.org, b@example.org, c@example.org"), HTML)
    assert len(mail.received) == 1
    assert result == NotSent(
        "the mail reached 2 of 3 recipients; 1 refused: 550 5.1.1 unknown. "
        "It is not sent again, so that nobody gets it twice",
        final=True,
    )


def test_all_recipients_refused_is_a_refusal_of_the_mail(mail: Mail) -> None:
    mail.refuse = {"a@example.org": "451 later", "b@example.org": "550 5.1.1 unknown"}
    result = send(mail.channel(to="a@example.org, b@example.org"), HTML)
    assert isinstance(result, NotSent)
    assert (result.final, result.uncertain, mail.received) == (False, False, [])


def test_a_mail_server_that_hangs_up_at_once_or_never_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEND_TIMEOUT", 2)
    monkeypatch.setattr(limits, "READ_GAP_TIMEOUT", 1)
    monkeypatch.setattr(limits, "CONNECT_TIMEOUT", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:
        channel = _channel("email", smtp=f"127.0.0.1:{server.getsockname()[1]}", to="a@example.org")
        assert send(channel, HTML) == NotSent("the mail server stopped answering before the mail was handed over")
        assert probe(channel) == "the mail server stopped answering"
        server.settimeout(5)

        def hang_up() -> None:
            for _ in range(4):  # two of them wait in the queue since the tries above
                server.accept()[0].close()

        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(hang_up)
            reason = "the mail server broke off the connection before the mail was handed over"
            assert send(channel, HTML) == NotSent(reason)
            assert probe(channel) == "the mail server broke off the connection"
            done.result()


# --- encryption ----------------------------------------------------------------------------------


def test_without_starttls_nothing_is_sent(mail: Mail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destination, "is_loopback", lambda host: False)
    reason = "the mail server offers no STARTTLS: nothing is sent unencrypted"
    assert send(mail.channel(user="u", password="p"), HTML) == NotSent(reason)
    assert probe(mail.channel()) == reason
    assert mail.received == []


@pytest.fixture
def certificate(tmp_path: Path) -> Any:
    """A TLS context with a certificate that nobody trusts."""
    import ssl

    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command to make a certificate")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = ["-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", *made], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(destination, "is_loopback", lambda host: False)
    mail = Mail()
    controller = _serve(mail, tls_context=certificate)
    try:
        result, tried = send(mail.channel(), HTML), probe(mail.channel())
    finally:
        controller.stop()
    assert result == NotSent("the mail server shows a certificate that cannot be trusted: self-signed certificate")
    assert tried == result.reason
    assert mail.received == []


# --- trying without sending ----------------------------------------------------------------------


def test_probe_reaches_and_sends_nothing(web: Web, mail: Mail) -> None:
    assert probe(web.slack()) is None
    assert probe(web.json()) is None
    assert probe(mail.channel()) is None
    assert probe(Channel("console")) is None
    assert probe(_channel("apprise", url="syslog://")) is None, "a service without a host has nothing to try"
    assert (web.received, mail.received) == ([], [])


def test_probe_says_what_cannot_be_used(web: Web) -> None:
    assert (
        probe(_channel("slack", webhook=""))
        == "the Slack address is missing: give the incoming webhook that Slack shows"
    )
    secure = _channel("slack", webhook=f"https://127.0.0.1:{web.port}/services/{TOKENS}")
    assert probe(secure) == "no encrypted connection to Slack could be made"


# --- secrets -------------------------------------------------------------------------------------


def test_no_secret_in_any_result_or_log(web: Web, mail: Mail, caplog: pytest.LogCaptureFixture) -> None:
    """Ten canaries in the options, every kind of failure, every logger at its lowest level: no canary comes back."""
    loggers = ["", "apprise", "urllib3", "urllib3.connectionpool", "requests", "smtplib", "mail.log"]
    for name in loggers:
        caplog.set_level(1, name)
    slack = _channel("slack", webhook=f"http://127.0.0.1:{web.port}/canary0/TCANARY1/BCANARY2/canary3")
    generic = _channel("apprise", url=f"json://canary4:canary5@127.0.0.1:{web.port}/canary6?+X-Key=canary7")
    post = mail.channel(user="canary8@example.org", password="canary9", to="canary10@example.org")
    broken = [
        _channel("slack", webhook="https://canary11.invalid/x/TCANARY12"),
        _channel("apprise", url="slack://TCANARY13/BCANARY14/-canary15-"),
        _channel("apprise", url="canary16://canary17"),
        _channel("email", smtp="canary18.example", to="canary19"),
    ]
    results: list[object] = [send(channel, TEXT) for channel in broken]
    mail.refuse = {"canary10@example.org": "550 5.7.1 canary10@example.org canary9 canary8 denied"}
    for status, answer in ((200, b"ok"), (404, b"canary3"), (500, b"TCANARY1 canary6"), (403, b"canary_canary3")):
        web.status, web.answer = status, answer
        results += [send(slack, TEXT), send(generic, TEXT)]
    web.manner = "reset"
    results += [send(slack, TEXT), send(generic, TEXT), send(post, HTML)]
    results += [probe(channel) for channel in (*broken, slack, generic, post)]
    results += [slack, generic, post, *broken]
    ours = [record for record in caplog.records if record.name != "mail.log"]  # that is the test's own mail server
    said = repr(results) + "".join(f"{record.getMessage()}{record.exc_text}" for record in ours)
    assert not re.findall(r"(?i)canary\d\d?", said)
    assert not [record for record in caplog.records if record.name.startswith(("apprise", "urllib3.connectionpool"))]
    assert len(web.received) == 10, "the canaries were not used at all"


def test_messages_at_one_time_keep_their_own_reasons(web: Web, mail: Mail) -> None:
    """The reason comes by way of the library's log: two tries must not hear each other."""
    mail.refuse = {"a@example.org": "451 4.7.1 later"}
    web.status, web.answer = 404, b"no_service"
    channels = [web.slack(), mail.channel(), web.json()] * 8
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda channel: send(channel, TEXT), channels))
    assert results == [results[0], results[1], results[2]] * 8
    assert len({str(result) for result in results}) == 3
