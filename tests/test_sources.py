"""The records in `golden/sources/` are what the published documents say; our words are our own.

The documents are not part of the project. GUIDEGEN_SOURCES names the folder they are in; without
it, what needs them is skipped, and an invented document stands in for the reader's own tests.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from sources_reader import MARKS, is_career, is_entry, is_prose, is_row, record_of

ROOT = Path(__file__).parents[1]
RECORDS = ROOT / "golden" / "sources"
CITIES = ("belgium", "bruges", "leuven", "mechelen")
WITH_INVENTED = ("invented", *CITIES)

INVENTED = """\
Recruiting Mainframe Developers in Aldermoor
A guide for the invented town of Aldermoor.
The Aldermoor Scene
Tides turn mills here.
Key Companies
- Tidal Mills
- Lock & Sluice (R&D)
Key Skills
Career Path
Apprentice → Keeper of the Lock
Why Hire Mainframe Developers in Aldermoor?
Aldermoor keeps a balance between mills and meadows.
It is better known for eels and salt, the rest is mud.
Keepers get €9k – €11k for junior and €20k – €31k for senior, and more affordable boots.
Salary Ranges
| Level | Yearly |
|---|---|
| Junior | €9,100 – €11,000 |
| Senior | €20,000 – €30,500 |
Browse Mainframe Developers Jobs in Aldermoor
Find them
"""
INVENTED_RECORD = """\
role: mainframe
title: Recruiting Mainframe Developers in Aldermoor
headings:
  - The Aldermoor Scene
  - Key Companies
  - Key Skills
  - Career Path
  - Why Hire Mainframe Developers in Aldermoor?
  - Salary Ranges
lists:
  Key Companies: [Tidal Mills, Lock & Sluice (R&D)]
empty: [Key Skills]
career: [Apprentice, Keeper of the Lock]
pay:
  junior: {from: "€9k", to: "€11k"}
  senior: {from: "€20k", to: "€31k"}
table:
  header: [Level, Yearly]
  rows:
    - {level: Junior, from: "€9,100", to: "€11,000"}
    - {level: Senior, from: "€20,000", to: "€30,500"}
browse: Browse Mainframe Developers Jobs in Aldermoor
decisions: {talent-pool: balanced, fit: other-strengths, pay-note: affordable}
specialties: [eels, salt]
"""


def sources() -> Path:
    """The folder of the published documents; without one, the test is skipped."""
    folder = os.environ.get("GUIDEGEN_SOURCES")
    if folder is None:
        pytest.skip("needs the documents: GUIDEGEN_SOURCES=FOLDER pytest tests/test_sources.py")
    if not Path(folder).is_dir():
        pytest.fail(f"GUIDEGEN_SOURCES names {folder!r}, which is not a folder")
    return Path(folder)


def document(city: str) -> str:
    if city == "invented":
        return INVENTED
    path = sources() / f"{city}.txt"
    if not path.is_file():
        pytest.fail(f"GUIDEGEN_SOURCES has no {path.name}")
    return path.read_text(encoding="utf-8")


def recorded(city: str) -> dict[str, Any]:
    source = INVENTED_RECORD if city == "invented" else RECORDS / f"{city}.yaml"
    record: dict[str, Any] = YAML(typ="safe").load(source)
    return record


# The records and the documents


@pytest.mark.parametrize("city", WITH_INVENTED)
def test_a_record_is_what_its_document_says(city: str) -> None:
    """A record holds all that the reader finds in the document, and nothing else."""
    assert record_of(document(city)) == recorded(city)


def test_every_document_has_a_record() -> None:
    """No document goes unrecorded, and no record outlives its document."""
    assert {path.stem for path in sources().glob("*.txt")} == set(CITIES)


def test_the_folder_of_records_holds_only_the_records() -> None:
    """A record that is lost, or added without a test, is noticed without the documents too."""
    assert sorted(path.name for path in RECORDS.iterdir()) == [f"{city}.yaml" for city in CITIES]


@pytest.mark.parametrize("city", CITIES)
def test_records_have_one_format(city: str) -> None:
    """All records have the same keys and are named for the place of their title."""
    record = recorded(city)

    assert list(record) == list(recorded("invented"))
    assert record["title"].endswith(f" in {city.title()}")


@pytest.mark.parametrize("city", CITIES)
def test_a_record_holds_no_sentence(city: str) -> None:
    """A record is made of texts shorter than nine words, figures as written among them."""
    texts = list(leaves(recorded(city)))

    assert [text for text in texts if not isinstance(text, str)] == []
    assert [text for text in texts if len(text.split()) >= 9] == []


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_documents_that_are_missing_fail(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is named but isn't there, or lacks a document, is a failure and not a skip."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("GUIDEGEN_SOURCES", str(tmp_path / folder))

    with pytest.raises(pytest.fail.Exception):
        document("leuven")


def test_without_documents_the_message_says_how_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no folder is named, the test is skipped and the command is given."""
    monkeypatch.delenv("GUIDEGEN_SOURCES", raising=False)

    with pytest.raises(pytest.skip.Exception, match="GUIDEGEN_SOURCES=FOLDER pytest"):
        document("leuven")


# The comparison can fail


@pytest.mark.parametrize("city", WITH_INVENTED)
def test_any_change_of_a_record_is_noticed(city: str) -> None:
    """A record with one thing dropped, doubled, moved, altered or decided otherwise is refused."""
    found, record = record_of(document(city)), recorded(city)
    swapped = [
        record | {"decisions": record["decisions"] | {decision: other}}
        for decision, outcomes in MARKS.items()
        for other in outcomes.keys() - {record["decisions"][decision]}
    ]

    assert [wrong for wrong in [*changed(record), *swapped] if found == wrong] == []


@pytest.mark.parametrize("city", WITH_INVENTED)
def test_any_change_of_a_document_is_noticed(city: str) -> None:
    """A document with a line, figure, specialty or outcome more, less or other is refused."""
    text, record = document(city), recorded(city)

    unnoticed = [what for what, altered in altered_documents(text, record) if reading(altered) == record]

    assert unnoticed == []


def leaves(value: Any) -> Iterator[Any]:
    """Every text of a record, keys included."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def changed(value: Any) -> Iterator[Any]:
    """Copies of a record, each with one thing changed."""
    if isinstance(value, str):
        yield f"{value}x"
    elif isinstance(value, list):
        yield [*value, value[0]]
        if len(value) > 1:
            yield value[::-1]
        for n, item in enumerate(value):
            yield value[:n] + value[n + 1 :]
            for other in changed(item):
                yield [*value[:n], other, *value[n + 1 :]]
    else:
        for key, item in value.items():
            yield {name: kept for name, kept in value.items() if name != key}
            for other in changed(item):
                yield value | {key: other}


def altered_documents(text: str, record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Copies of a document, each with one thing changed that a record holds, and which it is."""
    lines = text.splitlines()
    for n, line in enumerate(lines[:-1]):
        if not is_prose(line):
            for what, instead in {
                "dropped": [],
                "doubled": [line, line],
                "altered": [f"{line[:3]}x{line[3:]}"],
            }.items():
                yield f"{what}: {line}", "\n".join([*lines[:n], *instead, *lines[n + 1 :]])
    for match in re.finditer(r"€\d+k", text):
        yield match[0], f"{text[: match.start()]}€1k{text[match.end() :]}"
        yield f"more than {match[0]}", f"{text[: match.end()]} or €1k{text[match.end() :]}"
    for specialty in record["specialties"]:
        yield specialty, text.replace(specialty, "umbrellas")
    for decision, outcome in record["decisions"].items():
        for other, mark in MARKS[decision].items():
            if other != outcome:
                yield f"{decision}: {other}", text.replace(MARKS[decision][outcome], mark)


def reading(text: str) -> dict[str, Any] | None:
    """The record of a document, or None where it can't be read as one."""
    try:
        return record_of(text)
    except ValueError:
        return None


# Our own words

RUN = 9
TOOLS_OWN = {".git", "__pycache__", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".hypothesis"}
MADE = {"build", "dist"}


def runs(text: str) -> set[str]:
    """Every run of nine words, whatever case, punctuation or line breaks they stand in."""
    words = re.findall(r"\w+(?:[-’'.,]\w+)*", text.lower())
    return {" ".join(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}


def sentences(text: str) -> set[str]:
    """The runs of nine words of a document's prose and labels; list facts are no one's words."""
    lines = text.splitlines()
    return set().union(
        *(runs(line) for line in lines if not (is_entry(line) or is_row(line) or is_career(line)))
    )


def project_files(root: Path, *, but: Path) -> Iterator[Path]:
    """The project's files: not what tools keep or make in its folder, nor the documents."""
    for path in sorted(root.iterdir()):
        if path.is_file():
            yield path
        elif path.is_dir() and not (
            path.name in TOOLS_OWN
            or path.name.endswith(".egg-info")
            or (path.name in MADE and root == ROOT)
            or (path / "pyvenv.cfg").is_file()
            or path.resolve() == but.resolve()
        ):
            yield from project_files(path, but=but)


def test_no_sentence_of_the_documents_stands_in_the_project() -> None:
    """The guides are in our own words: no nine words in a row are a document's."""
    theirs = set().union(*(sentences(document(city)) for city in CITIES))
    copied = {}
    files = list(project_files(ROOT, but=sources()))
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if found := theirs & runs(text):
            copied[str(path.relative_to(ROOT))] = sorted(found)

    assert Path(__file__) in files
    assert copied == {}


@pytest.mark.parametrize("city", WITH_INVENTED)
def test_a_copied_sentence_is_found(city: str) -> None:
    """Nine words are found though case, quotes and line breaks differ; eight are free."""
    longest = max(document(city).splitlines(), key=len)
    words = longest.upper().split()

    assert sentences(document(city)) & runs("\n# ".join(["text: '", *words, "'"]))
    assert not sentences(document(city)) & runs(" ".join(longest.split()[:8]))
