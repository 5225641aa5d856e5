"""The package: what the wheel holds, how it works where only it is installed, and its stored parse tables."""

import io
import os
import pickle
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import lark
import pytest

from conftest import ROOT, Outcome, run
from guidegen.rules import syntax

PACK = ("pack.yaml", "facts", "rules", "snippets")
NOT_COPIED = (".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "grammar.bin", "build", "dist")
RENDER = ("render", "--city", "gent", "--role", "backend")
TEXTS = [
    ("round(place.factor * (level.low + 500) / 2, -3)", "formula"),
    ("if a >= 1.5 and not b then 'x' else -c", "formula"),
    ("1..<5", "cell"),
    ("not medium, high", "cell"),
    ("contains any of ai-research, fintech", "cell"),
]
SAVED = syntax.tables()


def pip(*args: str) -> None:
    """Run the pip of this environment; what it prints is shown if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *args],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, built from a copy of the repository: the parse tables in it are the build's."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "tree", ignore=shutil.ignore_patterns(*NOT_COPIED))
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(folder / "tree"))
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def content(wheel: Path) -> dict[str, bytes]:
    """The files in the wheel by path."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a fresh environment that has the wheel; libraries are those of this one."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    scheme = {"base": str(folder), "platbase": str(folder)}
    scripts = Path(sysconfig.get_path("scripts", "venv", vars=scheme))
    pip("--python", str(scripts / "python"), "install", "--no-deps", "--no-index", str(wheel))
    libraries = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    site = Path(sysconfig.get_path("purelib", "venv", vars=scheme))
    (site / "libraries.pth").write_text("\n".join(libraries))
    return scripts


@pytest.fixture
def run_installed(installed: Path, tmp_path: Path):
    """Runs the installed command in an empty folder."""
    env = {key: value for key, value in os.environ.items() if key not in ("CI", "PYTHONPATH", "PYTHONHOME")}

    def run(*args: str) -> Outcome:
        done = subprocess.run(
            [str(installed / "guidegen"), *args], cwd=tmp_path, env=env, capture_output=True, check=False
        )
        return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run


# -- what the wheel holds


@pytest.mark.slow
def test_the_wheel_holds_the_repository_s_pack_byte_for_byte(content: dict[str, bytes]) -> None:
    files = [ROOT / "pack.yaml", *(path for name in PACK[1:] for path in (ROOT / name).rglob("*"))]
    expected = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files if path.is_file()}
    shipped = "guidegen/shipped/"
    held = {name.removeprefix(shipped): data for name, data in content.items() if name.startswith(shipped)}
    assert held == expected


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else_of_the_repository(content: dict[str, bytes]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in content} == {"guidegen"}
    source = ROOT / "src"
    modules = {path.relative_to(source).as_posix() for path in source.rglob("*.py")}
    assert {name for name in content if name.endswith(".py")} == modules
    rest = {name for name in content if not name.endswith(".py") and "-" not in name.split("/")[0]}
    assert {name for name in rest if not name.startswith("guidegen/shipped/")} == {
        "guidegen/py.typed",
        "guidegen/rules/grammar.bin",
        "guidegen/rules/grammar.lark",
    }


@pytest.mark.slow
def test_the_wheel_says_its_license_and_what_it_needs(content: dict[str, bytes]) -> None:
    (folder,) = {name.split("/")[0] for name in content if ".dist-info/" in name}
    assert content[f"{folder}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    needed = [line for line in content[f"{folder}/METADATA"].decode().splitlines() if "extra ==" not in line]
    names = {line.split()[1].split(">")[0] for line in needed if line.startswith("Requires-Dist:")}
    assert names == {"babel", "click", "jinja2", "lark", "ruamel-yaml", "ruamel-yaml-clib"}


@pytest.mark.slow
def test_the_wheel_s_parse_tables_are_of_its_own_grammar(content: dict[str, bytes]) -> None:
    stored = pickle.load(io.BytesIO(content["guidegen/rules/grammar.bin"]))  # noqa: S301  # built just now
    assert stored[1] == content["guidegen/rules/grammar.lark"].decode() == syntax.GRAMMAR.read_text("utf-8")


# -- how it works where only it is installed


@pytest.mark.slow
def test_an_installed_guidegen_renders_the_shipped_pack_and_says_so(run_installed) -> None:
    there, here = run_installed(*RENDER), run(*RENDER)
    assert here.code == 0
    assert there.out == here.out
    assert (there.code, here.err) == (0, "")
    assert there.err.startswith("using the pack that comes with guidegen")


@pytest.mark.slow
def test_an_installed_guidegen_checks_the_shipped_pack(run_installed) -> None:
    outcome = run_installed("check")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("using the pack that comes with guidegen")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["diff", "accept"])
def test_an_installed_guidegen_has_no_goldens_to_compare(run_installed, command: str) -> None:
    outcome = run_installed(command)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("no pack here")


@pytest.mark.slow
def test_an_installed_guidegen_has_schemas_and_lists(run_installed) -> None:
    assert run_installed("schema", "place").out == run("schema", "place").out
    assert run_installed("list", "guides").out == run("list", "guides").out
    assert run_installed("--version").out == run("--version").out


# -- stored parse tables: used if they fit, passed over if not


def parsed() -> list[lark.Tree]:
    return [syntax.parse(text, start) for text, start in TEXTS]


def places(trees: list[lark.Tree]) -> list[object]:
    """Where tokens and subtrees stand, which trees don't compare by."""
    return [
        (token.type, token.start_pos, token.end_pos)
        for tree in trees
        for token in tree.scan_values(lambda value: isinstance(value, lark.Token))
    ] + [(node.data, node.meta.start_pos) for tree in trees for node in tree.iter_subtrees() if node.children]


def build_parser(self: object, *args: object, **kwargs: object) -> None:
    raise AssertionError("the grammar is read")


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the parse tables are looked for; there are none yet."""
    path = tmp_path / "grammar.bin"
    monkeypatch.setattr(syntax, "TABLES", path)
    syntax.parser.cache_clear()
    yield path
    syntax.parser.cache_clear()


def test_stored_tables_are_used_and_parse_the_same(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parsed()
    syntax.parser.cache_clear()
    stored.write_bytes(SAVED)
    monkeypatch.setattr(lark.Lark, "__init__", build_parser)
    assert parsed() == expected
    assert places(parsed()) == places(expected)


def other_lark() -> bytes:
    """Tables whose first value names another lark."""
    file = io.BytesIO(SAVED)
    _, grammar = pickle.load(file)  # noqa: S301  # made above
    return pickle.dumps(["0.0.0", grammar]) + file.read()


def other_grammar() -> bytes:
    """Tables that parse nothing of ours, stored as those of another grammar."""
    file = io.BytesIO()
    pickle.dump([lark.__version__, "formula: cell\ncell: /x/"], file)
    lark.Lark("formula: cell\ncell: /x/", parser="lalr", start=["formula", "cell"]).save(file)
    return file.getvalue()


def header_alone() -> bytes:
    """Tables that end where they should begin."""
    return pickle.dumps([lark.__version__, syntax.GRAMMAR.read_text("utf-8")])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"tables", id="no tables at all"),
        pytest.param(SAVED[:100], id="cut in the header"),
        pytest.param(SAVED[: len(SAVED) // 2], id="cut in the middle"),
        pytest.param(SAVED[:-1], id="cut at the end"),
        pytest.param(bytes(len(SAVED)), id="zeros"),
        pytest.param(SAVED[:-2000] + bytes(2000), id="zeros at the end"),
        pytest.param(header_alone(), id="header alone"),
        pytest.param(header_alone() + pickle.dumps({}), id="nothing in them"),
        pytest.param(header_alone() + pickle.dumps({"data": {}, "memo": {}}), id="nothing in them, in form"),
        pytest.param(pickle.dumps(None), id="another value"),
        pytest.param(other_lark(), id="another lark"),
        pytest.param(other_grammar(), id="another grammar"),
    ],
)
def test_tables_that_do_not_fit_are_passed_over(stored: Path, data: bytes) -> None:
    expected = parsed()
    syntax.parser.cache_clear()
    stored.write_bytes(data)
    assert parsed() == expected
    assert places(parsed()) == places(expected)


def test_a_folder_in_their_place_is_passed_over(stored: Path) -> None:
    stored.mkdir()
    assert len(parsed()) == len(TEXTS)


def test_faults_are_the_same_with_and_without_tables(stored: Path) -> None:
    faults = []
    for data in (b"", SAVED):
        syntax.parser.cache_clear()
        stored.write_bytes(data)
        for text, start in (("1 +", "formula"), ("a ! b", "formula"), ("1..", "cell"), ("a b", "cell")):
            with pytest.raises(syntax.SyntaxFault) as fault:
                syntax.parse(text, start)
            faults.append((fault.value.message, fault.value.offset, fault.value.width))
    assert faults[:4] == faults[4:]
