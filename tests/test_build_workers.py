"""Workers: whoever makes the guides, the same ones come, in order; with one that dies nothing is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from conftest import write_pack
from guidegen.build import crew, workers
from guidegen.build.folder import locked
from guidegen.build.work import Batch, Failed, File, Made, Output
from guidegen.build.workers import Order, Task, working
from guidegen.pack import Pack
from guidegen.problems import MachineFailed, Problem, Refused, show
from harbours import LAME, PLACES, ROLES, failures, harbours, ordered, outputs, tasks, texts_of

WAYS = ("alone", "threads", "forked", "spawned")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return harbours(tmp_path_factory.mktemp("harbours") / "pack")


@pytest.fixture(scope="module")
def texts(pack: Path) -> dict[tuple[str, str], bytes]:
    return texts_of(pack)


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of a few guides, so that a small pack has many."""
    monkeypatch.setattr(crew, "CHUNK", 4)
    monkeypatch.setattr(crew, "LARGEST", 8)


def hired(order: Order, way: str, monkeypatch: pytest.MonkeyPatch, maker: object = None):
    """Workers of one of the ways of this machine."""
    monkeypatch.setattr(workers, "can_fork", lambda: way == "forked")
    return working(order, "threads" if way == "threads" else "", 1 if way == "alone" else 2, maker)


# -- the same guides, whoever makes them


@pytest.mark.parametrize("way", WAYS)
def test_every_way_makes_the_same_guides_in_order(pack: Path, texts, monkeypatch, way: str) -> None:
    with hired(ordered(pack), way, monkeypatch) as make:
        done = list(make(tasks()))

    assert [one.batch for one in done] == [task.batch for task in tasks()]
    assert [guide.role for one in done for guide in one.guides] == [*ROLES] * 31
    assert outputs(done) == texts
    assert {one.country for one in done if one.batch.place != LAME} == {"marland"}
    titles = [guide.title for one in done for guide in one.guides if isinstance(guide, Made)]
    assert titles[:3] == ["Caulkers in Marland", "Netmakers in Marland", "Salters in Marland"]


@pytest.mark.parametrize("way", WAYS)
def test_a_guide_that_fails_says_why_and_stops_no_other(pack: Path, monkeypatch, way: str) -> None:
    with hired(ordered(pack), way, monkeypatch) as make:
        found = failures(list(make(tasks())))

    assert [*found] == [(LAME, role) for role in ROLES]
    assert found[LAME, "salter"][0].startswith(f"snippets/en/places/{LAME}.md:2:4: ")
    assert "  2 | {{ place.figures.boats | number }} boats.\n    |    ^^^" in found[LAME, "salter"][0]


@pytest.mark.parametrize("way", WAYS)
def test_workers_write_where_the_order_says(pack: Path, texts, tmp_path: Path, monkeypatch, way: str) -> None:
    out = tmp_path / "site"
    order = ordered(pack, out, "text", "json")
    with locked(out, pack), hired(order, way, monkeypatch) as make:
        done = list(make(tasks()))

    assert outputs(done) == {}, "what is written needn't come back"
    files = {
        path: files for one in done for role, files in one.files.items() for path in [(one.batch.place, role)]
    }
    assert {*files} == {*texts}
    for (place, role), text in texts.items():
        written, page = files[place, role]
        assert isinstance(written, File)
        assert written.path == f"en/{place}/{role}.txt"
        assert (out / written.path).read_bytes() == text
        assert isinstance(page, File)
        assert (out / page.path).suffix == ".json"
        assert (out / page.path).stat().st_size == page.size


def test_what_stands_in_the_way_of_a_file_is_a_problem_of_its_guide(pack: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    foreign = out / "en/marland/salter.txt"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("My own notes.")
    with locked(out, pack), working(ordered(pack, out), "", 2) as make:
        done = list(make(tasks()[:2]))

    assert isinstance(done[0].files["caulker"][0], File)
    assert isinstance(done[1].files["salter"][0], Problem)
    assert foreign.read_text() == "My own notes."


@pytest.mark.parametrize("way", WAYS)
def test_a_folder_that_can_t_be_written_ends_the_build(
    pack: Path, tmp_path: Path, monkeypatch, way: str
) -> None:
    (tmp_path / "file").write_text("")
    with (
        hired(ordered(pack, tmp_path / "file/site"), way, monkeypatch) as make,
        pytest.raises(MachineFailed, match="can't be written"),
    ):
        list(make(tasks()))


@pytest.mark.parametrize("way", WAYS)
def test_a_pack_that_can_t_be_loaded_is_said_by_every_kind_of_worker(
    pack: Path, tmp_path: Path, monkeypatch, way: str
) -> None:
    broken = write_pack(tmp_path / "broken", {"pack.yaml": "site: no\n"})
    with pytest.raises(Refused) as refused, hired(ordered(broken), way, monkeypatch) as make:
        list(make(tasks()))

    assert show(refused.value.problems[0]).startswith("pack.yaml:1:")


# -- a stream


class Clerk:
    """Makes guides of a few bytes; what a test would have happen, happens on the way."""

    def __init__(self, pack: Path, befalls=lambda _: None) -> None:
        self.pack = Pack(pack)
        self.befalls = befalls
        self.forgotten: list[str] = []

    def make(self, batch: Batch) -> list[Made | Failed]:
        self.befalls(batch)
        return [
            Made(role, (Output(f"{batch.place}/{role}.txt", role.encode()),), frozenset(), role, "")
            for role in batch.roles
        ]

    def forget(self, place: str) -> None:
        self.forgotten.append(place)


def test_a_place_is_forgotten_when_the_next_one_comes(pack: Path) -> None:
    clerk = Clerk(pack)
    with working(ordered(pack), "", 1, clerk) as make:
        list(make(tasks()))

    assert clerk.forgotten == ["marland", *PLACES][:-1]


@pytest.mark.parametrize("way", WAYS[1:])
def test_the_stream_is_never_held_whole(pack: Path, monkeypatch, way: str) -> None:
    """However slow whoever takes them, only a few chunks are begun ahead of what was taken."""
    begun = 0
    sizes = []

    def endless() -> Iterator[Task]:
        nonlocal begun
        while True:
            begun += 1
            yield Task(Batch(PLACES[begun % 30], "en", ROLES[:2]), {})

    clerk = Clerk(pack) if way == "forked" else None
    with hired(ordered(pack), way, monkeypatch, clerk) as make, closing(make(endless())) as stream:
        for taken, _ in zip(range(300), stream):
            sizes.append(begun - taken)

    assert max(sizes) <= 2 * (crew.AHEAD * 4 + 4)


def test_chunks_end_with_a_place_if_they_can() -> None:
    roles = ("a", "b", "c")
    sizes = {"small": 1, "middle": 2, "large": 9, "last": 1}
    given = [Task(Batch(place, "en", roles), {}) for place, many in sizes.items() for _ in range(many)]
    found = [[task.batch.place for task in piece.tasks] for piece in crew.pieces(given)]

    assert found == [["small", "middle", "middle"], ["large"] * 3, ["large"] * 3, ["large"] * 3, ["last"]]
    assert [piece.number for piece in crew.pieces(given)] == [0, 3, 6, 9, 12]
    assert list(crew.pieces([])) == []


def test_a_large_answer_and_a_large_question_pass_each_other(pack: Path) -> None:
    """A worker that can't get rid of what it made, and a parent that can't get rid of what is to be made."""
    roles = tuple(f"role-{number}" for number in range(40))
    ours = {f"en/x/{number}.txt": "0" * 32 for number in range(40_000)}  # more than a pipe holds

    class Talker(Clerk):
        def make(self, batch: Batch) -> list[Made | Failed]:
            return [Made(role, (Output(role, b"x" * 100_000),), frozenset(), "", "") for role in batch.roles]

    with working(ordered(pack), "", 2, Talker(pack)) as make:
        done = list(make(Task(Batch(place, "en", roles), ours) for place in PLACES[:12]))

    assert [one.batch.place for one in done] == PLACES[:12]
    assert (
        sum(len(output.data) for one in done for made in one.guides for output in made.outputs) == 48_000_000
    )


@pytest.mark.parametrize("way", ["alone", "forked"])
def test_a_mistake_of_ours_is_not_swallowed(pack: Path, monkeypatch, way: str) -> None:
    def befalls(batch: Batch) -> None:
        raise ZeroDivisionError("in the middle of " + batch.place)

    with (
        hired(ordered(pack), way, monkeypatch, Clerk(pack, befalls)) as make,
        pytest.raises((ZeroDivisionError, RuntimeError), match="in the middle of "),
    ):
        list(make(tasks()))


def test_whoever_takes_no_more_leaves_no_process_behind(pack: Path) -> None:
    before = children()
    with working(ordered(pack), "", 2, Clerk(pack)) as make:
        next(make(tasks()))
        pids = children() - before
    assert len(pids) == 2
    assert not children() & pids


def children() -> set[int]:
    """The processes that this one has begun and that haven't ended."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    threads = Path("/proc/self/task").iterdir()
    listed = [pid for thread in threads for pid in (thread / "children").read_text().split()]
    return {int(pid) for pid in listed if runs(int(pid))}


def runs(pid: int) -> bool:
    """Whether a process is there and hasn't ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


# -- a worker that is killed


def killing(folder: Path, place: str, times: int):
    """What befalls a clerk: it is killed where it begins a place, so many times in all."""

    def befalls(batch: Batch) -> None:
        if batch.place == place and len(batch.roles) == 1:
            for number in range(times):
                with suppress(FileExistsError):
                    (folder / f"{number}").touch(exist_ok=False)
                    os.kill(os.getpid(), signal.SIGKILL)

    return befalls


@pytest.mark.parametrize("times", [1, 2])
def test_a_worker_that_is_killed_loses_nothing(pack: Path, tmp_path: Path, times: int) -> None:
    with working(ordered(pack), "", 2, Clerk(pack, killing(tmp_path, "port-11", times))) as make:
        done = list(make(tasks()))

    assert len(list(tmp_path.iterdir())) == times
    assert [one.batch for one in done] == [task.batch for task in tasks()]
    assert len(outputs(done)) == 93


def test_a_batch_that_kills_whoever_makes_it_fails_alone(pack: Path, tmp_path: Path) -> None:
    with working(ordered(pack), "", 2, Clerk(pack, killing(tmp_path, "port-11", 99))) as make:
        done = list(make(tasks()))

    assert len(list(tmp_path.iterdir())) == 3
    (failed,) = failures(done).items()
    assert failed[0] == ("port-11", "salter")
    assert failed[1][0].startswith("the worker process was killed while making en/port-11/salter\n")
    assert len(outputs(done)) == 92


@pytest.mark.slow
@pytest.mark.parametrize("way", ["forked", "spawned"])
def test_every_worker_killed_in_the_middle_loses_nothing(pack: Path, texts, monkeypatch, way: str) -> None:
    """As the system does it when memory runs out: whichever is at it, at any moment."""
    before = children()
    killed = 0
    with hired(ordered(pack), way, monkeypatch) as make:
        done = []
        for one in make(tasks()):
            done.append(one)
            if len(done) in (10, 50):
                for pid in children() - before:
                    with suppress(ProcessLookupError):
                        if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                            os.kill(pid, signal.SIGKILL)
                            killed += 1

    assert killed >= 3
    assert [one.batch for one in done] == [task.batch for task in tasks()]
    assert outputs(done) == texts


# -- the end of whoever asked

PARENT = """
import os, sys, time
from pathlib import Path
from guidegen.build import workers
from guidegen.build.work import Batch
from guidegen.build.workers import Order, Task, working
from guidegen.pack import Pack

class Clerk:
    def __init__(self, root):
        self.pack = Pack(Path(root))
    def make(self, batch):
        print("made", flush=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and batch.locale == "hard":
            pass
        return []
    def forget(self, place):
        pass

if __name__ == "__main__":
    way, root, locale = sys.argv[1:]
    workers.can_fork = lambda: way == "forked"
    maker = Clerk(root) if way == "forked" else None
    try:
        with working(Order(root, ("text",), "", ""), "", 2, maker) as make:
            for done in make(Task(Batch("marland", locale, ("netmaker",) * 500), {}) for _ in range(10_000)):
                print("done", flush=True)
                if way == "spawned":
                    time.sleep(60)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)
"""


def descendants(pid: int) -> set[int]:
    """The processes that a process has begun, and those that they have."""
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= {int(child), *descendants(int(child))}
    return found


@pytest.fixture
def parent(pack: Path, tmp_path: Path):
    """Begins a program that has guides made, in a group of its own."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    (tmp_path / "parent.py").write_text(PARENT)
    begun = []

    def begin(way: str, locale: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(tmp_path / "parent.py"), way, str(pack), locale]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True)
        begun.append(process)
        return process

    yield begin
    for process in begun:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize(("way", "locale"), [("forked", "hard"), ("forked", "en"), ("spawned", "en")])
def test_no_worker_outlives_its_parent(parent, way: str, locale: str) -> None:
    """The parent is killed without a chance to say anything, while its workers compute, or wait."""
    process = parent(way, locale)
    assert process.stdout
    process.stdout.readline()
    pids = descendants(process.pid)
    assert len([pid for pid in pids if runs(pid)]) >= 2
    process.kill()
    process.wait()
    deadline = time.monotonic() + 10
    while any(map(runs, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)

    assert [pid for pid in pids if runs(pid)] == []


@pytest.mark.slow
def test_an_interrupt_ends_all_at_once_and_quietly(parent) -> None:
    """Control-C reaches the whole group: workers say nothing, the parent sends them home."""
    process = parent("forked", "en")
    assert process.stdout
    for _ in range(20):
        process.stdout.readline()
    pids = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=10)

    assert process.returncode == 130
    assert out.endswith("interrupted\n")
    assert err == ""
    assert len(pids) == 2
    assert not any(map(runs, pids))
