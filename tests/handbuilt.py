"""A build by hand, of guides made up for it: for tests of the folder, the record, and what a kill leaves.

Version 1 leaves some guides as they are in version 0, changes some, and takes a role, a place and a locale
away; version 2 brings others. As a program it builds, is killed before each call to the system in turn, or
at random moments, and prints what is wrong then, a line each, and last how often it was killed.
"""

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from guidegen.build.folder import locked
from guidegen.build.put import put
from guidegen.build.record import Recorder
from guidegen.build.recorded import Record, read_record
from guidegen.build.work import File, Output
from guidegen.problems import Problem

CALLS = ("open", "write", "rename", "link", "mkdir", "unlink", "rmdir", "fsync", "close", "pwrite")
OWN = ".guidegen"
_MEMORY = "/dev/shm"  # noqa: S108 (hundreds of builds are quicker there than on a disk)
MEMORY = _MEMORY if os.access(_MEMORY, os.W_OK) else None


def guides(version: int) -> dict[tuple[str, str], dict[str, bytes]]:
    """The guides of a version by place and locale, then by role: some change with it, some come and go."""
    places = {0: ("quay", "ford"), 1: ("quay", "weir"), 2: ("quay", "lock")}[version]
    roles = {0: ("cook", "smith"), 1: ("cook", "clerk"), 2: ("cook", "smith", "clerk")}[version]
    locales = {0: ("en", "nl"), 1: ("en",), 2: ("en", "fr")}[version]
    return {
        (place, locale): {role: _text(place, role, locale, version) for role in roles}
        for place in places
        for locale in locales
    }


def _text(place: str, role: str, locale: str, version: int) -> bytes:
    said = f"A {role} in {place}, {locale}" + (f", as of version {version}.\n" if role == "cook" else ".\n")
    return said.encode() * 200  # more than one page of memory: a kill may come between two


def build(out: Path, pack: Path, version: int) -> list[Problem]:
    """Build a version, as `run` does it but for reads: put all that is wanted, remove what isn't, record."""
    problems = []
    with locked(out, pack) as folder:
        found = read_record(folder.out)
        old = found if isinstance(found, Record) else None
        recorder = Recorder(folder.out, {"version": version})
        kept = set()
        for (place, locale), texts in guides(version).items():
            outputs = [Output(f"{locale}/{place}/{role}.txt", text) for role, text in texts.items()]
            files = put(folder.out, outputs, ours(folder, old, place, locale))
            problems += [each for each in files if isinstance(each, Problem)]
            kept |= {output.path for output in outputs}
            reads = frozenset({"place.names", f"passage {place}"})
            recorder.note(
                place,
                locale,
                "",
                [(role, reads, (file,)) for role, file in zip(texts, files) if isinstance(file, File)],
            )
        for file in [*recorded(old), *folder.left.values()]:
            if file.path not in kept:
                folder.remove(file)
        recorder.close()
    return problems


def ours(folder: Any, old: Record | None, place: str, locale: str) -> dict[str, str]:
    """What guidegen wrote for a place and a locale, by path."""
    before = old.guides(place, locale) if old else {}
    known = {file.path: file.digest for guide in before.values() for file in guide.files}
    return {**known, **folder.left_in(place, locale)}


def recorded(record: Record | None) -> Iterator[File]:
    """All files of a record."""
    for place, locale in record or ():
        for guide in record.guides(place, locale).values():
            yield from guide.files


def tree(folder: Path) -> dict[str, bytes | None]:
    """All that is in an output folder but what is ours alone: files' bytes, None for folders."""
    return {
        path.relative_to(folder).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in folder.rglob("*")
        if OWN not in path.relative_to(folder).parts
    }


def own(folder: Path) -> set[str]:
    """What is in the folder of ours alone."""
    return {path.relative_to(folder / OWN).as_posix() for path in (folder / OWN).rglob("*")}


def clean(version: int) -> dict[str, bytes | None]:
    """What a version's folder holds when it was built into an empty one."""
    found: dict[str, bytes | None] = {}
    for (place, locale), texts in guides(version).items():
        found |= {locale: None, f"{locale}/{place}": None}
        found |= {f"{locale}/{place}/{role}.txt": text for role, text in texts.items()}
    return found


def wrong_after_kill(out: Path, before: int, after: int) -> list[str]:
    """What is wrong with a folder whose build was cut: a file that is neither as it was nor as it will be."""
    was, will = clean(before), clean(after)
    here = tree(out)
    torn = [path for path, data in here.items() if data not in (was.get(path), will.get(path))]
    lost = [path for path in was if path in will and path not in here]
    return [f"torn: {path}" for path in torn] + [f"lost: {path}" for path in lost]


def wrong_after_build(out: Path, version: int) -> list[str]:
    """What is wrong with a folder that was built to the end: anything but a clean build."""
    here, will = tree(out), clean(version)
    wrong = [f"not as clean: {path}" for path in {*here, *will} if here.get(path, 0) != will.get(path, 0)]
    wrong += [f"litter: {name}" for name in own(out) - {"lock", "record.jsonl"}]
    record = read_record(out)
    if not isinstance(record, Record):
        return [*wrong, f"no record: {record}"]
    if {file.path for file in recorded(record)} != {path for path, data in will.items() if data is not None}:
        wrong.append("the record has other files")
    return wrong


# -- killed at every call, and at random moments


@contextmanager
def before_call(number: int, act: Callable[..., Any]) -> Iterator[list[int]]:
    """Have something done in the place of the call to the system with this number, counted from 0."""
    count = [0]
    real = {name: getattr(os, name) for name in CALLS}

    def counted(name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            count[0] += 1
            if count[0] - 1 == number:
                return act(name, real[name], *args, **options)
            return real[name](*args, **options)

        return call

    for name in CALLS:
        setattr(os, name, counted(name))
    try:
        yield count
    finally:
        for name, function in real.items():
            setattr(os, name, function)


def failing_with(error: int) -> Callable[..., Any]:
    """What to do in the place of a call that fails: a part of a write is done before, and a close is."""

    def fail(name: str, real: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if name == "write":
            real(args[0], args[1][: len(args[1]) // 2])
        elif name == "close":
            real(*args)
        raise OSError(error, os.strerror(error))

    return fail


def _die(name: str, real: Callable[..., Any], *args: Any, **_: Any) -> None:
    if name == "write":
        real(args[0], args[1][: len(args[1]) // 2])  # a part of it is there already
    os.kill(os.getpid(), signal.SIGKILL)


def _forked(act: Callable[[], object]) -> int:
    child = os.fork()
    if not child:
        try:
            act()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def _was_killed(child: int) -> bool:
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "the build failed by itself"
    return os.WIFSIGNALED(status)


def killed_at_each_call(base: Path, pack: Path, turn: int) -> tuple[list[str], int]:
    """Kill a build of version 2 at each call; the next is of version 1 or 2 by turns, 1 first or 2."""
    wrong: list[str] = []
    number = 0
    while True:
        out = base / str(number)
        then = 1 + (number + turn) % 2
        build(out, pack, 0)

        def cut(out: Path = out, number: int = number) -> None:
            with before_call(number, _die):
                build(out, pack, 2)

        if not _was_killed(_forked(cut)):
            return wrong, number
        wrong += [f"call {number}: {what}" for what in wrong_after_kill(out, 0, 2)]
        wrong += [f"call {number}: {problem.message}" for problem in build(out, pack, then)]
        wrong += [f"call {number}, built: {what}" for what in wrong_after_build(out, then)]
        shutil.rmtree(out)
        number += 1


def killed_at_random(base: Path, pack: Path, kills: int, seed: int) -> tuple[list[str], int]:
    """Kill builds at random moments, some of them several times in a row, in one folder for all."""
    dice = random.Random(seed)  # noqa: S311
    wrong: list[str] = []
    out = base / "random"
    done = 0
    seen: dict[str, set[bytes | None]] = {}
    for version in range(3):
        for path, data in clean(version).items():
            seen.setdefault(path, set()).add(data)
    while done < kills:

        def cut() -> None:
            while True:
                build(out, pack, dice.randrange(3))

        dice.random()
        child = _forked(cut)
        time.sleep(dice.uniform(0, 0.04))
        os.kill(child, signal.SIGKILL)
        done += _was_killed(child)
        wrong += [f"torn: {path}" for path, data in tree(out).items() if data not in seen[path]]
        if dice.random() < 0.6:
            version = dice.randrange(3)
            wrong += [problem.message for problem in build(out, pack, version)]
            wrong += wrong_after_build(out, version)
    return wrong, done


def main() -> None:
    """`handbuilt.py calls 0` or `1`, or `handbuilt.py random KILLS SEED`."""
    os.fsync = lambda _: None  # it is for a power loss, not for a kill, and takes long
    base = Path(tempfile.mkdtemp(prefix="handbuilt-", dir=MEMORY if sys.argv[1] == "calls" else None))
    pack = base / "pack"
    pack.mkdir()
    if sys.argv[1] == "calls":
        wrong, kills = killed_at_each_call(base, pack, int(sys.argv[2]))
    else:
        wrong, kills = killed_at_random(base, pack, int(sys.argv[2]), int(sys.argv[3]))
    sys.stdout.write(json.dumps({"wrong": wrong, "kills": kills}))
    shutil.rmtree(base)


if __name__ == "__main__":
    main()
