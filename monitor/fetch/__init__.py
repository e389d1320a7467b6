"""How it is fetched: guarded, polite, conditional HTTP. The only home of the HTTP client."""

from monitor.fetch.fetcher import Fetcher
from monitor.fetch.masked import masked

__all__ = ["Fetcher", "masked"]
