"""`render --format html --open`: the page in the reader's browser, and what is said where there is none."""

from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest

from conftest import MINI, Outcome, run

GUIDE = ("--pack", str(MINI), "render", "--city", "port-ellen", "--role", "netmaker", "--format", "html")


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are left where they were shown from: not in everybody's folder."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))


NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "PATH": ""}


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A browser that notes the address it was asked to open."""
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >> "{tmp_path}/opened"\n')
    script.chmod(0o755)
    return script


def opened(browser: Path) -> Path:
    """The file that the browser was asked to open, once."""
    (address,) = (browser.parent / "opened").read_text().splitlines()
    parts = urlparse(address)
    assert parts.scheme == "file"
    return Path(url2pathname(parts.path))


def open_with(browser: Path | None, *arguments: str) -> Outcome:
    env = {"BROWSER": str(browser)} if browser else NO_SCREEN
    return run(*GUIDE, "--open", *arguments, env=env)


def test_the_page_is_shown(browser: Path) -> None:
    """The browser gets a file that holds the page; nothing is printed but which file that is."""
    done = open_with(browser)
    page = opened(browser)

    assert (done.code, done.out, done.err) == (0, "", f"opened {page}\n")
    assert page.read_text("utf-8") == run(*GUIDE).out


def test_two_pages_are_two_files(browser: Path) -> None:
    """A page that is still open isn't written over by the next."""
    open_with(browser)
    first = opened(browser)
    (browser.parent / "opened").unlink()
    open_with(browser)

    assert opened(browser) != first
    assert first.exists()


def test_the_file_that_was_asked_for_is_shown(browser: Path, tmp_path: Path) -> None:
    """With -o the page is written there, and shown from there."""
    target = tmp_path / "a page.html"
    done = open_with(browser, "-o", str(target))

    assert done.code == 0
    assert opened(browser) == target


def test_where_there_is_no_browser(tmp_path: Path) -> None:
    """It is said, with what to do instead; a page that -o asked for is there all the same."""
    done = open_with(None)
    target = tmp_path / "page.html"
    kept = open_with(None, "-o", str(target))

    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "there is no browser here that could be opened\n"
        "  write the page with -o FILE, and open that file; or name a browser in BROWSER\n"
    )
    assert kept.code == 3
    assert f"open {target} yourself" in kept.err
    assert target.read_text("utf-8") == run(*GUIDE).out


def test_a_browser_that_fails(tmp_path: Path) -> None:
    """If none opens the page, the file is named, so that one can open it oneself."""
    done = run(*GUIDE, "--open", env={**NO_SCREEN, "BROWSER": str(tmp_path / "nowhere")})

    assert done.code == 3
    assert done.err.startswith("no browser would open the page\n  open ")
    assert "Traceback" not in done.err


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_only_pages_are_shown(browser: Path, format_: str) -> None:
    """--open with another format is refused before anything is written."""
    done = run(*GUIDE[:-1], format_, "--open", env={"BROWSER": str(browser)})

    assert done.code == 2
    assert "--format html --open" in done.err
    assert not (browser.parent / "opened").exists()
