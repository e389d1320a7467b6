"""What one sees in the browser: the plain, read-only page of the day, served from the daemon's own event loop."""

from monitor.web.app import create_app
from monitor.web.server import Server

__all__ = ["Server", "create_app"]
