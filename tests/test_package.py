"""The package: what the wheel holds, how it works where only it is installed, and its generated parser."""

import os
import shutil
import subprocess
import sys
import sysconfig
import types
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import ROOT, TODAY, Outcome, run
from guidegen.rules import syntax

PACK = ("pack.yaml", "facts", "rules", "snippets")
NOT_COPIED = (
    ".git",
    "node_modules",
    ".venv",
    ".*_cache",
    ".hypothesis",
    "__pycache__",
    "generated.py",
    "dist",
)
RENDER = ("render", "--city", "gent", "--role", "backend")
TEXTS = [
    ("round(place.factor * (level.low + 500) / 2, -3)", "formula"),
    ("if a >= 1.5 and not b then 'x' else -c", "formula"),
    ("1..<5", "cell"),
    ("not medium, high", "cell"),
    ("contains any of ai-research, fintech", "cell"),
    ("12 +", "formula"),
    ("a ! b", "formula"),
    ("(1", "formula"),
    ("1..", "cell"),
    ("a  c", "cell"),
]


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
    """A wheel, built from a copy of the repository: the parser in it is the build's."""
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
    starter = [path for path in (source / "guidegen/scaffold/starter").rglob("*") if path.is_file()]
    assert starter
    assert {name for name in rest if not name.startswith("guidegen/shipped/")} == {
        "guidegen/py.typed",
        "guidegen/rules/grammar.lark",
        "guidegen/formats/page.css",
        "guidegen/formats/page.html",
        "guidegen/formats/base.html",
        "guidegen/formats/list.html",
        "guidegen/formats/site.css",
        "guidegen/report.html",
        *(f"guidegen/languages/{path.name}" for path in (source / "guidegen/languages").glob("*.toml")),
        *(path.relative_to(source).as_posix() for path in starter),
    }


@pytest.mark.slow
def test_the_wheel_says_its_license_and_what_it_needs(content: dict[str, bytes]) -> None:
    (folder,) = {name.split("/")[0] for name in content if ".dist-info/" in name}
    assert content[f"{folder}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    needed = [line for line in content[f"{folder}/METADATA"].decode().splitlines() if "extra ==" not in line]
    names = {line.split()[1].split(">")[0] for line in needed if line.startswith("Requires-Dist:")}
    assert names == {"babel", "click", "jinja2", "lark", "rich", "ruamel-yaml", "ruamel-yaml-clib"}


@pytest.mark.slow
def test_the_wheel_s_parser_is_of_its_own_grammar(content: dict[str, bytes]) -> None:
    grammar = content["guidegen/rules/grammar.lark"].decode()
    assert grammar == syntax.GRAMMAR.read_text("utf-8")
    assert content["guidegen/rules/generated.py"].decode().endswith(f"\nGRAMMAR = {grammar!r}\n")


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
    outcome = run_installed("check", "--today", TODAY)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.startswith("using the pack that comes with guidegen")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["diff", "accept"])
def test_an_installed_guidegen_has_no_goldens_to_compare(run_installed, command: str) -> None:
    outcome = run_installed(command)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("no pack here")


@pytest.mark.slow
def test_an_installed_guidegen_begins_a_pack(run_installed) -> None:
    assert run_installed("init", "new").code == 0
    assert run_installed("--pack", "new", "check") == Outcome(0, "", "no problems\n")
    assert run_installed("--pack", "new", "new", "city", "Springfield").code == 0


@pytest.mark.slow
def test_an_installed_guidegen_has_schemas_and_lists(run_installed) -> None:
    assert run_installed("schema", "place").out == run("schema", "place").out
    assert run_installed("list", "guides").out == run("list", "guides").out
    assert run_installed("--version").out == run("--version").out


# -- the generated parser: used if it is of this grammar, passed over if not


@pytest.fixture
def parsed_by(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[object]]]:
    """What each text comes to, parsed by the module of a name, or by Lark if there is none."""

    def parsed(module: str) -> list[object]:
        monkeypatch.setattr(syntax, "GENERATED", module)
        forget()
        return [outcome(text, start) for text, start in TEXTS]

    yield parsed
    forget()


def forget() -> None:
    syntax._parser.cache_clear()  # noqa: SLF001  # a process loads one parser; these tests load several
    syntax._library.cache_clear()  # noqa: SLF001


def outcome(text: str, start: str) -> object:
    """The tree of a text with where its words stand, or what is wrong with it and where."""
    try:
        tree = syntax.parse(text, start)
    except syntax.SyntaxFault as fault:
        return fault.message, fault.offset, fault.width, fault.hint
    return tree.pretty(), list(words_of(tree))


def words_of(tree: object) -> Iterator[tuple[str, int]]:
    for child in getattr(tree, "children", ()):
        if hasattr(child, "children"):
            yield from words_of(child)
        elif child is not None:
            yield str(child), child.start_pos


def test_the_generated_parser_and_lark_agree(parsed_by: Callable[[str], list[object]]) -> None:
    """A checkout that was never built parses as an installed package does, faults and places too."""
    generated = parsed_by("guidegen.rules.generated")

    assert generated == parsed_by("guidegen.rules.not_there")
    assert len({repr(each) for each in generated}) == len(TEXTS)


def test_a_parser_of_another_grammar_is_passed_over(
    parsed_by: Callable[[str], list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes the grammar without building anew isn't served by the old parser."""
    stale = types.ModuleType("stale")
    stale.GRAMMAR = "formula: cell"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "stale", stale)

    assert parsed_by("stale") == parsed_by("guidegen.rules.generated")


def test_a_render_needs_no_lark(tmp_path: Path) -> None:
    """The generated parser is what an installed package uses."""
    code = "import sys, guidegen.rules.syntax as s; s.parse('1 + 1', 'formula'); print('lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=True)

    assert done.stdout.decode().strip() == "False"
