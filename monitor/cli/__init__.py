"""The commands: they read options, call one function of the parts below, and print what it gives."""

from monitor.cli.app import main, run

__all__ = ["main", "run"]
