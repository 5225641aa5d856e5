"""What tests share: packs written from a dict, and the command line run as a process or in this one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
MINI = Path(__file__).with_name("mini_pack")
TODAY = "2026-11-21"  # on which the shipped pack's facts are fresh: no test fails for the day it is run on

settings.register_profile("guidegen", deadline=None)  # machines are slow at times; examples aren't wrong
settings.load_profile("guidegen")


class Outcome(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


def run(*args: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> Outcome:
    """Run guidegen in a process of its own; CI isn't set there unless `env` sets it."""
    inherited = {key: value for key, value in os.environ.items() if key not in ("CI", "NO_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "guidegen", *args],
        cwd=cwd,
        env={**inherited, **(env or {})},
        capture_output=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def write_pack(folder: Path, tree: dict[str, str | bytes | None] | None = None) -> Path:
    """The mini pack in a folder, with some files changed; None takes a file away."""
    shutil.copytree(MINI, folder, dirs_exist_ok=True)
    for name, content in (tree or {}).items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def some_guides(pack: Any) -> list[tuple[str, str, str]]:
    """Guides that are published, in each locale: of each place to one role, of three places to each."""
    guides = list(pack.guides())
    (_, _, first), *_ = guides
    three = list(dict.fromkeys(place for _, place, _ in guides))[:3]
    return [guide for guide in guides if guide[1] in three or guide[2] == first]


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, as somebody with a name and nothing else configured; skips where there is none."""
    if shutil.which("git") is None:
        pytest.skip("git isn't installed: causes come from its history")
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@quay.example", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode()


def pytest_configure(config: pytest.Config) -> None:
    """Goldens are accepted by people, one look at each: no flag of pytest rewrites them."""
    if config.getoption("--force-regen", default=False) or config.getoption("--regen-all", default=False):
        raise pytest.UsageError(
            "goldens aren't rewritten by tests: read `guidegen diff`, then run `guidegen accept`"
        )


@pytest.fixture
def mini_pack(tmp_path: Path) -> Path:
    """A copy of the mini pack that a test may change."""
    return write_pack(tmp_path / "pack")


@pytest.fixture(scope="session")
def shipped_pack() -> Path:
    """The project's own pack; not to be changed."""
    return ROOT
