"""A pool of killable processes that run a pure function on untrusted bytes."""

from monitor.parse.pool import ParsePool

__all__ = ["ParsePool"]
