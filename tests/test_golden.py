"""Goldens: each guide is its golden, byte for byte, and only `guidegen accept` changes one (law 5)."""

import difflib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_regressions.file_regression import FileRegressionFixture

from conftest import MINI, ROOT, run, write_pack
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.pack import Pack

Check = Callable[[Path, str, str, str], None]
KEPT = ("sources", "review.yaml")  # known by name in golden/, and no goldens
PORT = "golden/en/port-ellen/netmaker.txt"
MARLAND = "golden/en/marland/netmaker.txt"


def published(root: Path) -> list[tuple[str, str, str]]:
    return list(Pack(root).guides())


def golden(root: Path, locale: str, place: str, role: str) -> Path:
    return root / "golden" / locale / place / f"{role}.txt"


def strangers(root: Path) -> set[str]:
    """What is in golden/ and is no golden of a published guide."""
    guides = {golden(root, *guide) for guide in published(root)}
    files = {path for path in (root / "golden").rglob("*") if path.is_file()}
    return {
        path.relative_to(root).as_posix()
        for path in files - guides
        if path.relative_to(root / "golden").parts[0] not in KEPT
    }


@pytest.fixture
def check(file_regression: FileRegressionFixture) -> Check:
    """Compares a guide of a pack with its golden; a golden that is missing isn't made."""

    def same(obtained: Path, expected: Path) -> None:
        was, now = expected.read_bytes(), obtained.read_bytes()
        if was != now:
            lines = [data.decode("utf-8", "replace").splitlines() for data in (was, now)]
            raise AssertionError("\n".join(difflib.unified_diff(*lines, "golden", "now", lineterm="", n=1)))

    def compare(root: Path, locale: str, place: str, role: str) -> None:
        path = golden(root, locale, place, role)
        assert path.is_file(), f"{path} is missing: read the guide, then run `guidegen accept`"
        pack = Pack(root)
        now = rendered(compose(pack, place, role, locale), pack.settings.layout, "text")
        file_regression.check(now, extension=".txt", fullpath=path, binary=True, check_fn=same)

    return compare


# The goldens of the shipped pack


@pytest.mark.parametrize("guide", published(ROOT), ids="/".join)
def test_a_guide_is_its_golden(guide: tuple[str, str, str], check: Check) -> None:
    """What the pack renders now is what was accepted, byte for byte."""
    check(ROOT, *guide)


def test_there_are_goldens() -> None:
    """The pack publishes guides, and golden/ has one file for each: an empty folder doesn't pass."""
    assert len(published(ROOT)) >= 5
    for locale in Pack(ROOT).locales:
        wanted = [guide for guide in published(ROOT) if guide[0] == locale]
        assert len(list((ROOT / "golden" / locale).rglob("*.txt"))) == len(wanted) >= 8


def test_golden_holds_nothing_else() -> None:
    """A golden whose guide is gone, or a file that nobody knows, doesn't stay unnoticed."""
    assert strangers(ROOT) == set()


# The comparison can fail


@pytest.fixture
def accepted(tmp_path: Path) -> Path:
    """A copy of the mini pack with its goldens accepted."""
    root = write_pack(tmp_path / "pack")
    assert run("--pack", str(root), "accept").code == 0
    return root


def test_a_missing_golden_fails_and_is_not_made(mini_pack: Path, check: Check) -> None:
    """Without its golden a guide fails, and the test makes none."""
    with pytest.raises(AssertionError, match="guidegen accept"):
        check(mini_pack, "en", "port-ellen", "netmaker")

    assert not (mini_pack / "golden").exists()


def test_a_changed_golden_fails_and_is_kept(accepted: Path, check: Check) -> None:
    """One byte of difference fails, also a line ending or the last newline; the golden is left as it is."""
    path = accepted / PORT
    good = path.read_bytes()
    check(accepted, "en", "port-ellen", "netmaker")
    for wrong in (good[:-1], good + b"\n", good.replace(b"\n", b"\r\n"), good.replace(b"340", b"341")):
        path.write_bytes(wrong)
        with pytest.raises(AssertionError):
            check(accepted, "en", "port-ellen", "netmaker")
        assert path.read_bytes() == wrong


def test_strangers_are_noticed(accepted: Path) -> None:
    """An orphan and a stray file are found; what is known by name is none."""
    (accepted / "golden/sources").mkdir()
    (accepted / "golden/sources/a.yaml").write_text("a: 1\n")
    (accepted / "golden/review.yaml").write_text("a: 1\n")
    assert strangers(accepted) == set()

    (accepted / "golden/en/gone").mkdir()
    (accepted / "golden/en/gone/netmaker.txt").write_text("Gone\n")
    (accepted / "golden/notes.txt").write_text("Notes\n")
    assert strangers(accepted) == {"golden/en/gone/netmaker.txt", "golden/notes.txt"}


@pytest.mark.parametrize("flag", ["--force-regen", "--regen-all"])
def test_no_flag_of_pytest_rewrites_goldens(flag: str) -> None:
    """pytest's flags that would rewrite what is expected are refused, and the way to accept is named."""
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "golden").rglob("*")}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", flag, "-p", "no:cacheprovider", str(Path(__file__))],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert b"guidegen accept" in done.stderr
    assert {path: path.stat().st_mtime_ns for path in (ROOT / "golden").rglob("*")} == before


# diff


def diff(root: Path, *selectors: str) -> tuple[int, list[str]]:
    """Exit code and headings of `guidegen diff`."""
    done = run("--pack", str(root), "diff", *selectors)
    return done.code, [line for line in done.out.splitlines() if line.startswith("golden/")]


def test_a_guide_without_a_golden_is_a_difference(mini_pack: Path) -> None:
    """Before anything was accepted, each guide is shown whole, as a file that is new."""
    done = run("--pack", str(mini_pack), "diff", "city:marland")

    assert done.code == 1
    assert done.out.startswith(f"{MARLAND} has no golden yet\n--- /dev/null\n+++ b/{MARLAND}\n")
    assert "\n+Net Makers in Marland\n" in done.out
    assert done.err.endswith("1 difference\n")


def test_accepted_goldens_show_no_difference(accepted: Path) -> None:
    """After `accept`, `diff` is empty and ends well (law 5)."""
    assert diff(accepted) == (0, [])


def test_a_changed_fact_shows_in_the_lines_that_say_it(accepted: Path) -> None:
    """A change is shown as lines before and after, in the guides that it reaches and no others."""
    file = accepted / "facts/places/port-ellen.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 340", "value: 341"), "utf-8")

    done = run("--pack", str(accepted), "diff")

    lines = done.out.splitlines()
    assert done.code == 1
    assert lines[0] == f"{PORT} differs from its golden"
    assert [line[:20] for line in lines[3:] if line.startswith("-")] == ["-340 ships sail from"]
    assert [line[:20] for line in lines[3:] if line.startswith("+")] == ["+341 ships sail from"]
    assert MARLAND not in done.out


def test_a_change_of_line_endings_alone_is_said(accepted: Path) -> None:
    """Where no character differs that one could see, the difference is put in words."""
    path = accepted / PORT
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert "only line endings" in run("--pack", str(accepted), "diff").out


def test_orphans_and_strays_are_differences(accepted: Path) -> None:
    """A golden without a guide, and any other file in golden/, make `diff` end with 1."""
    (accepted / "golden/en/gone").mkdir()
    (accepted / "golden/en/gone/netmaker.txt").write_text("Gone\n")
    (accepted / "golden/notes.txt").write_text("Notes\n")

    assert diff(accepted) == (
        1,
        [
            "golden/en/gone/netmaker.txt is a golden without a guide",
            "golden/notes.txt is no golden and doesn't belong here",
        ],
    )


def test_a_draft_has_no_golden(accepted: Path) -> None:
    """A place that becomes a draft leaves its golden an orphan, which `accept` deletes."""
    file = accepted / "facts/places/port-ellen.yaml"
    file.write_text(file.read_text("utf-8").replace("published", "draft"), "utf-8")

    assert diff(accepted) == (1, [f"{PORT} is a golden without a guide"])
    assert run("--pack", str(accepted), "accept").code == 0
    assert not (accepted / "golden/en/port-ellen").exists()
    assert diff(accepted) == (0, [])


@pytest.mark.parametrize(
    ("selectors", "paths"),
    [
        (("city:port-ellen",), [PORT]),
        (("city:Ellenport,MARLAND",), [MARLAND, PORT]),
        (("role:netmaker", "city:marland"), [MARLAND]),
        (("locale:en",), [MARLAND, PORT]),
        (("city:marland", "city:port-ellen"), []),
        ((), [MARLAND, PORT]),
    ],
)
def test_selectors_narrow(mini_pack: Path, selectors: tuple[str, ...], paths: list[str]) -> None:
    """A selector takes any name, several with commas; several selectors are joined by and."""
    code, headings = diff(mini_pack, *selectors)

    assert [line.split()[0] for line in headings] == paths
    assert code == bool(paths)


@pytest.mark.parametrize("selector", ["port-ellen", "city:", "city:nowhere", "town:marland", "locale:xx"])
def test_a_wrong_selector_does_nothing(mini_pack: Path, selector: str) -> None:
    """What is no selector, or selects what isn't there, is refused and accepts nothing."""
    for command in ("diff", "accept"):
        assert run("--pack", str(mini_pack), command, selector).code == 2
    assert not (mini_pack / "golden").exists()


def test_guides_that_cannot_be_made_are_no_difference(accepted: Path) -> None:
    """Where a guide can't be composed, its problem is told and nothing is accepted."""
    passages = accepted / "snippets/en/guide.md"
    passages.write_text(passages.read_text("utf-8").replace("place.country.name", "site.motto"), "utf-8")
    before = (accepted / PORT).read_bytes()

    for command in ("diff", "accept"):
        done = run("--pack", str(accepted), command)
        assert done.code == 2
        assert "snippets/en/guide.md" in done.err
    assert (accepted / PORT).read_bytes() == before


# accept


def test_accept_takes_what_is_selected(mini_pack: Path) -> None:
    """Only the selected guides become goldens; each is shown; the rest still differs."""
    done = run("--pack", str(mini_pack), "accept", "city:marland")

    assert done.code == 0
    assert "+Net Makers in Marland" in done.out
    assert done.err == "accepted 1\n"
    assert diff(mini_pack) == (1, [f"{PORT} has no golden yet"])
    assert (mini_pack / MARLAND).read_text("utf-8") == run(
        "--pack", str(mini_pack), "render", "--city", "marland", "--role", "netmaker"
    ).out


def test_accept_after_diff_leaves_diff_empty(accepted: Path) -> None:
    """Law 5: changed, missing and orphaned goldens are all settled by one `accept`, equal ones untouched."""
    (accepted / PORT).write_text("old\n")
    (accepted / "golden/en/gone").mkdir()
    (accepted / "golden/en/gone/netmaker.txt").write_text("Gone\n")
    untouched = (accepted / MARLAND).stat().st_mtime_ns

    assert run("--pack", str(accepted), "accept").err == "accepted 2\n"
    assert diff(accepted) == (0, [])
    assert not (accepted / "golden/en/gone").exists()
    assert (accepted / MARLAND).stat().st_mtime_ns == untouched
    assert run("--pack", str(accepted), "accept").err == "nothing to accept\n"


def test_accept_leaves_strays_alone(accepted: Path) -> None:
    """A file that is nobody's golden is never deleted: it is named, and left to people."""
    (accepted / "golden/notes.txt").write_text("Notes\n")

    done = run("--pack", str(accepted), "accept")

    assert done.code != 0
    assert "golden/notes.txt" in done.err
    assert (accepted / "golden/notes.txt").read_text() == "Notes\n"


@pytest.mark.parametrize(("value", "refused"), [("1", True), ("true", True), ("false", False), ("", False)])
def test_where_ci_is_set_nothing_is_accepted(mini_pack: Path, value: str, refused: bool) -> None:
    """CI never accepts: nothing is written, and the exit code says so; `diff` works there."""
    done = run("--pack", str(mini_pack), "accept", env={"CI": value})

    assert done.code == (2 if refused else 0)
    assert (mini_pack / "golden").exists() is not refused
    assert run("--pack", str(mini_pack), "diff", env={"CI": value}).code == int(refused)


def test_accept_writes_no_golden_through_a_link(accepted: Path, tmp_path: Path) -> None:
    """A link out of golden/ is refused: what lies behind it is never written."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (accepted / PORT).unlink()
    (accepted / PORT).parent.rmdir()
    (accepted / PORT).parent.symlink_to(outside)

    assert run("--pack", str(accepted), "accept").code != 0
    assert list(outside.iterdir()) == []


def test_the_mini_pack_has_no_goldens() -> None:
    """The pack of these tests is copied without goldens: what they compare, they accepted themselves."""
    assert not (MINI / "golden").exists()
