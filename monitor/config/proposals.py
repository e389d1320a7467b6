"""What to write instead: a text that was meant as a list, or as a query in one line, in the form that is one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from monitor.analysis.query.language import QueryFault, parse

FIELD = re.compile(r"-?(?:title|source|lang|use|exact|accents|forms)[:：]=?\s*", re.IGNORECASE)
"""A field of the query language at the head of a text."""
QUERY_EXAMPLE = """query: '"Jack Ma" AND Alibaba'"""
_COMMA = re.compile(r"\s*(?:(?<!\d),|,(?!\d)|[;，、；])\s*")
"""A comma within a number divides nothing."""
_PLAIN = re.compile(r"""[^\W_][^\[\]{},#:"|>`]*""")
_OPERATOR = re.compile(r"(?:^|\s+)(AND\s+NOT|AND|OR|NOT|NEAR(?:/[0-9]+)?)(?=\s)\s+|\s+(-)(?=[^\W\d_])")
_TWO = re.compile(r"(?:AND|OR|NEAR\S*) \"?(?:AND|OR|NEAR)\b")
"""Two operators side by side."""
_GROUPED = re.compile(r"""["“”„«»「」()（）]|\*$""")


def between_commas(text: str) -> tuple[str, ...]:
    """The parts of a text that has commas between words; the text alone where it has none.

    >>> between_commas("Jack Ma, Alibaba")
    ('Jack Ma', 'Alibaba')
    """
    parts = tuple(filter(None, _COMMA.split(text.strip())))
    worded = all(any(map(str.isalpha, part)) for part in parts)
    return parts if len(parts) > 1 and worded else (text,)


def in_brackets(parts: Sequence[str]) -> str:
    """A YAML list on one line, with quotes where they are needed.

    >>> in_brackets(["Jack Ma", "Qwen: 3"])
    '[Jack Ma, "Qwen: 3"]'
    """
    return f"[{', '.join(map(_item, parts))}]"


def any_of(parts: Sequence[str]) -> str:
    """A query with OR between the parts, as it stands in the file."""
    return _as_key(" OR ".join(map(_operand, parts)))


def as_query(text: str) -> str:
    """What was meant as a query, as it stands in the file, with names of several words in quotes; empty where it
    would be none.

    >>> as_query("Jack Ma AND Alibaba")
    'query: \\'"Jack Ma" AND Alibaba\\''
    """
    line, at = "", 0
    for found in _OPERATOR.finditer(text):
        operator = " ".join((found[1] or found[2]).split())
        line += f"{_operand(text[at : found.start()])} {operator}{' ' if found[1] else ''}"
        at = found.end()
    line = f"{line}{_operand(text[at:])}".strip()
    return "" if _TWO.search(line) or isinstance(parse(line), QueryFault) else _as_key(line)


def _as_key(line: str) -> str:
    doubled = line.replace("'", "''")
    return f"query: '{doubled}'"


def _operand(text: str) -> str:
    """A part of a query: one phrase, unless it says by its own signs what it is."""
    field = FIELD.match(text)
    head, rest = (field[0].rstrip(), text[field.end() :].strip()) if field else ("", text.strip())
    return head + (f'"{rest}"' if len(rest.split()) > 1 and not _GROUPED.search(rest) else rest)


def _item(part: str) -> str:
    return part if _PLAIN.fullmatch(part) and part == part.strip() else json.dumps(part, ensure_ascii=False)
