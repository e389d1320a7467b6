"""Tells a network that is down from a source that is: an outage begins when nothing answers, and ends at any answer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import structlog

from monitor.fetch.guard import literal, private_name
from monitor.model import HealthChange, Source, SourceState
from monitor.pipeline import advice
from monitor.pipeline.force import InForce
from monitor.pipeline.health import NETWORK, Network, Polled, suspected_since
from monitor.pipeline.record import tell_owner
from monitor.store import outages
from monitor.store import sources as store_sources
from monitor.store.database import Connection

log = structlog.get_logger()


def observe(connection: Connection, force: InForce, polled: Polled, now: datetime) -> Network:
    """What this poll tells of the network; an outage begins and ends here, and the owner hears of both."""
    source = polled.source
    if not polled.unreachable and not polled.answered:
        return "up"  # nobody was asked
    if not polled.outside and not polled.answered:
        return _suspicion(connection, polled, now)
    if polled.answered:
        # where no source tells of the network any more, an outage ends at any answer: else it would never end
        if polled.outside or not outages.anyone_outside(connection):
            _end(connection, force, now)
        return "up"
    if outages.under_way(connection) is not None:
        return "down"
    since = outages.begun(connection, host=source.host, reasons=NETWORK, now=now)
    if since is not None and polled.failure is not None:
        outages.open_outage(connection, since, polled.failure.reason)
        sentence = advice.no_network(since, polled.failure.sentence, zone=force.zone, now=now)
        tell_owner(connection, force, _change("broken", sentence, since), now)
        log.warning("network_down", since=since.isoformat(), error=polled.failure.reason)
        return "down"
    return _suspicion(connection, polled, now)


def _end(connection: Connection, force: InForce, now: datetime) -> None:
    since = outages.close_outage(connection, now)
    if since is not None:
        sentence = advice.network_back(since, zone=force.zone, now=now)
        tell_owner(connection, force, _change("recovered", sentence, since), now)
        log.info("network_back", since=since.isoformat())


def outside(source: SourceState, wanted: Source | None) -> bool:
    """Whether its answers tell of the network: an own machine's do not, nor does what a proxy says of the world."""
    name = source.host.rpartition(":")[0].strip("[]")
    return literal(name) is None and not private_name(name) and (wanted is None or wanted.access.proxy is None)


def _suspicion(connection: Connection, polled: Polled, now: datetime) -> Network:
    since = suspected_since(polled.source, now)
    return "up" if store_sources.any_read_since(connection, since, outside=polled.outside) else "suspected"


def _change(state: Literal["broken", "recovered"], sentence: str, since: datetime) -> HealthChange:
    return HealthChange("system", "network", state, sentence, since.isoformat())
