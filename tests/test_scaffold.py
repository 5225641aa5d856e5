"""What `new` and `init` make: drafts that the tool reads, forms to be filled in, a pack that renders."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import MINI, ROOT, TODAY, Outcome, run, write_pack
from guidegen.check import check
from guidegen.editor import KINDS, schema_file, schema_of
from guidegen.facts import FOLDERS
from guidegen.finding import find
from guidegen.pack import Pack
from guidegen.problems import MachineFailed, Refused, errors
from guidegen.scaffold import plan as plans
from guidegen.scaffold.naming import as_yaml, name_of
from guidegen.scaffold.owner import plan_owner
from guidegen.scaffold.plan import Plan, carry_out
from guidegen.scaffold.starter import STARTER, first_guide, plan_starter
from guidegen.source import Source
from guidegen.yamlfile import Mapping, Scalar, read_yaml
from test_architecture import words_of_the_pack
from test_bad_packs import run_here
from test_cli import FILES, files_of, plain, validator

CITY = "facts/places/springfield.yaml"
PASSAGES = "snippets/en/places/springfield.md"


def begin(root: Path, kind: str = "place", name: str = "Springfield", slug: str = "") -> list[str]:
    """The files that are made when a place or role is begun in a pack."""
    return carry_out(plan_owner(Pack(root), kind, name, slug), root)


def content(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def uncommented(text: str, field: str) -> str:
    """The form of a field as it stands when its author has taken away `# ` before its lines."""
    (form,) = re.findall(rf"^# {field}:.*\n(?:#  .*\n)*", text, re.MULTILINE)
    return "".join(line[2:] for line in form.splitlines(keepends=True))


# The draft as it is made


def test_a_city_is_a_file_of_facts_and_one_of_passages(
    mini_pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are named on standard output, and what comes next on standard error."""
    done = run_here(monkeypatch, mini_pack, "new", "city", "Springfield")

    assert done.code == 0
    assert done.out.splitlines() == [CITY, PASSAGES, "schema/place.json"]
    assert "guidegen check" in done.err
    assert {*content(mini_pack)} - {*content(MINI)} == {*done.out.splitlines()}


@pytest.mark.parametrize(("what", "name"), [("city", "Springfield"), ("role", "cooper")])
def test_a_draft_harms_nobody(mini_pack: Path, monkeypatch: pytest.MonkeyPatch, what: str, name: str) -> None:
    """After `new`, check has only warnings, and goldens and other guides are as before."""
    run_here(monkeypatch, mini_pack, "accept")
    render = ("render", "--city", "port-ellen", "--role", "netmaker")
    before = run_here(monkeypatch, mini_pack, *render)

    assert run_here(monkeypatch, mini_pack, "new", what, name).code == 0
    checked = run_here(monkeypatch, mini_pack, "check")
    assert checked.code == 0
    assert "warning: " in checked.err or checked.err == "no problems\n"
    assert run_here(monkeypatch, mini_pack, "diff") == Outcome(0, "", "no differences\n")
    assert run_here(monkeypatch, mini_pack, *render) == before


def test_the_guide_of_a_draft_says_what_is_missing(mini_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering a draft as it was begun refuses, and names facts and passages that are still to come."""
    begin(mini_pack)
    done = run_here(monkeypatch, mini_pack, "render", "--city", "springfield", "--role", "netmaker")

    assert (done.code, done.out) == (2, "")
    for missing in ("factor", "employers", "'scene' says nothing"):
        assert missing in done.err


def test_a_draft_renders_once_it_is_filled_in(mini_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The forms, uncommented and filled in, and a line under the heading make a guide."""
    begin(mini_pack)
    text = (mini_pack / CITY).read_text("utf-8")
    filled = {"market": "market: small\n", "trades": "trades:\n  - salt\n  - fishing\n"}
    for field in ("factor", "employers"):
        filled[field] = fill(uncommented(text, field), "1.03" if field == "factor" else "Nets")
    for field, form in filled.items():
        text = re.sub(rf"^# {field}:.*\n(?:#  .*\n)*", form, text, flags=re.MULTILINE)
    (mini_pack / CITY).write_text(text.replace("status: draft", "status: published"), "utf-8")
    with (mini_pack / PASSAGES).open("a", encoding="utf-8") as file:
        file.write("{{ place.name }} lies in {{ place.country.name }}.\n")

    done = run_here(monkeypatch, mini_pack, "render", "--city", "springfield", "--role", "netmaker")
    assert (done.code, done.err) == (0, "")
    assert "Springfield lies in Marland. There are few net makers in Springfield" in done.out
    assert check(Pack(mini_pack)) == []


def test_the_place_around_is_filled_in_if_there_is_one_only(mini_pack: Path) -> None:
    """Of several places that a city may lie in, none is guessed."""
    begin(mini_pack)
    assert "\nwithin: marland\n" in (mini_pack / CITY).read_text("utf-8")

    region = "{names: Coast, scope: region, within: marland, status: published}\n"
    (mini_pack / "facts/places/coast.yaml").write_text(region)
    begin(mini_pack, name="Shelbyville")
    text = (mini_pack / "facts/places/shelbyville.yaml").read_text("utf-8")
    assert "\n# within:\n" in text
    assert "coast, marland" in text


def test_a_fact_says_what_it_is_for_and_where_it_shows(mini_pack: Path) -> None:
    """Before its form each field has its purpose, its type, its choices, and who reads it."""
    begin(mini_pack)
    blocks = (mini_pack / CITY).read_text("utf-8").split("\n\n")
    by_field = {
        found[1]: block for block in blocks if (found := re.search(r"^# ([a-z_]+):", block, re.MULTILINE))
    }

    assert {*Pack(MINI).fields["place"]} <= {*by_field}
    for field, words in {
        "factor": [
            "Pay level.",
            "at least 0.5, at most 2",
            "table pay",
            "formulas band.from, band.to.",
            'from it shows in: a table under "Employers"; passage pay.range.',
        ],
        "market": ["Depth of the pool.", "One of: deep, small.", "table pool", "Needs no source."],
        "trades": ["facts/trades.yaml: fishing, salt, weaving", "formula at_home;", "passage pool.small"],
        "employers": ["Who hires.", "Needs a source.", 'a list under "Employers"'],
        "figures": ["place:scene"],
        "remote": ["yes or no", "Nothing shows it of a city yet."],
    }.items():
        flowed = by_field[field].replace("\n## ", " ")
        for word in words:
            assert word in flowed


def test_what_is_read_of_the_country_only_is_said(mini_pack: Path) -> None:
    """A passage that reads a fact of the country is no reason to state it of the city."""
    with (mini_pack / "snippets/en/guide.md").open("a", encoding="utf-8") as file:
        file.write("\n## more\n{{ place.country.remote.confidence }} {{ place.figures.boats | number }}\n")
    begin(mini_pack)
    text = (mini_pack / CITY).read_text("utf-8")

    assert "Nothing shows it of a city yet.\n## Read of the country around it: passage more." in text
    assert "Passages for all ask for: boats." in text


def test_a_long_vocabulary_is_not_listed_whole(mini_pack: Path) -> None:
    """A dozen terms are named, and the file that has them all."""
    (mini_pack / "facts/trades.yaml").write_text(
        "".join(f"{trade}: {trade}\n" for trade in ("fishing", "salt", "weaving", *"abcdefghijk"))
    )
    begin(mini_pack)
    text = (mini_pack / CITY).read_text("utf-8").replace("\n## ", " ")

    assert "weaving, a, b, c, d, e, f, g, h, i, … see facts/trades.yaml" in text


def test_nothing_of_a_pack_is_in_the_forms_of_another(mini_pack: Path) -> None:
    """What is said about fields is what this pack declares: another's fields turn up nowhere."""
    begin(mini_pack)
    own = {*Pack(MINI).fields["place"], "names", "aliases", "scope", "within", "status"}
    named = re.findall(r"^#? ?([a-z_]+):", (mini_pack / CITY).read_text("utf-8"), re.MULTILINE)

    assert {*named} == own


# Forms that can be filled in

TYPES = {
    "text": ("text", "Salt, sails & such"),
    "integer": ("integer, at_most: 9", "7"),
    "decimal": ("decimal, over: 0", "1.5"),
    "boolean": ("boolean", "yes"),
    "choice": ("choice, choices: [deep, small]", "small"),
    "key": ("key of trades", "salt"),
    "entry": ("entry", "Nets"),
    "numbers": ("figures", "12"),
    "records": ("map of levels, record: {low: {type: integer}, high: {type: decimal}}", "12"),
    "worded": ("map of levels, record: {label: {type: text}, all: {type: list of integer}}", "12"),
    "texts": ("list of text", "Salt, sails & such"),
    "integers": ("list of integer", "7"),
    "booleans": ("list of boolean", "yes"),
    "choices": ("list of choice, choices: [deep, small]", "small"),
    "keys": ("list of key of trades", "salt"),
    "entries": ("list of entry", "Nets"),
}
PROVENANCE = {"source": "a letter, of May", "dated": "2024-05", "checked": "2026-01-01", "confidence": "low"}


def fill(form: str, value: str) -> str:
    """The form with its blanks filled: the value wherever one is asked for, one entry of each list."""
    lines = []
    for line in form.replace("NAME:", "boats:").splitlines():
        if re.fullmatch(r" *-", line) and lines and re.fullmatch(r" *- .*", lines[-1]):
            continue  # a second entry would be the same
        begun = re.sub(r"(\w+): (?=[,}])", rf"\g<1>: {value}", line)
        key = re.sub(r"[ -]", "", begun).rstrip(":")
        if re.fullmatch(r" *-", begun):
            begun = f"{begun} {value}"
        elif begun.endswith(":") and key in PROVENANCE:
            begun = f"{begun} {PROVENANCE[key]}"
        elif begun.endswith(":") and key == "unit":
            begun = f"{begun} boats"
        lines.append(begun)
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" -"))
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if line.endswith(":") and len(below) - len(below.lstrip(" ")) <= indent:
            lines[number] = f"{line} {value}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("sourced", ["yes", "no"])
@pytest.mark.parametrize("field", TYPES)
def test_a_form_filled_in_is_read(tmp_path: Path, field: str, sourced: str) -> None:
    """Whatever the type: uncommented, its blanks filled, a fact is read, and an editor takes it."""
    kind, value = TYPES[field]
    settings = (MINI / "pack.yaml").read_text("utf-8")
    declared = f"    {field}: {{type: {kind}, sourced: {sourced}}}\n"
    root = write_pack(tmp_path / "pack", {"pack.yaml": settings.replace("  role:\n", f"{declared}  role:\n")})
    begin(root)
    text = (root / CITY).read_text("utf-8")
    assert len(re.findall(rf"^# {field}:", text, re.MULTILINE)) == 1

    (root / CITY).write_text(text + "\n" + fill(uncommented(text, field), value), "utf-8")
    pack = Pack(root)
    city = pack.facts.owner("place", "springfield")
    assert city is not None
    assert field in city.facts
    assert [found.message for found in pack.problems] == []
    assert [found.message for found in check(pack) if found.kind == "no-source"] == []
    found = [error.message for error in validator("place", root).iter_errors(plain(root / CITY))]
    assert [message for message in found if "springfield" not in message] == []


@pytest.mark.parametrize("kind", FOLDERS)
def test_the_forms_of_the_shipped_pack_can_be_taken_as_they_are(tmp_path: Path, kind: str) -> None:
    """Taking `# ` away before every form leaves YAML whose keys are all known, only blank."""
    for name in ("facts", "rules", "snippets"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "pack.yaml", tmp_path)
    (made, *_) = begin(tmp_path, kind, "Springfield")
    text = (tmp_path / made).read_text("utf-8")
    every = re.sub(r"^( *)# (?!yaml-language)", r"\1", text, flags=re.MULTILINE)
    (tmp_path / made).write_text(every, "utf-8")

    pack = Pack(tmp_path)
    pack.facts.owner(kind, "springfield")
    kinds = {found.kind for found in pack.problems}
    assert kinds <= {"empty-value", "wrong-type", "unknown-term", "key", "unknown-place", "not-a-number"}
    assert all(found.warning for found in pack.problems)
    assert not re.search(r"^# (?!yaml-language)", every, re.MULTILINE)


# Passages


def test_passages_of_each_locale_say_where_they_show(tmp_path: Path) -> None:
    """Each locale has its file: the headings in the outline's order, described in its own words."""
    guide = (MINI / "snippets/en/guide.md").read_text("utf-8")
    tree: dict[str, str | bytes | None] = {
        "pack.yaml": (MINI / "pack.yaml")
        .read_text("utf-8")
        .replace("text: {", '  fr: {babel: fr_BE, money: "#,##0 ¤", thousands: "#,##0 k¤"}\ntext: {'),
        "rules/outline.yaml": "blocks:\n  - title: guide.title\n  - heading: employers.heading\n"
        "  - paragraph: [pay.range, place:zeal]\n  - paragraph: {decide: pool}\n  - paragraph: place:scene\n",
        "rules/rules.yaml": (MINI / "rules/rules.yaml")
        .read_text("utf-8")
        .replace("|| pool.small |", "|| place:few  |"),
        "snippets/fr/guide.md": guide.replace("\nEmployers\n", "\nQui recrute\n"),
    }
    root = write_pack(tmp_path / "pack", tree)
    begin(root)
    english, french = (
        (root / f"snippets/{locale}/places/springfield.md").read_text() for locale in ("en", "fr")
    )

    for text in (english, french):
        assert re.findall(r"^## (.*)\n\n?", text, re.MULTILINE) == ["zeal", "few", "scene"]
        assert text.endswith("\n## zeal\n\n## few\n\n## scene\n\n")
        assert "{{ place.employers | first(2) | and_list }}" in text
        assert "{{ place.figures.NAME | number }}" in text
    assert 'zeal: part of a paragraph under "Employers"' in english
    assert "few: a paragraph under \"Employers\", where table 'pool' chooses row 'small'" in english.replace(
        "\n  ", " "
    )
    assert "in English (en)" in english
    assert "in français (fr)" in french
    assert 'scene: a paragraph under "Qui recrute"' in french
    assert "\n  en: Springfield\n  # fr:\n" in (root / CITY).read_text("utf-8")


def test_an_owner_without_passages_has_no_file_of_them(mini_pack: Path) -> None:
    """No outline of the mini pack names a passage of the role."""
    assert begin(mini_pack, "role", "cooper") == ["facts/roles/cooper.yaml", "schema/role.json"]


# Names


def test_the_name_of_a_role_is_not_bent(mini_pack: Path) -> None:
    """The name is kept as typed; the forms that passages read wait for whoever knows the language."""
    begin(mini_pack, "role", "Cooper")
    text = (mini_pack / "facts/roles/cooper.yaml").read_text("utf-8")
    role = Pack(mini_pack).facts.owner("role", "cooper")

    assert role is not None
    assert role.names.forms == {"en": {"name": "Cooper"}}
    assert re.findall(r"^    # (\w+):$", text, re.MULTILINE) == ["many", "title_many"]
    assert "read by pool.deep, pool.small" in text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sint-Niklaas", "sint-niklaas"),
        ("Besançon", "besancon"),
        ("Besanc\u0327on", "besancon"),
        ("Straße", "strasse"),
        ("No", "no"),
        ("null", "null"),
        ("12:30", "12-30"),
        ("1.10", "1-10"),
        ("- x", "x"),
        ("O'Brien: x", "o-brien-x"),
        ('a "b" #c', "a-b-c"),
        ("back\\slash", ""),
        ("[a, b]", "a-b"),
        ("&a *b !c %d @e f", "a-b-c-d-e-f"),
        ("# x", "x"),
        ("## scene", "scene"),
        (" Spaced ", "spaced"),
        ("x:", "x"),
        ("Æ", ""),
        ("東京", ""),
    ],
)
def test_a_name_is_read_back_as_it_was_typed(mini_pack: Path, name: str, slug: str) -> None:
    """Quotes, signs and words that YAML reads as something else stay what they are, and find the city."""
    begin(mini_pack, name=name, slug="" if slug else "x")
    slug = slug or "x"
    pack = Pack(mini_pack)
    city = pack.facts.owner("place", slug)

    assert city is not None
    assert city.names.forms == {"en": {"name": name.strip().replace("c\u0327", "ç")}}
    assert find(pack.facts, "place", name) == slug
    assert errors(check(pack)) == []
    assert {*pack.owned("en", "place", slug)} == {"scene"}


@given(st.text(max_size=30))
def test_any_name_is_refused_or_read_back(text: str) -> None:
    try:
        name = name_of(text)
    except Refused:
        return
    problems: list = []
    read = read_yaml(Source("x.yaml", f"names:\n  en: {as_yaml(name)}\n"), problems)
    assert problems == []
    assert isinstance(read, Mapping)
    names = read.entries["names"]
    assert isinstance(names, Mapping)
    scalar = names.entries["en"]
    assert isinstance(scalar, Scalar)
    assert scalar.text == name


def test_a_fault_in_another_place_is_not_this_ones(mini_pack: Path) -> None:
    """A city can be begun while another's files are faulty."""
    (mini_pack / "facts/places/port-ellen.yaml").write_text("names: [\n")
    (mini_pack / "snippets/en/places/marland.md").write_text("## scene\n{{ broken\n\n## Bad name\n")

    assert begin(mini_pack) == [CITY, PASSAGES, "schema/place.json"]


# Writing


def test_a_schema_that_is_there_stays(mini_pack: Path) -> None:
    """The editor's schema is made where it is missing, with a word on who makes it; else it is left."""
    assert "schema/place.json" in begin(mini_pack)
    made = json.loads((mini_pack / "schema/place.json").read_text("utf-8"))
    assert made == {**schema_of("place", Pack(MINI)), "$comment": made["$comment"]}
    assert "guidegen schema" in made["$comment"]

    (mini_pack / "schema/place.json").write_text("{}")
    assert "schema/place.json" not in begin(mini_pack, name="Shelbyville")
    assert (mini_pack / "schema/place.json").read_text() == "{}"


def test_what_fails_halfway_leaves_nothing(mini_pack: Path) -> None:
    """If the passages can't be written, the facts aren't there either."""
    shutil.rmtree(mini_pack / "snippets/en/places")
    (mini_pack / "snippets/en/places").write_text("a file")
    before = content(mini_pack)

    with pytest.raises(MachineFailed):
        begin(mini_pack)
    assert content(mini_pack) == before


def test_of_two_at_once_one_wins(mini_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs that plan the same city: the slower is refused, and what the faster wrote is whole."""
    plan = plan_owner(Pack(mini_pack), "place", "Springfield", "")
    barrier = threading.Barrier(2, timeout=5)
    made, refused = [], []
    original = plans.create

    def create(path: Path, data: bytes) -> None:
        if path.name == "springfield.yaml":
            barrier.wait()
        original(path.parent / path.name, data)

    def one(number: int) -> None:
        try:
            made.append(carry_out(plan, mini_pack))
        except Refused as error:
            refused.append(error.problems[0])

    monkeypatch.setattr(plans, "create", create)
    # two processes have names of their own for what they write beside; threads of one have not
    ids = {}
    monkeypatch.setattr("guidegen.files.os.getpid", lambda: ids.setdefault(threading.get_ident(), len(ids)))
    threads = [threading.Thread(target=one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [[CITY, PASSAGES, "schema/place.json"]]
    assert [(problem.kind, str(problem.location)) for problem in refused] == [("file-exists", CITY)]
    assert {*content(mini_pack)} - {*content(MINI)} == {CITY, PASSAGES, "schema/place.json"}
    assert (mini_pack / CITY).read_bytes() == plan.new[CITY]


def test_two_processes_at_once(mini_pack: Path) -> None:
    """The same with the command itself."""
    command = [sys.executable, "-m", "guidegen", "new", "city", "Springfield"]
    both = [
        subprocess.Popen(command, cwd=mini_pack, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        process.communicate()

    assert sorted(process.returncode for process in both) == [0, 2]
    assert {*content(mini_pack)} - {*content(MINI)} == {CITY, PASSAGES, "schema/place.json"}


def test_nothing_is_written_over(mini_pack: Path) -> None:
    """A plan whose file is there is refused before anything is written."""
    before = content(mini_pack)
    with pytest.raises(Refused):
        carry_out(Plan({"a.md": b"", "pack.yaml": b""}, {}), mini_pack)
    assert content(mini_pack) == before


def test_the_shipped_pack_is_not_added_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no pack, `new` says how to begin one."""
    done = run_here(monkeypatch, tmp_path, "new", "city", "Springfield")
    assert (done.code, done.out) == (2, "")
    assert "guidegen init DIR" in done.err


# init


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    """A folder with the starter pack, as `init` makes it."""
    carry_out(plan_starter(tmp_path / "new"), tmp_path / "new")
    return tmp_path / "new"


def test_init_makes_a_pack_that_works(tmp_path: Path) -> None:
    """The commands that init prints run as they stand; then check, diff and accept have nothing to say."""
    folder = tmp_path / "a pack"
    done = run("init", "a pack", cwd=tmp_path)
    assert done.code == 0
    assert {*done.out.splitlines()} == {*content(folder)}

    cd, render = (shlex.split(line) for line in done.err.splitlines() if line.startswith("  "))
    assert cd == ["cd", "a pack"]
    shown = run(*render[1:], cwd=tmp_path / cd[1])
    assert (shown.code, shown.err) == (0, "")
    assert "invented" in shown.out

    assert run("check", cwd=folder) == (0, "", "no problems\n")
    missing = run("diff", cwd=folder)
    assert missing.code == 1
    assert missing.out.count("has no golden yet") == len(list(Pack(folder).guides()))
    assert run("accept", cwd=folder).code == 0
    assert run("diff", cwd=folder) == (0, "", "no differences\n")


def test_what_init_makes_is_invented_and_says_so(starter: Path) -> None:
    """No place, role or site of the shipped pack is in the starter; its sources say "invented"."""
    words = words_of_the_pack() | {Pack(ROOT).settings.site["name"].lower()}
    for name, data in content(starter).items():
        text = data.decode().lower()
        assert {word for word in words if re.search(rf"\b{re.escape(word)}\b", text)} == set(), name
    pack = Pack(starter)
    assert pack.settings.site["address"] == "https://www.example.org"
    for kind in FOLDERS:
        for owner in pack.published(kind):
            path = starter / FOLDERS[kind] / f"{owner.slug}.yaml"
            assert "invented" in path.read_text("utf-8").splitlines()[1]
            for fact in owner.facts.values():
                sources = re.findall(r"source='([^']*)'.*?confidence='([^']*)'", repr(fact))
                assert {*sources} <= {("invented, for the example", "low")}
    first = first_guide()
    assert pack.facts.has("place", first.place)


@pytest.mark.parametrize("kind", sorted(FILES))
def test_files_of_the_starter_are_valid_by_the_schemas_beside_them(starter: Path, kind: str) -> None:
    """Each file's first line leads to a schema that is there, and the file is valid by it."""
    for path in files_of(kind, starter):
        line = path.read_text("utf-8").split("\n")[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", line)
        assert found, path
        schema = (path.parent / found[1]).resolve()
        assert schema == starter / "schema" / f"{kind}.json"
        made = jsonschema.Draft202012Validator(json.loads(schema.read_text("utf-8")))
        assert [error.message for error in made.iter_errors(plain(path))] == []
    for each in KINDS:
        assert (starter / f"schema/{each}.json").read_bytes() == schema_file(each, Pack(starter))


def test_the_starter_is_read_by_new(starter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A city and a role can be begun in it, as its README says."""
    for what in ("city", "role"):
        assert run_here(monkeypatch, starter, "new", what, f"New {what}").code == 0
    assert run_here(monkeypatch, starter, "check").code == 0


def test_init_takes_a_folder_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder will do, also one that git has been told of; `.` needs no cd."""
    (tmp_path / ".git").mkdir()
    done = run_here(monkeypatch, tmp_path, "init", ".")
    assert done.code == 0
    assert (tmp_path / "pack.yaml").is_file()
    assert "cd " not in done.err


@pytest.mark.parametrize(
    ("folder", "code", "words"),
    [
        ("file", 2, "'file' is a file"),
        ("full", 2, "'full' isn't empty: it has a.txt and 1 more"),
        ("nowhere", 2, "'nowhere' is a link that leads nowhere"),
        ("loop", 3, "a link that leads to itself"),
        ("file/below", 3, "Not a directory"),
        ("x" * 300, 3, "File name too long"),
        ("x/" * 5_000, 3, "File name too long"),
        ("a\0b", 2, "no NUL character"),
        ("pack", 2, "is a pack already"),
        ("pack/facts/new", 2, "lies inside of the pack 'pack'"),
        ("inside/new", 2, "lies inside of the pack 'pack'"),
    ],
)
def test_init_is_for_new_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, code: int, words: str
) -> None:
    """What else is given is refused in words, and nothing is made."""
    (tmp_path / "file").write_text("")
    (tmp_path / "full").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "full" / name).write_text("")
    write_pack(tmp_path / "pack")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "inside").symlink_to(tmp_path / "pack/facts")
    before = content(tmp_path)

    done = run_here(monkeypatch, tmp_path, "init", folder)
    assert (done.code, done.out) == (code, "")
    assert words in done.err
    assert len(done.err) < 1_000
    assert content(tmp_path) == before


def test_the_starter_has_no_more_than_it_needs() -> None:
    """No schema, golden or stray file is kept in the package: they are made."""
    assert not list(STARTER.rglob("*.json"))
    assert check(Pack(STARTER)) == []


def test_forms_that_follow_by_rule_arent_asked_for(tmp_path: Path) -> None:
    """The name alone is asked for of a city, and `check` wants no more, in each language."""
    root = tmp_path / "pack"
    for name in ("facts", "rules", "snippets"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "pack.yaml", root)
    assert run("new", "city", "Tienen", cwd=root).code == 0
    file = root / "facts/places/tienen.yaml"
    text = file.read_text("utf-8")

    assert "names:\n  en: Tienen\n  # nl:\n  # fr:\n" in text
    assert "`in` and `of` follow from the rest by rule in en, nl, fr." in text

    file.write_text(text.replace("  # nl:\n  # fr:\n", "  nl: Tienen\n  fr: Tirlemont\n"), "utf-8")
    found = run("check", "--today", TODAY, cwd=root)

    assert found.code == 0
    assert "names" not in found.err
