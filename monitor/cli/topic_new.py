"""``topic new``: the lines with which a topic on a name could begin, to be pasted into the watchlist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final

import typer

from monitor.alerts.render.neutral import shell
from monitor.analysis.inflection.families import spelled
from monitor.analysis.spellings import Proposal, propose
from monitor.analysis.text import fold
from monitor.cli.session import emit
from monitor.config.watchlist import NAME_CAP
from monitor.errors import UsageError
from monitor.model import Phrase

_PLAIN: Final = re.compile(r"[^\W\d_](?:[\w.+'’&-]| (?=[\w]))*")
"""What YAML reads as a text without quotes, in a list too."""
_OTHER: Final = frozenset("null true false yes no on off y n nan inf".split())
"""What some YAML readers take for another thing than text."""


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def new(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="A person, company, product or model: in any script.")],
        as_json: Annotated[bool, typer.Option("--json", help="One object.")] = False,
    ) -> None:
        """Propose spellings of a name and headlines to check them with, as lines to paste under topics.

        Nothing is written and nothing is asked of the network.

        Example: monitor topic new "Jack Ma"
        """
        del context
        proposal = propose(_checked(name), cases=spelled)
        if as_json:
            emit([as_object(proposal)])
        else:
            typer.echo("\n".join(lines(proposal)))


def _checked(name: str) -> str:
    """The name, if a topic can bear it.

    Raises:
        UsageError: it cannot.
    """
    name = " ".join(name.split())
    if not fold(name):
        raise UsageError("Give a name with at least one letter or digit.")
    if len(name) > NAME_CAP or not name.isprintable():
        raise UsageError(f"A name has at most {NAME_CAP} characters, and no control characters.")
    if "*" in name or "${" in name:
        raise UsageError("A star or ${ means something else in a watchlist: give the name without it.")
    return name


def lines(proposal: Proposal) -> Iterator[str]:
    """The YAML lines, with comments on what a person has to decide."""
    yield "topics:"
    yield f"  {scalar(proposal.name)}:"
    if proposal.same:
        yield f"    # found as well, no need to list: {', '.join(proposal.same)}"
    if proposal.declined:
        yield "    # its case forms are found as well"
    if len(proposal.any) == 1:
        yield f"    any: [{_phrase(proposal.any[0])}]"
    else:
        yield "    any:"
        for phrase in proposal.any:
            yield f"      - {_phrase(phrase)}"
    *others, last = proposal.scripts
    yield f"    # Look up how it is written in {', '.join(others)} and {last}, and list what matters:"
    written = "".join(f", {language.upper()} NAME" for language in proposal.scripts[:2])
    yield f"    #   any: [{_listed(proposal.any[:1])}{written}]"
    if proposal.inside:
        yield "    # It may stand inside longer names; such a one goes here:"
        yield f"    #   {{phrase: {scalar(proposal.any[0].text)}, not_inside: [LONGER NAME]}}"
    if proposal.ambiguous:
        yield f"    # {proposal.ambiguous}. In place of any, with words of the one you mean:"
        yield f"    #   ambiguous: {{any: [{_listed(proposal.any)}], context: [WORD, ANOTHER WORD]}}"
        yield "    # and one of these words in each headline of must_match"
    if proposal.report_near:
        yield f"    report_near: [{_listed(proposal.report_near)}]     # other versions: never an alert"
    yield from _example_lines("must_match", proposal.must_match)
    yield from _example_lines("must_not_match", proposal.must_not_match)
    yield "    # channels: [console]     # who hears of it; this is the default"
    yield "    # confidential: true      # if its name must not show in subjects, previews and logs"
    yield f"# Next: monitor check, and monitor topic test {shell(proposal.name)}"


def as_object(proposal: Proposal) -> dict[str, Any]:
    """The proposal for programs; ``yaml`` holds the lines to paste."""
    return {
        "name": proposal.name,
        "any": [{"phrase": p.text, "exact": True} if p.exact else p.text for p in proposal.any],
        "scripts": list(proposal.scripts),
        "same": list(proposal.same),
        "declined": proposal.declined,
        "ambiguous": proposal.ambiguous,
        "inside": proposal.inside,
        "report_near": [phrase.text for phrase in proposal.report_near],
        "must_match": list(proposal.must_match),
        "must_not_match": list(proposal.must_not_match),
        "yaml": "\n".join(lines(proposal)) + "\n",
    }


def scalar(text: str) -> str:
    """A text as YAML: bare where it can be nothing else, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _OTHER:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _phrase(phrase: Phrase) -> str:
    return f"{{phrase: {scalar(phrase.text)}, exact: true}}" if phrase.exact else scalar(phrase.text)


def _listed(phrases: Iterable[Phrase]) -> str:
    return ", ".join(map(_phrase, phrases))


def _example_lines(key: str, texts: Iterable[str]) -> Iterator[str]:
    quoted = [f"      - {scalar(text)}" for text in texts]
    if quoted:
        yield f"    {key}:"
        yield from quoted
