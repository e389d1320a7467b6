"""What a checker knows of one feed: the validators that each address has given, and where the feed is to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.politeness.trace import Asked, Said

DAY = timedelta(days=1)
EDGE = timedelta(seconds=30)
"""Around a day: our clock is read a moment after the publisher's."""

Pair = tuple[bytes | None, bytes | None]
NONE: Pair = (None, None)


class Validators:
    """What each address has given, and what may be sent to it: several pairs while a kill leaves it open."""

    def __init__(self) -> None:
        self.known: dict[str, list[Pair]] = {}
        self._last: str | None = None
        """The address of the last accepted answer."""
        self._open: dict[Pair, tuple[str, ...]] = {}
        """Validators whose document was perhaps not kept, with its entries."""

    def expected(self, address: str) -> bool:
        """Whether a request there ought to carry a validator."""
        pairs = self.known.get(address, [NONE])
        return address == self._last and NONE not in pairs

    def narrow(self, address: str, sent: Pair) -> bool:
        """Whether ``sent`` is what the address has given; it settles which of several it was."""
        pairs = self.known.get(address, [NONE])
        fitting = [pair for pair in pairs if all(s in (None, p) for s, p in zip(sent, pair, strict=True))]
        if fitting:
            self.known[address] = fitting
        return bool(fitting)

    def learn(self, last: Asked, *, certain: bool) -> set[str]:
        """Take in the answer that ends a poll; returns entries that must be in the store by now."""
        said = last.said
        before = self.known.get(last.address, [NONE])
        # validators that came back prove that the document they stand for was kept
        proven = {link for pair in before if len(before) == 1 for link in self._open.pop(pair, ())}
        if not said.accepted:
            return proven
        after = [_fresher(pair, said) for pair in before]
        if certain:
            self.known[last.address] = after if said.status == 304 else after[:1]
            self._last = last.address
            self._open = {}
            return proven | set(said.links)
        self.known[last.address] = [*before, *(pair for pair in after if pair not in before)]
        if said.status == 200:
            self._open |= {pair: said.links for pair in after if pair not in before}
        self._last = self._last if self._last == last.address else None
        return proven


def _fresher(pair: Pair, said: Said) -> Pair:
    """The validators after an answer: all of a 200, and those that a 304 renews."""
    etag, modified = (None if value is None else value.encode() for value in (said.etag, said.modified))
    if said.status == 304:
        return etag or pair[0], modified or pair[1]
    return etag, modified


class Place:
    """Where the feed is to be asked: learned from three equal answers over a day, all of them for good.

    A learned address that has failed three times in a row may be given up for the one that the user wrote.
    """

    def __init__(self, address: str) -> None:
        self.allowed = {address}
        self.learned = 0
        self._home = self._at = address
        self._failures = 0
        self._may = Streak()
        self._must = Streak()

    def admits(self, address: str) -> bool:
        """Whether the address may be asked now; where both old and new may be, the request settles it."""
        if address not in self.allowed:
            return False
        if address != self._at:
            self._settle(address)
        return True

    def _settle(self, address: str) -> None:
        self.learned += address != self._home
        self.allowed, self._at, self._failures = {address}, address, 0
        self._may, self._must = Streak(), Streak()

    def learn(self, journey: Sequence[Asked], *, certain: bool) -> None:
        """Take in one poll."""
        hops, last = journey[:-1], journey[-1]
        self._failures = 0 if last.said.accepted else self._failures + 1
        if self._failures >= 3:
            self.allowed.add(self._home)
        if last.said.to is not None:
            return  # cut off, or round in circles
        moved = bool(hops) and all(
            hop.said.permanent and not (hop.address.startswith("https:") and (hop.said.to or "").startswith("http:"))
            for hop in hops
        )
        target = last.address if moved else None
        failed = not last.said.accepted
        if _tells(target, self._may.target, last, failed=failed, certain=certain):
            self._may.add(target, last.at)
        if certain or target != self._must.target:
            self._must.add(None if failed or not certain else target, last.at)
        if self._may.lasts(DAY - EDGE) and self._may.target:
            self.allowed.add(self._may.target)
        if self._must.lasts(DAY + EDGE) and self._must.target:
            self._settle(self._must.target)


def _tells(target: str | None, known: str | None, last: Asked, *, failed: bool, certain: bool) -> bool:
    """Whether a poll counts for, or breaks, the earliest streak that there may be."""
    if target is None:
        return certain and not failed
    return target == known or not failed or last.said.status == 200


class Streak:
    """Equal answers in a row."""

    def __init__(self) -> None:
        self.target: str | None = None
        self._since: datetime | None = None
        self._last: datetime | None = None
        self._count = 0

    def add(self, target: str | None, at: datetime) -> None:
        """One more answer; another target, or none, begins anew."""
        if target != self.target or target is None:
            self.target, self._since, self._count = target, at, 0
        self._last = at
        self._count += 1

    def lasts(self, span: timedelta) -> bool:
        """Whether there are three of them over at least ``span``."""
        if self._since is None or self._last is None or self.target is None:
            return False
        return self._count >= 3 and self._last - self._since >= span
