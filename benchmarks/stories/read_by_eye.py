"""What was judged by reading: merges of two headlines that are one article in the stream itself.

Only hashes of the two titles are kept. A merge that nobody has read counts as a mistake.
"""

from __future__ import annotations

import hashlib
from typing import Final

TRUE_REPEATS: Final = frozenset(
    "e0f33bb89ea0 4691a322fe64 5b09a59a3389 521e0cb60f6e 8d8bfc1cff92 3024e611abe1 fb02c26541bd"
    " 254828d49be1 0a05221e6e60 406dc3ef8a81 913c30e43d81 0c502bab96d3 6cd02d8b77e9 5154ba5a4f0d"
    " 1024b46c2a10 24f2c0e1ccbb".split()
)
"""Hashes of pairs among the headlines of the title copies: one post listed by two aggregators, one dispatch by two
papers, a headline mended by its own outlet."""


def hash_of(one: str, two: str) -> str:
    """Of two titles, in either order: 12 hexadecimal digits."""
    return hashlib.sha256("\n".join(sorted((one, two))).encode()).hexdigest()[:12]


def true_repeat(one: str, two: str) -> bool:
    """Whether the two titles were read and are one article."""
    return hash_of(one, two) in TRUE_REPEATS
