"""What people read when they make a mistake: each kind of mistake once, its message whole.

A folder of `bad_packs/` is one mistake: the files that are laid over a copy of the mini pack, the arguments
in `command.txt` (`check` if there is none), and in `expected.txt` the exit code and all of standard error.

A message that changed is read by somebody before it is accepted: the failing test prints what came out, to
be copied into `expected.txt`. No flag writes it.
"""

import difflib
import io
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from conftest import MINI, Outcome
from guidegen.cli.main import run as run_command

PACKS = Path(__file__).with_name("bad_packs")
MISTAKES = sorted(path.name for path in PACKS.iterdir() if path.is_dir())
OWN = ("expected.txt", "command.txt")
LONGEST = 2_000
_PLACE = re.compile(r"(?P<file>[\w./-]+\.(?:yaml|md)):(?P<line>\d+):(?P<column>\d+): ")


def run_here(monkeypatch: pytest.MonkeyPatch, folder: Path, *args: str) -> Outcome:
    """Run a command in this process, in a folder, CI being set nowhere."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with monkeypatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("CI", raising=False)
        patch.setattr(sys, "argv", ["guidegen", *args])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = run_command()
    said = []
    for stream in (out, err):
        stream.flush()
        said.append(stream.detach().getvalue().decode())
    return Outcome(code, *said)


def laid_over_mini_pack(mistake: str, folder: Path) -> Path:
    shutil.copytree(MINI, folder)
    shutil.copytree(PACKS / mistake, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(*OWN))
    return folder


def arguments(mistake: str) -> list[str]:
    command = PACKS / mistake / "command.txt"
    return shlex.split(command.read_text("utf-8")) if command.exists() else ["check"]


def test_there_are_mistakes() -> None:
    assert MISTAKES
    for mistake in MISTAKES:
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", mistake)
        assert (PACKS / mistake / "expected.txt").is_file(), f"{mistake} has no expected.txt"
        for path in (PACKS / mistake).rglob("*"):
            name = path.relative_to(PACKS / mistake)
            same = (
                path.is_file() and (MINI / name).is_file() and path.read_bytes() == (MINI / name).read_bytes()
            )
            assert not same, f"{mistake}/{name} is the mini pack's own"


def test_the_mini_pack_has_no_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(MINI, tmp_path / "pack")
    assert run_here(monkeypatch, tmp_path / "pack", "check") == Outcome(0, "", "no problems\n")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_said_plainly(mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = laid_over_mini_pack(mistake, tmp_path / "pack")
    code, out, err = run_here(monkeypatch, pack, *arguments(mistake))
    if code == 2:
        assert not out
    check_form(err, pack)
    actual = f"exit {code}\n{err}"
    expected = (PACKS / mistake / "expected.txt").read_text("utf-8")
    if actual != expected:
        lines = difflib.unified_diff(
            expected.split("\n"), actual.split("\n"), "expected", "actual", lineterm=""
        )
        pytest.fail(
            "\n".join(lines) + f"\n\nIf this reads better, it is bad_packs/{mistake}/expected.txt:\n{actual}",
            pytrace=False,
        )


def check_form(err: str, pack: Path) -> None:
    """Each problem is short, and one with a place shows its line, and a caret under what is wrong."""
    assert "Traceback" not in err
    for problem in err.split("\n\n"):
        assert len(problem) <= LONGEST
        first, *rest = problem.split("\n")
        assert "U+000A" not in first
        if place := _PLACE.match(first):
            number, column = place["line"], int(place["column"])
            line = (pack / place["file"]).read_text("utf-8").split("\n")[int(number) - 1]
            shown, caret = rest[0], rest[1]
            assert shown.startswith(f"  {number} | ")
            assert re.fullmatch(f"  {' ' * len(number)} \\| *\\^+", caret)
            if len(line) <= 100 and "\t" not in line:
                assert shown == f"  {number} | {line}"
                assert caret.index("^") == len(f"  {number} | ") + column - 1
        else:
            assert not re.match(r"\S+:\d+", first)


def test_every_problem_has_a_kind_and_a_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What programs read says the same."""
    import json

    pack = laid_over_mini_pack("factor-with-comma", tmp_path / "pack")
    code, out, err = run_here(monkeypatch, pack, "check", "--format", "json")
    assert (code, err) == (1, "")
    assert json.loads(out) == [
        {
            "kind": "not-a-number",
            "warning": False,
            "message": "'port-ellen.factor' is a number, not '1,03'",
            "hint": "write a decimal point: 1.03",
            "file": "facts/places/port-ellen.yaml",
            "line": 7,
            "column": 9,
            "width": 4,
        }
    ]
