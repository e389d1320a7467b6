"""The channels of a watchlist: exactly one destination each, off where an optional one lacks its variables."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from monitor.config.complaints import FormReader
from monitor.config.document import Way
from monitor.config.findings import listed
from monitor.config.grammar import ChannelForm, EmailForm
from monitor.config.quantities import is_loopback, read_host, read_host_port
from monitor.model import Channel, ChannelKind, Secret

KINDS: tuple[ChannelKind, ...] = ("slack", "email", "apprise")
_MAILBOX = re.compile(r"(?:[^<>\r\n]*<)?[^\s<>@,;]+@[^\s<>@,;]+>?")


def read_channel(name: str, reader: FormReader) -> Channel | None:
    """One channel; None after complaining of what is wrong with it."""
    way, subject = ("channels", name), f'channel "{name}"'
    value = reader.value(way)
    if name == "console":
        if value not in (None, {}):
            message = "is built in and takes no options; give the new channel another name"
            reader.into.error(way, f"{subject} {message}", "write console: {}")
            return None
        return Channel("console")
    if value is None:
        reader.into.error(way, f"{subject}: where does it go? Give it one of {listed(KINDS)}")
        return None
    if _later_slack(way, subject, reader):
        return None
    form = reader.read(ChannelForm, way, subject)
    off = _off(way, form, reader)
    if form is None:
        return None
    given = [kind for kind in KINDS if kind in form.model_fields_set]
    if len(given) != 1:
        message = (
            f"give it one of {listed(KINDS)}" if not given else f"{listed(given, 'and')} cannot go together; make two"
        )
        reader.into.error(way, f"{subject}: {message}")
        return None
    kind = given[0]
    if kind == "email":
        sound = _check_email((*way, "email"), subject, form.email, reader)
    else:
        sound = _check_address((*way, kind), subject, kind, reader)
    return Channel(name, kind, _options(form, kind) if off is None else {}, off) if sound else None


def _later_slack(way: Way, subject: str, reader: FormReader) -> bool:
    if not isinstance(reader.value((*way, "slack")), dict):
        return False
    hint = 'slack: "${SLACK_WEBHOOK_URL}"'
    reader.into.error(
        (*way, "slack"), f"{subject}: Slack with a token is not part of this version yet; use a webhook address", hint
    )
    return True


def _off(way: Way, form: ChannelForm | None, reader: FormReader) -> str | None:
    """Why an optional channel is off; complains of variables that a channel that is not optional lacks."""
    lacking = {place: names for place, names in reader.resolved.unset.items() if place[:2] == way}
    if not lacking:
        return None
    optional = form.optional if form is not None else str(reader.value((*way, "optional"))).casefold() == "true"
    if not optional:
        for place, names in lacking.items():
            hint = "or add optional: true, which turns the channel off as long as it is not set"
            reader.into.error(place, f'channel "{way[1]}": {_set(names)}', hint, value=True)
        return None
    names = tuple(dict.fromkeys(name for place in lacking.values() for name in place))
    reason = f"set {listed(names, 'and')}"
    reader.into.add("info", way, f"{way[1]} is off: {reason}")
    return reason


def _set(names: tuple[str, ...]) -> str:
    plural = "variables" if len(names) > 1 else "variable"
    return f"set the environment {plural} {listed(names, 'and')}"


def _check_address(way: Way, subject: str, kind: ChannelKind, reader: FormReader) -> bool:
    if reader.unset(way):
        return True
    address = str(reader.value(way)).strip()
    if kind == "apprise":
        usable = re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://\S+", address) is not None
        expected = "an Apprise address, which begins with the name of a service and ://"
    else:
        usable = _is_webhook(address)
        expected = "a webhook address that begins with https://"
    if not usable:
        reader.into.error(way, f"{subject}: expected {expected}", value=True)
    return usable


def _is_webhook(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, port = read_host(parts.hostname or ""), parts.port
    except ValueError:
        # A port out of range, or a broken IPv6 address.
        return False
    if host is None or port == 0 or " " in address:
        return False
    # The address is a password: it is not sent readable over a network.
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _check_email(way: Way, subject: str, form: EmailForm, reader: FormReader) -> bool:
    wrong: list[tuple[Way, str]] = []
    if not reader.unset((*way, "smtp")) and not _is_mail_server(form.smtp):
        wrong.append(((*way, "smtp"), '"smtp": expected a mail server: host, host:port or smtps://host:port'))
    for number, recipient in enumerate(form.to):
        place = (*way, "to", str(number)) if isinstance(reader.value((*way, "to")), list) else (*way, "to")
        if not reader.unset(place) and not all(_is_mailbox(one) for one in recipient.split(",")):
            wrong.append((place, '"to": expected a mail address'))
    if not form.to:
        wrong.append(((*way, "to"), '"to": expected at least one mail address'))
    if form.sender and not reader.unset((*way, "from")) and not _is_mailbox(form.sender):
        wrong.append(((*way, "from"), '"from": expected a mail address'))
    if bool(form.user) != bool(form.password):
        missing, there = ("password", "user") if form.user else ("user", "password")
        wrong.append((way, f'"{missing}" is missing, but "{there}" is given'))
    for place, message in wrong:
        reader.into.error(place, f"{subject}: {message}", value=place != way)
    return not wrong


def _is_mailbox(text: str) -> bool:
    return _MAILBOX.fullmatch(text.strip()) is not None


def _is_mail_server(text: str) -> bool:
    scheme, _, rest = text.strip().rpartition("://")
    rest = rest.rstrip("/")
    both = read_host_port(rest)
    known = both[1] > 0 if both is not None else read_host(rest) is not None
    return scheme.lower() in ("", "smtp", "smtps") and known


def _options(form: ChannelForm, kind: ChannelKind) -> dict[str, Secret]:
    if kind == "slack":
        return {"webhook": Secret(form.slack.strip())}
    if kind == "apprise":
        return {"url": Secret(form.apprise.strip())}
    mail = form.email
    texts = {
        "smtp": mail.smtp,
        "user": mail.user,
        "password": mail.password,
        "from": mail.sender,
        "to": ", ".join(recipient.strip() for recipient in mail.to),
    }
    return {key: Secret(text) for key, text in texts.items() if text}
