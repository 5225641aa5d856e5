"""A build on a Dask cluster: a real one, with two workers, which lose nothing when they are killed."""

import os
import shutil
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import distributed
import pytest

from guidegen import __version__
from guidegen.build import cluster, crew
from guidegen.build.bundle import bundled, unpacked
from guidegen.build.folder import locked
from guidegen.build.order import Stopped
from guidegen.build.work import File
from guidegen.build.workers import working
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.pack import Pack
from guidegen.problems import MachineFailed, Refused, show
from harbours import LAME, failures, harbours, ordered, outputs, tasks, texts_of


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


# -- a cluster


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[distributed.LocalCluster]:
    """A Dask cluster of this machine: a scheduler, and two workers in processes of their own."""
    with begun_cluster(tmp_path_factory.mktemp("dask")) as cluster_:
        yield cluster_


@contextmanager
def begun_cluster(scratch: Path, **settings: object) -> Iterator[distributed.LocalCluster]:
    with distributed.LocalCluster(
        **{"n_workers": 2, **settings},
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        local_directory=str(scratch),
        silence_logs="CRITICAL",
    ) as begun:
        yield begun


def at(dask: distributed.LocalCluster) -> str:
    return f"dask:{dask.scheduler_address}"


def pids_of(dask: distributed.LocalCluster) -> list[int]:
    return [nanny.pid for nanny in dask.workers.values() if nanny.pid]


@pytest.mark.slow
def test_a_cluster_makes_the_same_guides_in_order(pack: Path, texts, dask, tmp_path: Path) -> None:
    """It doesn't see this disk: the pack goes there, the outputs come back, and are written here."""
    with working(ordered(pack), at(dask), 1) as make:
        done = list(make(tasks()))
    assert [one.batch for one in done] == [task.batch for task in tasks()]
    assert outputs(done) == texts
    assert failures(done)[LAME, "salter"][0].startswith(f"snippets/en/places/{LAME}.md:2:4: ")
    assert {one.country for one in done if one.batch.place != LAME} == {"marland"}

    out = tmp_path / "site"
    address = dask.scheduler_address.removeprefix("tcp://")
    with locked(out, pack), working(ordered(pack, out), f"dask:{address}", 1) as make:
        done = list(make(tasks()))
    assert outputs(done) == {}
    assert {path.relative_to(out).as_posix() for path in out.rglob("*.txt")} == {
        f"en/{place}/{role}.txt" for place, role in texts
    }
    assert all((out / f"en/{place}/{role}.txt").read_bytes() == text for (place, role), text in texts.items())
    assert all(isinstance(file, File) for one in done for files in one.files.values() for file in files)


@pytest.mark.slow
def test_a_worker_of_the_cluster_killed_in_the_middle_loses_nothing(pack: Path, texts, dask) -> None:
    """First one of them, then all at once, with what they had of the pack and what they had made."""
    done = []
    with working(ordered(pack), at(dask), 1) as make:
        for one in make(tasks()):
            done.append(one)
            if len(done) == 10:
                os.kill(pids_of(dask)[0], signal.SIGKILL)
            if len(done) == 30:
                for pid in pids_of(dask):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

    assert [one.batch for one in done] == [task.batch for task in tasks()]
    assert outputs(done) == texts


KILLER = """
import os, signal
from guidegen.build.maker import Maker
class Killer(Maker):
    def make(self, batch):
        if batch.place == "port-11" and batch.roles == ("salter",):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().make(batch)
from guidegen.build import hand
hand.Maker = Killer
"""


@pytest.mark.slow
def test_a_batch_that_kills_whoever_makes_it_fails_alone_on_a_cluster_too(pack: Path, tmp_path: Path) -> None:
    settings = {"preload": [KILLER], "n_workers": 1, "scheduler_kwargs": {"allowed_failures": 0}}
    given = tasks()[16:28]
    with begun_cluster(tmp_path, **settings) as dask, working(ordered(pack), at(dask), 1) as make:
        done = list(make(given))

    assert not list(tmp_path.rglob("pack.yaml")), "what workers unpacked is gone with them"
    assert [one.batch for one in done] == [task.batch for task in given]
    (killed,) = [key for key in failures(done) if key[0] != LAME]
    assert killed == ("port-11", "salter")
    assert "was killed while making en/port-11/salter\n" in failures(done)[killed][0]


@pytest.mark.slow
def test_a_cluster_that_ends_meanwhile_is_said(pack: Path, tmp_path: Path) -> None:
    with begun_cluster(tmp_path) as dask, working(ordered(pack), at(dask), 1) as make:
        stream = make(tasks())
        next(stream)
        dask.close()
        with pytest.raises(MachineFailed) as failed:
            list(stream)

    assert (
        show(failed.value.problem) == f"the Dask cluster at {dask.scheduler_address} doesn't answer any more"
    )


def refused(pack: Path, executor: str) -> str:
    with pytest.raises(Refused) as refusal, working(ordered(pack), executor, 2):
        pass
    return show(refusal.value.problems[0])


@pytest.mark.slow
def test_a_cluster_without_workers_is_said(pack: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 1)
    with begun_cluster(tmp_path, n_workers=0) as dask:
        assert refused(pack, at(dask)) == (
            f"the Dask cluster at {dask.scheduler_address} has no workers\n"
            f"  start some: dask worker {dask.scheduler_address}"
        )


@pytest.mark.slow
def test_a_cluster_of_other_versions_is_refused(pack: Path, dask, monkeypatch) -> None:
    there, its = cluster.versions(), dask.scheduler_address
    monkeypatch.setattr(cluster, "versions", named(lambda: {**there, "Babel": "2.0"}))

    assert refused(pack, at(dask)) == (
        f"a worker of the Dask cluster at {its} has Babel {there['Babel']}; here it is 2.0\n"
        "  install there what is installed here: pip install 'guidegen[cluster]'"
    )


def named(function):
    """A function that is sent to workers by the name of the one that it stands for."""
    function.__module__, function.__qualname__, function.__name__ = cluster.__name__, "versions", "versions"
    return function


@pytest.mark.slow
def test_a_cluster_without_guidegen_is_refused(pack: Path, tmp_path: Path) -> None:
    without = "import sys\nsys.modules['guidegen'] = None\n"
    with begun_cluster(tmp_path, n_workers=1, preload=[without]) as dask:
        assert refused(pack, at(dask)).startswith(
            f"a worker of the Dask cluster at {dask.scheduler_address} can't load guidegen: "
        )


def test_a_worker_that_joins_later_with_another_version_says_so(pack: Path) -> None:
    bundle = bundled(pack)
    here = {**cluster.versions(), "guidegen": "0.0.9"}
    batches = (tasks()[0].batch,)
    outcome = cluster.make_elsewhere(here, ordered(pack), bundle.digest, bundle.data, batches, 0)

    assert isinstance(outcome, Stopped)
    assert isinstance(outcome.error(), Refused)
    assert (
        outcome.problems[0].message == f"a worker of the cluster has guidegen {__version__}; here it is 0.0.9"
    )


@contextmanager
def listening(says: bytes) -> Iterator[str]:
    """Somebody who answers at an address, and is no scheduler."""
    with socket.create_server(("127.0.0.1", 0)) as server, suppress(ConnectionAbortedError):

        def answer() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = server.accept()
                    callers.append(caller)
                    caller.sendall(says)

        callers: list[socket.socket] = []
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        for caller in callers:
            caller.close()


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9, b"\0" * 1000])
def test_an_address_where_no_scheduler_answers_is_refused_soon(pack: Path, monkeypatch, says: bytes) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 1)
    with listening(says) as address:
        began = time.monotonic()
        assert refused(pack, f"dask:{address}") == (
            f"no Dask scheduler answers at {address}\n"
            "  write dask:HOST:PORT, as the scheduler says it when it begins: dask:10.0.0.7:8786"
        )
        assert time.monotonic() - began < 10


def test_an_address_where_nobody_listens_is_refused_soon(pack: Path, monkeypatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

    assert refused(pack, f"dask:{address}").startswith(f"no Dask scheduler answers at {address}\n")


@pytest.mark.slow
def test_the_address_of_a_worker_is_none_of_a_cluster(pack: Path, dask) -> None:
    (worker, *_) = dask.scheduler.workers

    assert refused(pack, f"dask:{worker}").startswith(
        f"'{worker}' is no address of a Dask cluster: a Worker answers, not its scheduler\n"
    )


@pytest.mark.parametrize(
    ("executor", "message"),
    [
        (
            "proceses",
            "unknown executor 'proceses'\n  did you mean 'processes'? known: dask, processes, threads",
        ),
        (
            "Dask:10.0.0.7:8786",
            "unknown executor 'Dask'\n  did you mean 'dask'? known: dask, processes, threads",
        ),
        ("dask", "an executor 'dask' without an address\n  write dask:HOST:PORT"),
        ("dask: ", "an executor 'dask' without an address\n  write dask:HOST:PORT"),
        ("threads:8", "'threads' are of this machine and have no address\n  write threads"),
        ("dask:here", "'here' is no address of a Dask cluster: missing port number in address 'here'\n"),
        (
            "dask:gopher://here:70",
            "'gopher://here:70' is no address of a Dask cluster: unknown address scheme",
        ),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_executor_that_is_none_says_what_to_write(
    pack: Path, executor: str, message: str, jobs: int
) -> None:
    with pytest.raises(Refused) as refusal, working(ordered(pack), executor, jobs):
        pass
    assert show(refusal.value.problems[0]).startswith(message)


def test_a_cluster_without_its_library_says_how_to_get_it(pack: Path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    assert refused(pack, "dask:10.0.0.7:8786") == (
        "building on a Dask cluster needs its library, which isn't installed\n"
        "  pip install 'guidegen[cluster]'"
    )


# -- the pack elsewhere


def test_a_bundle_has_all_that_guides_are_made_from(pack: Path, texts, tmp_path: Path) -> None:
    bundle = bundled(pack)
    with unpacked(bundle, str(tmp_path)) as folder:
        assert folder.parent == tmp_path
        there = Pack(folder)
        for place, role in [("marland", "caulker"), ("port-29", "salter")]:
            text = rendered(compose(there, place, role, "en"), there.settings.layout, "text")
            assert text == texts[place, role]
    with unpacked(bundle) as again:
        assert again == folder, "it stays for the next time"


def test_a_bundle_s_digest_is_of_what_it_holds(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(pack, other)
    assert bundled(other) == bundled(pack)
    (other / "golden").mkdir()
    (other / "golden/note.txt").write_text("no guide reads this")
    assert bundled(other) == bundled(pack)
    (other / "snippets/en/guide.md").write_text("")
    assert bundled(other).digest != bundled(pack).digest


def test_a_link_out_of_the_pack_isn_t_followed_elsewhere(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(pack, other)
    (tmp_path / "secret.md").write_text("## scene\nNot for others.\n")
    (other / "snippets/en/places/marland.md").unlink()
    (other / "snippets/en/places/marland.md").symlink_to(tmp_path / "secret.md")
    with unpacked(bundled(other)) as folder:
        assert not (folder / "snippets/en/places/marland.md").exists()
        assert (folder / "snippets/en/places/port-01.md").exists()


def test_a_folder_of_an_old_pack_goes_when_nobody_reads_it(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    shutil.copytree(pack, other)
    (other / "snippets/en/guide.md").write_text("## guide.title\nOther.\n")
    with unpacked(bundled(pack)) as first:
        with unpacked(bundled(other)) as second:
            assert (first / "pack.yaml").exists()
        assert (second / "pack.yaml").exists()
    with unpacked(bundled(pack)) as again:
        assert again == first
    (other / "snippets/en/guide.md").write_text("## guide.title\nYet another.\n")
    with unpacked(bundled(other)) as third:
        assert not first.exists()
        assert not second.exists()
        assert (third / "pack.yaml").exists()
