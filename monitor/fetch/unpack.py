"""Bodies as they were before they were packed for the way: in small pieces, and to the last byte or not at all.

The HTTP client could do this itself, but takes a packed body that was cut short for a whole one (lab):
entries would be missing, and with the validators stored they would be missed for ever.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

_PIECE = 64 * 1024
"""Bytes unpacked at one time, so that a bomb is noticed within a piece of the cap."""
_STREAMS = 1000
"""Streams of gzip that one body may be made of: ten megabytes of empty ones cost 8 s (lab); real bodies have one."""
_GZIP = b"\x1f\x8b"


class BadPacking(ValueError):
    """The body is not packed as its header says, or breaks off."""


class Unpacker(Protocol):
    """Takes a packed body as it comes."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes out, in pieces of at most some 100 KiB; :class:`BadPacking` if it cannot be unpacked."""
        ...

    def end(self) -> None:
        """There is no more; :class:`BadPacking` if there should be."""
        ...


def unpacker(coding: str) -> Unpacker | None:
    """What unpacks a ``Content-Encoding``; None for one that is not asked for: more than one, zstd, unknown ones."""
    match coding.strip().lower():
        case "" | "identity":
            return _Plain()
        case "gzip" | "x-gzip" | "deflate":
            return _Zlib()
        case "br":
            return _Brotli()
    return None


class _Plain:
    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data

    def end(self) -> None:
        pass


class _Zlib:
    """gzip, zlib and bare deflate, told apart by their first bytes: servers mistake one for another."""

    def __init__(self) -> None:
        self._head = b""
        """Bytes before a stream that are too few to tell."""
        self._stream: zlib._Decompress | None = None
        self._whole = 0
        """Streams that have ended; another of gzip may follow, all else is padding."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        data = self._head + data
        while data:
            if self._stream is None:
                if len(data) < len(_GZIP):
                    break
                if self._whole and not data.startswith(_GZIP):
                    return
                self._stream = zlib.decompressobj(wbits=_window(data))
            yield from _pieces(self._stream, data)
            data = b""
            if self._stream.eof:
                data = self._stream.unused_data
                self._stream, self._whole = None, self._whole + 1
                if self._whole > _STREAMS:
                    raise BadPacking("the body is made of too many parts")
        self._head = data

    def end(self) -> None:
        if self._stream is not None or (self._head and not self._whole):
            raise BadPacking("the body breaks off")


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._fed = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while not self._stream.is_finished():
                self._fed = self._fed or bool(data)
                piece = bytes(self._stream.process(data, output_buffer_limit=_PIECE))
                data = b""
                if piece:
                    yield piece
                elif self._stream.can_accept_more_data():
                    return
        except brotli.error as error:
            raise BadPacking("the body cannot be unpacked") from error

    def end(self) -> None:
        if self._fed and not self._stream.is_finished():
            raise BadPacking("the body breaks off")


def _pieces(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What one stream gives for its next bytes; what is behind its end is left in ``unused_data``."""
    full = False
    try:
        while (data or full) and not stream.eof:  # a full piece may have left some within the stream
            piece = stream.decompress(data, _PIECE)
            data, full = stream.unconsumed_tail, len(piece) == _PIECE
            if piece:
                yield piece
    except zlib.error as error:
        raise BadPacking("the body cannot be unpacked") from error


def _window(head: bytes) -> int:
    """zlib's ``wbits`` for what starts with these two bytes (RFC 1952, 2.3.1; RFC 1950, 2.2)."""
    if head.startswith(_GZIP):
        return 16 + zlib.MAX_WBITS
    if head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0:
        return zlib.MAX_WBITS
    return -zlib.MAX_WBITS
