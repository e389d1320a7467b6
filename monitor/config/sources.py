"""The sources of a watchlist: where each is read, what is left out of it, and what lets the monitor in there."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from monitor.config.access import AuthForm
from monitor.config.complaints import LATER_WORDS, FormReader
from monitor.config.document import Way
from monitor.config.grammar import SourceForm
from monitor.config.phrases import phrases
from monitor.config.quantities import is_loopback, read_host
from monitor.config.words import LATER_KINDS
from monitor.model import Access, Secret, Source, Weight

LATER_ADDRESSES = frozenset(LATER_KINDS | {"file"})


def read_source(name: str, reader: FormReader) -> Source | None:
    """One source; None after complaining of what is wrong with it."""
    way, subject = ("sources", name), f'source "{name}"'
    value = reader.value(way)
    if value in (None, [], {}):
        reader.into.error(way, f'{subject}: "url" is missing: the address of its feed')
        return None
    if isinstance(value, dict):
        if value.get("kind") in LATER_KINDS:
            place = (*way, "kind")
            reader.into.error(place, f"{subject}: kind {reader.into.quote(place)} {LATER_WORDS}", value=True)
            return None
        if LATER_ADDRESSES & value.keys():
            # What stands for the address is what has not come yet: that it is missing need not be said, too.
            value = {"url": "https://later.invalid/", **value}
            reader = replace(reader, resolved=replace(reader.resolved, data={"sources": {name: value}}))
    form = reader.read(SourceForm, way, subject)
    access = _access(form, way, subject, reader) if form is not None else None
    if form is None or access is None:
        return None
    return Source(
        name=name,
        url=form.url,
        every=form.every if "every" in form.model_fields_set else None,
        paused=form.paused,
        outlet=form.outlet,
        weight=Weight(form.weight),
        topics=tuple(dict.fromkeys(form.topics)) if form.topics else None,
        was=form.was,
        read=form.read,
        access=access,
        skip=phrases(form.skip),
        shown=_shown(form.url, reader.resolved.values),
    )


def _shown(url: str, values: Mapping[str, str]) -> str:
    """The address with the names of variables in place of their values; empty where it holds none. Values of under
    4 characters are no secrets, and would stand in any address."""
    shown = url
    for name, value in sorted(values.items(), key=lambda item: -len(item[1])):
        if len(value) >= 4:
            shown = shown.replace(value, f"${{{name}}}")
    return shown if shown != url else ""


def _access(form: SourceForm, way: Way, subject: str, reader: FormReader) -> Access | None:
    """What the source at ``way`` needs, from its form; None after complaining of what does not go together."""
    headers, given = form.headers, form.model_fields_set
    named = next((name for name in headers if name.casefold() == "authorization"), None)
    if named is not None and "auth" in given:
        message = f'"headers.{named}" and "auth" cannot go together: both say how to log in'
        reader.into.error((*way, "headers", named), f"{subject}: {message}")
        return None
    login = _login(form.auth) if "auth" in given else headers[named] if named is not None else None
    if login is not None and _readable(form.url):
        place = (*way, "auth") if named is None else (*way, "headers", named)
        message = "the login is sent readable for everyone on the way: the address begins with http://"
        reader.into.add("warning", place, f"{subject}: {message}")
    return Access(
        authorization=Secret(login) if login is not None else None,
        headers=tuple((name, Secret(text)) for name, text in headers.items() if name != named),
        proxy=Secret(form.proxy) if "proxy" in given else None,
    )


def _login(auth: AuthForm) -> str:
    """The value of the ``Authorization`` header: RFC 7617 for Basic, in UTF-8; RFC 6750 for Bearer."""
    if "token" in auth.model_fields_set:
        return f"Bearer {auth.token}"
    return f"Basic {b64encode(f'{auth.user}:{auth.password}'.encode()).decode()}"


def _readable(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(read_host(parts.hostname or "") or "")
