"""What commands may ask for: the table of actions, for the daemon and for a command that has the database to itself.

A new action is one function and one line in the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from monitor.model import Settings
from monitor.pipeline import hands
from monitor.pipeline.hands import Refused, Righted
from monitor.store import stories
from monitor.store.database import Connection, Store
from monitor.store.upkeep import housekeep

Arguments: TypeAlias = Mapping[str, Any]
"""As they came in: nobody has looked at them yet."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action."""

    rows: tuple[Mapping[str, Any], ...] = ()
    """For programs: plain JSON."""
    sentence: str = ""
    """For people."""


Result: TypeAlias = Done | Refused


@dataclass(frozen=True, slots=True)
class Change:
    """An action that is one transaction, given by the caller."""

    run: Callable[[Connection, Arguments, datetime], Result]


@dataclass(frozen=True, slots=True)
class Rounds:
    """An action that makes many short transactions itself, so that others come between."""

    run: Callable[[Store, Settings, Arguments, datetime], Result]


def _merge(connection: Connection, arguments: Arguments, now: datetime) -> Result:
    asked = _ids(arguments.get("stories"), "s", "story")
    if isinstance(asked, Refused):
        return asked
    stories.take_fold_lock(connection)
    work = hands.unite if arguments.get("event") is True else hands.merge
    return _righted(work(connection, asked, now))


def _split(connection: Connection, arguments: Arguments, now: datetime) -> Result:
    asked = _ids([arguments.get("story")], "s", "story")
    entries = _ids(arguments.get("entries", []), "e", "entry")
    for wrong in (asked, entries):
        if isinstance(wrong, Refused):
            return wrong
    assert not isinstance(asked, Refused)
    assert not isinstance(entries, Refused)
    stories.take_fold_lock(connection)
    if entries:
        return _righted(hands.split(connection, asked[0], entries, now))
    return _righted(hands.leave(connection, asked[0], now))


def _housekeep(store: Store, settings: Settings, _: Arguments, now: datetime) -> Result:
    return Done((asdict(housekeep(store, settings, now)),))


ACTIONS: Final[Mapping[str, Change | Rounds]] = MappingProxyType(
    {
        "story.merge": Change(_merge),
        "story.split": Change(_split),
        "housekeep": Rounds(_housekeep),
    }
)
"""Action by its name on the control socket."""


def perform(store: Store, settings: Settings, action: str, arguments: Arguments, now: datetime) -> Result:
    """Do it in a store that is this process's own.

    Raises:
        StoreError: it could not be written.
    """
    work = ACTIONS[action]
    if isinstance(work, Rounds):
        return work.run(store, settings, arguments, now)
    with store.write() as connection:
        return work.run(connection, arguments, now)


SHOWN: Final = 40
"""Characters repeated of a word that is no id."""


def _ids(given: object, letter: str, kind: str) -> list[int] | Refused:
    if not isinstance(given, Sequence) or isinstance(given, str):
        return Refused(f"ids of {kind} are needed, such as {letter}7")
    found = []
    for one in given:
        typed = re.fullmatch(rf"{letter}([0-9]{{1,18}})", one, re.ASCII) if isinstance(one, str) else None
        if typed is None:
            shown = ascii(one if isinstance(one, str) and len(one) <= SHOWN else str(one)[:SHOWN])
            return Refused(f"{shown} is not the id of {'an' if kind[0] == 'e' else 'a'} {kind}: write it as {letter}7")
        found.append(int(typed[1]))
    return found


def _righted(made: Righted | Refused) -> Result:
    if isinstance(made, Refused):
        return made
    rows = tuple(
        {"id": one.id, "event": one.event, "title": one.title, "entries": list(one.entries), "changed": made.changed}
        for one in made.stories
    )
    return Done(rows, made.sentence)
