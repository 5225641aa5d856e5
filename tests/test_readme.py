"""The README: its tour runs, as written and in order, and prints what it shows."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, TODAY, git

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
PACK = ("pack.yaml", "facts", "rules", "snippets", "golden")


def steps(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown for it."""
    found: list[tuple[str, str]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif line.startswith("> "):
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", "")
        else:
            found[-1] = (found[-1][0], f"{found[-1][1]}{line}\n")
    return found


def shown_in(shown: str, printed: str) -> bool:
    """Whether the output is as shown; `…` stands for any lines or, in a line, for any text."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…" else re.escape(line + "\n").replace("…", ".*?")
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, printed) is not None


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped pack, as a clone has it, which the tour changes as it goes."""
    folder = tmp_path_factory.mktemp("tour")
    for name in PACK:
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder)
    (folder / "bin").mkdir()
    today = f'[ "$1" != check ] || {{ shift; set -- check --today {TODAY} "$@"; }}'
    (folder / "bin" / "guidegen").write_text(
        f'#!/bin/sh\n{today}\nexec "{sys.executable}" -m guidegen "$@"\n'
    )
    (folder / "bin" / "guidegen").chmod(0o755)
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "as cloned")):
        git(folder, *arguments)
    return folder


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_the_tour_prints_what_the_readme_shows(tour: Path, number: int) -> None:
    """Each console block, run after those before it, prints exactly what is shown."""
    env = {key: value for key, value in os.environ.items() if key != "CI"}
    for command, shown in steps(BLOCKS[number]):
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tour,
            env={
                **env,
                "PATH": f"{tour / 'bin'}{os.pathsep}{env['PATH']}",
                "BROWSER": "true",
                "TMPDIR": str(tour),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = done.stdout.decode("utf-8")

        assert shown_in(shown, printed), f"$ {command}\n{printed}"


def test_the_tour_is_there() -> None:
    """The blocks are found: a README without its tour doesn't pass for a tested one."""
    commands = [command for block in BLOCKS for command, _ in steps(block)]

    assert len(commands) >= 10
    assert {"render", "diff", "accept", "check", "list"} <= {
        command.split()[1] for command in commands if command.startswith("guidegen")
    }


def test_every_command_is_in_the_readme() -> None:
    """Each subcommand has a row in the README's table of commands."""
    from guidegen.cli.main import COMMANDS

    assert all(re.search(rf"^\| `{name}\b", README, re.MULTILINE) for name in COMMANDS)


def test_every_command_that_is_named_can_be_typed() -> None:
    """What stands in backticks is a command that exists, with options and words that it takes."""
    named = {found for found in re.findall(r"`(guidegen [^`]+)`", README) if "COMMAND" not in found}
    helps: dict[str, str] = {}

    assert len(named) > 8
    for typed in named:
        command, *rest = typed.removeprefix("guidegen ").split(" | ")[0].split()
        if command not in helps:
            done = subprocess.run(
                [sys.executable, "-m", "guidegen", command, "--help"], capture_output=True, check=False
            )
            helps[command] = done.stdout.decode()
            assert done.returncode == 0, typed
        for word in rest:
            assert not word.startswith("-") or re.search(rf"[ ,]{word}\b", helps[command]), typed


def test_the_settings_for_the_editor_fit_the_pack() -> None:
    """Each schema that the settings name is one that `schema -o` writes, and its files are there."""
    from guidegen.editor import KINDS

    (block,) = re.findall(r"^```json\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    schemas = json.loads(block)["yaml.schemas"]
    wanted = {f"schema/{kind}.json" for kind in KINDS if kind != "guide"}

    assert set(schemas) == wanted
    for schema, files in schemas.items():
        patterns = [files] if isinstance(files, str) else files
        found = [path for pattern in patterns if pattern[0] != "!" for path in ROOT.glob(pattern)]
        assert found or schema == "schema/pair.json"


def test_the_excerpt_of_the_rules_is_in_the_rules() -> None:
    """The table that the README quotes stands so in rules/prose.yaml."""
    (quoted,) = re.findall(r"^```text\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    rules = (ROOT / "rules" / "prose.yaml").read_text("utf-8")

    assert all(line in rules for line in quoted.splitlines())


def test_set_up_is_two_lines() -> None:
    """The two lines that set up are there, one for the guide and one for the tests; CI runs them."""
    lines = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)

    assert len(lines) == 2
    assert lines[0].endswith("guidegen render --city gent --role backend")
    assert lines[1].endswith("pytest")
