"""The door to the disk, as it reads: the quick ways find what the careful ones do."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidegen import files
from guidegen.files import FORBIDDEN, LARGEST, forbidden_in, read_bytes
from guidegen.problems import Refused


def test_every_forbidden_character_is_found() -> None:
    """Each one, alone in a text: the look at first bytes lets none through."""
    every = [chr(code) for code in range(sys.maxunicode + 1) if FORBIDDEN.match(chr(code))]

    assert len(every) > 2000
    assert [character for character in every if not forbidden_in(f"a{character}")] == []


@given(st.text(st.one_of(st.characters(), st.sampled_from("abé€\u200b\x85\n\t"))))
def test_the_first_forbidden_character_is_the_one_that_is_said(text: str) -> None:
    """A quick look and a search say the same of any text."""
    found, searched = forbidden_in(text), FORBIDDEN.search(text)

    assert (found and found.span()) == (searched and searched.span())


@pytest.mark.parametrize("is_quick", [True, False])
def test_files_are_read_alike_with_and_without_the_quick_way(
    is_quick: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system can't refuse links by itself, each file is looked at first: nothing else differs."""
    if not is_quick:
        monkeypatch.setattr(files, "_NO_LINK", 0)
    root = tmp_path / "pack"
    root.mkdir()
    contents = {"empty": b"", "small": b"a: 1\r\n", "large": b"x" * LARGEST, "binary": bytes(range(256))}
    for name, content in contents.items():
        (root / name).write_bytes(content)
        assert read_bytes(root, name) == content
    (root / "link").symlink_to("small")
    assert read_bytes(root, "link") == contents["small"]

    (tmp_path / "secret").write_bytes(b"s")
    (root / "out").symlink_to(tmp_path / "secret")
    (root / "round").symlink_to("round")
    (root / "folder").mkdir()
    (root / "huge").write_bytes(b"x" * (LARGEST + 1))
    os.mkfifo(root / "pipe")
    kinds = {
        "out": "file-outside",
        "round": "file-kind",
        "folder": "file-kind",
        "pipe": "file-kind",
        "huge": "file-too-large",
        "none": "file-missing",
        "folder/none": "file-missing",
    }
    for name, kind in kinds.items():
        with pytest.raises(Refused) as refused:
            read_bytes(root, name)
        assert [problem.kind for problem in refused.value.problems] == [kind]
