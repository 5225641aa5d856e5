"""A build that is killed leaves whole files; the next one makes of them what a clean build makes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HANDBUILT = Path(__file__).with_name("handbuilt.py")


def outcome(*how: str) -> Any:
    done = subprocess.run([sys.executable, str(HANDBUILT), *how], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.mark.slow
def test_killed_before_any_call_to_the_system() -> None:
    """Whichever call a kill comes before, and in the middle of each write: nothing torn, lost or left over.

    The next build completes it, or makes something else of it, as from an empty folder; what the killed one
    wrote is known as guidegen's.
    """
    found = outcome("calls", "0")

    assert found["wrong"] == []
    assert found["kills"] > 200


@pytest.mark.slow
def test_killed_at_random_moments() -> None:
    """The same at moments that no test chose, with builds of several versions cut one after the other."""
    found = outcome("random", "20", "7")

    assert found["wrong"] == []
    assert found["kills"] == 20
