"""Spelling: every word of the shipped passages is in its language's dictionary, in the facts, or allowed.

Hunspell and its dictionaries are no part of Python. Where they are missing these tests are skipped, and say
what to install; with GUIDEGEN_SPELLING=1 they fail. `spelling/LOCALE.txt` has the words that are allowed:
names that no fact states, and words that the dictionary doesn't know yet.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from conftest import ROOT, write_pack
from guidegen.facts import FOLDERS
from guidegen.pack import Pack
from guidegen.snippets import Passage
from guidegen.template import Words
from guidegen.values import Entries, Entry, Fact, Localized, Series, Term

ALLOWED = Path(__file__).with_name("spelling")
DICTIONARIES = {"en": "en_GB", "nl": "nl", "fr": "fr"}
INSTALL = "apt-get install hunspell hunspell-en-gb hunspell-nl hunspell-fr"
SHIPPED = Pack(ROOT)
WORD = re.compile(r"[^\W\d_]{2,}")
_ADDRESS = re.compile(r"(?<!\S)/\S*|https?:\S*")


def hunspell(dictionary: str, text: str) -> subprocess.CompletedProcess[bytes]:
    """Says each word of a text that it doesn't know."""
    return subprocess.run(
        ["hunspell", "-d", dictionary, "-i", "utf-8", "-l"],
        input=text.encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def missing(locale: str) -> str:
    """What has to be installed before a locale can be spelt; empty if nothing."""
    if not shutil.which("hunspell"):
        return "hunspell"
    dictionary = DICTIONARIES[locale]
    return "" if hunspell(dictionary, "").returncode == 0 else f"hunspell's dictionary '{dictionary}'"


@pytest.fixture(params=DICTIONARIES)
def locale(request: pytest.FixtureRequest) -> str:
    """A locale whose dictionary is there; where it isn't, the test is skipped, or fails if that is asked."""
    tag: str = request.param
    if lacking := missing(tag):
        reason = f"needs {lacking}: {INSTALL}"
        if os.environ.get("GUIDEGEN_SPELLING") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return tag


def passages(pack: Pack, locale: str) -> Iterator[Passage]:
    for file, owner in pack.snippet_files(locale):
        yield from pack.in_file(locale, file, owner)


def words_of(passage: Passage) -> str:
    """The passage's own words: slots and constants are left out."""
    leaves = passage.leaves()
    own = (leaf.text if isinstance(leaf, Words) and not leaf.is_constant else " – " for leaf in leaves)
    return _ADDRESS.sub(" ", "".join(own)).replace("’", "'")


def names_in(value: object) -> Iterator[str]:
    """The names that a value of a fact has in it."""
    if isinstance(value, (str, Localized)):
        yield from value.texts.values() if isinstance(value, Localized) else (value,)
    elif isinstance(value, Term):
        yield from value.names.spellings()
    elif isinstance(value, Entry):
        yield from names_in(value.name)
        yield from names_in(value.note)
    elif isinstance(value, Fact):
        yield from names_in(value.value)
    elif isinstance(value, Series):
        for _, fact in value.facts:
            yield from names_in(fact)
    elif isinstance(value, (Entries, Mapping)):
        for fact in value.values() if isinstance(value, Mapping) else value:
            yield from names_in(fact)


def words_of_facts(pack: Pack) -> set[str]:
    """Every word of the names and terms in facts/."""
    names = [
        name for terms in pack.facts.vocabularies.values() for one in terms.values() for name in names_in(one)
    ]
    for kind in FOLDERS:
        for owner in pack.published(kind):
            names += owner.names.spellings()
            for fact in owner.facts.values():
                names += names_in(fact)
    return {word for name in names for word in WORD.findall(name)}


def allowed(locale: str) -> list[str]:
    """The words that a locale may use besides: a line each, but for comments."""
    lines = (ALLOWED / f"{locale}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def unknown(pack: Pack, locale: str) -> list[str]:
    """Each word that is neither in the dictionary nor known otherwise, with its file and line."""
    texts = {passage: words_of(passage) for passage in passages(pack, locale)}
    known = {*allowed(locale), *words_of_facts(pack)}
    doubted = misspelt(locale, "\n".join(texts.values())) - known
    parts = misspelt(locale, "\n".join(part for word in doubted for part in WORD.findall(word))) - known
    found = []
    for word in doubted:
        if parts & {*WORD.findall(word)}:
            at = next((where for passage in texts if (where := place_of(passage, word))), "?")
            found.append(f"{at}: {word}")
    return sorted(found)


def misspelt(locale: str, text: str) -> set[str]:
    return {*hunspell(DICTIONARIES[locale], text).stdout.decode().split()}


def place_of(passage: Passage, word: str) -> str:
    """File and line of a word in a passage; empty if it isn't there."""
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", passage.text.replace("’", "'"))
    at = passage.at(found.start()) if found else None
    return f"{at.path}:{at.line}" if at else ""


def test_our_passages_are_spelt_right(locale: str) -> None:
    assert list(passages(SHIPPED, locale))
    assert unknown(SHIPPED, locale) == []


MISSPELT = {
    "en": ("The developper recieves {{ place.name }}.\n", ["developper", "recieves"]),
    "nl": ("De werkneemer zoekd {{ place.name }}.\n", ["werkneemer", "zoekd"]),
    "fr": ("Les dévelopeurs qu’on recrutte à {{ place.name }}.\n", ["dévelopeurs", "recrutte"]),
}


def test_a_word_that_is_spelt_wrong_is_found(locale: str, tmp_path: Path) -> None:
    """Each wrong word is named, with its file and line; slots and names from facts aren't."""
    text, wrong = MISSPELT[locale]
    file = f"snippets/{locale}/misspelt.md"
    settings = (ROOT / "tests/mini_pack/pack.yaml").read_text("utf-8")
    other = f'  {locale}: {{babel: {locale}_BE, money: "¤#,##0", thousands: "¤#,##0k", status: draft}}\n'
    if locale != "en":
        settings = settings.replace("text: {", other + "text: {")
    right = f"## right\n{{{{ 'Wrrong' }}}} Ellen\n\n## wrong\n{text}"
    pack = Pack(write_pack(tmp_path / "pack", {"pack.yaml": settings, file: right}))

    assert unknown(pack, locale) == sorted(f"{file}:5: {word}" for word in wrong)


def test_allowed_words_are_in_order() -> None:
    """Each list is sorted and names a word once, so that two writers seldom meet in one line."""
    assert {path.stem for path in ALLOWED.iterdir()} == {*DICTIONARIES} == {*SHIPPED.all_locales}
    for tag in DICTIONARIES:
        words = allowed(tag)
        assert words == sorted(set(words), key=lambda word: (word.casefold(), word))


@pytest.mark.parametrize("tag", DICTIONARIES)
def test_no_word_is_allowed_in_vain(tag: str) -> None:
    """A word that no passage has any more is taken off the list."""
    text = "\n".join(words_of(passage) for passage in passages(SHIPPED, tag))

    assert [word for word in allowed(tag) if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text)] == []
