"""Law 1: same pack, same bytes, whatever the machine, the place, the order of files and the day."""

import ast
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from conftest import MINI, ROOT, write_pack
from guidegen.check import check
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.pack import Pack

SRC = ROOT / "src" / "guidegen"
BROKEN = {
    "facts/places/far.yaml": "names: Far\nscope: city\nwithin: marlnd\nstatus: published\nfactor: 1,5\n",
    "facts/places/faraway.yaml": "names: {en: Ellenport}\nscope: city\nwithin: marland\nstatus: published\n",
    "snippets/en/other.md": "## pay.level\nTwice.\n\n## unused\n{{ place.nme }}\n",
    "snippets/en/more.md": "## pay.level\nThrice.\n",
    "rules/more.yaml": "one: two + three + four\ntwo: one\nthree: one\nfour: one\nat_home: yes\n",
    "rules/also.yaml": "at_home: no\n",
    "rules/zoo.yaml": "five: six + seven + nil\nsix: seven + nil\nseven: six + nil\nnil: six + seven\n",
}


def outputs(
    root: Path, cwd: Path = ROOT, env: dict[str, str] | None = None, umask: int = 0o022
) -> list[bytes]:
    """Everything that three commands print about a pack: text, JSON, check, lists and differences."""
    kept = {key: value for key, value in os.environ.items() if key not in ("CI", "NO_COLOR")}
    found = []
    for command in (
        "render --city port-ellen --role netmaker",
        "render --city Ellenport --role net-makers --format json",
        "check --format json",
        "check",
    ):
        done = subprocess.run(
            [sys.executable, "-m", "guidegen", "--pack", str(root), *command.split()],
            cwd=cwd,
            env={**kept, **(env or {})},
            capture_output=True,
            check=False,
            umask=umask,
        )
        found.append(bytes([done.returncode]) + done.stdout + done.stderr)
    return found


@cache
def sound() -> tuple[bytes, ...]:
    """What the commands print about the mini pack, as it is."""
    return tuple(outputs(MINI))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack in which several things are wrong, so that check has an order to keep."""
    return write_pack(tmp_path_factory.mktemp("broken"), dict(BROKEN))


@pytest.fixture(scope="module")
def told(broken: Path) -> list[bytes]:
    """What the commands print about it."""
    return outputs(broken)


def test_the_commands_say_something(told: list[bytes]) -> None:
    """What is compared isn't empty: guides are made of the one pack, problems told of the other."""
    assert sound()[0].startswith(b"\x00Net Makers in Port Ellen\n")
    assert sound()[1].startswith(b'\x00{\n  "guidegen": 1,')
    assert sound()[3] == b"\x00no problems\n"
    assert told[3].startswith(b"\x01")
    assert told[3].count(b"\n\n") > 3


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {
            "PYTHONHASHSEED": "1",
            "TZ": "America/Los_Angeles",
            "LC_ALL": "POSIX",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        },
        {"PYTHONHASHSEED": "4242", "LANG": "nl_BE.ISO-8859-1", "LANGUAGE": "nl", "PYTHONIOENCODING": "ascii"},
        {"COLUMNS": "20", "TERM": "xterm-256color", "FORCE_COLOR": "1", "HOME": "/nonexistent"},
    ],
    ids=lambda env: " ".join(f"{key}={value}" for key, value in env.items()),
)
def test_the_machine_changes_no_byte(env: dict[str, str], broken: Path, told: list[bytes]) -> None:
    """Hash seed, time zone, locale, terminal and home folder leave every byte as it is."""
    assert outputs(MINI, env=env) == list(sound())
    assert outputs(broken, env=env) == told


def test_the_working_directory_changes_no_byte(tmp_path: Path, broken: Path, told: list[bytes]) -> None:
    """A pack that is named is the same from everywhere, by an absolute or a relative path."""
    assert outputs(MINI, cwd=tmp_path) == list(sound())
    assert outputs(Path("tests/mini_pack")) == list(sound())
    assert outputs(Path(broken.name), cwd=broken.parent) == told


def test_the_umask_changes_no_byte() -> None:
    """Nor does what the machine lets others read."""
    assert outputs(MINI, umask=0o077) == list(sound())


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_files_changes_no_byte(tmp_path: Path, seed: int, told: list[bytes]) -> None:
    """Files that were made in another order, in another folder, give the same guides and problems."""
    for name, tree, wanted in (("sound", {}, list(sound())), ("broken", BROKEN, told)):
        original = write_pack(tmp_path / f"{name}-original", dict(tree))
        files = sorted(path for path in original.rglob("*") if path.is_file())
        random.Random(seed).shuffle(files)  # noqa: S311  # nothing to keep secret
        copy = tmp_path / name
        for file in files:
            target = copy / file.relative_to(original)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)

        assert outputs(copy) == wanted


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_a_listing_changes_no_byte(
    seed: int, broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File systems list a folder in any order: guides, lists and problems don't depend on it."""

    def results() -> list[object]:
        guides = []
        for root in (MINI, ROOT):
            pack = Pack(root)
            for locale, place, role in pack.guides():
                guide = compose(pack, place, role, locale)
                guides.append((guide.name, rendered(guide, pack.settings.layout, "json")))
        problems = [(str(problem.location), problem) for problem in check(Pack(broken))]
        return [guides, [(at, problem.message, problem.hint) for at, problem in problems]]

    wanted = results()
    chance = random.Random(seed)  # noqa: S311  # nothing to keep secret
    for name in ("glob", "rglob", "iterdir"):
        original = getattr(Path, name)

        def shuffled(
            self: Path, *args: str, original: Callable[..., Iterator[Path]] = original, **kwargs: bool
        ) -> list[Path]:
            found = list(original(self, *args, **kwargs))
            chance.shuffle(found)
            return found

        monkeypatch.setattr(Path, name, shuffled)

    assert results() == wanted


def test_line_endings_of_the_files_change_no_byte(tmp_path: Path) -> None:
    """A pack that an editor saved with CRLF gives the same guides, origins and problems."""
    for name, tree in (("sound", {}), ("broken", BROKEN)):
        root = write_pack(tmp_path / name, dict(tree))
        plain = outputs(root)
        for path in root.rglob("*"):
            if path.is_file():
                path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

        assert outputs(root) == plain


def test_line_endings_of_the_shipped_pack_change_no_byte(tmp_path: Path) -> None:
    """Every guide of the shipped pack is the same from files with CRLF, as text and as JSON."""
    for name in ("facts", "rules", "snippets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copyfile(ROOT / "pack.yaml", tmp_path / "pack.yaml")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    here, there = Pack(ROOT), Pack(tmp_path)
    guides = list(here.guides())

    assert guides == list(there.guides())
    assert guides
    for locale, place, role in guides:
        for format_ in ("text", "json"):
            made = [
                rendered(compose(pack, place, role, locale), pack.settings.layout, format_)
                for pack in (here, there)
            ]
            assert made[0] == made[1]


# The day

CLOCKS = {"time", "datetime", "calendar", "random", "secrets", "uuid"}
ALLOWED = {  # read dates that are written, reckon with them, and ask no clock for the day
    ("keys.py", "datetime.date"),
    ("fresh.py", "datetime.date"),
    ("fresh.py", "datetime.timedelta"),
    ("build/disk.py", "time"),  # names of files that are being written, which none keeps
    ("build/lock.py", "time"),  # how long another build is waited for
    ("learn/entities.py", "random"),  # dice with a fixed seed: the same sample each time
    ("learn/induce.py", "random.Random"),
}


def clocks(path: Path) -> set[tuple[str, str]]:
    """What a module imports of clocks and dice, by file and name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] in CLOCKS}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in CLOCKS:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {(path.relative_to(SRC).as_posix(), name) for name in found}


def test_nothing_below_the_command_line_asks_clock_or_dice() -> None:
    """No module imports a clock or dice, but those that read written dates; so no day changes a guide."""
    found = set().union(*(clocks(path) for path in SRC.rglob("*.py") if path.parent.name != "cli"))

    assert found == ALLOWED


def test_one_command_asks_the_clock() -> None:
    """What day it is, check alone asks, to tell how old facts are; a bar asks how long it has been there."""
    found = set().union(*(clocks(path) for path in (SRC / "cli").glob("*.py")))

    assert found == {("cli/check.py", "time.strftime"), ("cli/progress.py", "time.monotonic_ns")}


def used(name: str, of: str) -> set[str]:
    """The attributes of something that a module uses."""
    nodes = ast.walk(ast.parse((SRC / name).read_text("utf-8")))
    found = (node for node in nodes if isinstance(node, ast.Attribute))
    return {node.attr for node in found if isinstance(node.value, ast.Name) and node.value.id == of}


def test_builds_take_time_and_ask_for_no_day() -> None:
    """Where `time` is imported whole, it is for waiting and for how long: nothing in it tells the day."""
    for name in sorted(name for name, what in ALLOWED if what == "time"):
        assert used(name, "time") <= {"monotonic_ns", "sleep"}


def test_dates_are_read_and_never_asked_for() -> None:
    """Where `date` is imported, only `date.fromisoformat` is used: neither `today` nor `now`."""
    for name in sorted(name for name, what in ALLOWED if what == "datetime.date"):
        assert used(name, "date") == {"fromisoformat"}


def test_the_day_that_facts_are_read_at_is_the_packs(tmp_path: Path) -> None:
    """Without `--as-of`, series are read as of the day in pack.yaml, long past or long to come."""
    port = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
    settings = (MINI / "pack.yaml").read_text("utf-8")
    series = port.replace("factor: 1.03", "factor: {1990-01-01: 1, 2100-01-01: 1.5}")
    assert series != port

    juniors = []
    for day in ("1999-12-31", "2100-01-01"):
        root = write_pack(
            tmp_path / day,
            {
                "facts/places/port-ellen.yaml": series,
                "pack.yaml": settings.replace("as_of: 2026-01-01", f"as_of: {day}"),
            },
        )
        lines = outputs(root)[0].decode().splitlines()
        juniors.append(next(line for line in lines if line.startswith("| Junior")))

    assert juniors == ["| Junior | €20,000 – €26,000 |", "| Junior | €30,000 – €39,000 |"]
