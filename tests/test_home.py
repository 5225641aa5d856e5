"""guidegen in a team's tools: annotations on GitHub, schemas for editors, hooks of pre-commit, a workflow."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from conftest import MINI, ROOT, Outcome, run, write_pack
from guidegen.editor import KINDS, schema_of
from guidegen.pack import Pack

PORT = "facts/places/port-ellen.yaml"
WORKFLOW = ".github/workflows/guides.yml"
HOOKS = ".pre-commit-hooks.yaml"
PACK_FILES = [
    "pack.yaml",
    "facts/places/a.yaml",
    "facts/levels.yaml",
    "rules/a.yaml",
    "snippets/en/guide.md",
    "golden/en/a/b.txt",
]
MARK = "Made by `guidegen schema`"


def port(old: str, new: str) -> dict[str, str | bytes | None]:
    """Port Ellen's facts with one stretch changed."""
    text = (MINI / PORT).read_text("utf-8")
    assert old in text
    return {PORT: text.replace(old, new)}


def accepted(folder: Path, tree: dict[str, str | bytes | None] | None = None) -> Path:
    """The mini pack with goldens of what it renders."""
    pack = write_pack(folder, tree)
    assert run("accept", cwd=pack).code == 0
    return pack


def loaded(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text("utf-8"))


# check --format github


def annotations(out: str) -> list[tuple[str, dict[str, str], str]]:
    """Workflow commands as the runner of GitHub reads them: command, properties, message."""
    found = []
    for line in out.splitlines():
        command, listed, data = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()  # type: ignore[union-attr]
        properties = dict(property_.split("=", 1) for property_ in listed.split(","))
        for token, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            properties = {name: value.replace(token, character) for name, value in properties.items()}
            data = data if token in ("%3A", "%2C") else data.replace(token, character)
        found.append((command, properties, data))
    return found


def test_a_problem_is_marked_at_its_line(tmp_path: Path) -> None:
    """An error has the file, the line and the columns that the text format shows, and says the same."""
    pack = write_pack(tmp_path, port("market: small", "market: smal"))
    done = run("check", "--format", "github", cwd=pack, env={"GITHUB_WORKSPACE": ""})

    assert done == Outcome(
        1,
        f"::error file={PORT},line=8,col=9,endColumn=13,title=unknown-choice::"
        "unknown market 'smal'%0Adid you mean 'small'? known: deep, small\n",
        "1 problem\n",
    )


def test_what_github_would_take_for_its_own_is_escaped(tmp_path: Path) -> None:
    """Percent signs, colons and commas reach GitHub as they were."""
    odd = {"facts/places/50%,a:b.yaml": "names: A\nscope: city\nstatus: draft\n"}
    pack = write_pack(tmp_path, odd | port("market: small", "market: '50%0A::error::'"))
    done = run("check", "--format", "github", cwd=pack, env={"GITHUB_WORKSPACE": str(pack)})
    found = annotations(done.out)

    assert all(line.startswith(("::error ", "::warning ")) for line in done.out.splitlines())
    assert "'50%0A::error::'" in next(said for _, where, said in found if where["title"] == "unknown-choice")
    assert "facts/places/50%,a:b.yaml" in {where.get("file") for _, where, _ in found}


def test_warnings_are_warnings(tmp_path: Path) -> None:
    """A draft's mistake is a warning there too, and the exit code stays 0; the end has their number."""
    far = "names: Far\nscope: city\nwithin: marland\nstatus: draft\nmarket: smal\nfactor: x\n"
    pack = write_pack(tmp_path, {"facts/places/far.yaml": far})
    done = run("check", "--format", "github", cwd=pack, env={"GITHUB_WORKSPACE": str(pack)})
    found = annotations(done.out)

    assert done.code == 0
    assert {command for command, _, _ in found} == {"warning"}
    assert {"unknown-choice", "not-a-number"} <= {where["title"] for _, where, _ in found}
    assert done.err == f"{len(found)} warnings\n"


def test_files_are_named_as_the_repository_names_them(tmp_path: Path) -> None:
    """A pack in a folder of the repository: its files are named from the top, wherever guidegen runs."""
    pack = write_pack(tmp_path / "content" / "guides", port("market: small", "market: smal"))

    def file_of(cwd: Path, workspace: str, given: str) -> str:
        done = run(
            "--pack", given, "check", "--format", "github", cwd=cwd, env={"GITHUB_WORKSPACE": workspace}
        )
        return annotations(done.out)[0][1]["file"]

    assert file_of(tmp_path, "", "content/guides") == f"content/guides/{PORT}"
    assert file_of(pack / "facts", str(tmp_path), "..") == f"content/guides/{PORT}"
    assert file_of(tmp_path, str(pack), str(pack)) == PORT
    assert file_of(tmp_path, str(tmp_path / "elsewhere"), str(pack)) == (pack / PORT).as_posix()


def test_a_pack_that_cannot_be_opened_is_marked_too(tmp_path: Path) -> None:
    """What keeps pack.yaml from being read is marked in it; a file that is missing has no line."""
    pack = write_pack(tmp_path, {"pack.yaml": "site: [\n"})
    done = run("check", "--format", "github", cwd=pack, env={"GITHUB_WORKSPACE": str(pack)})
    ((_, where, _),) = annotations(done.out)

    assert done.code == 1
    assert (where["file"], where["line"]) == ("pack.yaml", "1")


def test_a_problem_of_no_line_has_none(tmp_path: Path) -> None:
    """A problem of a whole file names the file and no line."""
    pack = write_pack(tmp_path, {"facts/places/notes.txt": "Notes\n"})
    done = run("check", "--format", "github", cwd=pack, env={"GITHUB_WORKSPACE": str(pack)})
    ((_, where, _),) = annotations(done.out)

    assert where == {"file": "facts/places/notes.txt", "title": "stray-file"}


def test_a_sound_pack_marks_nothing() -> None:
    """Where nothing is wrong, nothing is marked, and the end says so."""
    assert run("check", "--format", "github", cwd=MINI) == Outcome(0, "", "no problems\n")


# schema -o


def test_schemas_are_written_for_editors(mini_pack: Path) -> None:
    """Each kind has a file that says who made it; what was written is named; a second run writes nothing."""
    done = run("schema", "-o", "schema", cwd=mini_pack)
    files = {kind: mini_pack / "schema" / f"{kind}.json" for kind in KINDS}

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [f"schema/{kind}.json" for kind in KINDS]
    for kind, path in files.items():
        made = json.loads(path.read_bytes())
        assert MARK in made.pop("$comment")
        assert made == schema_of(kind, Pack(mini_pack))
    again = run("schema", "-o", "schema", cwd=mini_pack)
    assert (again.code, again.out) == (0, "")
    assert "up to date" in again.err
    assert run("check", cwd=mini_pack).err == "no problems\n"


def test_only_what_changed_is_written_again(mini_pack: Path) -> None:
    """A new place changes the schema of places: that file is replaced and named, all others stay."""
    run("schema", "-o", "schema", cwd=mini_pack)
    for path in (mini_pack / "schema").iterdir():
        os.utime(path, ns=(1_000_000_000, 1_000_000_000))
    far = "names: Far\nscope: city\nwithin: marland\nstatus: draft\n"
    (mini_pack / "facts/places/far.yaml").write_text(far)

    assert run("schema", "-o", "schema", cwd=mini_pack).out.splitlines() == ["schema/place.json"]
    kept = {
        path.stem for path in (mini_pack / "schema").iterdir() if path.stat().st_mtime_ns == 1_000_000_000
    }
    assert kept == {*KINDS} - {"place"}
    assert '"far"' in (mini_pack / "schema/place.json").read_text("utf-8")


def test_one_kind_alone(mini_pack: Path) -> None:
    """With a kind, only that one is written."""
    assert run("schema", "place", "-o", "a/b", cwd=mini_pack).out == "a/b/place.json\n"
    assert [path.name for path in (mini_pack / "a/b").iterdir()] == ["place.json"]


@pytest.mark.parametrize("foreign", ["{}\n", "[]\n", "no json\n", '{"$comment": "mine"}\n', ""])
def test_a_file_of_somebody_else_is_kept(mini_pack: Path, foreign: str) -> None:
    """A file that `guidegen schema` didn't make is named and stays, and nothing at all is written."""
    folder = mini_pack / "schema"
    folder.mkdir()
    (folder / "role.json").write_text(foreign)
    done = run("schema", "-o", "schema", cwd=mini_pack)

    assert (done.code, done.out) == (2, "")
    assert "schema/role.json" in done.err
    assert [path.name for path in folder.iterdir()] == ["role.json"]
    assert (folder / "role.json").read_text() == foreign


@pytest.mark.parametrize("folder", ["facts", "rules/schema", "snippets/en", "golden"])
def test_schemas_stay_out_of_the_pack(mini_pack: Path, folder: str) -> None:
    """Among facts, rules, snippets and goldens no schema is written, nor through a link."""
    before = sorted(mini_pack.rglob("*"))
    (mini_pack / "link").symlink_to(folder)

    for name in (folder, "link"):
        done = run("schema", "-o", name, cwd=mini_pack)
        assert done.code == 2
        assert "is part of the pack" in done.err
    (mini_pack / "link").unlink()
    assert sorted(mini_pack.rglob("*")) == before


# Hooks and workflow


class Team:
    """A repository in which the words `guidegen …` of a hook or a workflow are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        bin_ = folder / "bin"
        bin_.mkdir(parents=True)
        command = bin_ / "guidegen"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m guidegen "$@"\n')
        command.chmod(0o755)
        self.path = f"{bin_}:{os.environ['PATH']}"

    def run(self, line: str, pack: Path) -> Outcome:
        """Run a line as GitHub does: by bash, which stops at the first failure."""
        env = {**os.environ, "PATH": self.path, "CI": "true", "GITHUB_WORKSPACE": str(pack)}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", line],
            cwd=pack,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path / "team")


def test_hooks_run_where_the_pack_changes() -> None:
    """Both hooks install guidegen, run once for all files, and only where a file of a pack is among them."""
    hooks = loaded(HOOKS)

    assert [hook["id"] for hook in hooks] == ["guidegen-check", "guidegen-diff"]
    for hook in hooks:
        assert (hook["language"], hook["pass_filenames"]) == ("python", False)
        for name in PACK_FILES:
            assert re.search(hook["files"], name), name
            assert re.search(hook["files"], f"content/guides/{name}"), name
        for name in ("README.md", "src/artifacts/a.py", "my-pack.yaml", "pack.yaml.orig", "rules.txt"):
            assert not re.search(hook["files"], name), name


def test_hooks_stop_a_broken_pack(team: Team, tmp_path: Path) -> None:
    """On a sound pack both hooks pass; a mistake fails both, a new sentence the one that compares."""
    lines = [shlex.join([hook["entry"], *hook["args"]]) for hook in loaded(HOOKS)]

    def codes(pack: Path) -> list[int]:
        return [team.run(line, pack).code for line in lines]

    pack = accepted(tmp_path / "pack")
    assert codes(pack) == [0, 0]
    write_pack(pack, port("factor: 1.03", "factor: 1.04"))
    assert codes(pack) == [0, 1]
    write_pack(pack, port("market: small", "market: smal"))
    assert codes(pack) == [1, 2]
    (pack / "pack.yaml").rename(pack / "no-pack.yaml")
    assert codes(pack) == [2, 2]  # and no other pack is checked in its place


def test_the_workflow_runs_where_the_pack_changes() -> None:
    """Pull requests and pushes that touch the pack are checked, with no more rights than to read."""
    workflow = loaded(WORKFLOW)
    (job,) = workflow["jobs"].values()
    wanted = [step["uses"] for step in job["steps"] if "uses" in step]

    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    for event in ("pull_request", "push"):
        paths = workflow["on"][event]["paths"]
        assert WORKFLOW in paths
        for name in PACK_FILES:
            assert any(name == path or name.startswith(path.removesuffix("**")) for path in paths), name
    assert all(re.fullmatch(r"actions/(checkout|setup-python)@v\d+", action) for action in wanted)
    assert len(wanted) == 2
    assert next(
        step["with"]["python-version"] for step in job["steps"] if "python" in step.get("uses", "")
    ) == ("3.11")


def test_the_workflow_stops_at_a_broken_pack(team: Team, tmp_path: Path) -> None:
    """The workflow's own lines pass on a sound pack; a mistake is marked, and a new sentence stops it."""
    (job,) = loaded(WORKFLOW)["jobs"].values()
    install, *lines = [step["run"] for step in job["steps"] if "run" in step]
    assert install.startswith("pip install ")
    assert len(lines) == 2

    def outcomes(pack: Path) -> list[Outcome]:
        return [team.run(line, pack) for line in lines]

    pack = accepted(tmp_path / "pack")
    assert [done.code for done in outcomes(pack)] == [0, 0]
    write_pack(pack, port("factor: 1.03", "factor: 1.04"))
    checked, compared = outcomes(pack)
    assert (checked.code, compared.code) == (0, 1)
    assert "golden/en/port-ellen/netmaker.txt differs" in compared.out
    write_pack(pack, port("market: small", "market: smal"))
    checked, _ = outcomes(pack)
    assert checked.code == 1
    assert annotations(checked.out)[0][1]["file"] == PORT
