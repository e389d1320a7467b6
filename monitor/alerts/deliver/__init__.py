"""Sends a message as it was rendered, to one destination, once; the only home of apprise.

Repeats, pauses and limits are the caller's. A fresh object serves each try, as apprise would make a reused one wait.
"""

from __future__ import annotations

import contextvars
import logging
import smtplib
import socket
import ssl
from typing import Any, Final
from urllib.parse import quote, urlsplit

from apprise import Apprise, AppriseAsset, NotifyFormat, PersistentStoreMode
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase
from apprise.plugins.email import NotifyEmail
from apprise.plugins.slack import NotifySlack
from apprise.result import AppriseResultStatus

from monitor import limits
from monitor.alerts.deliver.destination import Mailbox, SlackHook, Unusable, mailbox, slack_hook
from monitor.alerts.deliver.failure import Mask, Trace, explain, timed_out, unreachable
from monitor.model import Channel, Message, NotSent, SendResult, Sent

_FORMATS: Final = {"text": NotifyFormat.TEXT, "markdown": NotifyFormat.MARKDOWN, "html": NotifyFormat.HTML}
_SECTION_CAP: Final = 3_000
"""Characters that Slack takes in a section (its reference of blocks)."""
_TRACE: Final[contextvars.ContextVar[Trace | None]] = contextvars.ContextVar("trace", default=None)


class _Silence(logging.Filter):
    """Keeps a library's records from every handler, at every level: they carry addresses, tokens and messages.

    What they tell of the try under way goes into its trace first.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        trace = _TRACE.get()
        if trace is not None and record.name == "apprise":
            trace.note(record)
        return False


def _silence() -> None:
    """Silence the loggers that see an address: apprise, and the one in which urllib3 notes each path it asks for."""
    silence = _Silence()
    for name in ("apprise", "urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(silence)
    # The reason of a failure is told at DEBUG only; the filter sees to it that it goes no further.
    logging.getLogger("apprise").setLevel(logging.DEBUG)


_silence()


class _Webhook(NotifySlack):  # type: ignore[no-untyped-call]  # apprise types a part of its classes only
    """Slack's webhook with the message as the one ``text``, which is what a push shows.

    apprise sends an attachment without a fallback instead, of which a push shows nothing, and its own reading of
    Markdown knows escapes that Slack does not; the text is rendered for Slack already.
    """

    preview = ""
    """All that a push may show, where that is not the beginning of the text."""

    def dialect_convert(self, body: str, body_format: NotifyFormat | None = None, *args: Any, **kwargs: Any) -> str:
        return body

    def _send(self, url: str, payload: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        text = payload["attachments"][0]["text"]
        post: dict[str, Any] = {"text": text}
        if self.preview:  # beside blocks Slack shows `text` in the push alone
            post = {"text": self.preview, "blocks": _sections(text)}
        return super()._send(url, post, *args, **kwargs)  # type: ignore[no-untyped-call]  # as above


def validate(channel: Channel) -> str | None:
    """Why the channel's options cannot be used, in plain words and without their values; None where they can.

    Nothing is sent and no host is asked for.
    """
    service = _service(channel)
    return service.reason if isinstance(service, Unusable) else None


def send(channel: Channel, message: Message) -> SendResult:
    """Hand the message over, as it stands, within ``SEND_TIMEOUT`` seconds; blocking, so called in a thread.

    A mail to several recipients is one mail (``To`` and ``Cc``): it is taken, or refused, for all at once. Where the
    server takes it for some only, the result is final, so that no repeat reaches those who have it.

    Raises:
        ValueError: the channel is a console, which the caller prints to.
    """
    service = _service(channel)
    if isinstance(service, Unusable):
        return NotSent(service.reason)  # not final: the user can mend the address, and what waits is then sent
    if service is None:
        raise ValueError("a console channel is printed, not sent")
    if isinstance(service, _Webhook):
        service.preview = message.preview
    sender = Apprise(asset=service.asset)
    sender.add(service)
    trace = Trace()
    token = _TRACE.set(trace)
    try:
        result = sender.notify(
            # An empty body is refused by apprise although the title says it all.
            body=message.body or message.title,
            title="" if channel.kind == "slack" else message.title,
            body_format=_FORMATS[message.format],
            timeout=limits.SEND_TIMEOUT,
        )
    finally:
        _TRACE.reset(token)
    if result.status == AppriseResultStatus.SUCCESS:
        return Sent()
    if result.status == AppriseResultStatus.TIMEOUT:
        return timed_out(limits.SEND_TIMEOUT)
    recipients = len(service.cc) + 1 if isinstance(service, NotifyEmail) else 1
    return explain(channel.kind, trace, Mask(channel.options), recipients=recipients)


def probe(channel: Channel) -> str | None:
    """Why the service cannot be reached, in plain words; None where it can. Nothing is sent.

    A mail server is greeted, secured and logged in to; of other services the host is connected to, where it is known.
    """
    unusable = validate(channel)
    if unusable is not None or channel.kind == "console":
        return unusable
    mask = Mask(channel.options)
    try:
        if channel.kind == "email":
            box = mailbox(channel.options)
            assert isinstance(box, Mailbox)
            _greet(box)
        else:
            _connect(channel)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        return unreachable(channel.kind, error, mask)
    return None


def _service(channel: Channel) -> NotifyBase | Unusable | None:
    """A fresh apprise object for one try; None for the console."""
    try:
        if channel.kind == "slack":
            hook = slack_hook(channel.options)
            return hook if isinstance(hook, Unusable) else _paced(_slack(hook))
        if channel.kind == "email":
            box = mailbox(channel.options)
            return box if isinstance(box, Unusable) else _paced(_email(box))
        if channel.kind == "apprise":
            return _generic(channel)
    except (AppriseException, TypeError, ValueError):
        # apprise quotes the value that it does not like: its words are not passed on.
        return Unusable(f"apprise does not accept these options of a channel of kind {channel.kind}")
    return None


def _slack(hook: SlackHook) -> NotifyBase:
    first, second, third = hook.tokens
    service = _Webhook(  # type: ignore[no-untyped-call]  # as above
        token_a=first, token_b=second, token_c=third, include_image=False, include_footer=False, asset=_asset()
    )
    service.webhook_url = hook.base
    return service


def _sections(text: str) -> list[dict[str, Any]]:
    """The text as blocks, cut between lines, each within what Slack takes of a section."""
    parts = [""]
    for line in text.splitlines():
        for start in range(0, max(len(line), 1), _SECTION_CAP):
            piece = line[start : start + _SECTION_CAP]
            if len(parts[-1]) + 1 + len(piece) > _SECTION_CAP:
                parts.append("")
            parts[-1] = f"{parts[-1]}\n{piece}" if parts[-1] else piece
    return [{"type": "section", "text": {"type": "mrkdwn", "text": part}} for part in parts if part.strip()]


def _email(box: Mailbox) -> NotifyBase:
    name, address = box.sender
    service = NotifyEmail(  # type: ignore[no-untyped-call]  # as above
        smtp_host=box.host,
        host=box.host,
        port=box.port,
        secure=box.security != "plain",
        secure_mode={"plain": "insecure", "starttls": "starttls", "ssl": "ssl"}[box.security],
        user=quote(box.user, safe="") if box.user else None,  # apprise takes these two as parts of an address
        password=quote(box.password, safe="") if box.password else None,
        headers={"Auto-Submitted": "auto-generated"},  # so that no absence note comes back
        from_addr="monitor@localhost",
        asset=_asset(),
    )
    # Set afterwards, as apprise knows no address like root@vm and drops what it does not know.
    service.from_addr = [name, address]
    service.targets = [(False, box.recipients[0])]
    service.cc = set(box.recipients[1:])
    return service


def _generic(channel: Channel) -> NotifyBase | Unusable:
    address = channel.options["url"].reveal().strip() if "url" in channel.options else ""
    if not address:
        return Unusable("the apprise address is missing")
    service = Apprise.instantiate(address, asset=_asset(), suppress_exceptions=False)
    if service is None:
        return Unusable("apprise knows no service of this kind, or its address cannot be read (service://...)")
    if service.optional:
        return Unusable("optional=yes would hide every failure; remove it from the address")
    service.retry = 0
    if len(service) > 1:
        return Unusable(
            f"the address names {len(service)} recipients; make a channel for each, "
            "so that a failure of one does not repeat the message to the others"
        )
    return _paced(service)


def _paced(service: NotifyBase | Unusable) -> NotifyBase | Unusable:
    """The object with our limits of time, which end its thread not long after we stop waiting for it."""
    if isinstance(service, Unusable):
        return service
    service.socket_connect_timeout = min(limits.CONNECT_TIMEOUT, limits.SEND_TIMEOUT)
    service.socket_read_timeout = min(limits.READ_GAP_TIMEOUT, limits.SEND_TIMEOUT)
    if isinstance(service, NotifyEmail):  # apprise has one limit for every step of the talk with the server
        service.socket_connect_timeout = max(1, int(service.socket_read_timeout))
    return service


def _asset() -> AppriseAsset:
    return AppriseAsset(
        app_id="coverage-monitor",
        app_desc="coverage-monitor",
        app_url="",
        storage_mode=PersistentStoreMode.MEMORY,
        http_redirects=False,  # a redirected post loses its body and passes for sent
        interpret_emojis=False,
        interpret_escapes=False,
        service_timeout=limits.SEND_TIMEOUT,
    )


def _greet(box: Mailbox) -> None:
    context = ssl.create_default_context()
    timeout = limits.CONNECT_TIMEOUT
    if box.security == "ssl":
        server: smtplib.SMTP = smtplib.SMTP_SSL(box.host, box.port, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(box.host, box.port, timeout=timeout)
    with server:
        server.ehlo()
        if box.security == "starttls":
            server.starttls(context=context)
        if box.user is not None and box.password is not None:
            server.login(box.user, box.password)


def _connect(channel: Channel) -> None:
    target = _target(channel)
    if target is None:
        return
    host, port, secure = target
    with socket.create_connection((host, port), timeout=limits.CONNECT_TIMEOUT) as connection:
        if secure:
            with ssl.create_default_context().wrap_socket(connection, server_hostname=host):
                pass


def _target(channel: Channel) -> tuple[str, int, bool] | None:
    """Host, port and whether TLS comes first; None where the service does not tell its host."""
    service = _service(channel)
    known = service.webhook_url if isinstance(service, NotifySlack) else getattr(service, "notify_url", None)
    if isinstance(known, str) and known.startswith(("http://", "https://")):
        parts = urlsplit(known)
        secure = parts.scheme == "https"
        return (parts.hostname, parts.port or _port(secure), secure) if parts.hostname else None
    host = getattr(service, "host", None)
    if not isinstance(host, str) or not ("." in host or ":" in host or host == "localhost"):
        return None
    secure = getattr(service, "secure", False) is True
    return host, getattr(service, "port", None) or _port(secure), secure


def _port(secure: bool) -> int:
    return 443 if secure else 80
