"""Where the measuring data lies; it is no part of the repository, and tests that need it are skipped without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def corpus(name: str) -> Path:
    """The folder of one corpus, or the test is skipped with the reason."""
    root = Path(os.environ.get("MONITOR_DATA", Path(__file__).parents[2] / "shared" / "data"))
    folder = root / name
    if not folder.is_dir():
        pytest.skip(f"the measuring data is not here: {name} (set MONITOR_DATA)")
    return folder
