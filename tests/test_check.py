"""One run of `check` says everything: one problem doesn't hide another that it didn't cause."""

from pathlib import Path

from conftest import MINI, write_pack
from guidegen.check import check
from guidegen.pack import Pack

PORT = "facts/places/port-ellen.yaml"
GUIDE = "snippets/en/guide.md"


def changed(name: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """A file of the mini pack with one stretch of it changed."""
    text = (MINI / name).read_text("utf-8")
    assert old in text
    return {name: text.replace(old, new)}


def kinds_of(root: Path) -> list[tuple[str, str]]:
    """Kind and file of each problem, in the order in which they are said."""
    return [(found.kind, found.location.path if found.location else "") for found in check(Pack(root))]


def test_a_missing_passage_hides_no_missing_fact(tmp_path: Path) -> None:
    """A passage that isn't written and a fact that isn't stated are both said."""
    tree = changed(GUIDE, "## jobs.link\nAll jobs on {{ site.name }}\n", "")
    tree |= changed(PORT, "market: small\n", "")
    found = kinds_of(write_pack(tmp_path / "pack", tree))

    assert ("missing-passage", "rules/outline.yaml") in found
    assert ("gap", "rules/rules.yaml") in found


def test_a_wrong_value_hides_no_missing_source(tmp_path: Path) -> None:
    """A file with a wrong market and no source has two problems, whichever file is read first."""
    tree = changed(PORT, "market: small\n", "market: smal\n")
    tree = {PORT: str(tree[PORT]).replace("source: an invented atlas\n", "")}

    assert kinds_of(write_pack(tmp_path / "pack", tree)) == [("no-source", PORT), ("unknown-choice", PORT)]


def test_an_override_says_something_or_is_absent(tmp_path: Path) -> None:
    """An override with an empty text would leave a hole that nobody asked for."""
    pair = "facts/pairs/port-ellen/netmaker.yaml"
    tree: dict[str, str | bytes | None] = {
        pair: "overrides:\n  - {locale: en, block: employers.heading, text: '', owner: Ann, reason: a trial, "
        "expires: 2027-01-31}\n"
    }

    assert kinds_of(write_pack(tmp_path / "pack", tree)) == [("empty-block", pair)]
