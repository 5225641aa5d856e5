"""Shell completion: what shells are told, in real shells too, and that they are never disturbed."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import MINI, ROOT, Outcome, run, write_pack
from guidegen.cli.main import COMMANDS
from guidegen.editor import KINDS

DRAFT = (
    "names: {en: Sint-Anna, fr: Sainte-Anne}\naliases: [Öland]\nscope: city\nwithin: marland\nstatus: draft\n"
)
LONGEST = 60  # seconds that a shell may take on a slow machine


def split_by_bash(line: str) -> list[str]:
    """The words of a line as bash splits them: `:` and `=` are words of their own."""
    words = re.findall(r"[:=]|[^\s:=]+", line)
    return [*words, ""] if line.endswith(" ") else words


def ask(shell: str, line: str, cwd: Path = MINI) -> Outcome:
    """What guidegen tells a shell that asks what may come at the end of a line."""
    words = split_by_bash(line) if shell == "bash" else line.split(" ")
    typed = words[-1] if shell == "fish" else str(len(words) - 1)
    env = {"_GUIDEGEN_COMPLETE": f"{shell}_complete", "COMP_WORDS": "\n".join(words), "COMP_CWORD": typed}
    return run(cwd=cwd, env=env)


def told(line: str, cwd: Path = MINI) -> list[str]:
    """What bash is told."""
    done = ask("bash", line, cwd)
    assert (done.code, done.err) == (0, "")
    return [answer.removeprefix("plain,") for answer in done.out.splitlines() if answer]


# What is completed


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("guidegen ", [*COMMANDS]),
        ("guidegen re", ["render"]),
        ("guidegen --pa", ["--pack"]),
        ("guidegen render --city ", ["marland", "port-ellen"]),
        ("guidegen render --city por", ["port-ellen"]),
        ("guidegen render --city Port-H", ["port-helene"]),
        ("guidegen render --city elle", ["ellenport"]),
        ("guidegen render --city=por", ["port-ellen"]),
        ("guidegen render --city=", ["marland", "port-ellen"]),
        ("guidegen render --city x", []),
        ("guidegen render --city !", []),
        ("guidegen render --role n", ["netmaker"]),
        ("guidegen render --role net-", ["net-maker", "net-makers"]),
        ("guidegen render --locale ", ["en"]),
        ("guidegen render --format j", ["json"]),
        ("guidegen render -o ", ["file,"]),
        ("guidegen schema -o ", ["dir,"]),
        ("guidegen --pack ", ["dir,"]),
        ("guidegen list ", ["places", "roles", "guides", "passages", "tables", "facts"]),
        ("guidegen schema ", [*KINDS]),
        ("guidegen new ", ["city", "locale", "role"]),
        ("guidegen check --format ", ["text", "json", "github"]),
        ("guidegen check --readiness ell", ["ellenport"]),
        ("guidegen completion ", ["bash", "zsh", "fish"]),
        ("guidegen diff ", ["city:", "role:", "locale:", "changed"]),
        ("guidegen diff ci", ["city:marland", "city:port-ellen"]),
        ("guidegen diff locale:", ["en"]),
        ("guidegen accept role:net", ["netmaker"]),
        ("guidegen import ", ["file,"]),
        ("guidegen import guide.txt --city por", ["port-ellen"]),
        ("guidegen import guide.txt --locale ", ["en"]),
        ("guidegen diff city:", ["marland", "port-ellen"]),
        ("guidegen diff city:marland,", ["marland,port-ellen"]),
        ("guidegen diff city:marland,po", ["marland,port-ellen"]),
        ("guidegen diff city:marland role:", ["netmaker"]),
        ("guidegen list facts city:po", ["port-ellen"]),
        ("guidegen list places ci", []),
        ("guidegen diff town:", []),
    ],
)
def test_what_bash_is_told(line: str, answers: list[str]) -> None:
    """Each place of a command line is completed by what may stand there."""
    assert told(line) == answers


def test_other_shells_are_told_names_too() -> None:
    """Where a shell shows a meaning beside a word, it is the name in the pack's first locale."""
    zsh = ask("zsh", "guidegen render --city po").out.split("\n")
    fish = ask("fish", "guidegen render --city po").out

    assert zsh[:3] == ["plain", "port-ellen", "Port Ellen"]
    assert fish == "plain,port-ellen\tPort Ellen\n"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_shells_that_keep_words_whole(shell: str) -> None:
    """Zsh and fish replace the whole word, with its option or the kind of selector that it begins with."""
    assert "--city=port-ellen" in ask(shell, "guidegen render --city=po").out
    assert "city:marland,port-ellen" in ask(shell, "guidegen diff city:marland,po").out


def test_drafts_are_completed(tmp_path: Path) -> None:
    """A draft is rendered while it is written: it is offered, by every name that it has."""
    pack = write_pack(tmp_path / "pack", {"facts/places/sint-anna.yaml": DRAFT})

    assert told("guidegen render --city sint-", pack) == ["sint-anna"]
    assert told("guidegen render --city Saint", pack) == ["sainte-anne"]
    assert told("guidegen render --city ol", pack) == ["oland"]


def test_the_pack_is_the_one_that_the_command_would_use(tmp_path: Path) -> None:
    """The pack is the one after --pack, else the nearest upward, else the one that comes along."""
    assert told("guidegen render --city por", MINI / "facts" / "places") == ["port-ellen"]
    assert told(f"guidegen --pack {MINI} render --city por", tmp_path) == ["port-ellen"]
    assert told("guidegen render --city gand", tmp_path) == ["gand"]


# Never disturbed


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    "line", ["guidegen render --city ", "guidegen diff city:", "guidegen render --locale "]
)
def test_a_broken_pack_gives_nothing(shell: str, line: str, tmp_path: Path) -> None:
    """Where pack.yaml can't be read, there is nothing to offer, and nothing is said about it."""
    pack = write_pack(tmp_path / "pack", {"pack.yaml": "site: [\n"})

    assert ask(shell, line, pack) == Outcome(0, "", "")
    assert ask(shell, line.replace("guidegen", "guidegen --pack nowhere"), pack) == Outcome(0, "", "")


def test_a_broken_place_hides_no_other(tmp_path: Path) -> None:
    """A place whose file can't be read is offered by its slug, and all others by their names."""
    pack = write_pack(
        tmp_path / "pack",
        {
            "facts/places/a.yaml": "names: [\n",
            "facts/places/$(ls).yaml": "names: B\n",
            "rules/b.yaml": "x: [",
        },
    )

    assert told("guidegen render --city ", pack) == ["a", "marland", "port-ellen"]
    assert told("guidegen render --city elle", pack) == ["ellenport"]


@pytest.mark.parametrize("line", ["guidegen rendr ", "guidegen rendr --", "guidegen rendr --city p"])
def test_an_unknown_command_gives_nothing(line: str) -> None:
    """After a command that isn't there, nothing is offered and nothing is said."""
    assert told(line) == []


@pytest.mark.parametrize(
    "env",
    [
        {"_GUIDEGEN_COMPLETE": "bash_complete"},
        {"_GUIDEGEN_COMPLETE": "bash_complete", "COMP_WORDS": "guidegen ", "COMP_CWORD": "x"},
        {"_GUIDEGEN_COMPLETE": "bash_complete", "COMP_WORDS": "guidegen 'z", "COMP_CWORD": "1"},
        {"_GUIDEGEN_COMPLETE": "tcsh_complete", "COMP_WORDS": "guidegen ", "COMP_CWORD": "1"},
        {"_GUIDEGEN_COMPLETE": "yes"},
    ],
)
def test_a_shell_that_asks_wrongly_gets_silence(env: dict[str, str]) -> None:
    """Whatever the variables hold, there is no message and no failure."""
    done = run(env=env)

    assert (done.code, done.out.strip(), done.err) == (0, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_device_is_no_reason_to_speak() -> None:
    """Where the answer can't be written, nothing is said either."""
    env = {"_GUIDEGEN_COMPLETE": "bash_complete", "COMP_WORDS": "guidegen ", "COMP_CWORD": "1"}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "guidegen"],
            env={**os.environ, **env},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert (done.returncode, done.stderr) == (0, b"")


def test_starting_up_knows_nothing_of_completion() -> None:
    """What only completion needs isn't imported by a command that nobody is completing."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "guidegen", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert "guidegen.cli.main" in imported
    assert {name for name in imported if "complet" in name} == set()


# The scripts


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_says_how_to_load_it(shell: str) -> None:
    """The script asks guidegen, and its head and the help have the same line to load it by."""
    done = run("completion", shell)
    head = "\n".join(done.out.split("\n")[:2])
    (line,) = re.findall(r"To load it, (.*)", head)

    assert (done.code, done.err) == (0, "")
    assert f"_GUIDEGEN_COMPLETE={shell}_complete" in done.out
    assert f"{shell} {line}" in re.sub(" +", " ", run("completion", "--help").out)


class Home:
    """A folder with a `guidegen` that answers shells, and notes what it is run with otherwise."""

    def __init__(self, folder: Path) -> None:
        self.noted = folder / "noted"
        self.bin = folder / "bin"
        self.bin.mkdir()
        command = self.bin / "guidegen"
        command.write_text(
            "#!/bin/sh\n"
            f'if [ -n "$_GUIDEGEN_COMPLETE" ]; then exec "{sys.executable}" -m guidegen "$@"; fi\n'
            f'printf "%s\\n" "$@" >"{self.noted}.part" && mv "{self.noted}.part" "{self.noted}"\n'
        )
        command.chmod(0o755)
        self.env = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(folder),
            "TERM": "xterm",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        self.scripts = {}
        for shell in ("bash", "zsh", "fish"):
            self.scripts[shell] = folder / f"script.{shell}"
            self.scripts[shell].write_text(run("completion", shell).out)

    def typed(self, command: list[str], *lines: str) -> list[str]:
        """Type lines in an interactive shell, and give the arguments that guidegen is run with."""
        ours, theirs = pty.openpty()
        shell = subprocess.Popen(
            command,
            cwd=MINI,
            env=self.env,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        said = b""
        waiting = [line.encode() + b"\r" for line in lines]
        ends = time.monotonic() + LONGEST
        try:
            while not self.noted.exists() and time.monotonic() < ends:
                if select.select([ours], [], [], 0.2)[0]:
                    said += os.read(ours, 10_000)
                elif waiting:  # the shell has fallen silent: it reads what comes next
                    os.write(ours, waiting.pop(0))
        finally:
            shell.kill()
            shell.wait()
            os.close(ours)
        assert self.noted.exists(), said.decode("utf-8", "replace")
        return self.noted.read_text().splitlines()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def installed(shell: str) -> str:
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"{shell} isn't installed here")
    return found


REAL = [
    ("guidegen rend\t--city mar\t", ["render", "--city", "marland"]),
    ("guidegen render --city ellenp\t", ["render", "--city", "ellenport"]),
    ("guidegen diff city:po\t", ["diff", "city:port-ellen"]),
    ("guidegen diff city:marland,po\t", ["diff", "city:marland,port-ellen"]),
    ("guidegen list pl\t", ["list", "places"]),
    ("guidegen rendr --city po\t", ["rendr", "--city", "po"]),
]


@pytest.mark.slow
@pytest.mark.parametrize(("line", "arguments"), [*REAL, ("guidegen --pack ru\t", ["--pack", "rules/"])])
def test_in_bash(home: Home, line: str, arguments: list[str]) -> None:
    """In a real bash, the tab key puts in what is meant."""
    bash = [installed("bash"), "--norc", "--noprofile", "-i"]

    assert home.typed(bash, f". {home.scripts['bash']}", line) == arguments


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "arguments"), [*REAL, ("guidegen render --city=po\t", ["render", "--city=port-ellen"])]
)
def test_in_zsh(home: Home, line: str, arguments: list[str]) -> None:
    """In a real zsh, the tab key puts in what is meant."""
    zsh = [installed("zsh"), "-f", "-i"]

    assert (
        home.typed(zsh, "autoload -U compinit; compinit -u -D", f". {home.scripts['zsh']}", line) == arguments
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("guidegen render --city mar", ["marland\tMarland"]),
        ("guidegen render --city=po", ["--city=port-ellen\tPort Ellen"]),
        ("guidegen render --city ellenp", ["ellenport\tPort Ellen"]),
        ("guidegen diff city:marland,po", ["city:marland,port-ellen"]),
        ("guidegen list pl", ["places"]),
        ("guidegen rendr --city po", []),
    ],
)
def test_in_fish(home: Home, line: str, answers: list[str]) -> None:
    """In a real fish, completion offers what is meant, with its name."""
    done = subprocess.run(
        [installed("fish"), "--no-config", "-c", f"source {home.scripts['fish']}; complete -C '{line}'"],
        cwd=MINI,
        env=home.env,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )

    assert (done.stdout.splitlines(), done.stderr) == (answers, "")
