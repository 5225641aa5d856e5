"""Finding places by any of their names, however these are written in YAML."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conftest import ROOT, write_pack
from guidegen.facts import Facts
from guidegen.finding import find, fold
from guidegen.pack import Pack
from guidegen.problems import Refused

LETTERS = st.text("abcéßøİ'’ -.,\"\\/#{}[]:日", min_size=1, max_size=12)


def facts_with(folder: Path, names: str) -> Facts:
    place = f"names: {names}\nscope: city\nwithin: marland\nstatus: published\nfactor: 1\n"
    return Pack(write_pack(folder, {"facts/places/newtown.yaml": place})).facts


@given(name=LETTERS, ascii_only=st.booleans(), inline=st.booleans())
@hypothesis_settings(max_examples=60)
def test_a_name_is_found_however_it_is_written(name: str, ascii_only: bool, inline: bool) -> None:
    """Quoted, escaped, in one line or on its own: asked for as it is, the place is found."""
    written = json.dumps(name, ensure_ascii=ascii_only)
    names = f"{{en: {written}}}" if inline else f"\n  en: {written}"
    with TemporaryDirectory() as folder:
        facts = facts_with(Path(folder) / "pack", names)
        if not fold(name) or any(mark in name for mark in '/\\"'):
            return
        assert find(facts, "place", name) == "newtown"


@pytest.mark.parametrize("written", ["Saint\n    Nicolas", "'L''Aquila'", ">-\n    Saint\n    Nicolas"])
def test_a_name_on_several_lines_or_with_doubled_quotes(tmp_path: Path, written: str) -> None:
    """YAML's own ways of writing a name don't hide it."""
    asked = "l'aquila" if "Aquila" in written else "saint nicolas"

    assert find(facts_with(tmp_path / "pack", f"\n  en: {written}"), "place", asked) == "newtown"


def test_every_name_of_the_shipped_pack_finds_its_place() -> None:
    """Each spelling in each language, and the slug, lead to the one place that claims it."""
    facts = Pack(ROOT).facts
    for slug in facts.slugs("place"):
        owner = facts.owner("place", slug)
        assert owner is not None
        for name in (slug, *owner.names.spellings()):
            assert find(facts, "place", name) == slug


def test_part_of_a_name_is_no_name() -> None:
    """What stands in a name, or in the line beside it, finds nothing, and the whole name is suggested."""
    facts = Pack(ROOT).facts
    for part in ("antwer", "names", "en", "fr"):
        with pytest.raises(Refused):
            find(facts, "place", part)
