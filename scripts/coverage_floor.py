"""Fails the build when what decides, or the store, is covered at less than 95 % of lines and branches."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

FLOOR = 95.0  # percent, of each part
PARTS = ("analysis", "sources", "alerts/rules.py", "alerts/render", "alerts/backoff.py", "schedule.py", "store")


def main() -> int:
    """Read the coverage data of the last run and print each part's share."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", report], check=True)
        files = json.loads(report.read_text())["files"]
    worst = 0
    for part in PARTS:
        found = [f["summary"] for name, f in files.items() if name.startswith(f"monitor/{part}")]
        done = sum(s["covered_lines"] + s["covered_branches"] for s in found)
        total = sum(s["num_statements"] + s["num_branches"] for s in found)
        share = 100 * done / total if total else 0.0
        short = share < FLOOR
        worst |= short
        print(f"coverage of monitor/{part}: {share:.1f} %{'  (under ' + str(FLOOR) + ' %)' if short else ''}")
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
