"""What tests of builds share: a pack to build, a build that is listened to, and what is in its folder."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from changing import Edit, write_base
from guidegen.build.outcome import Outcome
from guidegen.build.run import build
from guidegen.build.wanted import Wanted

RECORD = ".guidegen/record.jsonl"
WEAVER = (
    "names: {en: {one: weaver, many: weavers, title_one: Weaver, title_many: Weavers},"
    " nl: {one: wever, many: wevers, title_one: Wever, title_many: Wevers},"
    " fr: {one: tisserand, many: tisserands, title_one: Tisserand, title_many: Tisserands}}\n"
    "status: published\nsource: an invented almanac\nwanted_in: [weaving]\n"
    "levels: {junior: {from: 21000, to: 27000}, senior: {from: 26000, to: 38000}}\n"
)
ALL = {
    f"{locale}/{place}/{role}"
    for locale in ("en", "nl")
    for place in ("marland", "port-ellen")
    for role in ("netmaker", "weaver")
}
PORTS = {guide for guide in ALL if "port-ellen" in guide}
WEAVERS = {guide for guide in ALL if guide.endswith("weaver")}
ENGLISH = {guide for guide in ALL if guide.startswith("en/")}


class Heard:
    """Listens to a build: guides that were made, with the reason, and how many it went past."""

    def __init__(self, then: Callable[[str], object] = lambda _guide: None) -> None:
        self.why: dict[str, str] = {}
        self.total = self.done = 0
        self.then = then

    def began(self, guides: int) -> None:
        self.total = guides

    def passed(self, guides: int) -> None:
        self.done += guides

    def made(self, guide: str, why: str) -> None:
        self.why[guide] = why
        self.then(guide)


def run_build(pack: Path, out: Path, **options: Any) -> tuple[dict[str, str], Outcome]:
    """Build; gives why each guide was made, and what came of it."""
    heard = Heard()
    outcome = build(pack, out, Wanted(**options), heard)
    return heard.why, outcome


def made(pack: Path, out: Path, **options: Any) -> dict[str, str]:
    """Build, all being well; gives why each guide was made."""
    why, outcome = run_build(pack, out, **options)
    assert (outcome.problems(), outcome.failed) == ([], 0)
    assert outcome.made == len(why)
    return why


def outputs(out: Path) -> dict[str, bytes]:
    """All files in an output folder but guidegen's own."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".guidegen" not in path.parts
    }


def written(out: Path) -> dict[str, tuple[int, int]]:
    """By path what changes whenever a file is written: its time and the number of its inode."""
    return {
        path.relative_to(out).as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def clean(pack: Path, **options: Any) -> dict[str, bytes]:
    """What a build into a new folder gives."""
    out = pack.parent / "clean"
    shutil.rmtree(out, ignore_errors=True)
    run_build(pack, out, **options)
    return outputs(out)


def replace(pack: Path, file: str, was: str, now: str) -> None:
    Edit("", file, was, now).make(pack)


def write_towns(folder: Path) -> Path:
    """A pack of two towns, two trades and two languages; a third town and a third language are drafts."""
    root = write_base(folder)
    (root / "facts/roles/weaver.yaml").write_text(WEAVER, "utf-8")
    return root
