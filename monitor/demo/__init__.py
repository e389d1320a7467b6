"""The whole path without a network: invented outlets on loopback ports, polled by the very parts that the daemon uses.

::

    data/0900 0920 0940   what each outlet publishes at that time of an invented morning (a file not there is unchanged)
    outlets.py            serves it: one port an outlet, with ETag and 304
    morning.py            polls it three times into a real database, and gathers what came of it
    expectations.py       what must have come of it
    showing.py            what the command prints
"""

from monitor.demo.expectations import Expectation, judge
from monitor.demo.morning import DATA, Morning, morning
from monitor.demo.showing import show

__all__ = ["DATA", "Expectation", "Morning", "judge", "morning", "show"]
