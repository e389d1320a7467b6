"""Why an address was never read: nobody watches its host, it came too early, in a gap, was rejected, or never shown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import unquote

from monitor.alerts.render.neutral import shell
from monitor.analysis.address import canonical, host_of
from monitor.analysis.skip import split
from monitor.model import Entry, Source
from monitor.pipeline.explain import absence, sentences
from monitor.pipeline.explain.explanation import Explanation, Step, whole
from monitor.pipeline.explain.ladder import host_words
from monitor.pipeline.explain.question import day_in, spellings
from monitor.pipeline.explain.sentences import Moments
from monitor.pipeline.explain.watch import Watch, bare_host
from monitor.store.listing import EntryRow
from monitor.store.sightings import Gap, Polls, Reader, RejectedRow

_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>\\]+")
_FRONT: Final = re.compile(r"https?://[^/?#]*/?", re.IGNORECASE)
"""The front page of a host, which is no article."""
_SKIP: Final = "skip: "


@dataclass(frozen=True, slots=True)
class Asked:
    """An address and what is known of its host."""

    url: str
    host: str
    watched: tuple[Reader, ...]
    """The sources in force that watch it."""
    retired: tuple[Reader, ...]
    day: datetime | None
    """The day of publication that the address names: its midnight, UTC."""
    polls: Polls
    """Since that day, or all."""
    ever: Polls


class Unseen:
    """Answers for what no entry has."""

    def __init__(self, watch: Watch, moments: Moments, sources: Sequence[Source] = ()) -> None:
        """``sources`` are those of the watchlist as it stands: what they skip is nowhere else."""
        self._watch = watch
        self._moments = moments
        self._skips = {source.name: source.skip for source in sources if source.skip}

    def address(self, question: str, url: str, thrown: RejectedRow | None) -> Explanation:
        """Why no entry has this address; ``thrown`` is its rejection, where there is one."""
        own = self._watch.itself(url)
        if own is not None:
            return self.source(question, own, by_name=False)
        asked = self._asked(url)
        if thrown is not None:
            return self._rejected(question, asked, thrown)
        if not asked.watched:
            return self._unknown(question, asked)
        if _FRONT.fullmatch(url):
            return self._host(question, asked)
        for gap in self._watch.gaps([reader.id for reader in asked.watched]):
            if self._covers(gap, url):
                return self._in_gap(question, asked, gap)
        return self._not_fetched(question, asked)

    def host(self, question: str, host: str) -> Explanation | None:
        """Who watches a host; None where nobody does or did."""
        if not self._watch.reading(host):
            return None
        asked = self._asked(f"https://{host}/")
        return self._unknown(question, asked) if not asked.watched else self._host(question, asked)

    def _host(self, question: str, asked: Asked) -> Explanation:
        """What is known of a host that is watched."""
        watched, own = asked.watched, self._watch.own(asked.host)
        entries = self._watch.entries(asked.host, watched)
        said = absence.of_host(asked.host, watched, entries, own, self._moments)
        steps = [self._watched_by(watched, asked.host), self._polled(watched, asked.polls, None)]
        first = next((reader for reader in watched if entries.get(reader.id)), watched[0])
        lists = f"monitor entries --source {shell(first.name)}"
        steps.append(Step("seen", "failed", "It is a host, not an entry.", lists))
        return Explanation(question, "not_fetched", said, ladder=_until_failed(steps))

    def source(self, question: str, reader: Reader, *, by_name: bool) -> Explanation:
        """A source was asked for, not what it published."""
        polls = self._watch.polls([reader.id], since=None)
        host = host_words(reader)
        said = absence.own_address(reader, host, polls, self._moments, by_name=by_name)
        steps = [self._watched_by((reader,), host)]
        if reader.retired_at is not None:
            steps = [self._left(reader, host)]
        elif steps[0].state == "ok":
            steps.append(self._polled((reader,), polls, None))
        if steps[-1].state == "ok":
            steps.append(
                Step(
                    "seen", "failed", "It is a source, not an entry.", f"monitor entries --source {shell(reader.name)}"
                )
            )
        verdict = "unknown_source" if reader.retired_at is not None else "not_fetched"
        return Explanation(question, verdict, said, ladder=whole(steps))

    def words(
        self, question: str, words: Sequence[str], alike: Sequence[EntryRow], *, texts: bool = True
    ) -> Explanation:  # fmt: skip
        """No entry holds the words; ``texts``: their texts were looked at too."""
        said = absence.nothing_titled(words, alike, self._moments, texts=texts)
        active = [reader for reader in self._watch.readers.values() if reader.retired_at is None]
        count = sentences.count(len(active), "source is", "sources are")
        if not active:
            change = "name one in sources:; monitor try ADDRESS prints the YAML"
            steps = [Step("watched", "failed", "The watchlist has no source.", change)]
        else:
            steps = [Step("watched", "ok", f"{count} read."), self._polled_at_all(active)]
        if steps[-1].state == "ok":
            change = (
                f"monitor explain e{alike[0].id}, if that is meant" if alike else "ask with the address of the page"
            )
            steps.append(Step("seen", "failed", "No entry holds the words.", change))
        return Explanation(question, "not_fetched", said, ladder=whole(steps))

    # --- what is known of it ------------------------------------------------------------------------

    def _asked(self, url: str) -> Asked:
        host = host_of(url)
        readers = self._watch.reading(host)
        watched = tuple(reader for reader in readers if reader.retired_at is None)
        ids = [reader.id for reader in watched]
        named = day_in(url)
        day = named[0] + timedelta(days=1) if named else None
        if day is not None and day > self._moments.now:
            day = None
        ever = self._watch.polls(ids, since=None)
        return Asked(
            url=url,
            host=host,
            watched=watched,
            retired=tuple(reader for reader in readers if reader.retired_at is not None),
            day=day,
            polls=self._watch.polls(ids, since=day) if day is not None else ever,
            ever=ever,
        )

    def _covers(self, gap: Gap, url: str) -> bool:
        day = day_in(url)
        if gap.since > self._moments.now:
            return False
        return day is None or (gap.since < day[1] and gap.until >= day[0])

    # --- answers ------------------------------------------------------------------------------------

    def _rejected(self, question: str, asked: Asked, row: RejectedRow) -> Explanation:
        reader = self._watch.readers.get(row.source)
        name = reader.name if reader else "A replayed file"
        said = absence.rejected(row, name, self._moments)
        change = None
        if row.reason.startswith(_SKIP):
            change = f"if it is wanted, take {row.reason.removeprefix(_SKIP)} from skip: of {name}"
        steps = [
            Step("watched", "ok", f"{name} reads {host_words(reader)}." if reader else f"{name}."),
            Step("polled", "ok", f"Read at {self._moments.say(row.at)}."),
            Step("seen", "failed", said, change),
        ]
        return Explanation(question, "rejected", said, ladder=whole(steps))

    def _unknown(self, question: str, asked: Asked) -> Explanation:
        said = absence.unknown_source(asked.host, asked.retired, self._moments)
        if asked.retired:
            step = self._left(asked.retired[0], asked.host)
        else:
            change = f"add it to sources: monitor try https://{asked.host}/ prints the YAML"
            step = Step("watched", "failed", f"No source of the watchlist reads {asked.host}.", change)
        return Explanation(question, "unknown_source", said, ladder=whole([step]))

    def _in_gap(self, question: str, asked: Asked, gap: Gap) -> Explanation:
        name = self._watch.readers[gap.source].name
        said = absence.in_gap(gap, name, self._moments)
        steps = [
            self._watched_by(asked.watched, asked.host),
            Step("polled", "failed", said, f"read {name} more often: every: 5 min"),
        ]
        return Explanation(question, "gap", said, ladder=_until_failed(steps))

    def _not_fetched(self, question: str, asked: Asked) -> Explanation:
        moments, day, first = self._moments, asked.day, asked.ever.since
        steps = [self._watched_by(asked.watched, asked.host)]
        if day is not None and first is not None and first >= day + timedelta(days=2):
            said = absence.added_late(asked.host, asked.watched, first, day, moments)
            late = f"First polled at {moments.say(first)}, after {absence.day_words(day)}."
            steps.append(Step("polled", "failed", late))
        else:
            said = absence.not_fetched(asked.host, asked.watched, asked.polls, moments, day)
            steps.append(self._polled(asked.watched, asked.polls, day))
        if (skipped := self._skipping(asked)) is not None:
            said += f" skip: of {skipped[0]} leaves out what has {skipped[1]} in its headline."
        which = "It was in none of the documents read"
        change = f"look whether another feed of the site shows it: monitor try https://{asked.host}/"
        steps.append(Step("seen", "failed", f"{which}.", change))
        return Explanation(question, "not_fetched", said, ladder=_until_failed(steps))

    def _skipping(self, asked: Asked) -> tuple[str, str] | None:
        """The source and the phrase of its ``skip`` that stands in the words of the address."""
        path = unquote(asked.url.partition("://")[2].partition("/")[2].partition("?")[0])
        slug = Entry(key="", key_hash="", title=re.sub(r"[-_/+.]+", " ", path))
        for reader in asked.watched:
            _, left_out = split([slug], self._skips.get(reader.name, ()))
            if left_out:
                return reader.name, f'"{left_out[0].phrase}"'
        return None

    # --- steps --------------------------------------------------------------------------------------

    def _left(self, reader: Reader, host: str) -> Step:
        at = self._moments.say(reader.retired_at)
        said = f"{reader.name} read {host} until it was removed from the watchlist at {at}."
        return Step("watched", "failed", said, f"put {reader.name} back into sources:")

    def _watched_by(self, watched: Sequence[Reader], host: str) -> Step:
        names = sentences.listed([reader.name for reader in watched])
        reads = "reads" if len(watched) == 1 else "read"
        if all(reader.paused for reader in watched):
            change = f"take paused: true from {watched[0].name} in sources:"
            return Step("watched", "failed", f"{names} {reads} {host}, but {_is_are(watched)} paused.", change)
        if all(reader.topics is not None and not reader.topics for reader in watched):
            change = f"take topics: [] from {watched[0].name} in sources:"
            return Step("watched", "failed", f"{names} {reads} {host}, but for no topic.", change)
        return Step("watched", "ok", f"{names} {reads} {host}.")

    def _polled(self, watched: Sequence[Reader], polls: Polls, day: datetime | None) -> Step:
        poll = f"monitor poll --source {shell(watched[0].name)}"
        if not polls.count:
            return Step("polled", "waiting", "Not polled yet." if day is None else "Not polled since that day.", poll)
        said = _upper(absence.polled(polls, self._moments, day))
        if not polls.good:
            reason = next((f" {reader.reason.rstrip('.')}." for reader in watched if reader.reason), "")
            return Step("polled", "failed", f"{said}.{reason}", f"{poll}; monitor try ADDRESS finds its new address")
        return Step("polled", "ok", f"{said}.")

    def _polled_at_all(self, active: Sequence[Reader]) -> Step:
        last = max((reader.last_ok_at for reader in active if reader.last_ok_at), default=None)
        if last is None:
            return Step("polled", "waiting", "None of them was read yet.", "monitor poll")
        return Step("polled", "ok", f"Last good read {self._moments.say(last)}.")


def rejections_among(rows: Iterable[RejectedRow], urls: Collection[str]) -> Mapping[str, RejectedRow]:
    """Each of these addresses whose rejection is among ``rows`` (the newest first) to it; a sample may hold the
    address in another spelling, or cut."""
    wanted: dict[str, str] = {}
    for url in urls:
        written, keys = spellings(url)
        wanted |= {form: url for form in (*written, *keys)}
    hosts = {bare_host(host_of(url)) for url in urls}
    found: dict[str, RejectedRow] = {}
    for row in rows:
        for address in _ADDRESS.findall(row.sample):
            if bare_host(host_of(address)) not in hosts:
                continue
            if address.endswith("…"):
                start = address[:-1]
                for url in urls:
                    if url.startswith(start):
                        found.setdefault(url, row)
                continue
            known = wanted.get(address) or wanted.get(canonical(address) or "")
            if known is not None:
                found.setdefault(known, row)
    return found


def _until_failed(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The ladder up to the first step that was not made."""
    made = []
    for step in steps:
        made.append(step)
        if step.state != "ok":
            break
    return whole(made)


def _is_are(watched: Sequence[Reader]) -> str:
    return "it is" if len(watched) == 1 else "they are"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
