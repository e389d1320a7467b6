"""Addresses that may be asked at all: http and https, without tricks, to a host that is not known to be private."""

from __future__ import annotations

from yarl import URL

from monitor.fetch.guard import Guard, PrivateAddress, literal
from monitor.limits import URL_CAP

SCHEMES = ("http", "https")


class BadAddress(ValueError):
    """An address that is not asked; the message says why in plain words, without repeating it."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
        self.sentence = sentence


def target(address: str, guard: Guard, *, base: URL | None = None) -> URL:
    """The address to ask, without its fragment.

    With ``base``, ``address`` is the ``Location`` of its answer: it may be relative, and hold spaces and raw letters.

    Raises:
        BadAddress: reasons ``bad_url``, ``bad_scheme``.
        PrivateAddress: the host is written as an address that is not public and not listed.
    """
    text = address if base is None else address.strip(" ")
    if len(text) > URL_CAP:
        raise BadAddress("bad_url", f"The address is longer than {URL_CAP} characters.")
    if not text or any(_illegal(letter, space=base is not None) for letter in text):
        raise BadAddress("bad_url", "The address is empty or holds characters that no address may hold.")
    try:
        url = _written(text) if base is None else base.join(_written(text))
        host, port = url.raw_host, url.port
        if host and not host.islower():
            url = url.with_host(host.lower())
    except ValueError as error:
        raise BadAddress("bad_url", "This is not a well-formed address.") from error
    if url.scheme not in SCHEMES:
        raise BadAddress("bad_scheme", "Only http and https addresses are read.")
    if not host or not port or "%" in host.partition("%25")[0]:
        raise BadAddress("bad_url", "The address names no host.")
    _refuse_private_literal(host, port, guard)
    return url.with_fragment(None)


def origin(url: URL) -> tuple[str, str | None, int | None]:
    """What two addresses share if validators and credentials of one may be sent to the other."""
    return url.scheme, url.raw_host, url.port


def slot_name(url: URL) -> str:
    """``host:port`` in lower case: what is asked once at a time."""
    return f"{(url.raw_host or '').lower().rstrip('.')}:{url.port}"


def bare(url: URL) -> str:
    """The address without user and password."""
    return str(url.with_user(None))


def _written(text: str) -> URL:
    """The address letter for letter (a signed query must not be quoted anew); quoted only where it has to be."""
    return URL(text, encoded=text.isascii() and " " not in text)


def _illegal(letter: str, *, space: bool) -> bool:
    return letter == "\\" or letter == "\x7f" or letter < " " or (letter == " " and not space)


def _refuse_private_literal(host: str, port: int, guard: Guard) -> None:
    address = literal(host.partition("%")[0])
    if address is not None and not guard.allows(host, port, address):
        raise PrivateAddress(f"{host} is not a public address")
