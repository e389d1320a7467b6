"""What a response is: a document, "not modified", a redirect, or a reason. Nothing of it is read beyond its caps."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeAlias

import aiohttp
from yarl import URL

from monitor.fetch import challenge
from monitor.fetch.failure import EXPECTED, Trouble, challenged, from_status, proxy_login, too_large
from monitor.fetch.journey import Journey
from monitor.fetch.pauses import fresh_for, retry_after
from monitor.fetch.target import bare
from monitor.fetch.unpack import Unpacker, unpacker
from monitor.limits import BODY_CAP, ERROR_BODY_CAP, ERROR_BODY_TIMEOUT
from monitor.model import Document, NotModified

_REDIRECTS = {301: True, 302: False, 303: False, 307: False, 308: True}
"""Status of a redirect, and whether it says that the move is for good."""
_PAUSING = (429, 503)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another address is to be asked."""

    location: str
    permanent: bool


Answer: TypeAlias = Document | NotModified | Trouble | Redirect


async def read(response: aiohttp.ClientResponse, journey: Journey, url: URL) -> Answer:
    """What the response at ``url`` is; ``seconds`` of a document are left for the caller to fill in.

    Raises:
        aiohttp.ClientError, OSError, ValueError: the body broke off, or is not what its headers say.
    """
    host, status = url.host or "", response.status
    if status == 304:
        return _not_modified(response, journey, url)
    if status in _REDIRECTS:
        location = response.headers.get("Location", "")
        if not location:
            return Trouble("redirects", f"{host} redirects without saying where to.", status=status)
        return Redirect(location, _REDIRECTS[status])
    service = challenge.by_headers(response.headers)
    if status != 200 or service is not None:
        return await _refusal(response, journey, host, service)
    body = await _body(response, host)
    if isinstance(body, Trouble):
        return body
    return Document(
        url=bare(url),
        body=body,
        status=status,
        content_type=_text(response, "Content-Type"),
        content_language=_text(response, "Content-Language"),
        etag=_validator(response, "ETag"),
        last_modified=_validator(response, "Last-Modified"),
        body_hash=hashlib.sha256(body).hexdigest(),
        moved_to=journey.moved_to(url),
        fresh_for=_fresh_for(response, journey),
    )


def timed(answer: Document | NotModified, seconds: float) -> Document | NotModified:
    """The answer with the seconds that the whole request took."""
    return replace(answer, seconds=seconds)


def _not_modified(response: aiohttp.ClientResponse, journey: Journey, url: URL) -> NotModified | Trouble:
    if not journey.conditional(url):
        sentence = f"{url.host} answers 304 (nothing new) although nothing was asked."
        return Trouble("unasked_304", sentence, status=304)
    asked = journey.request
    return NotModified(
        url=bare(url),
        etag=_validator(response, "ETag") or asked.etag,
        last_modified=_validator(response, "Last-Modified") or asked.last_modified,
        moved_to=journey.moved_to(url),
        fresh_for=_fresh_for(response, journey),
    )


async def _refusal(response: aiohttp.ClientResponse, journey: Journey, host: str, service: str | None) -> Trouble:
    """Why there is no document; ``service`` is who has challenged us, if the headers say so."""
    status = response.status
    if status == 407 and journey.proxy is not None:
        return proxy_login()
    if service is None and status in challenge.CHECKED:
        service = challenge.by_body(await _error_text(response))
    pause = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"), journey.now)
    if service is not None:
        return challenged(status, service, page=journey.request.wants == "page", retry_after=pause)
    return from_status(status, host, retry_after=pause if status in _PAUSING else None)


async def _body(response: aiohttp.ClientResponse, host: str) -> bytes | Trouble:
    """The unpacked body, if it keeps within the cap."""
    unpack = _unpacker(response)
    if unpack is None:
        return Trouble("encoding", f"{host} packs its answer in a way that was not asked for.", status=response.status)
    if (response.content_length or 0) > BODY_CAP:  # not even begun: what is packed only grows
        return too_large(host, response.status)
    body, whole = await _start(response, unpack, BODY_CAP)
    if not whole:
        response.close()
        return too_large(host, response.status)
    unpack.end()
    if not body:
        return Trouble("empty", f"{host} answers with an empty page.", status=response.status)
    return bytes(body)


async def _error_text(response: aiohttp.ClientResponse) -> str:
    """The start of an error's body, ``ERROR_BODY_CAP`` bytes at most; if it cannot be read, the status still stands."""
    body, unpack = bytearray(), _unpacker(response)
    if unpack is not None:
        with contextlib.suppress(*EXPECTED):
            async with asyncio.timeout(ERROR_BODY_TIMEOUT):
                body, _ = await _start(response, unpack, ERROR_BODY_CAP)
    return body.decode("utf-8", "replace")


async def _start(response: aiohttp.ClientResponse, unpack: Unpacker, cap: int) -> tuple[bytearray, bool]:
    """The first ``cap`` bytes of the unpacked body, and whether that is all of it; a bomb stops within a piece."""
    body, packed = bytearray(), 0
    async for chunk in response.content.iter_any():
        packed += len(chunk)
        for piece in unpack.feed(chunk):
            room = cap - len(body)
            body += piece[:room]
            if len(piece) > room:
                return body, False
        if packed > BODY_CAP:  # a stream of nothing without end
            return body, False
    return body, True


def _unpacker(response: aiohttp.ClientResponse) -> Unpacker | None:
    return unpacker(",".join(response.headers.getall("Content-Encoding", ())))


def _fresh_for(response: aiohttp.ClientResponse, journey: Journey) -> timedelta | None:
    headers = response.headers
    return fresh_for(
        cache_control=",".join(headers.getall("Cache-Control", ())),
        age=headers.get("Age"),
        expires=headers.get("Expires"),
        date=headers.get("Date"),
        now=journey.now,
    )


def _text(response: aiohttp.ClientResponse, name: str) -> str:
    return response.headers.get(name, "").encode("utf-8", "replace").decode("utf-8")


def _validator(response: aiohttp.ClientResponse, name: str) -> str | None:
    """A validator as sent; one that is not UTF-8 could not be returned byte for byte, so it is left."""
    value = response.headers.get(name)
    try:
        return value if value and value.encode("utf-8") else None
    except UnicodeEncodeError:
        return None
