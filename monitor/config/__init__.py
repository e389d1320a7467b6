"""What the user asked for: ``watchlist.yaml``, ``settings.yaml`` and the environment, with all mistakes at once."""

from monitor.config.examples import examples
from monitor.config.findings import render_findings
from monitor.config.loading import Loaded, load
from monitor.config.places import database_url, locate, packaged_folder, starting_place, state_folder
from monitor.config.starter import write_starter

__all__ = [
    "Loaded",
    "database_url",
    "examples",
    "load",
    "locate",
    "packaged_folder",
    "render_findings",
    "starting_place",
    "state_folder",
    "write_starter",
]
