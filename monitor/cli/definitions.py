"""Definitions of topics as people read them: bounded, wrapped between words, and what one adds to another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import typer
from rich.cells import cell_len

from monitor.analysis.query.language import render
from monitor.analysis.query.versions import from_definition
from monitor.cli.printing import WIDTH
from monitor.cli.session import visible
from monitor.model import AllOf, AnyOf, Node, Not

LONGEST: Final = 300
"""Characters of a definition that are shown: three lines."""
_WORD: Final = re.compile(r'(?:"(?:\\.|[^"\\])*"|\S)+')
"""A word, or a phrase in quotes with whatever touches it."""


def legible(definition: str) -> str:
    """The definition in one line, in the query language also where the first program wrote it, at most ``LONGEST``
    characters long."""
    if definition.startswith("{") and (node := from_definition(definition)) is not None:
        definition = render(node)
    shown = visible(definition)
    if len(shown) <= LONGEST:
        return shown
    end = 0
    for word in _WORD.finditer(shown):
        if word.end() > LONGEST:
            break
        end = word.end()
    return f"{shown[: end or LONGEST]} …"


def print_definition(label: str, text: str, *, indent: str = "  ") -> None:
    """``was: "Jack Ma" OR founder``, further lines under the first; never broken within quotes."""
    first = f"{indent}{label} " if label else indent
    line, room = first, cell_len(first)
    for nth, word in enumerate(_WORD.findall(text)):
        if nth and cell_len(line) + 1 + cell_len(word) > WIDTH:
            typer.echo(line)
            line = " " * room + word
        else:
            line += f" {word}" if nth else word
    typer.echo(line)


def differences(before: str, after: str) -> tuple[list[str], list[str]] | None:
    """The parts of the outermost AND and OR that ``after`` adds, and those that it drops; None where either cannot be
    read."""
    old, new = (from_definition(one) for one in (before, after))
    if old is None or new is None:
        return None
    had, has = list(dict.fromkeys(_parts(old))), list(dict.fromkeys(_parts(new)))
    return [part for part in has if part not in had], [part for part in had if part not in has]


def _parts(node: Node, *, within: type[Node] | None = None) -> Iterator[str]:
    """The parts as they are written: of an AND, of an OR, of an OR in an AND, and each refused word for itself."""
    if isinstance(node, AllOf) and within is None:
        for part in node.parts:
            yield from _parts(part, within=AllOf)
    elif isinstance(node, AnyOf) and within in (None, AllOf):
        for part in node.parts:
            yield from _parts(part, within=AnyOf)
    elif isinstance(node, Not) and isinstance(node.part, AnyOf):
        yield from (render(Not(part)) for part in node.part.parts)
    else:
        yield render(node)
