"""The output folder: what is put there is whole, what others wrote stays, and one build at a time has it."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import handbuilt
from guidegen.build import lock
from guidegen.build.digests import of_bytes
from guidegen.build.folder import Folder, locked
from guidegen.build.put import put
from guidegen.build.record import Recorder
from guidegen.build.recorded import Record, read_record
from guidegen.build.work import File, Output
from guidegen.problems import MachineFailed, Problem, Refused, show

OURS = {"en/quay/cook.txt": "", "en/quay/smith.txt": ""}


FAULTS = (errno.ENOSPC, errno.EIO, errno.EMFILE)


@pytest.fixture(autouse=True)
def unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flush changes nothing that a test sees, and takes long."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder that stands for a pack."""
    (tmp_path / "pack" / "facts").mkdir(parents=True)
    (tmp_path / "pack" / "pack.yaml").touch()
    return tmp_path / "pack"


@pytest.fixture
def folder(tmp_path: Path, pack: Path) -> Iterator[Folder]:
    """An output folder that nobody else builds into."""
    with locked(tmp_path / "site", pack) as folder:
        yield folder


def two(said: str = "v1") -> list[Output]:
    return [Output(f"en/quay/{role}.txt", f"{role}: {said}".encode()) for role in ("cook", "smith")]


def written(came: list[File | Problem]) -> list[File]:
    assert [each for each in came if isinstance(each, Problem)] == []
    return [each for each in came if isinstance(each, File)]


def problem(came: File | Problem) -> Problem:
    assert isinstance(came, Problem), came
    return came


def refusal(out: Path, pack: Path) -> Problem:
    with pytest.raises(Refused) as refused, locked(out, pack):
        pass
    (found,) = refused.value.problems
    return found


# -- putting


def test_files_are_put_and_known_again(folder: Folder) -> None:
    """A file is what was given, and what is said of it is what the system says."""
    came = written(put(folder.out, two(), {}))

    for output, file in zip(two(), came):
        path = folder.out / output.path
        found = path.stat()
        assert path.read_bytes() == output.data
        assert file == File(
            output.path, found.st_size, found.st_mtime_ns, found.st_ino, of_bytes(output.data)
        )
        assert folder.trusted(file, verify=False) == ""
        assert folder.trusted(file, verify=True) == ""


def test_what_is_written_is_younger_than_the_lock(tmp_path: Path, pack: Path) -> None:
    """`began` is a moment of the folder's own clock: what was there before is older, what comes isn't."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/before").touch()
    os.utime(tmp_path / "site/before", ns=(10**18, 10**18))
    with locked(tmp_path / "site", pack) as folder:
        file = written(put(folder.out, two(), {}))[0]

        assert (tmp_path / "site/before").stat().st_mtime_ns < folder.began <= file.mtime


def test_files_of_several_folders_come_back_in_their_order(folder: Folder) -> None:
    """Pages at the top, in a locale's folder and in a place's folder, mixed: each one's File in its place."""
    paths = ["index.html", "en/quay/cook.txt", "en/index.html", "nl/quay/cook.txt", "en/quay/smith.txt"]
    came = written(put(folder.out, [Output(path, path.encode()) for path in paths], {}))

    assert [file.path for file in came] == paths
    assert all((folder.out / path).read_bytes() == path.encode() for path in paths)


def test_an_equal_file_is_left_alone(folder: Folder) -> None:
    """Put again, nothing is written: not even the time of a file changes."""
    first = put(folder.out, two(), {})
    again = put(folder.out, two(), OURS)

    assert again == first


def test_a_file_of_ours_is_replaced(folder: Folder) -> None:
    """New bytes take the place of old ones, and of what somebody made of them; the others stay."""
    first = written(put(folder.out, two(), {}))
    (folder.out / "en/quay/cook.txt").write_text("edited")
    came = written(put(folder.out, two()[:1], OURS))

    assert (folder.out / "en/quay/cook.txt").read_bytes() == two()[0].data
    assert came[0].inode != first[0].inode
    assert folder.trusted(first[1], verify=False) == ""


def test_a_files_mode_is_kept(folder: Folder) -> None:
    """Somebody who lets others read a guide needn't do it again after each build."""
    put(folder.out, two(), {})
    (folder.out / "en/quay/cook.txt").chmod(0o600)
    put(folder.out, two("v2"), OURS)

    assert (folder.out / "en/quay/cook.txt").stat().st_mode & 0o777 == 0o600


def test_many_workers_put_at_once(folder: Folder) -> None:
    """Threads that put into one locale's folder, and pages around it, make one tree without a gap."""
    came: list[File | Problem] = []

    def work(number: int) -> None:
        for place in range(number, 60, 6):
            came.extend(
                put(folder.out, [Output(f"en/p{place}/cook.txt", b"x"), Output(f"en/{place}.txt", b"y")], {})
            )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(written(came)) == 120
    assert len([path for path in folder.out.glob("en/**/*.txt") if path.is_file()]) == 120


# -- what others wrote


def test_a_foreign_file_stays_and_is_named(folder: Folder) -> None:
    """A file that guidegen didn't write keeps its guide from being written, and no other."""
    path = folder.out / "en/quay/cook.txt"
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    came = put(folder.out, two(), {})

    assert show(problem(came[0])) == (
        f"{path}: this file is there already, and guidegen didn't write it\n"
        "  move it away, or build into another folder"
    )
    assert path.read_text() == "mine"
    assert written(came[1:])


def test_a_file_that_is_as_wanted_is_taken(folder: Folder) -> None:
    """A file that holds the very bytes is as good as written, whoever wrote it."""
    path = folder.out / "en/quay/cook.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(two()[0].data)
    before = path.stat()
    file = written(put(folder.out, two(), {}))[0]

    assert (file.inode, file.mtime) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize("what", ["folder", "link", "link to nothing", "pipe"])
def test_what_is_no_file_stays(folder: Folder, tmp_path: Path, what: str) -> None:
    """A folder, a link or a pipe where a guide would be: not followed and not replaced, recorded or not."""
    path = folder.out / "en/quay/cook.txt"
    path.parent.mkdir(parents=True)
    (tmp_path / "mine").write_bytes(two()[0].data)
    make = {
        "folder": path.mkdir,
        "link": lambda: path.symlink_to(tmp_path / "mine"),
        "link to nothing": lambda: path.symlink_to(tmp_path / "nothing"),
        "pipe": lambda: os.mkfifo(path),
    }
    make[what]()
    kind = path.lstat().st_mode
    came = put(folder.out, two(), OURS)

    assert "stands where a guide would be" in problem(came[0]).message
    assert path.lstat().st_mode == kind
    assert (tmp_path / "mine").read_bytes() == two()[0].data
    assert not (tmp_path / "nothing").exists()
    assert written(came[1:])


@pytest.mark.parametrize("where", ["en", "en/quay"])
@pytest.mark.parametrize("what", ["link", "file"])
def test_a_link_out_of_the_folder_isnt_followed(
    folder: Folder, tmp_path: Path, where: str, what: str
) -> None:
    """A folder of guides that is a link, to wherever, or a file: nothing is written or removed through it."""
    away = tmp_path / "away"
    (away / "quay").mkdir(parents=True)
    (away / "quay/cook.txt").write_bytes(two()[0].data)
    path = folder.out / where
    path.parent.mkdir(exist_ok=True)
    if what == "link":
        path.symlink_to(away if where == "en" else away / "quay")
    else:
        path.write_text("mine")
    came = put(folder.out, [*two("v2"), Output("nl/quay/cook.txt", b"nl")], OURS)

    assert "stands where a folder of guides would be" in problem(came[0]).message
    assert "stands where a folder of guides would be" in problem(came[1]).message
    assert written(came[2:])
    assert not folder.remove(File("en/quay/cook.txt", 0, 0, 0, of_bytes(two()[0].data)))
    assert handbuilt.tree(away) == {"quay": None, "quay/cook.txt": two()[0].data}


def test_no_path_leads_out_of_the_folder(folder: Folder, tmp_path: Path) -> None:
    """A record that somebody else made up removes and replaces nothing around the output folder."""
    (tmp_path / "mine.txt").write_bytes(b"mine")
    path = "../mine.txt"
    came = put(folder.out, [Output(path, b"ours")], {path: of_bytes(b"mine")})

    problem(came[0])
    assert not folder.remove(File(path, 4, 0, 0, of_bytes(b"mine")))
    assert (tmp_path / "mine.txt").read_bytes() == b"mine"


# -- names where case doesn't count


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("en/quay/cook.txt", "en/quay/Cook.txt"),
        ("en/quay/cook.txt", "EN/quay/cook.txt"),
        ("en/quay/strasse.txt", "en/quay/straße.txt"),
        ("en/quay/caf\u00e9.txt", "en/quay/cafe\u0301.txt"),
    ],
)
def test_two_outputs_that_would_be_one_file(folder: Folder, first: str, second: str) -> None:
    """On a disk that doesn't tell case one would be written over the other: the second is refused."""
    came = put(folder.out, [Output(first, b"1"), Output(second, b"2")], {})

    written(came[:1])
    message = f"'{first}' and '{second}' would be one file where capital letters don't count"
    assert problem(came[1]).message == message
    assert not (folder.out / second).exists()


def test_a_foreign_name_that_differs_in_case_only(folder: Folder) -> None:
    """The same for a file that somebody else wrote: it stays, and the guide is refused."""
    path = folder.out / "en/quay/Cook.txt"
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    came = put(folder.out, two(), {})

    assert problem(came[0]).message == (
        "'en/quay/Cook.txt' is there already, and is the same name where capital letters don't count"
    )
    assert path.read_text() == "mine"
    assert written(came[1:])


@pytest.mark.parametrize("name", ["EN", "en/Quay"])
def test_a_foreign_folder_that_differs_in_case_only(tmp_path: Path, pack: Path, name: str) -> None:
    """A folder that was there before the first build and would take in the guides on such a disk."""
    (tmp_path / "site" / name).mkdir(parents=True)
    with locked(tmp_path / "site", pack) as folder:
        came = put(folder.out, two(), {})

    assert f"'{name}' is there already" in problem(came[0]).message
    assert handbuilt.tree(tmp_path / "site").keys() == {name, *(["en"] if "/" in name else [])}


# -- trust, and what leaves


def recorded(folder: Folder) -> Record:
    files = written(
        put(folder.out, [*two(), Output("en/mill/cook.txt", b"cook"), Output("en/mill/cook.md", b"c")], {})
    )
    for path in ("en/quay/cook.txt", "en/quay/smith.txt", "en/mill/cook.txt", "en/mill/cook.md"):
        os.utime(folder.out / path, ns=(10**18, 10**18))
    files = [file._replace(mtime=10**18) for file in files]
    recorder = Recorder(folder.out, {})
    recorder.note("quay", "en", "", [("cook", frozenset(), (files[0],)), ("smith", frozenset(), (files[1],))])
    recorder.note("mill", "en", "", [("cook", frozenset(), (files[2], files[3]))])
    recorder.close()
    found = read_record(folder.out)
    assert isinstance(found, Record)
    return found


def edit(path: Path, data: bytes) -> None:
    """Other bytes in the same file, with the time that it had."""
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_an_untouched_folder(folder: Folder) -> None:
    """What is as it was recorded is told by its times, or by its bytes when asked to."""
    record = recorded(folder)

    assert [*folder.untouched(record, verify=False)] == []
    assert folder.renewed == {}
    assert [*folder.untouched(record, verify=True)] == []
    assert {*folder.renewed} == {"en/quay", "en/mill"}


def test_each_guide_that_was_touched_is_named(folder: Folder) -> None:
    """Edited, gone, replaced by a link: each is named once, with what became of it."""
    record = recorded(folder)
    (folder.out / "en/quay/smith.txt").unlink()
    (folder.out / "en/mill/cook.txt").write_text("mine")
    (folder.out / "en/mill/cook.md").unlink()
    (folder.out / "en/mill/cook.md").symlink_to("cook.txt")

    assert [*folder.untouched(record, verify=False)] == [
        ("quay", "en", "smith", "gone"),
        ("mill", "en", "cook", "edited"),
    ]
    shutil.rmtree(folder.out / "en")
    assert [why for *_, why in folder.untouched(record, verify=False)] == ["gone"] * 3


def test_a_copied_file_is_known_by_its_bytes(folder: Folder) -> None:
    """A folder that was copied, or a file that was touched, holds what is recorded: nothing is made again."""
    record = recorded(folder)
    os.utime(folder.out / "en/quay/cook.txt")
    shutil.copy(folder.out / "en/mill/cook.md", folder.out / "en/mill/copy")
    (folder.out / "en/mill/copy").replace(folder.out / "en/mill/cook.md")

    assert [*folder.untouched(record, verify=False)] == []
    assert {path for files in folder.renewed.values() for path in files} == {
        "en/quay/cook.txt",
        "en/mill/cook.md",
    }
    recorder = Recorder(folder.out, {})
    for pair in record:
        recorder.keep(record, *pair, folder.renewed)
    recorder.close()
    again = read_record(folder.out)
    assert isinstance(again, Record)
    kept = [file for pair in again for guide in again.guides(*pair).values() for file in guide.files]
    folder.renewed.clear()
    assert [folder.trusted(file, verify=False) for file in kept] == [""] * 4


def test_an_edit_that_hides_is_found_when_asked(folder: Folder) -> None:
    """As many bytes, in the same file, with its old time set again: only reading tells; `verify` reads."""
    record = recorded(folder)
    edit(folder.out / "en/mill/cook.txt", b"kooc")

    assert [*folder.untouched(record, verify=False)] == []
    assert [*folder.untouched(record, verify=True)] == [("mill", "en", "cook", "edited")]


def test_an_edit_in_the_moment_of_the_record_is_found(folder: Folder) -> None:
    """A file that isn't older than the record is read: an edit in the same tick keeps the time."""
    file = written(put(folder.out, two()[:1], {}))[0]
    path = folder.out / file.path
    os.utime(path, ns=(2**62, 2**62))
    recorder = Recorder(folder.out, {})
    recorder.note("quay", "en", "", [("cook", frozenset(), (file._replace(mtime=2**62),))])
    recorder.close()
    record = read_record(folder.out)
    assert isinstance(record, Record)
    assert [*folder.untouched(record, verify=False)] == []
    edit(path, path.read_bytes()[::-1])

    assert [*folder.untouched(record, verify=False)] == [("quay", "en", "cook", "edited")]


def test_a_guide_that_leaves_takes_its_folders_along(folder: Folder) -> None:
    """The last guide of a place takes the place's folder with it, and the last of a locale the locale's."""
    files = written(put(folder.out, [*two(), Output("en/mill/cook.txt", b"c")], {}))

    assert folder.remove(files[0])
    assert (folder.out / "en/quay/smith.txt").exists()
    assert folder.remove(files[1])
    assert not (folder.out / "en/quay").exists()
    assert (folder.out / "en/mill").exists()
    assert folder.remove(files[2])
    assert not (folder.out / "en").exists()
    assert folder.out.exists()


def test_an_edited_guide_stays_when_it_leaves(folder: Folder) -> None:
    """What somebody edited isn't deleted, nor what they put there instead; what is gone is gone."""
    files = written(put(folder.out, two(), {}))
    edit(folder.out / files[0].path, b"kooc: v1")
    (folder.out / files[1].path).unlink()

    assert not folder.remove(files[0])
    assert (folder.out / files[0].path).read_bytes() == b"kooc: v1"
    assert folder.remove(files[1])


def test_a_folder_of_somebody_else_stays_empty(tmp_path: Path, pack: Path) -> None:
    """A folder that was there before guidegen came isn't deleted, though all of ours in it is."""
    (tmp_path / "site/en/quay").mkdir(parents=True)
    (tmp_path / "site/notes").mkdir()
    with locked(tmp_path / "site", pack) as folder:
        files = written(put(folder.out, [*two(), Output("en/mill/cook.txt", b"c")], {}))
        Recorder(folder.out, {}).close()
    with locked(tmp_path / "site", pack) as folder:
        assert all(folder.remove(file) for file in files)

    assert handbuilt.tree(tmp_path / "site") == {"en": None, "en/quay": None, "notes": None}


PATHS = ("en/quay/cook.txt", "en/quay/smith.txt", "en/mill/cook.txt", "nl/quay/cook.txt")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put all", "write", "delete", "remove", "forget"]),
        st.sampled_from(PATHS),
        st.sampled_from([b"one", b"two", b"six"]),
    ),
    max_size=25,
)


@given(STEPS)
def test_what_others_wrote_stays_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, bytes]]
) -> None:
    """Puts, edits and removals in any order: what isn't ours is as it was left, what is ours as it was put.

    A put replaces what is ours, edited or not, and nothing else; a removal deletes what is ours and unedited.
    """
    base = tmp_path_factory.mktemp("any")
    disk: dict[str, bytes] = {}
    ours: dict[str, File] = {}
    with locked(base / "site", base / "pack") as folder:
        for what, path, data in steps:
            if what in ("put", "put all"):
                paths = [path] if what == "put" else [*PATHS]
                came = put(
                    folder.out, [Output(each, data) for each in paths], {p: f.digest for p, f in ours.items()}
                )
                for each, result in zip(paths, came):
                    allowed = each not in disk or each in ours or disk[each] == data
                    assert isinstance(result, File) == allowed
                    if isinstance(result, File):
                        ours[each], disk[each] = result, data
            elif what == "write":
                (folder.out / path).parent.mkdir(parents=True, exist_ok=True)
                (folder.out / path).write_bytes(data)
                disk[path] = data
            elif what == "delete":
                (folder.out / path).unlink(missing_ok=True)
                disk.pop(path, None)
            elif what == "forget":
                ours.pop(path, None)
            elif path in ours:
                gone = folder.remove(ours[path])
                assert gone == (path not in disk or of_bytes(disk[path]) == ours[path].digest)
                if gone:
                    disk.pop(path, None)
                    ours.pop(path)
            found = {name: held for name, held in handbuilt.tree(folder.out).items() if held is not None}
            assert found == disk
    shutil.rmtree(base)


# -- what a killed build leaves


def test_a_cut_line_of_the_journal_spoils_no_other(tmp_path: Path, pack: Path) -> None:
    """A disk that was full cut a line; what came before it and after it is known as ours all the same."""
    with locked(tmp_path / "site", pack) as folder:
        put(folder.out, two(), {})
        journal = folder.out / ".guidegen/journal"
        journal.write_bytes(journal.read_bytes() + b'\n0123456789abcdef ["en/mi')
        put(folder.out, [Output("nl/quay/cook.txt", b"nl")], {})
    with locked(tmp_path / "site", pack) as folder:
        assert {*folder.left} == {"en/quay/cook.txt", "en/quay/smith.txt", "nl/quay/cook.txt"}
        assert folder.left_in("quay", "nl") == {"nl/quay/cook.txt": of_bytes(b"nl")}
        assert folder.left_in("mill", "nl") == {}


def test_what_was_edited_after_a_kill_isnt_ours(tmp_path: Path, pack: Path) -> None:
    """A file that a killed build was about to write, and that holds something else, may be anybody's."""
    with locked(tmp_path / "site", pack) as folder:
        put(folder.out, [*two(), Output("en/mill/cook.txt", b"c")], {})
    (tmp_path / "site/en/quay/cook.txt").write_text("mine")
    (tmp_path / "site/en/quay/smith.txt").write_bytes(b"\0" * 8)  # as a power loss leaves it
    with locked(tmp_path / "site", pack) as folder:
        assert {*folder.left} == {"en/mill/cook.txt", "en/quay/smith.txt"}


def test_what_a_killed_build_left_stays_ours_until_it_is_recorded(tmp_path: Path, pack: Path) -> None:
    """A build of something else in between doesn't make it foreign; a record, or its end, settles it."""
    with locked(tmp_path / "site", pack) as folder:
        put(folder.out, [*two(), Output("en/mill/cook.txt", b"c")], {})
    for _ in range(2):
        with locked(tmp_path / "site", pack) as folder:
            assert {*folder.left} == {"en/quay/cook.txt", "en/quay/smith.txt", "en/mill/cook.txt"}
            Recorder(folder.out, {}).close()
    with locked(tmp_path / "site", pack) as folder:
        assert folder.remove(folder.left["en/mill/cook.txt"])
        files = written(put(folder.out, two("v2"), folder.left_in("quay", "en")))
        recorder = Recorder(folder.out, {})
        recorder.note("quay", "en", "", [("cook", frozenset(), tuple(files))])
        recorder.close()

    assert handbuilt.own(tmp_path / "site") == {"lock", "record.jsonl"}
    with locked(tmp_path / "site", pack) as folder:
        assert folder.left == {}


# -- a machine that fails


@pytest.mark.slow
def test_a_failing_machine_leaves_each_file_whole(pack: Path) -> None:
    """Whichever call fails, once: what was there is there, or its new version; nothing is left beside it.

    The failure is named, or did no harm; the next build is as good as one into an empty folder.
    """
    failures: list[Problem] = []
    with TemporaryDirectory(dir=handbuilt.MEMORY) as base:
        for number in count():
            out = Path(base, str(number))
            handbuilt.build(out, pack, 0)
            ended = False
            fault = handbuilt.failing_with(FAULTS[number % len(FAULTS)])
            with handbuilt.before_call(number, fault) as calls:
                try:
                    handbuilt.build(out, pack, 2)
                    ended = True
                except MachineFailed as failure:
                    failures.append(failure.problem)
            if calls[0] <= number:
                break
            if ended:
                assert handbuilt.tree(out) == handbuilt.clean(2)
            assert handbuilt.wrong_after_kill(out, 0, 2) == []
            assert not any(name.startswith("new/") for name in handbuilt.own(out))
            assert isinstance(read_record(out), Record)
            assert handbuilt.build(out, pack, 1) == []
            assert handbuilt.wrong_after_build(out, 1) == []
            shutil.rmtree(out)

    assert len(failures) > 50
    assert {failure.message.rpartition(": ")[2] for failure in failures} == {*map(os.strerror, FAULTS)}
    assert all(str(failure.location).startswith(base) for failure in failures)


def test_a_disk_that_stays_full(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write fails from some moment on: exit by a clear error, and what was there is as it was."""
    out = tmp_path / "site"
    handbuilt.build(out, pack, 0)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(MachineFailed) as failed:
            handbuilt.build(out, pack, 2)

    assert show(failed.value.problem).endswith("can't be written: No space left on device")
    assert handbuilt.tree(out) == handbuilt.clean(0)
    assert handbuilt.build(out, pack, 2) == []
    assert handbuilt.wrong_after_build(out, 2) == []


def test_a_folder_that_cant_be_written(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk that may only be read the build ends by a clear error, and what is there stays."""
    out = tmp_path / "site"
    handbuilt.build(out, pack, 0)
    real = os.open

    def read_only(path: str, flags: int, *rest: int, **at: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *rest, **at)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(MachineFailed) as failed:
        handbuilt.build(out, pack, 1)
    monkeypatch.undo()

    assert show(failed.value.problem) == f"{out}: can't be written: Read-only file system"
    assert handbuilt.tree(out) == handbuilt.clean(0)


def test_a_file_that_cant_be_read_is_no_longer_as_it_was(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it holds nobody can tell: it is made again, and when its guide leaves it stays."""
    files = written(put(folder.out, two(), {}))
    os.utime(folder.out / files[0].path)
    real = os.open

    def closed(path: str, flags: int, *rest: int, **at: int) -> int:
        if str(path).endswith("cook.txt") and not flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, flags, *rest, **at)

    monkeypatch.setattr(os, "open", closed)
    assert folder.trusted(files[0], verify=False) == "edited"
    assert not folder.remove(files[0])
    assert isinstance(put(folder.out, two(), {})[0], Problem)
    assert written(put(folder.out, two(), OURS))


def test_folders_that_were_half_made_go(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full before the output folder is there leaves none of those around it either."""
    real = os.mkdir

    def full(path: str, *rest: int, **at: int) -> None:
        if str(path).endswith("site"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(path, *rest, **at)

    monkeypatch.setattr(os, "mkdir", full)
    with pytest.raises(MachineFailed, match="No space left on device"):
        handbuilt.build(tmp_path / "a/b/site", pack, 0)
    assert not (tmp_path / "a").exists()


def test_nothing_is_made_for_a_build_that_does_nothing(tmp_path: Path, pack: Path) -> None:
    """A build that is refused after it has the folder leaves no empty one, nor one of its own."""
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "a/b/site", pack):
        raise ZeroDivisionError
    assert not (tmp_path / "a").exists()

    (tmp_path / "mine/notes").mkdir(parents=True)
    with locked(tmp_path / "mine", pack):
        pass
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes"]


# -- two builds at once

HOLD = """
import sys, os, time
from pathlib import Path
from guidegen.build.folder import locked
with locked(Path(sys.argv[1]), Path(sys.argv[2])):
    if "fork" in sys.argv and os.fork():
        time.sleep(60)
    print(os.getpid(), flush=True)
    sys.stdin.read(1)
"""


@contextmanager
def another_build(out: Path, pack: Path, *how: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has the folder; it lets go when its input ends."""
    command = [sys.executable, "-c", HOLD, str(out), str(pack), *how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline()
        try:
            yield process
        finally:
            process.stdin.close()
            process.kill()


def test_a_second_build_is_refused_by_name(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who builds twice at once reads which process has the folder; the first one goes on."""
    monkeypatch.setattr(lock, "PATIENCE", 0)
    with another_build(tmp_path / "site", pack) as other:
        found = refusal(tmp_path / "site", pack)
        assert show(found) == (
            f"another build (process {other.pid}) is writing to '{tmp_path / 'site'}'\n"
            "  wait until it is done, or build into another folder"
        )
        with locked(tmp_path / "other", pack):
            pass


def test_a_second_build_waits_a_moment(tmp_path: Path, pack: Path) -> None:
    """Most builds are over before anybody has to be told of them."""
    with another_build(tmp_path / "site", pack) as other:
        timer = threading.Timer(0, other.kill)
        timer.start()
        with locked(tmp_path / "site", pack) as folder:
            assert written(put(folder.out, two(), {}))
        timer.join()


def test_the_lock_of_a_killed_build_keeps_nobody_out(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no file to delete by hand after a crash."""
    monkeypatch.setattr(lock, "PATIENCE", 0)
    with another_build(tmp_path / "site", pack) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        with locked(tmp_path / "site", pack):
            pass


def test_workers_that_outlive_their_build_keep_the_folder(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was forked may still write: until it ends no other build begins, and that is said."""
    monkeypatch.setattr(lock, "PATIENCE", 0)
    with another_build(tmp_path / "site", pack, "fork") as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        found = refusal(tmp_path / "site", pack)
        assert found.message == (
            f"workers of a build that was killed (process {other.pid}) still write to '{tmp_path / 'site'}'"
        )
        assert other.stdin
        other.stdin.close()
        monkeypatch.setattr(lock, "PATIENCE", 10)
        with locked(tmp_path / "site", pack):
            pass


def test_two_builds_of_one_process_dont_meet(
    folder: Folder, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither do two threads of a program that builds."""
    monkeypatch.setattr(lock, "PATIENCE", 0)
    assert "another build" in refusal(folder.out, pack).message


def test_builds_at_once_take_turns(tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that build again and again wait for each other; a reader sees the one's guides or the other's."""
    monkeypatch.setattr(lock, "PATIENCE", 60)
    out = tmp_path / "site"
    handbuilt.build(out, pack, 0)
    texts = {handbuilt.guides(version)["quay", "en"]["cook"] for version in (0, 2)}
    problems: list[Problem] = []
    read: list[bytes] = []

    def work(version: int) -> None:
        for _ in range(8):
            problems.extend(handbuilt.build(out, pack, version))

    threads = [threading.Thread(target=work, args=(version,)) for version in (0, 2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        read.append((out / "en/quay/cook.txt").read_bytes())

    assert problems == []
    assert {*read} <= texts
    assert [] in (handbuilt.wrong_after_build(out, 0), handbuilt.wrong_after_build(out, 2))


# -- where outputs may go


def test_a_path_that_is_a_file(tmp_path: Path, pack: Path) -> None:
    """A file is no folder, nor is what would be inside one."""
    path = tmp_path / "site"
    path.write_text("mine")

    assert show(refusal(path, pack)) == f"'{path}' is a file\n  give a folder of its own after -o"
    assert refusal(path / "en", pack).message == f"'{path / 'en'}' would be inside a file, '{path}'"
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("nothing", "'site' is a link that leads nowhere"),
        ("site", "'site' is no place for outputs: a link that leads to itself"),
        ("mine", "'site' is a file"),
        ("pack", "'site' is the pack itself"),
        ("pack/facts", "'site' is part of the pack"),
    ],
)
def test_a_link_to_what_is_no_place_for_outputs(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, to: str, why: str
) -> None:
    """What counts is where a link leads."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").touch()
    Path("site").symlink_to(to)

    assert refusal(Path("site"), pack).message == why
    assert not (tmp_path / "nothing").exists()


def test_a_link_to_a_folder_is_that_folder(tmp_path: Path, pack: Path) -> None:
    """Somebody may keep their site elsewhere; two names of one folder are one folder."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site").symlink_to("elsewhere")
    with locked(tmp_path / "site", pack) as folder:
        put(folder.out, two(), {})
        assert folder.out == (tmp_path / "elsewhere").resolve()

    assert (tmp_path / "elsewhere/en/quay/cook.txt").exists()


@pytest.mark.parametrize(
    "inside", ["", "facts", "facts/places/site", "pack.yaml/site", "rules", "snippets/en", "golden"]
)
def test_the_pack_and_its_parts_are_no_place_for_outputs(pack: Path, inside: str) -> None:
    """The facts aren't the place to write guides to; nor is the top of the pack."""
    for name in ("rules", "snippets", "golden"):
        (pack / name).mkdir()
    before = handbuilt.tree(pack)

    assert "pack" in refusal(pack / inside, pack).message or "file" in refusal(pack / inside, pack).message
    assert handbuilt.tree(pack) == before


def test_a_folder_inside_the_pack_is_a_place_for_outputs(pack: Path) -> None:
    """A pack's own folder of outputs, beside its facts, is where most will want them."""
    with locked(pack / "site", pack) as folder:
        assert written(put(folder.out, two(), {}))


def test_the_home_folder_is_no_place_for_outputs(
    tmp_path: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is a folder around it, nor the root of the file system: too much could meet there."""
    home = tmp_path / "people" / "ada"
    home.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))

    assert refusal(home, pack).message == f"'{home}' is the home folder"
    assert refusal(home.parent, pack).message == f"'{home.parent}' has the home folder in it"
    assert refusal(Path("/"), pack).message == "'/' is the root of the file system"
    with locked(home / "site", pack) as folder:
        assert written(put(folder.out, two(), {}))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a\0b", "a folder's name has no NUL character"),
        ("x" * 300, "File name too long"),
        ("site/.guidegen/new", "is in a folder that guidegen keeps for itself"),
    ],
)
def test_a_name_that_no_folder_has(tmp_path: Path, pack: Path, name: str, why: str) -> None:
    """A name that can't be, or is ours alone, is refused before anything is made."""
    assert why in refusal(tmp_path / name, pack).message
    assert [path.name for path in tmp_path.iterdir()] == ["pack"]


@pytest.mark.parametrize("what", ["file", "link"])
def test_our_own_folder_is_a_folder(tmp_path: Path, pack: Path, what: str) -> None:
    """Where somebody else has something of that name, the record can't be kept, and nothing is done."""
    out = tmp_path / "site"
    out.mkdir()
    (out / ".guidegen").write_text("mine") if what == "file" else (out / ".guidegen").symlink_to(tmp_path)

    assert refusal(out, pack).message == (
        f"'{out}' has a file or a link named .guidegen, where guidegen keeps its record"
    )
    assert {path.name for path in tmp_path.iterdir()} == {"pack", "site"}


def test_a_folder_with_other_things_in_it_is_a_place_for_outputs(tmp_path: Path, pack: Path) -> None:
    """What guidegen doesn't write over stays as it is, from the first build to the last."""
    out = tmp_path / "site"
    (out / "images").mkdir(parents=True)
    (out / "images/logo.svg").write_text("<svg/>")
    (out / "en").mkdir()
    (out / "en/index.html").write_text("mine")
    for version in (0, 2, 1):
        assert handbuilt.build(out, pack, version) == []
        found = handbuilt.tree(out)
        mine = {"images": None, "images/logo.svg": b"<svg/>", "en": None, "en/index.html": b"mine"}
        assert found == {**handbuilt.clean(version), **mine}
