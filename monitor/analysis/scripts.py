"""The scripts of Chinese: every Han character in its simplified form, and a name in its traditional one.

The tables are OpenCC's. Folding takes one character for one, so that offsets hold and both sides of a comparison
always agree; a traditional *proposal* is made with OpenCC's phrases (头发 is 頭髮, 发改委 is 發改委).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

_COMMON: Final = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_RARE: Final = ((0x20000, 0x323B0),)
_UNIFIED: Final = ((0x4E00, 0xA000),)
HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_RARE_HAN: Final = re.compile("[\U00020000-\U000323af]")
_STEPS: Final = 4
"""Conversions after which a character has its last form: 薴 becomes 苧, and that 苎; none takes a third."""


def simplified(text: str) -> str:
    """The text with every Han character in its simplified form; as many characters as before. A fixed point.

    The first Han character costs 45 ms (the table of the common planes), the first beyond U+FFFF 25 ms more; a
    process that meets none pays nothing.
    """
    if not HAN.search(text):
        return text
    text = text.translate(_common())
    return text.translate(_rare()) if _RARE_HAN.search(text) else text


@cache
def traditional(name: str) -> tuple[str, ...]:
    """The forms of a simplified name in traditional script, first the general one, then Taiwan's and Hong Kong's where
    they differ; nothing where the script makes no difference."""
    import opencc  # costs 20 ms, and most processes propose nothing

    forms = (str(opencc.OpenCC(config).convert(name)) for config in ("s2t", "s2tw", "s2hk"))
    return tuple(form for form in dict.fromkeys(forms) if form != name)


@cache
def _common() -> Mapping[int, str]:
    """Of the basic plane, with what Taiwan and Hong Kong write otherwise (著/着, 衞/卫). A character that is itself the
    simplified form of another is left alone: in Taiwan's table 么 would become 幺."""
    table = _converted("t2s", _COMMON)
    kept = set(table.values())
    for config in ("tw2s", "hk2s"):
        further = _converted(config, _UNIFIED)
        table.update({code: form for code, form in further.items() if code not in table and chr(code) not in kept})
    return _settled(table)


@cache
def _rare() -> Mapping[int, str]:
    return _settled({**_common(), **_converted("t2s", _RARE)})


def _settled(table: Mapping[int, str]) -> Mapping[int, str]:
    """The table with each form followed to its last, so that to apply it twice changes nothing."""
    settled = dict(table)
    for code, form in table.items():
        for _ in range(_STEPS):
            form = table.get(ord(form), form)
        settled[code] = form
    return MappingProxyType(settled)


def _converted(config: str, ranges: Sequence[tuple[int, int]]) -> dict[int, str]:
    """What one of OpenCC's configurations makes of each character by itself: a line each, so that no phrase is seen."""
    import opencc  # costs 20 ms, and most processes meet no Han character

    converter = opencc.OpenCC(config)
    table: dict[int, str] = {}
    for first, end in ranges:
        characters = list(map(chr, range(first, end)))
        forms = str(converter.convert("\n".join(characters))).split("\n")
        table.update(
            (ord(character), form)
            for character, form in zip(characters, forms, strict=True)
            if form != character and len(form) == 1
        )
    return table
