"""Packed bodies, in whatever pieces they come: whole, or an error."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch.unpack import BadPacking, unpacker


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip, once more": (" GZip ", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
    "gzip, padded": ("x-gzip", lambda body: gzip.compress(body) + bytes(99)),
    "zlib": ("deflate", zlib.compress),
    "bare deflate": ("deflate", bare),
    "gzip called deflate": ("deflate", gzip.compress),
    "zlib called gzip": ("gzip", zlib.compress),
    "brotli": ("br", brotli.compress),
}


def unpacked(coding: str, parts: list[bytes]) -> bytes:
    unpack = unpacker(coding)
    assert unpack is not None
    pieces = [piece for part in parts for piece in unpack.feed(part)]
    assert max(map(len, pieces), default=0) < 200_000
    unpack.end()
    return b"".join(pieces)


def cut(packed: bytes, size: int) -> list[bytes]:
    return [packed[start : start + size] for start in range(0, len(packed), size)]


@pytest.mark.parametrize("name", PACKERS)
@given(body=st.one_of(st.binary(max_size=200), st.integers(0, 10**6).map(bytes)), size=st.integers(1, 300))
def test_any_cut_gives_the_body(name: str, body: bytes, size: int) -> None:
    coding, pack = PACKERS[name]
    assert unpacked(coding, cut(pack(body), size)) == body


@pytest.mark.parametrize("name", [name for name in PACKERS if name not in ("gzip, once more", "gzip, padded")])
@given(body=st.binary(min_size=1, max_size=200), data=st.data())
def test_a_body_that_is_cut_short_is_an_error(name: str, body: bytes, data: st.DataObject) -> None:
    coding, pack = PACKERS[name]
    packed = pack(body)
    kept = data.draw(st.integers(1, len(packed) - 1))
    with pytest.raises(BadPacking):
        unpacked(coding, cut(packed[:kept], 7))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
@given(noise=st.binary(max_size=300))
def test_noise_is_an_error_or_bytes(coding: str, noise: bytes) -> None:
    try:
        unpacked(coding, cut(noise, 50))
    except BadPacking:
        pass


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "", "identity"])
def test_nothing_is_nothing(coding: str) -> None:
    assert unpacked(coding, []) == b""


@pytest.mark.parametrize("coding", ["zstd", "gzip, gzip", "gzip,br", "compress", "own", "identity, gzip", "gzip;q=1"])
def test_what_was_not_asked_for(coding: str) -> None:
    assert unpacker(coding) is None
