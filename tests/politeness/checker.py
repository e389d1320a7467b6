"""Judges a trace: was a publisher ever asked early, twice at once, with a wrong validator, at an old address?

It works from the publishers' log alone and knows nothing of how the monitor plans. Where a kill has cut a poll off,
the publisher cannot know whether its answer was kept, so either is right until the next request tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.limits import POLL_FLOOR
from tests.politeness.known import DAY, EDGE, NONE, Pair, Place, Validators
from tests.politeness.trace import Asked, Promise, Told, Trace, Wish

HINT_CAP = timedelta(hours=24)
"""Longest pause that max-age, Expires, ttl and updatePeriod may ask for."""
RETRY_CAP = timedelta(days=7)
"""Longest pause that a Retry-After may ask for."""
BACKOFF_CAP = timedelta(hours=24)
LATE_SHARE = 1.3
LATE_MORE = timedelta(hours=1)
"""A feed is neglected when it is not asked within so much more than the longest pause that anybody asked for."""
MOMENT = timedelta(seconds=30)
"""Within this time requests belong to one poll: the clock goes on by a fraction of a second with each."""
EXAMPLES = 12


@dataclass
class Report:
    """Counts, and what was wrong by kind."""

    requests: int = 0
    polls: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    due: int = 0
    """Requests that could carry a validator."""
    conditional: int = 0
    """Those of them that did."""
    bare: list[str] = field(default_factory=list)
    """Those that did not."""
    after_kill: int = 0
    """Polls sooner than ``every`` after one that a kill had cut off: allowed, for nothing is known of that one."""
    entries: int = 0
    moves: int = 0
    ends: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, what: str) -> None:
        """Something is wrong."""
        self.wrong.setdefault(kind, []).append(what)

    def count(self, kind: str) -> int:
        """How often it is wrong in this way; a kind may have sub-kinds, as ``early: ttl``."""
        return sum(len(found) for name, found in self.wrong.items() if name.partition(":")[0] == kind)

    @property
    def share(self) -> float:
        """Share of conditional requests among those that could be."""
        return self.conditional / self.due if self.due else 1.0

    def __str__(self) -> str:
        kinds = ("early", "validator", "cookie", "referer", "beside", "old address", "gone", "lost", "strange")
        head = [
            f"requests {self.requests} in {self.polls} polls: "
            + ", ".join(f"{count} x {status}" for status, count in sorted(self.answers.items())),
            f"conditional {self.conditional} of {self.due} ({100 * self.share:.3f} %)",
            f"entries {self.entries}, moves learned {self.moves}, feeds ended {self.ends}, "
            f"polls within `every` after a kill {self.after_kill}",
            ", ".join(f"{kind} {self.count(kind)}" for kind in kinds),
        ]
        head += [f"without a validator: {one}" for one in self.bare[:EXAMPLES]]
        for kind, found in sorted(self.wrong.items()):
            head += [f"WRONG {kind}: {len(found)}", *(f"    {one}" for one in found[:EXAMPLES])]
        return "\n".join(head)


def check(trace: Trace) -> Report:
    """The report on a trace."""
    report = Report(requests=len(trace.asked))
    for one in trace.asked:
        _request(one, report)
    for place in trace.beside:
        report.note("beside", place)
    for bug in trace.bugs:
        report.note("bug", bug)
    told: dict[tuple[str, int], list[Told]] = {}
    for word in trace.told:
        told.setdefault((word.feed, word.run), []).append(word)
    asked: dict[str, list[Asked]] = {name: [] for name in trace.feeds}
    for one in trace.asked:
        asked.get(one.feed, []).append(one)
    for name, promise in trace.feeds.items():
        _Feed(name, promise, trace, report).judge(asked[name], told)
    if report.share < 0.999:
        report.note("conditional", f"{report.conditional} of {report.due}")
    return report


def _request(one: Asked, report: Report) -> None:
    """What a request shows by itself."""
    report.answers[one.said.status] += 1
    for header, sent in (("cookie", one.cookie), ("referer", one.referer)):
        if sent:
            report.note(header, _at(one))
    if not one.feed:
        report.note("strange", f"{_at(one)}: {one.address} was never announced")


def journeys(asked: Sequence[Asked], repeated: Callable[[Asked], None] = lambda _: None) -> Iterator[list[Asked]]:
    """The requests for one feed, cut where a redirect is not followed: each is one poll.

    A request that is sent again at once, without a redirect, is given to ``repeated``; its answer is what counts.
    """
    journey: list[Asked] = []
    for one in asked:
        last = journey[-1] if journey else None
        near = last is not None and last.run == one.run and one.at - last.at < MOMENT
        if last and near and last.said.to is None and last.address == one.address:
            repeated(one)
            journey[-1] = one
        elif last and near and last.said.to == one.address:
            journey.append(one)
        else:
            if journey:
                yield journey
            journey = [one]
    if journey:
        yield journey


def _at(one: Asked) -> str:
    return f"{one.feed} {one.at:%a %d %H:%M:%S}"


class _Feed:
    """One feed: what its publisher has said so far, and what follows from it."""

    def __init__(self, name: str, promise: Promise, trace: Trace, report: Report) -> None:
        self._name = name
        self._promise = promise
        self._trace = trace
        self._report = report
        self._not_before: dict[str, datetime] = {}
        self._latest = trace.began + LATE_MORE
        self._longest = promise.every
        self._since = trace.began
        self._wishes: list[Wish] = []
        self._cut = False
        self._validators = Validators()
        self._place = Place(promise.address)
        self._gone_since: datetime | None = None
        self._may_end = self._must_end = False
        self._served: set[str] = set()
        self._empties = 0

    def judge(self, asked: Sequence[Asked], told: dict[tuple[str, int], list[Told]]) -> None:
        """Go through all polls of the feed."""
        of_run: dict[int, list[list[Asked]]] = {}
        for journey in journeys(asked, self._repeated):
            self._report.polls += 1
            self._times(journey[0])
            self._addresses(journey[0])
            for hop in journey:
                self._sent(hop)
            self._learn(journey)
            of_run.setdefault(journey[0].run, []).append(journey)
        if not self._may_end:
            self._neglected(self._trace.ended, "the end")
        for run, polls in of_run.items():
            self._understood(polls, told.get((self._name, run), []))
        self._kept()
        self._report.moves += self._place.learned
        self._report.ends += self._may_end

    def _repeated(self, one: Asked) -> None:
        self._report.note("early: repeated at once", f"{_at(one)}: {one.address}")

    # --- what a request may be ----------------------------------------------------------------------

    def _times(self, first: Asked) -> None:
        at = first.at
        if self._must_end:
            self._report.note("gone", f"{_at(first)}: asked after two 410 a day apart")
        for why, moment in self._not_before.items():
            if at < moment:
                self._report.note(f"early: {why}", f"{_at(first)}: {moment - at} too soon")
        if self._wishes and all(at.hour in wish.hours for wish in self._wishes):
            self._report.note("early: skipHours", _at(first))
        if self._wishes and all(at.weekday() in wish.days for wish in self._wishes):
            self._report.note("early: skipDays", _at(first))
        if self._cut and at < self._since + self._promise.every:
            self._report.after_kill += 1
        self._neglected(at, _at(first))

    def _neglected(self, at: datetime, when: str) -> None:
        # a kill may cost each feed that was claimed then one pause more: who died cannot say which of them it has asked
        kills = sum(self._since < moment <= at for moment in self._trace.killed)
        late = at - self._latest - self._trace.away(self._since, at) - kills * self._longest * LATE_SHARE
        if late > timedelta():
            self._report.note("late", f"{self._name}, {when}: {late} too late; the poll before: {self._since:%a %H:%M}")

    def _addresses(self, first: Asked) -> None:
        if not self._place.admits(first.address):
            self._report.note(
                "old address" if first.address == self._promise.address else "address",
                f"{_at(first)}: {first.address}, not {' or '.join(sorted(self._place.allowed))}",
            )

    def _sent(self, hop: Asked) -> None:
        sent = (hop.etag, hop.modified)
        if self._validators.expected(hop.address):
            self._report.due += 1
            self._report.conditional += sent != NONE
            if sent == NONE:
                self._report.bare.append(f"{_at(hop)}: {hop.address}")
        if sent == NONE:
            return
        if not self._validators.narrow(hop.address, sent):
            known = " or ".join(map(_short, self._validators.known.get(hop.address, [NONE])))
            self._report.note("validator", f"{_at(hop)}: {_short(sent)} to {hop.address}, which gave {known}")

    # --- what follows from an answer ------------------------------------------------------------------

    def _learn(self, journey: Sequence[Asked]) -> None:
        first, last = journey[0], journey[-1]
        certain = first.run not in self._trace.crashed
        self._place.learn(journey, certain=certain)
        self._served |= self._validators.learn(last, certain=certain)
        self._cut, self._since = not certain, first.at
        if not certain:
            self._not_before = {"floor, after a kill": first.at + POLL_FLOOR}
            self._wishes += [last.said.wish] if last.said.status == 200 and last.said.accepted else []
            self._latest = max(self._latest, first.at + BACKOFF_CAP * LATE_SHARE + LATE_MORE)
        elif last.said.accepted:
            self._read(first, last)
        else:
            self._failed(first, last)
        if certain:
            self._ending(last)

    def _read(self, first: Asked, last: Asked) -> None:
        said = last.said
        if said.status == 200:
            self._wishes = [_sensible(said.wish)]
            self._empties = max(self._empties, said.empties)
        wish = self._wishes[-1] if self._wishes else Wish()
        self._wishes = [wish]
        self._not_before = {"floor": first.at + POLL_FLOOR, "every": first.at + self._promise.every}
        if wish.pause:
            self._not_before["ttl, updatePeriod"] = last.at + min(wish.pause, HINT_CAP)
        if said.fresh_until is not None:
            self._not_before["max-age, Expires"] = min(said.fresh_until, last.at + HINT_CAP)
        self._expect(first.at)

    def _failed(self, first: Asked, last: Asked) -> None:
        self._not_before = {"floor": first.at + POLL_FLOOR, "back-off": first.at + self._promise.every}
        if last.said.retry_until is not None:
            self._not_before["Retry-After"] = min(last.said.retry_until, last.at + RETRY_CAP)
        self._expect(first.at, least=BACKOFF_CAP)

    def _expect(self, at: datetime, *, least: timedelta = timedelta()) -> None:
        """The latest time of the next poll, from all that asks for patience."""
        longest = self._longest = max(least, *(moment - at for moment in self._not_before.values()))
        skipped = sum((timedelta(hours=len(w.hours)) + DAY * len(w.days) for w in self._wishes), timedelta())
        self._latest = at + longest * LATE_SHARE + LATE_MORE + skipped

    def _ending(self, last: Asked) -> None:
        if last.said.accepted:
            self._gone_since = None
        elif last.said.status == 410:
            self._gone_since = self._gone_since or last.at
            self._may_end = last.at - self._gone_since >= DAY - EDGE
            self._must_end = self._must_end or last.at - self._gone_since >= DAY + EDGE

    # --- at the end -----------------------------------------------------------------------------------

    def _understood(self, polls: Sequence[Sequence[Asked]], told: Sequence[Told]) -> None:
        """Whether the monitor took each answer for what it was."""
        if len(polls) != len(told) or polls[0][0].run in self._trace.crashed:
            return
        for journey, word in zip(polls, told, strict=True):
            last = journey[-1]
            if last.said.accepted != (word.error is None):
                self._report.note("misread", f"{_at(last)}: {last.said.status} was taken for {word.error}")

    def _kept(self) -> None:
        self._report.entries += len(self._served)
        lost = self._served - self._trace.stored.get(self._name, set())
        for link in sorted(lost):
            self._report.note("lost", link)
        if self._empties and not self._trace.rejected.get(self._name):
            self._report.note("lost", f"{self._name}: an entry that is none was not noted as rejected")


def _sensible(wish: Wish) -> Wish:
    """A feed that skips every hour skips none."""
    return wish if len(wish.hours) < 24 and len(wish.days) < 7 else Wish(wish.pause)


def _short(pair: Pair) -> str:
    return " + ".join("nothing" if one is None else one[:40].decode("utf-8", "replace") for one in pair)
