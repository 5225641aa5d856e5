"""`guidegen build` as people and machines use it: what it says, where, and how it ends."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from building import ALL, PORTS, outputs, replace, write_towns
from changing import EN, PORT
from conftest import MINI, ROOT, Outcome, run, write_pack
from guidegen.cli import progress
from guidegen.cli.progress import Watch
from test_completion import told

SECOND = 1_000_000_000
HEAVY = ("babel", "jinja2", "lark", "rich", "ruamel", "concurrent.futures", "asyncio", "sqlite3")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of two towns, two trades and two languages."""
    return write_towns(tmp_path / "pack")


def build(pack: Path, *arguments: str, env: dict[str, str] | None = None) -> Outcome:
    return run("build", *arguments, cwd=pack, env=env)


# What it says


def test_a_summary(pack: Path) -> None:
    """What was made, and what was right already, on standard output; nothing else is said."""
    assert build(pack, "-o", "../out") == Outcome(0, "made 8, unchanged 0, removed 0, failed 0\n", "")
    assert build(pack, "-o", "../out") == Outcome(0, "made 0, unchanged 8, removed 0, failed 0\n", "")
    replace(pack, PORT, "status: published", "status: draft")
    replace(pack, EN, "All jobs on", "Jobs on")
    assert build(pack, "-o", "../out") == Outcome(0, "made 2, unchanged 2, removed 4, failed 0\n", "")


def test_a_build_into_the_pack_itself(pack: Path) -> None:
    """A folder in the pack that isn't part of it will do, and what is in it is no part of the pack."""
    before = run("check", cwd=pack)
    assert build(pack, "-o", "build").code == 0
    assert set(outputs(pack / "build")) == {f"{guide}.txt" for guide in ALL}
    assert build(pack, "-o", "build").out == "made 0, unchanged 8, removed 0, failed 0\n"
    assert run("check", cwd=pack) == before


def test_reasons(pack: Path) -> None:
    """`--explain` says of each guide that is made why, in the order of the stream."""
    first = build(pack, "-o", "../out", "--explain", "locale:nl", "role:weaver").out
    assert first == (
        "nl/marland/weaver: not built before\n"
        "nl/port-ellen/weaver: not built before\n"
        "made 2, unchanged 0, removed 0, failed 0\n"
    )
    build(pack, "-o", "../out")
    replace(pack, PORT, "factor: 1.03", "factor: 1.07")
    (pack.parent / "out/nl/marland/weaver.txt").unlink()
    (pack.parent / "out/nl/marland/netmaker.txt").write_text("x", "utf-8")
    second = build(pack, "-o", "../out", "--explain").out
    assert second == (
        "nl/marland/netmaker: the output was edited\n"
        "nl/marland/weaver: the output is gone\n"
        "en/port-ellen/netmaker: place.factor changed (facts/places/port-ellen.yaml)\n"
        "en/port-ellen/weaver: place.factor changed (facts/places/port-ellen.yaml)\n"
        "nl/port-ellen/netmaker: place.factor changed (facts/places/port-ellen.yaml)\n"
        "nl/port-ellen/weaver: place.factor changed (facts/places/port-ellen.yaml)\n"
        "made 6, unchanged 2, removed 0, failed 0\n"
    )


def test_quiet(pack: Path) -> None:
    """With `--quiet` nothing is said, unless something is wrong."""
    assert build(pack, "-o", "../out", "--quiet") == Outcome(0, "", "")
    assert build(pack, "-o", "../out", "--quiet") == Outcome(0, "", "")
    replace(pack, PORT, "market: small", "markt: small")
    done = build(pack, "-o", "../out", "--quiet")
    assert (done.code, done.out) == (1, "")
    assert "facts/places/port-ellen.yaml:8:1: unknown key 'markt'" in done.err


def test_some_fail(pack: Path) -> None:
    """What can't be made is told once, the outputs that are stale for it are named, and the code is 1."""
    build(pack, "-o", "../out")
    replace(pack, PORT, "market: small", "markt: small")
    replace(pack, EN, "All jobs on", "Jobs on")

    assert build(pack, "-o", "../out") == Outcome(
        1,
        "made 2, unchanged 2, removed 0, failed 4\n"
        "stale, because they can't be made now: en/port-ellen/netmaker.txt, en/port-ellen/weaver.txt, "
        "nl/port-ellen/netmaker.txt, nl/port-ellen/weaver.txt\n",
        "facts/places/port-ellen.yaml:8:1: unknown key 'markt' in place 'port-ellen'\n"
        "  8 | markt: small\n"
        "    | ^^^^^\n"
        "  did you mean 'market'? known: aliases, checked, confidence, dated, employers, factor, figures, "
        "market, motto, names, note, remote, rent, scope, source, status, trades, within; or declare it "
        "under `fields` in pack.yaml\n",
    )


def test_what_was_edited_is_named(pack: Path) -> None:
    """An output that isn't removed for somebody edited it is named; so is what is out of date."""
    build(pack, "-o", "../out")
    (pack.parent / "out/en/port-ellen/weaver.txt").write_text("mine", "utf-8")
    replace(pack, PORT, "status: published", "status: draft")
    replace(pack, EN, "All jobs on", "Jobs on")

    assert build(pack, "-o", "../out", "role:weaver") == Outcome(
        0,
        "made 1, unchanged 2, removed 1, failed 0\n"
        "out of date, and not selected: 1 guide\n"
        "of no guide any more, and kept because somebody edited them: en/port-ellen/weaver.txt\n",
        "",
    )


def test_two_formats(pack: Path) -> None:
    """Formats stand side by side, each as `render` gives it."""
    assert build(pack, "-o", "../out", "--format", "text, html,text").code == 0
    found = outputs(pack.parent / "out")

    assert set(found) == {f"{guide}.{ending}" for guide in ALL for ending in ("txt", "html")}
    for ending, name in (("txt", "text"), ("html", "html")):
        asked = ("--city", "marland", "--role", "weaver", "--locale", "nl", "--format", name)
        assert run("render", *asked, cwd=pack).out == found[f"nl/marland/weaver.{ending}"].decode()


def test_a_table(pack: Path) -> None:
    """One file for all, and nothing to do when it is there."""
    assert build(pack, "--sink", "sqlite:../guides.db").out == "made 8, unchanged 0, removed 0, failed 0\n"
    assert build(pack, "--sink", "sqlite:../guides.db").out == "sqlite:../guides.db is up to date\n"


# What can't be done


WHERE = "  write -o DIR, or --sink sqlite:FILE for one file with all guides\n"
JOBS = "is no number of processes\n  write how many may work at once, 1 to 1,000: --jobs 2\n"
SELECTORS = "write city:NAME, role:NAME, locale:TAG or changed; several names with commas\n"
DRAFTS = "  drafts aren't built: `guidegen list guides --drafts` shows which guides are drafts\n"
CITIES = "`guidegen list places --drafts` shows them all\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("", f"where to? a folder or a table\n{WHERE}"),
        ("-o ../out --sink sqlite:x.db", f"where to? a folder or a table, not both\n{WHERE}"),
        (
            "-o ../out --format text,htm",
            "unknown format 'htm'\n  did you mean 'html'? known: html, json, markdown, text\n",
        ),
        ("-o ../out --format=", "unknown format ''\n  known: html, json, markdown, text\n"),
        ("-o ../out --jobs two", f"'two' {JOBS}"),
        ("-o ../out --jobs 0", f"'0' {JOBS}"),
        (
            "-o ../out --executor thread",
            "unknown executor 'thread'\n  did you mean 'threads'? known: dask, processes, threads\n",
        ),
        (
            "--sink sqlit:x.db",
            "unknown sink 'sqlit'\n  did you mean 'sqlite'? write sqlite:FILE or parquet:FILE\n",
        ),
        ("-o ../out --as-of soon", "'soon' is no day\n  write it as 2026-11-20\n"),
        (
            "-o ../out citi:marland",
            f"'citi:marland' is no selector\n  did you mean 'city:marland'? {SELECTORS}",
        ),
        (
            "-o ../out ellenport",
            f"'ellenport' is no selector\n  did you mean 'city:port-ellen'? {SELECTORS}",
        ),
        ("-o ../out change", f"'change' is no selector\n  did you mean 'changed'? {SELECTORS}"),
        ("-o ../out city:", f"'city:' is no selector\n  {SELECTORS}"),
        ("-o ../out city:marlan", f"unknown city 'marlan'\n  did you mean 'marland'? {CITIES}"),
        ("-o ../out city:isle", f"no published guide is selected\n{DRAFTS}"),
    ],
)
def test_a_wrong_command_line(pack: Path, arguments: str, message: str) -> None:
    """What can't be done is said with what can, and nothing is made."""
    assert build(pack, *arguments.split()) == Outcome(2, "", message)
    assert not (pack.parent / "out").exists()
    assert not (pack / "x.db").exists()


@pytest.mark.parametrize("folder", [".", "facts", "golden/new", "pack.yaml"])
def test_no_output_over_the_pack(pack: Path, folder: str) -> None:
    """The pack, and what it is made of, are no place for outputs."""
    done = build(pack, "-o", folder)

    assert (done.code, done.out) == (2, "")
    assert f"'{folder}'" in done.err


def test_a_broken_pack(pack: Path) -> None:
    """A pack that can't be loaded is refused as every command does it."""
    replace(pack, EN, "## jobs.link", "### jobs.link")
    done = build(pack, "-o", "../out")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("snippets/en/guide.md:")
    assert not (pack.parent / "out").exists()


def test_no_pack_here(tmp_path: Path) -> None:
    """A build is of a pack of one's own."""
    done = run("build", "-o", "out", cwd=tmp_path)

    assert done.code == 2
    assert "guidegen init DIR" in done.err


# How it goes on


class Clock:
    """Time as a test has it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0
        monkeypatch.setattr(progress, "monotonic_ns", lambda: self.now)


def test_lines_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Where nobody looks, a line every ten seconds says how far it is, how fast, and what is left."""
    clock = Clock(monkeypatch)
    watch = Watch(explain=False, quiet=False)
    watch.began(100_000)
    for _ in range(30):
        clock.now += SECOND
        watch.passed(1000)
    watch.ended()

    assert capfdbinary.readouterr().err.decode().splitlines() == [
        "10,000 of 100,000 guides, 1,000 a second, 1 min 30 s left",
        "20,000 of 100,000 guides, 1,000 a second, 1 min 20 s left",
        "30,000 of 100,000 guides, 1,000 a second, 1 min 10 s left",
    ]


def test_nothing_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """With `--quiet` nobody hears how it goes on."""
    clock = Clock(monkeypatch)
    watch = Watch(explain=False, quiet=True)
    watch.began(100)
    clock.now += 100 * SECOND
    watch.passed(50)
    watch.ended()

    assert capfdbinary.readouterr() == (b"", b"")


BAR = """
import sys
sys.path.insert(0, {src!r})
from guidegen.cli import progress
now = [0]
progress.monotonic_ns = lambda: now[0]
watch = progress.Watch(explain=False, quiet=False)
watch.began(1000)
for _ in range({seconds}):
    now[0] += 1_000_000_000
    watch.passed(100)
watch.ended()
"""


@pytest.mark.parametrize(
    ("seconds", "env", "shown"), [(5, {}, True), (0, {}, False), (5, {"CI": "true"}, False)]
)
def test_a_bar_on_a_terminal(seconds: int, env: dict[str, str], shown: bool) -> None:
    """On a terminal a bar shows how far it is and how fast, where it takes longer than a moment."""
    ours, theirs = pty.openpty()
    inherited = {key: value for key, value in os.environ.items() if key != "CI"}
    program = BAR.format(src=str(ROOT / "src"), seconds=seconds)
    command = [sys.executable, "-c", program]
    env = {**inherited, "TERM": "xterm", "COLUMNS": "100", **env}
    subprocess.run(command, stderr=theirs, env=env, check=True)
    os.close(theirs)
    os.set_blocking(ours, False)
    try:
        said = os.read(ours, 100_000).decode()
    except (BlockingIOError, OSError):  # nothing was said
        said = ""
    os.close(ours)

    assert ("building" in said and bool(re.search(r"\d+/1000.*100/s", said))) == shown


def test_nothing_to_do_loads_nothing(pack: Path) -> None:
    """To find that nothing changed takes neither the pack nor any library that is slow to load."""
    build(pack, "-o", "../out")
    build(pack, "-o", "../out")
    program = (
        "import sys\nfrom guidegen.cli.main import run\nsys.argv = ['guidegen', 'build', '-o', '../out']\n"
        "code = run()\nprint(code, *sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=pack, capture_output=True, text=True, check=True
    )
    summary, modules = done.stdout.splitlines()

    assert summary == "made 0, unchanged 8, removed 0, failed 0"
    loaded = modules.split()
    assert loaded[0] == "0"
    assert "guidegen.build.run" in loaded
    assert not {name for name in loaded if name.split(".")[0] in HEAVY or name in HEAVY}
    assert not {"guidegen.pack", "guidegen.facts", "guidegen.build.making", "guidegen.build.workers"} & {
        *loaded
    }


# Selectors elsewhere


def test_list_what_changed(pack: Path) -> None:
    """`changed` selects the guides that a build of it would make, in every command."""
    assert run("accept", cwd=pack).code == 0
    assert run("list", "guides", "changed", cwd=pack).out == ""
    replace(pack, PORT, "factor: 1.03", "factor: 1.07")
    (pack / "golden/stray.txt").write_text("x", "utf-8")

    listed = run("list", "guides", "changed", cwd=pack).out.splitlines()
    assert {line.split()[0] for line in listed} == PORTS
    assert (
        run("list", "guides", "changed", "locale:nl", "role:weaver", cwd=pack).out
        == "nl/port-ellen/weaver  published\n"
    )
    done = run("diff", "--full", "changed", cwd=pack)
    assert (done.code, done.err) == (1, "4 differences\n")
    assert run("list", "facts", "changed", cwd=pack) == Outcome(
        2, "", "facts can't be selected by `changed`\n  it selects guides\n"
    )
    assert run("accept", "changed", cwd=pack).err == "accepted 4\n"
    assert run("diff", "changed", cwd=pack).err == "no differences\n"


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("guidegen bu", ["build"]),
        ("guidegen build -o ", ["dir,"]),
        ("guidegen build ", ["city:", "role:", "locale:", "changed"]),
        ("guidegen build ch", ["changed"]),
        ("guidegen build ci", ["city:marland", "city:port-ellen"]),
        ("guidegen build --format ", ["text", "markdown", "html", "json"]),
        ("guidegen build --format text,h", ["text,html"]),
        ("guidegen build --sink s", ["sqlite:"]),
        ("guidegen build --executor p", ["processes"]),
        ("guidegen list facts c", ["city:marland", "city:port-ellen"]),
    ],
)
def test_what_shells_complete(line: str, answers: list[str]) -> None:
    """The command's options and selectors are completed."""
    assert told(line, MINI) == answers


# Builds that are killed, and two at once


def many_towns(pack: Path, number: int) -> Path:
    """The mini pack with many towns more, each like the port."""
    write_pack(pack)
    facts = (pack / "facts/places/port-ellen.yaml").read_text("utf-8").replace("aliases: [Ellenport]\n", "")
    scene = (pack / "snippets/en/places/port-ellen.md").read_bytes()
    for index in range(number):
        names = facts.replace("Port Ellen", f"Port {index}").replace("Port-Hélène", f"Port-{index}")
        (pack / f"facts/places/town-{index}.yaml").write_text(names, "utf-8")
        (pack / f"snippets/en/places/town-{index}.md").write_bytes(scene)
    return pack


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_build_that_is_killed(jobs: str, tmp_path: Path) -> None:
    """Whenever it is killed, with its workers, each file is whole; the next build completes it."""
    pack, out = many_towns(tmp_path / "pack", 150), tmp_path / "out"
    assert build(pack, "-o", "../clean").code == 0
    clean = outputs(tmp_path / "clean")
    command = [sys.executable, "-m", "guidegen", "build", "-o", "../out", "--jobs", jobs]
    killed = 0
    for delay in range(1, 20):
        started = subprocess.Popen(command, cwd=pack, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            started.wait(delay / 10)
        except subprocess.TimeoutExpired:
            killed += 1
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        found = outputs(out) if out.exists() else {}
        assert all(clean[path] == data for path, data in found.items())
        if len(found) == len(clean):
            break

    assert killed
    assert build(pack, "-o", "../out").code == 0
    assert outputs(out) == clean
    assert {path.name for path in (out / ".guidegen").iterdir()} <= {"record.jsonl", "lock", "owners"}
    assert build(pack, "-o", "../out").out.startswith("made 0, ")


def test_two_builds_at_once(tmp_path: Path) -> None:
    """The second one waits, or says that another is at it; what is there is whole, and all of it."""
    pack = many_towns(tmp_path / "pack", 60)
    command = [sys.executable, "-m", "guidegen", "build", "-o", "../out"]
    both = [
        subprocess.Popen(command, cwd=pack, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate() for one in both]
    codes = sorted(one.returncode for one in both)

    assert codes in ([0, 0], [0, 2])
    assert codes == [0, 0] or any("another build" in err for _, err in said)
    assert build(pack, "-o", "../clean").code == 0
    assert outputs(tmp_path / "out") == outputs(tmp_path / "clean")
