"""The inside of a worker process: reads calls from its parent, answers each, and dies with the parent.

Imported by the worker only; started by :mod:`monitor.parse.child`.
"""

from __future__ import annotations

import importlib
import math
import os
import pickle
import resource
import select
import signal
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection

from monitor.model import ParseFailure

READY = b"ready"


def main(descriptor: int, *, cpu: int, memory: int, preload: Sequence[str]) -> None:
    """Serve calls from the socket ``descriptor`` until the parent closes it.

    ``cpu``: seconds of processor time for each call. ``memory``: bytes of address space over what the
    process has after its imports. ``preload``: modules to import before saying :data:`READY`.
    """
    # Ctrl-C and a service manager's TERM reach the whole group: the parent decides when a worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, args=(descriptor,), daemon=True).start()
    for module in preload:
        importlib.import_module(module)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _cap(resource.RLIMIT_AS, _address_space() + memory)
    line: Connection[bytes, bytes] = Connection(descriptor)
    line.send_bytes(READY)
    while True:
        try:
            call = line.recv_bytes()
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        _cap(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime) + cpu)
        line.send_bytes(answer(call))


def answer(call: bytes) -> bytes:
    """The pickled result of one pickled call ``(function, arguments)``, or of its failure."""
    try:
        function, arguments = pickle.loads(call)  # noqa: S301 - it comes from our own parent
        return pickle.dumps(function(*arguments), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return _failed("memory", "Reading the document took more memory than one document may take.")
    except Exception as error:  # noqa: BLE001 - parsers raise anything on hostile bytes; here it becomes a value
        # The class only: messages of parsers quote the document.
        return _failed("malformed", f"The document is damaged: reading it failed ({type(error).__name__}).")


def _failed(reason: str, sentence: str) -> bytes:
    return pickle.dumps(ParseFailure(reason, sentence), pickle.HIGHEST_PROTOCOL)


def _cap(kind: int, value: int) -> None:
    """Set the soft limit, within the hard one that the machine's owner may have set."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _die_with_parent(descriptor: int) -> None:
    """End the process when the other end of the socket closes, also in the middle of a call."""
    watch = select.poll()
    watch.register(descriptor, 0)  # a hang-up is reported unasked
    watch.poll()
    os._exit(1)
