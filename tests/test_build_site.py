"""`guidegen build --site`: the same files as the site made whole, whatever was there before."""

from pathlib import Path

import pytest

from conftest import run
from guidegen.pack import Pack
from guidegen.site.maker import site
from site_pack import write_site


def files(folder: Path) -> dict[str, bytes]:
    """What lies in an output folder, but for what is guidegen's own."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in found
        if ".guidegen" not in path.relative_to(folder).parts
    }


def whole(pack: Path) -> dict[str, bytes]:
    """The site of a pack as it is made in one go."""
    return {output.path: output.data for output in site(Pack(pack))}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack with a site."""
    return write_site(tmp_path / "pack")


def build(pack: Path, *more: str, code: int = 0) -> str:
    """Build the site into a folder beside the pack; gives what is said."""
    done = run("--pack", str(pack), "build", "--site", "-o", str(pack.parent / "out"), *more)
    assert done.code == code, done.out + done.err
    return done.out + done.err


def replace(path: Path, was: str, now: str) -> None:
    """Edit a file of the pack."""
    text = path.read_text("utf-8")
    assert was in text
    path.write_text(text.replace(was, now), "utf-8")


def test_a_site_is_built_and_then_left_alone(pack: Path) -> None:
    out = pack.parent / "out"
    build(pack)
    assert files(out) == whole(pack)
    before = {path: path.stat().st_ino for path in out.rglob("*.html")}
    assert "made 0" in build(pack)
    assert {path: path.stat().st_ino for path in out.rglob("*.html")} == before


def test_pages_that_lead_to_guides_follow_them(pack: Path) -> None:
    out = pack.parent / "out"
    build(pack)
    place = next((pack / "facts/places").glob("port-*.yaml"))
    replace(place, "status: published", "status: draft")
    assert "removed" in build(pack)
    assert files(out) == whole(pack)
    replace(place, "status: draft", "status: published")
    build(pack)
    assert files(out) == whole(pack)


def test_a_page_that_is_gone_or_edited_is_made_again(pack: Path) -> None:
    out = pack.parent / "out"
    build(pack)
    (out / "sitemap.xml").unlink()
    (out / "index.html").write_text("mine", "utf-8")
    build(pack)
    assert files(out) == whole(pack)


def test_another_language_s_passage_reaches_the_pages_that_lead_to_it(pack: Path) -> None:
    out = pack.parent / "out"
    build(pack)
    other = pack / "snippets/fr/site.md"
    replace(other, "{{ role.slug }}-in-{{ place.slug }}", "{{ role.slug }}-a-{{ place.slug }}")
    said = build(pack, "--explain")
    assert "en/port-ellen/netmaker" in said, "its page names the other language's address"
    assert files(out) == whole(pack)
    replace(other, "-a-{{ place.slug }}", "-vers-{{ place.slug }}")
    build(pack, "--jobs", "2")
    assert files(out) == whole(pack)


def test_what_somebody_else_put_there_stays(pack: Path) -> None:
    out = pack.parent / "out"
    out.mkdir()
    (out / "robots.txt").write_text("User-agent: *\n", "utf-8")
    said = build(pack, code=1)
    assert "robots.txt" in said
    assert (out / "robots.txt").read_text("utf-8") == "User-agent: *\n"
    assert {**files(out), "robots.txt": b""} == {**whole(pack), "robots.txt": b""}


def test_a_folder_of_text_becomes_a_site(pack: Path) -> None:
    out = pack.parent / "out"
    done = run("--pack", str(pack), "build", "-o", str(out))
    assert done.code == 0
    build(pack)
    assert files(out) == whole(pack)
    done = run("--pack", str(pack), "build", "-o", str(out))
    assert done.code == 0
    assert {path.rpartition(".")[2] for path in files(out)} == {"txt"}


@pytest.mark.parametrize("more", [("--format", "html"), ("--sink", "sqlite:guides.db")])
def test_a_site_is_no_format_and_no_table(pack: Path, more: tuple[str, str]) -> None:
    done = run("--pack", str(pack), "build", "--site", *more)
    assert done.code == 2
    assert f"a site is built without {more[0]}" in done.err


def test_a_pack_without_a_site_is_told_what_to_write(mini_pack: Path) -> None:
    done = run("--pack", str(mini_pack), "build", "--site", "-o", str(mini_pack.parent / "out"))
    assert done.code == 2
    assert "rules/site.yaml" in done.err
    assert not files(mini_pack.parent / "out")
