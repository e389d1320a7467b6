"""Prints how many tests passed, failed and were skipped, as the last line of a run; none may vanish silently."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

FLOOR = 8700  # raised with the suite: fewer tests than this (skipped ones counted) fail the build


def main(report: str) -> int:
    """Count the tests of a JUnit report; 1 when there are too few or any failed."""
    path = Path(report)
    if not path.exists():
        print("0 passed, 1 failed")
        return 1
    total = failed = skipped = 0
    for suite in ET.parse(path).iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    print(f"{total - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return int(failed > 0 or total < FLOOR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
