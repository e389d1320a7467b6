"""The services and the user's home that the acceptance tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import Home, Hook, Mail, Publisher


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A user who has nothing yet."""
    return Home(tmp_path)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """A publisher of the test's own."""
    with Publisher() as serving:
        yield serving


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook of the test's own."""
    with Hook() as serving:
        yield serving


@pytest.fixture
def mail() -> Iterator[Mail]:
    """A mail server of the test's own."""
    with Mail() as serving:
        yield serving
