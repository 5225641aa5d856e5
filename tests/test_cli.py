"""The command line as people and programs use it: help, lists, schemas, output, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from conftest import MINI, ROOT, TODAY, run, some_guides, write_pack
from guidegen import __version__
from guidegen.cli.main import COMMANDS
from guidegen.editor import KINDS, schema_of
from guidegen.pack import Pack
from site_pack import write_site

FILES = {
    "pack": ["pack.yaml"],
    "place": ["facts/places/*.yaml"],
    "role": ["facts/roles/*.yaml"],
    "pair": ["facts/pairs/*/*.yaml"],
    "vocabulary": ["facts/*.yaml"],
    "rules": ["rules/*.yaml"],
    "outline": ["rules/outline.yaml"],
    "site": ["rules/site.yaml"],
}
NOT_RULES = ("outline.yaml", "site.yaml")
PAIR = """\
file: {newline: crlf, final_newline: no, byte_order_mark: yes}
overrides:
  - {locale: en, block: jobs.link, text: Jobs, owner: ann, reason: shorter, expires: "2027-01-31"}
  - {locale: en, block: pay.range, absent: yes, owner: ann, reason: none, source: a letter}
"""


def validator(kind: str, root: Path = ROOT) -> Any:
    """A validator of a kind of file, with its schema checked to be JSON Schema 2020-12."""
    made = schema_of(kind, Pack(root))
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


def plain(path: Path) -> Any:
    """A YAML file as an editor's checker sees it: JSON values, days as texts."""
    loaded = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    return json.loads(json.dumps(loaded, default=str))


def files_of(kind: str, root: Path) -> list[Path]:
    found = [path for pattern in FILES[kind] for path in sorted(root.glob(pattern))]
    return [path for path in found if kind != "rules" or path.name not in NOT_RULES]


# Help


def test_help_lists_every_command() -> None:
    """`guidegen --help` names each command with a line on what it does, and the exit codes."""
    done = run("--help")

    assert done.code == 0
    assert done.err == ""
    for name, about in COMMANDS.items():
        assert f"  {name} " in done.out
        assert about.split()[0] in done.out
    assert "Exit codes" in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_an_example(command: str) -> None:
    """Each command's help shows a line that one can type, and all of its options in words."""
    done = run(command, "--help")
    examples = [line.split() for line in done.out.splitlines() if line.startswith(f"  guidegen {command}")]

    assert done.code == 0
    assert examples
    for example in examples:
        for word in example:
            assert not word.startswith("--") or f"\n  {word} " in done.out.replace(", ", "\n  ")


def test_version() -> None:
    """`--version` says name and version on one line."""
    assert run("--version")[:2] == (0, f"guidegen {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["rendr"], "'render'"),
        (["render", "--city", "gent"], "--role"),
        (["render", "--citty", "gent", "--role", "backend"], "--city"),
        (["render", "--city", "gnt", "--role", "backend"], "'gent'"),
        (["render", "--city", "gent", "--role", "backend", "--format", "txt"], "'text'"),
        (["render", "--city", "gent", "--role", "backend", "--as-of", "2026"], "2026-11-20"),
        (["render", "--city", "gent", "--role", "backend", "--locale", "de"], "known: en"),
        (["list", "place"], "'places'"),
        (["schema", "plaec"], "'place'"),
        (["--pack", "nowhere", "check"], "'nowhere'"),
    ],
)
def test_a_wrong_command_line_names_what_was_meant(arguments: list[str], named: str) -> None:
    """What can't be done is refused with 2, on standard error, with the nearest thing that can."""
    done = run(*arguments)

    assert done.code == 2
    assert done.out == ""
    assert named in done.err
    assert "Traceback" not in done.err


# render


def test_any_name_renders_the_same_guide() -> None:
    """City and role go by any of their names; the output is one and the same."""
    guides = {
        run("render", "--city", city, "--role", role).out
        for city, role in (
            ("ghent", "backend"),
            ("Gent", "Backend Developers"),
            ("GAND", "backend developer"),
        )
    }

    assert len(guides) == 1
    assert guides.pop().startswith("Recruiting Backend Developers in Ghent\n")


def test_without_a_pack_the_shipped_one_serves(tmp_path: Path) -> None:
    """Outside of any pack, a guide is made from the pack that comes along, and a word says so."""
    done = run("render", "--city", "gent", "--role", "backend", cwd=tmp_path)

    assert done.code == 0
    assert done.out == run("render", "--city", "gent", "--role", "backend").out
    assert done.err.startswith("using the pack that comes with guidegen")
    assert run("diff", cwd=tmp_path).code == run("accept", cwd=tmp_path).code == 2


def test_the_nearest_pack_upward_is_used(mini_pack: Path) -> None:
    """In any folder of a pack, that pack is meant."""
    done = run("render", "--city", "port-ellen", "--role", "netmaker", cwd=mini_pack / "facts/places")

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Net Makers in Port Ellen\n")


@pytest.mark.parametrize("root", [ROOT, MINI], ids=["shipped", "mini"])
def test_json_is_as_its_schema_says(root: Path) -> None:
    """Guides as JSON are valid by `schema guide`, and their spans are the text of the guide."""
    schema = json.loads(run("--pack", str(root), "schema", "guide").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    for locale, place, role in some_guides(Pack(root)):
        render = ("--pack", str(root), "render", "--city", place, "--role", role, "--locale", locale)
        guide = json.loads(run(*render, "--format", "json").out)
        text = run(*render).out

        jsonschema.Draft202012Validator(schema).validate(guide)
        title, *_ = guide["blocks"]
        assert (
            "".join(span["text"] for span in title["text"]) == text.split("\n")[0] == guide["meta"]["title"]
        )
        for block in guide["blocks"]:
            if block["kind"] in ("paragraph", "heading"):
                assert "".join(span["text"] for span in block["text"]) in text.split("\n")


def test_numbers_in_json_are_exact() -> None:
    """Numbers are texts in JSON: no program reads another one than the fact states."""
    done = run(
        "--pack", str(MINI), "render", "--city", "port-ellen", "--role", "netmaker", "--format", "json"
    )
    facts = [
        fact
        for block in json.loads(done.out)["blocks"]
        if block["kind"] == "table"
        for row in block["rows"]
        for cell in row
        for span in cell
        for fact in span["origin"].get("facts", [])
    ]

    assert {"key": "port-ellen.factor", "value": "1.03"} in facts
    assert all(isinstance(fact["value"], str) for fact in facts)


ODD = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "ascii:strict"},
]


@pytest.mark.parametrize("env", ODD)
def test_output_is_utf8_whatever_the_locale(env: dict[str, str]) -> None:
    """Euro signs, arrows and accents come out as UTF-8, where Python would write another encoding too."""
    wanted = run("render", "--city", "belgie", "--role", "backend")
    done = run("render", "--city", "belgie", "--role", "backend", env=env)

    assert done.code == 0
    assert "€36,000 – €48,000" in done.out
    assert "→" in done.out
    assert "ULiège" in done.out
    assert done.out == wanted.out


def test_names_with_accents_are_taken_in_a_bare_locale() -> None:
    """Where no locale is set, as in many a container, a name with accents is still understood."""
    done = run(
        "render", "--city", "België", "--role", "développeur back-end", env={"LC_ALL": "C", "LANG": ""}
    )

    assert done.code == 0
    assert done.out.startswith("Recruiting Backend Developers in Belgium\n")


@pytest.mark.parametrize(
    "command", ["list facts", "schema", "--help", "check --format json", "render --city gent --role backend"]
)
def test_a_closed_pipe_is_quiet(command: str) -> None:
    """`guidegen … | head -1` prints what is read and no complaint, however early the reader is gone."""
    gone, output = os.pipe()
    os.close(gone)
    with os.fdopen(output) as closed:
        done = subprocess.run(
            [sys.executable, "-m", "guidegen", *command.split()],
            cwd=ROOT,
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    head = subprocess.run(
        ["sh", "-c", f'"$0" -m guidegen {command} | head -n 1', sys.executable],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert (head.stdout.count(b"\n"), head.stderr) == (1, b"")


# -o


def test_output_goes_to_a_file_whole(tmp_path: Path) -> None:
    """`-o` makes the file and its folder, holding exactly what would be printed, and nothing beside it."""
    target = tmp_path / "guides" / "gent.txt"

    done = run("render", "--city", "gent", "--role", "backend", "-o", str(target))

    assert (done.code, done.out, done.err) == (0, "", "")
    assert target.read_text("utf-8") == run("render", "--city", "gent", "--role", "backend").out
    assert list(target.parent.iterdir()) == [target]


def test_an_equal_file_is_not_written_again(tmp_path: Path) -> None:
    """A file that is as it should be keeps its time; one that differs is replaced whole."""
    target = tmp_path / "gent.txt"
    arguments = ("render", "--city", "gent", "--role", "backend", "-o", str(target))
    run(*arguments)
    os.utime(target, ns=(1_000_000_000, 1_000_000_000))

    assert run(*arguments).code == 0
    assert target.stat().st_mtime_ns == 1_000_000_000
    good = target.read_bytes()
    target.write_bytes(good * 2)
    assert run(*arguments).code == 0
    assert target.read_bytes() == good


def test_a_failed_guide_leaves_the_file_as_it_was(tmp_path: Path, mini_pack: Path) -> None:
    """Where a guide can't be made, the previous file stays, whole."""
    target = tmp_path / "guide.txt"
    target.write_text("before\n")
    (mini_pack / "snippets/en/places/port-ellen.md").unlink()

    done = run(
        "--pack", str(mini_pack), "render", "--city", "port-ellen", "--role", "netmaker", "-o", str(target)
    )

    assert done.code == 2
    assert target.read_text() == "before\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["guide.txt", "pack"]


@pytest.mark.parametrize(
    "name", ["pack.yaml", "facts/places/new.yaml", "golden/en/a.txt", "snippets/en/guide.md"]
)
def test_a_guide_is_never_written_over_the_pack(mini_pack: Path, name: str) -> None:
    """What the pack is made of can't be the output: it is refused, and every file stays."""
    before = {path: path.read_bytes() for path in mini_pack.rglob("*") if path.is_file()}

    done = run(
        "--pack",
        str(mini_pack),
        "render",
        "--city",
        "marland",
        "--role",
        "netmaker",
        "-o",
        str(mini_pack / name),
    )

    assert done.code == 2
    assert {path: path.read_bytes() for path in mini_pack.rglob("*") if path.is_file()} == before


def test_an_unwritable_output_is_the_machines_failure(tmp_path: Path) -> None:
    """Where the output can't be written, the exit code is 3 and the file is named."""
    (tmp_path / "file").write_text("a file, no folder\n")

    done = run("render", "--city", "gent", "--role", "backend", "-o", str(tmp_path / "file" / "guide.txt"))

    assert done.code == 3
    assert "guide.txt" in done.err
    assert "Traceback" not in done.err


# list

SLUGS = {
    "places": ["marland", "port-ellen"],
    "roles": ["netmaker"],
    "guides": ["en/marland/netmaker", "en/port-ellen/netmaker"],
    "tables": ["pool", "pay"],
    "facts": ["port-ellen.employers", "port-ellen.figures.ships", "netmaker.levels.junior.from"],
    "passages": ["guide.title", "port-ellen:scene", "marland:scene"],
}


@pytest.mark.parametrize("what", SLUGS)
def test_lists_for_people_and_programs(what: str) -> None:
    """Each list has a line for each thing, and the same as JSON: objects with a slug."""
    lines = run("--pack", str(MINI), "list", what).out.splitlines()
    rows = json.loads(run("--pack", str(MINI), "list", what, "--format", "json").out)
    slugs = [row["slug"] for row in rows]

    assert [line.split()[0] for line in lines] == slugs
    if what in ("facts", "passages"):
        assert {*SLUGS[what]} <= {*slugs}
    else:
        assert slugs == SLUGS[what]
    assert len({tuple(row) for row in rows}) == 1  # all of one kind have the same keys
    assert all(isinstance(row, dict) for row in rows)


def test_a_fact_is_listed_with_its_source() -> None:
    """A fact's line has its value, how sure it is, its date and its source."""
    rows = json.loads(run("--pack", str(MINI), "list", "facts", "city:Ellenport", "--format", "json").out)
    by_slug = {row["slug"]: row for row in rows}

    assert by_slug["port-ellen.figures.ships"] == {
        "slug": "port-ellen.figures.ships",
        "value": "340",
        "confidence": "",
        "dated": "2024",
        "source": "an invented atlas",
    }
    assert by_slug["port-ellen.employers"]["value"] == "Salt & Sons, Nets (harbour)"
    assert all(slug.startswith("port-ellen.") for slug in by_slug)


def test_drafts_are_listed_when_asked_for(tmp_path: Path) -> None:
    """A draft is no guide yet: `--drafts` shows it, marked as one."""
    draft = "names: Far\nscope: city\nwithin: marland\nstatus: draft\n"
    root = str(write_pack(tmp_path, {"facts/places/far.yaml": draft}))

    assert "far" not in run("--pack", root, "list", "places").out
    rows = json.loads(run("--pack", root, "list", "guides", "--drafts", "--format", "json").out)
    assert [row["status"] for row in rows if "/far/" in row["slug"]] == ["draft"]


# check


def test_the_shipped_pack_is_sound() -> None:
    """Nothing is wrong with the pack that comes along; check says so and ends with 0."""
    assert run("check", "--today", TODAY) == (0, "", "no problems\n")
    assert run("check", "--today", TODAY, "--format", "json").out == "[]\n"


def test_problems_are_told_in_the_order_of_the_files(tmp_path: Path) -> None:
    """Problems come by file, line and column, so that one can work through them."""
    tree: dict[str, str | bytes | None] = {
        "facts/places/zoo.yaml": "names: Zoo\nscope: town\nwithin: marland\nstatus: published\nfactor: x\n",
        "facts/places/bay.yaml": "names: Bay\nscope: city\nwithin: marlnd\nstatus: published\nmarket: y\n",
        "snippets/en/more.md": "## pay.level\nTwice.\n",
    }
    done = run("--pack", str(write_pack(tmp_path, tree)), "check", "--format", "json")
    places = [(row["file"], row["line"], row["column"]) for row in json.loads(done.out)]

    assert len(places) >= 5
    assert len({file for file, _, _ in places}) >= 3
    assert places == sorted(places)


def test_problems_as_json(tmp_path: Path) -> None:
    """A problem as JSON has file, line, column, message and hint, as the text shows them."""
    port = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
    root = str(write_pack(tmp_path, {"facts/places/port-ellen.yaml": port.replace("[salt,", "[slat,")}))

    done = run("--pack", root, "check", "--format", "json")
    (problem,) = json.loads(done.out)
    line = next(n for n, text in enumerate(port.split("\n"), 1) if text.startswith("trades:"))

    assert done.code == 1
    assert (problem["file"], problem["line"], problem["column"], problem["width"]) == (
        "facts/places/port-ellen.yaml",
        line,
        len("trades: [") + 1,
        4,
    )
    assert "'slat'" in problem["message"]
    assert "did you mean 'salt'?" in problem["hint"]
    shown = run("--pack", root, "check").err
    assert shown.startswith(f"facts/places/port-ellen.yaml:{line}:10: {problem['message']}\n")
    assert f"  {line} | trades: [slat, fishing]\n" in shown


# schema


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_json_schema(kind: str) -> None:
    """`schema KIND` prints a JSON Schema of 2020-12, the one that is in `schema` without a kind."""
    printed = json.loads(run("schema", kind).out)

    jsonschema.Draft202012Validator.check_schema(printed)
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert printed["title"]
    assert printed == schema_of(kind, Pack(ROOT))


def test_all_schemas_by_name() -> None:
    """Without a kind, all schemas are printed by name."""
    assert list(json.loads(run("schema").out)) == list(KINDS)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("pack", ["shipped", "mini"])
def test_files_are_valid_by_their_schemas(kind: str, pack: str, tmp_path: Path) -> None:
    """Every YAML file that guidegen takes is valid by the schema an editor checks it with."""
    root = ROOT if pack == "shipped" else write_pack(tmp_path, {"facts/pairs/port-ellen/netmaker.yaml": PAIR})
    assert Pack(root).problems == []
    paths = files_of(kind, root)

    assert paths or (kind, pack) in {("pair", "shipped"), ("site", "mini")}
    for path in paths:
        errors = [error.message for error in validator(kind, root).iter_errors(plain(path))]
        assert errors == [], path


@pytest.mark.parametrize("kind", sorted(set(FILES) - {"vocabulary", "rules"}))
def test_an_undeclared_key_is_not_valid(kind: str, tmp_path: Path) -> None:
    """A key that guidegen would refuse is marked by an editor too."""
    root = write_site(tmp_path, {"facts/pairs/port-ellen/netmaker.yaml": PAIR})
    (path, *_) = files_of(kind, root)
    content = plain(path)

    assert validator(kind, root).is_valid(content)
    assert not validator(kind, root).is_valid({**content, "undeclared": 1})


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("place", {"factor": 3}),
        ("place", {"factor": "1.03"}),
        ("place", {"market": "vast"}),
        ("place", {"trades": ["slat"]}),
        ("place", {"status": "done"}),
        ("place", {"within": "nowhere"}),
        ("role", {"levels": {"junior": {"from": 0, "to": 1}}}),
        ("role", {"levels": {"junior": {"from": 1}}}),
        ("role", {"levels": {"boss": {"from": 1, "to": 2}}}),
        ("rules", {"pay": {"hit": "some", "table": "x"}}),
        ("rules", {"pay": ["a"]}),
        ("outline", {"blocks": [{"headin": "a"}]}),
        ("outline", {"blocks": [{"paragraph": {"decide": "nothing-known"}}]}),
        ("pack", {"currency": "euro"}),
        ("pack", {"locales": {}}),
    ],
)
def test_a_wrong_value_is_not_valid(kind: str, change: dict[str, Any], tmp_path: Path) -> None:
    """A value outside of its field's type, range or vocabulary is marked by an editor too."""
    root = write_pack(tmp_path)
    path = files_of(kind, root)[-1]
    content = plain(path)

    assert validator(kind, root).is_valid(content)
    assert not validator(kind, root).is_valid({**content, **change})
