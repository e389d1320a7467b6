"""The errors that may leave a part of the monitor, as one small tree.

::

    MonitorError
    ├── ConfigError        the watchlist or the settings cannot be used
    ├── StoreError         the database cannot be used as asked
    │   ├── StoreBusy      another process is the writer
    │   ├── WriterLost     this process was the writer and is it no more: it must stop
    │   ├── SchemaTooNew   a newer monitor has written this database
    │   └── StoreFull      no room to write: nothing was changed, the same write may be tried again
    └── UsageError         a command was given something it cannot work with

Failures that are expected in the course of the work (a host that does not answer, a document that
is not a feed, a refused message) are values of :mod:`monitor.model`, not errors.
"""

from __future__ import annotations


class MonitorError(Exception):
    """Any failure that the monitor explains to its user; the message is the explanation."""


class ConfigError(MonitorError):
    """The watchlist or the settings cannot be used; the message lists every mistake found."""


class StoreError(MonitorError):
    """The database cannot be opened, read or written as asked."""


class StoreBusy(StoreError):
    """Another process holds the right to write to this database."""


class WriterLost(StoreError):
    """The right to write was lost and cannot be had back by this process: another may be the writer already."""


class SchemaTooNew(StoreError):
    """The database was written by a newer version of the monitor, whose tables this one does not know."""


class StoreFull(StoreError):
    """The disk is full or the database is read-only: nothing was changed, the write may be tried again."""


class UsageError(MonitorError):
    """A command was given a value that it cannot work with."""
