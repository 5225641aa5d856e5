"""Law 8 and the habits of the code: rooms and what they import, one writer of files, no place in Python."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from guidegen.facts import FOLDERS
from guidegen.pack import Pack

SRC = ROOT / "src" / "guidegen"
MODULES = sorted(path for path in SRC.rglob("*.py") if path.name != "generated.py")  # Lark's, not ours

# A module imports only from rooms before its own (design, section 10).
ORDER = """
source nodes problems files plainyaml yamlfile yamledit keys limits settings schema grammar values
provenance stated
pairs facts finding
language lookup
rules.syntax rules.cells rules.formula rules.arithmetic rules.table rules.tabular rules.atoms rules.cover
rules.idle rules.proof rules.book
rules.known
rules.examples
template filters snippets outline outline_file guide site.plan pack select
composition compose
formats.frame formats.collection formats.json formats.structured formats.text formats.markdown formats.html
formats
moulds.depends moulds.scene moulds.runs moulds.atoms moulds.parts moulds.cast
site.address site.words site.ways site.claims site.audit site.form
prose.tongue prose.sentences prose.numbers prose.rules prose
proofs stray owners drafts translation followed parity accepted fresh examples check coverage readiness
golden parts changes mixed between told revision review impact report editor
trace lines explain supposing alternatives turning whynot readers
build.work build.digests build.disk build.journal build.recorded build.record build.theirs build.lock
build.put
build.folder build.tool build.listing build.outcome
site.reads site.sitemap site.lists site.maker
build.packed build.loaded build.maker build.inputs build.noted build.standing build.wanted build.comparing
build.matrix
build.differences build.selecting build.plan build.order build.bundle build.rows build.parquet build.sqlite
build.tables
build.hand build.crew build.forked build.pooled build.cluster build.workers build.stream build.pages
build.ledger
build.hashes build.making build.tabled build.run
scaffold.plan scaffold.naming scaffold.shown scaffold.stubs scaffold.owner scaffold.locale scaffold.starter
witness
learn.model learn.segment learn.gather learn.families learn.likeness learn.stacks learn.align
learn.surfaces learn.gaps learn.forms learn.parting learn.clusters learn.phrases learn.axes learn.entities
learn.figures learn.tokens learn.templates learn.runs learn.holes learn.slips learn.sentences learn.kinds
learn.grids learn.columns learn.rounding learn.spread learn.products learn.misfits learn.numbers
learn.evidence learn.bounds learn.tabled learn.induce learn.draft learn.naming learn.determined
learn.learned learn.ordering learn.write learn.amounts learn.questions learn.choices learn.shares
learn.report learn.verify learn.family learn.whole learn.backwards learn.inverse learn.solving
learn.beforehand learn.voted learn.expected learn.lined learn.laid learn.told learn.found learn.imported
learn.quoted learn.agreement learn.placing learn.overlay learn.compared
cli.console cli.named cli.annotations cli.causes cli.group cli.browser cli.complete cli.covered
cli.witnessed
cli.reasons cli.absence cli.readership cli.progress
cli.render cli.build cli.list cli.check cli.explain cli.impact cli.diff cli.accept
cli.new cli.learn cli.import cli.init cli.schema cli.completion cli.main cli __main__
"""
ROOMS = ORDER.split()
FREE = (
    "",
    "rules",
    "moulds",
    "site",
    "build",
    "scaffold",
    "learn",
)  # a version and a docstring: nothing to import, nothing imported


def name_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """The rooms that a module imports, also inside of functions."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("guidegen"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            if node.module == "guidegen":
                yield from (alias.name for alias in node.names if alias.name != "__version__")
            elif node.module and node.module.startswith("guidegen."):
                module = node.module.removeprefix("guidegen.")
                inside = [f"{module}.{alias.name}" for alias in node.names]
                yield from inside if module in FREE else [module]


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """What is called, as written: `print`, `sys.exit`, `path.write_text`."""
    return ast.unparse(call.func)


# Rooms


def test_every_module_has_a_room() -> None:
    """Each module stands in the list of rooms, and each room is there."""
    assert {name_of(path) for path in MODULES} == {*ROOMS, *FREE}
    assert len(MODULES) > 30


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_from_rooms_before_it(path: Path) -> None:
    """No module imports one that stands after it: what is low doesn't know what is high."""
    room = name_of(path)
    imported = set(imports(path))
    if room in FREE:
        assert imported == set()
        return
    later = ROOMS[ROOMS.index(room) :]

    assert imported & {*later} == set()
    assert imported <= {*ROOMS}


def test_the_order_is_the_designs() -> None:
    """The rooms are in the order of design section 10, as far as these are built."""
    design = """
    source problems files yamlfile settings schema facts language rules.cells rules.formula rules.table
    snippets outline guide pack select compose formats check golden cli
    """
    built = design.split()

    assert [room for room in ROOMS if room in built] == built


def test_commands_know_little_of_each_other() -> None:
    """A command imports no other; but accept shows what diff shows, and shells ask for completion."""
    shared = {
        "cli.console",
        "cli.named",
        "cli.annotations",
        "cli.causes",
        "cli.group",
        "cli.browser",
        "cli.complete",
        "cli.reasons",
        "cli.absence",
        "cli.readership",
        "cli.covered",
        "cli.witnessed",
        "cli.progress",
    }
    commands = {room for room in ROOMS if room.startswith("cli.")} - shared
    found = {
        (room, other)
        for room in commands
        for other in imports(SRC / f"{room.replace('.', '/')}.py")
        if other in commands
    }

    assert found <= {("cli.accept", "cli.diff"), ("cli.main", "cli.completion")}


# What only some may do


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_speaks(path: Path) -> None:
    """print, sys.exit, sys.argv and the standard streams are the command line's."""
    source = path.read_text("utf-8")
    if path.parent.name == "cli":
        return
    spoken = {called(call) for call in calls(path)} & {
        "print",
        "input",
        "sys.exit",
        "exit",
        "quit",
        "breakpoint",
    }

    assert spoken == set()
    assert "click" not in re.findall(r"^\s*(?:import|from) (\w+)", source, re.MULTILINE)
    assert re.findall(r"\bsys\.(stdout|stderr|stdin|argv)|\bos\.environ|\bos\.getenv", source) == []


WRITERS = {
    "write_text",
    "write_bytes",
    "mkdir",
    "makedirs",
    "unlink",
    "rmdir",
    "rename",
    "touch",
    "symlink_to",
}
WRITERS |= {"hardlink_to", "remove", "rmtree", "copyfile", "copytree", "copy2", "move", "chmod", "truncate"}


def writes(path: Path) -> Iterator[str]:
    """Each call that changes the disk: by its name, or by the mode that it opens a file in."""
    for call in calls(path):
        name = called(call)
        last = name.rpartition(".")[2]
        modes = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        modes += [word.value.value for word in call.keywords if isinstance(word.value, ast.Constant)]
        is_text_mode = any(isinstance(mode, str) and re.fullmatch("[rwaxbt+]{1,3}", mode) for mode in modes)
        reads = any(isinstance(mode, str) and re.fullmatch("rb?t?", mode) for mode in modes)
        if (
            (last in WRITERS and isinstance(call.func, ast.Attribute))
            or name == "os.open"
            or name.startswith(("shutil.", "tempfile."))
            or (last in ("open", "fdopen") and not (is_text_mode and reads))
            or (last == "replace" and len(call.args) == 1 and not call.keywords)
        ):
            yield name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_one_module_writes_files(path: Path) -> None:
    """files.py is the only writer, but for a build's: its folder, and its tables, which libraries write.

    The command line opens the null device, and a browser.
    """
    quiet = {"cli.main": {"os.open"}, "cli.browser": {"webbrowser.open"}}
    removing = {room: {"self._folder.remove"} for room in ("build.ledger", "build.making", "build.pages")}
    tables = {"build.tables": {"os.open", "beside.replace", "beside.unlink"}}
    allowed = {"files": None, "build.disk": None, **quiet, **removing, **tables}.get(name_of(path), set())
    found = set(writes(path))

    assert allowed is None or found <= allowed


def test_the_writer_is_found(tmp_path: Path) -> None:
    """The search for writers finds those of files.py, and each way to write that there is."""
    assert {"os.open", "beside.replace", "path.unlink", "folder.rmdir"} <= set(writes(SRC / "files.py"))
    ways = ["open('a', 'w')", "p.open('xb')", "p.open(mode='a')", "p.write_text('')", "shutil.copy(a, b)"]
    quiet = ["open('a', 'rb')", "p.open('r')", "a.replace('x', 'y')", "p.read_text()", "entries.remove"]
    for way in ways:
        (tmp_path / "a.py").write_text(way)
        assert list(writes(tmp_path / "a.py")), way
    for way in quiet:
        (tmp_path / "a.py").write_text(way)
        assert not list(writes(tmp_path / "a.py")), way


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_numbers_are_exact(path: Path) -> None:
    """No number passes through floating point, but for the bounds of JSON Schema."""
    tree = tree_of(path)
    floats = [ast.unparse(node) for node in calls(path) if called(node) == "float"]
    literals = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    # no number of a guide: how alike two words have to be for one to be suggested for the other
    kept = {"problems": [0.6]}.get(name_of(path), [])

    assert literals == kept
    assert len(floats) == (1 if name_of(path) == "editor" else 0)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_run_that_was_read(path: Path) -> None:
    """Nothing is evaluated or imported by a name from a pack; what is unpickled is the package's own."""
    found = {called(call) for call in calls(path)} & {
        "eval",
        "exec",
        "compile",
        "__import__",
        "pickle.load",
        "pickle.loads",
        "os.system",
        "subprocess.run",
    }

    pipes = {"build.forked": {"pickle.loads"}}  # what its own children send
    assert found <= {"revision": {"subprocess.run"}, **pipes}.get(name_of(path), set())


def test_git_is_the_only_other_program() -> None:
    """It is asked in one place, under its fixed name, without a shell."""
    (call,) = [
        call
        for path in MODULES
        for call in calls(path)
        if called(call).startswith(("subprocess.", "os.exec"))
    ]
    source = (SRC / "revision.py").read_text("utf-8")

    assert ast.unparse(call.args[0]) == "command"
    assert source.count("command = ") == 1
    assert 'command = ["git", "-C", str(root), *arguments]' in source
    assert all(word.arg != "shell" for word in call.keywords)


# What modules look like


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is(path: Path) -> None:
    """Each module has a docstring whose first line is one sentence, a telling name, and an end."""
    doc = ast.get_docstring(tree_of(path)) or ""
    first = doc.split("\n")[0]

    assert first.endswith(".")
    assert not re.search(r"[.!?] [A-Z]", first)
    assert path.stem not in ("utils", "util", "helpers", "misc", "common", "base", "tools")
    assert len(path.read_text("utf-8").splitlines()) <= 450


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_left_over(path: Path) -> None:
    """No unfinished notes and no code that is commented out of use."""
    assert re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", path.read_text("utf-8")) == []


# No place, role or specialty in Python


def words_of_the_pack() -> set[str]:
    """Slugs, names and aliases of all places and roles of the shipped pack, drafts too."""
    facts = Pack(ROOT).facts
    words = set()
    for kind in FOLDERS:
        for slug in facts.slugs(kind):
            owner = facts.owner(kind, slug)
            assert owner is not None
            words |= {slug, *owner.names.spellings()}
    for path in (ROOT / "facts" / "places").glob("*.yaml"):
        for found in re.findall(r"^aliases: \[(.*)\]", path.read_text("utf-8"), re.MULTILINE):
            words |= set(re.split(r", *", found))
    return {word.lower() for word in words}


def test_no_place_or_role_is_in_the_source() -> None:
    """A search for the name of any place or role of the shipped pack finds nothing in src/."""
    words = words_of_the_pack()
    sources = [
        path for path in SRC.rglob("*") if path.suffix in (".py", ".lark", ".typed", ".md", ".txt", "")
    ]
    found = {
        (path.relative_to(SRC).as_posix(), word)
        for path in sources
        if path.is_file()
        for word in words
        if re.search(rf"\b{re.escape(word)}", path.read_text("utf-8").lower())
    }

    assert {"ghent", "gent", "gand", "backend", "löwen", "backend developers"} <= words
    assert found == set()


def test_no_vocabulary_or_field_of_the_pack_decides_in_the_source() -> None:
    """No key of the pack's vocabularies, and no value of its choices, stands as a text in Python."""
    pack = Pack(ROOT)
    keys = {key for name, terms in pack.facts.vocabularies.items() if name != "levels" for key in terms}
    keys |= {"junior", "mid", "senior", "deep", "balanced", "niche", "specialties", "industries"}
    found = {
        (name_of(path), node.value)
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in keys
    }

    assert found == set()
