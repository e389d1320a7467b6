"""Says in plain words, and without secrets, why a message was not taken, and whether it may have arrived."""

from __future__ import annotations

import base64
import logging
import re
import smtplib
import ssl
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from monitor.model import NotSent, Secret, SendResult, Sent

_STATUS: Final = re.compile(r"\berror=(\d{3})\b")
_ANSWER: Final = re.compile(r"Response Details:\s*(?:b?(['\"]))?(.*?)\1?", re.DOTALL)
_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:[_ ][a-z0-9]+){0,5}")
_DENIED: Final = re.compile(r'"(?:ok|success)"\s*:\s*false|"error"\s*:\s*"')
_ANSWER_SHOWN: Final = 160
"""Characters of a mail server's answer that are shown."""

_SLACK_WORDS: Final = {
    "no_service": "the webhook was removed or switched off in Slack",
    "no_team": "the workspace is gone",
    "invalid_token": "the webhook's address is wrong or was replaced",
    "channel_not_found": "its channel was deleted",
    "channel_is_archived": "its channel is archived",
    "action_prohibited": "an administrator forbids posts there",
    "posting_to_general_channel_denied": "an administrator forbids posts there",
}
"""What Slack's own words mean."""

_STATUS_WORDS: Final = {
    400: "it does not understand the message",
    401: "the password or token is wrong",
    403: "it is forbidden",
    404: "nothing is there",
    410: "it is gone",
    413: "the message is too long",
    429: "too many messages, it asks to wait",
}
_MAY: Final = "it may have arrived"

_CONNECTING: Final[tuple[tuple[frozenset[str], str | None], ...]] = (
    (frozenset({"SSLError"}), "no encrypted connection to {} could be made"),
    (frozenset({"gaierror", "NameResolutionError"}), "the host name of {} is not known: no network, or a wrong name"),
    (frozenset({"ConnectionRefusedError"}), "{} cannot be reached: the connection was refused"),
    (frozenset({"ConnectTimeout", "ConnectTimeoutError", "NewConnectionError"}), "{} cannot be reached"),
    (frozenset({"RequestException", "SMTPServerDisconnected", "ConnectionResetError", "BrokenPipeError"}), None),
    (frozenset({"TimeoutError"}), "{} cannot be reached: timed out"),
)
"""Classes of errors by name, as the HTTP library is not ours to import, and their words; None: it may have arrived."""


@dataclass(slots=True)
class Trace:
    """What one try left behind: the library reports only yes or no, and the rest to its log."""

    error: BaseException | None = None
    delivering: bool = False
    """The error came while the message itself was handed over, not while connecting."""
    status: int | None = None
    answer: str = ""
    refused: list[tuple[int, str]] = field(default_factory=list)
    """Recipients that the mail server refused while it took the message for others."""

    def note(self, record: logging.LogRecord) -> None:
        """Keep what a log record, and the exception being handled while it is made, tell of the failure."""
        error = sys.exc_info()[1]
        if error is not None and self.error is None:
            self.error, self.delivering = error, record.funcName == "sendmail"
        if record.msg.startswith("SMTP recipient") and isinstance(record.args, tuple) and len(record.args) == 3:
            self.refused.append(_reply(record.args[1], record.args[2]))
            return
        text = record.getMessage()
        if status := _STATUS.search(text):
            self.status = int(status[1])
        if answer := _ANSWER.fullmatch(text):
            self.answer = answer[2].strip()


class Mask:
    """Hides every value of a channel's options, and every part of them, in a text that came back from a service."""

    def __init__(self, options: Mapping[str, Secret]) -> None:
        values = {name: secret.reveal() for name, secret in options.items()}
        user, password = values.get("user", ""), values.get("password", "")
        whole = {*values.values(), _base64(user), _base64(password), _base64(f"\0{user}\0{password}")}
        parts = set[str]()
        for value in values.values():
            whole |= _credentials(value)
            parts |= _parts(value)
        # Short parts are words like "mail" more often than secrets, and would tear holes into every answer.
        hidden = {text for text in whole if len(text) >= 3} | {text for text in parts if len(text) >= 6}
        self._hidden = sorted(hidden, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for part in self._hidden:
            text = re.sub(re.escape(part), "***", text, flags=re.IGNORECASE)
        return text


def explain(kind: str, trace: Trace, mask: Mask, *, recipients: int = 1) -> SendResult:
    """What became of a message that the library calls not sent.

    Args:
        kind: ``slack``, ``email`` or ``apprise``.
        recipients: of the mail, to say how many did not get it.
    """
    if trace.refused:
        return _partly(trace.refused, recipients, mask)
    if trace.error is not None:
        return _from_error(kind, trace, mask)
    if trace.status is not None:
        return _from_status(kind, trace.status, mask(trace.answer))
    return NotSent(f"{_name(kind)} did not take the message and gave no reason")


def timed_out(seconds: float) -> NotSent:
    """The answer to a silence after the message was handed over."""
    return NotSent(f"timed out after {seconds:g} s: {_MAY}", uncertain=True)


def unreachable(kind: str, error: BaseException, mask: Mask) -> str:
    """Why a service cannot be reached, for a trial that sends nothing."""
    return _replied(kind, error, mask) or _unconnected(kind, error) or _broken_off(kind, error)


def _from_error(kind: str, trace: Trace, mask: Mask) -> NotSent:
    error = trace.error
    assert error is not None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = [_reply(*reply) for reply in error.recipients.values()]
        nobody = all(_no_such_recipient(*reply) for reply in replies)
        return NotSent(f"the mail server did not accept: {_shown(*replies[0], mask)}", final=nobody)
    if words := _replied(kind, error, mask):
        return NotSent(words)
    if not isinstance(error, (OSError, smtplib.SMTPException)):
        return NotSent(f"the message could not be handed over ({type(error).__name__})")
    if not trace.delivering and (words := _unconnected(kind, error)):
        return NotSent(words)
    if kind == "email" and not trace.delivering:
        return NotSent(f"{_broken_off(kind, error)} before the mail was handed over")
    if _is_timeout(error):
        return NotSent(f"{_name(kind)} did not answer in time: {_MAY}", uncertain=True)
    return NotSent(f"{_name(kind)} broke off the connection before it answered: {_MAY}", uncertain=True)


def _replied(kind: str, error: BaseException, mask: Mask) -> str | None:
    """Words for a server that answered, so that nothing is uncertain: with a refusal, or with a wrong certificate."""
    for link in _chain(error):
        if words := _mail_words(link, mask):
            return words
        if isinstance(link, ssl.SSLCertVerificationError):
            return f"{_name(kind)} shows a certificate that cannot be trusted: {link.verify_message}"
    return None


def _unconnected(kind: str, error: BaseException) -> str | None:
    """Words for a failure to connect; None where a message that was under way may have arrived."""
    names = _class_names(error)
    for classes, words in _CONNECTING:
        if names & classes:
            return words.format(_name(kind)) if words else None
    return f"{_name(kind)} cannot be reached"


def _broken_off(kind: str, error: BaseException) -> str:
    return f"{_name(kind)} {'stopped answering' if _is_timeout(error) else 'broke off the connection'}"


def _mail_words(error: BaseException, mask: Mask) -> str | None:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the mail server refused the login: {_shown(*_reply(error.smtp_code, error.smtp_error), mask)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server did not accept: {_shown(*_reply(error.smtp_code, error.smtp_error), mask)}"
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return "the mail server offers no STARTTLS: nothing is sent unencrypted"
    if type(error) in (smtplib.SMTPNotSupportedError, smtplib.SMTPException):
        return f"the mail server does not offer what is needed: {mask(str(error))[:_ANSWER_SHOWN]}"
    return None


def _from_status(kind: str, status: int, answer: str) -> SendResult:
    if kind == "slack" and status == 200:
        return _from_slack_word(answer)
    if kind == "slack" and status < 500 and status != 429 and _WORD.fullmatch(answer):
        return NotSent(_slack_refusal(answer))
    if status >= 500:
        return NotSent(f"{_name(kind)} has a fault of its own (HTTP {status})")
    words = _STATUS_WORDS.get(status)
    return NotSent(f"{_name(kind)} answered HTTP {status}" + (f": {words}" if words else ""))


def _from_slack_word(answer: str) -> SendResult:
    """A 200 whose body is not ``ok``: servers like Slack say it otherwise, an error word or a page is a refusal."""
    if answer.lstrip().startswith("<"):
        return NotSent("the Slack address answered with a web page, not as a webhook does")
    if "_" in answer and _WORD.fullmatch(answer):
        return NotSent(_slack_refusal(answer))
    return NotSent("Slack refuses messages") if _DENIED.search(answer) else Sent()


def _slack_refusal(word: str) -> str:
    meaning = _SLACK_WORDS.get(word)
    return f"Slack refuses messages: {word}" + (f" ({meaning})" if meaning else "")


def _partly(refused: list[tuple[int, str]], recipients: int, mask: Mask) -> NotSent:
    reached = recipients - len(refused)
    return NotSent(
        f"the mail reached {reached} of {recipients} recipients; {len(refused)} refused: {_shown(*refused[0], mask)}. "
        "It is not sent again, so that nobody gets it twice",
        final=True,
    )


def _no_such_recipient(code: int, text: str) -> bool:
    """Whether the address is wrong for good: 550, 551 or 553, unless its extended code blames a policy (5.7)."""
    return code in (550, 551, 553) and not text.startswith("5.7.")


def _reply(code: object, text: object) -> tuple[int, str]:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return int(str(code)), line


def _shown(code: int, text: str, mask: Mask) -> str:
    return mask(f"{code} {text}".strip())[:_ANSWER_SHOWN]


def _name(kind: str) -> str:
    return {"slack": "Slack", "email": "the mail server"}.get(kind, "the service")


def _is_timeout(error: BaseException) -> bool:
    return bool(_class_names(error) & {"TimeoutError", "ReadTimeout"})


def _class_names(error: BaseException) -> set[str]:
    return {cls.__name__ for link in _chain(error) for cls in type(link).__mro__}


def _chain(error: BaseException) -> Iterable[BaseException]:
    """The error and those inside it: causes, contexts, and the ones that HTTP libraries carry as arguments."""
    waiting, met = [error], set[int]()
    while waiting:
        link = waiting.pop(0)
        if id(link) in met:
            continue
        met.add(id(link))
        yield link
        inner = (link.__cause__, link.__context__, getattr(link, "reason", None), *link.args)
        waiting += [other for other in inner if isinstance(other, BaseException)]


def _credentials(value: str) -> set[str]:
    """User and password of an address, as written and as meant."""
    try:
        address = urlsplit(value)
        found = {address.username or "", address.password or ""}
    except ValueError:
        return set()
    return found | {unquote(text) for text in found}


def _parts(value: str) -> set[str]:
    """What stands between the separators of an address or a list, as written and as meant, but no common words."""
    parts = {*re.split(r"[\s,;<>]+", value), *re.split(r"[/?&=#@:,;<>\s]+", value)}
    return (parts | {unquote(part) for part in parts}) - {"services", "hooks.slack.com"}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode() if text.strip("\0") else ""
