"""Mistakes that can't be files in a repository, made when the test runs: bytes, devices, links, sizes.

Each ends with its exit code and a message in seconds, without a traceback, and leaves earlier output whole.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import MINI, Outcome, run, write_pack
from test_bad_packs import run_here

PLACE = "facts/places/port-ellen.yaml"
GUIDE = "snippets/en/guide.md"
GOOD = (MINI / PLACE).read_bytes()
RENDER = ("render", "--city", "port-ellen", "--role", "netmaker")
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
SECONDS = 5


@pytest.fixture(autouse=True)
def _in_time(request: pytest.FixtureRequest) -> Iterator[None]:
    begun = time.monotonic()
    yield
    many = request.node.name == "test_no_damage_makes_a_traceback"
    assert time.monotonic() - begun < SECONDS * (4 if many else 1)


def fails(outcome: Outcome, code: int, *words: str) -> None:
    """It ended so, and said this."""
    assert outcome.code == code, outcome.err
    assert "Traceback" not in outcome.err
    assert len(outcome.err) <= 3_000
    for word in words:
        assert word in outcome.err
    if code >= 2:
        assert not outcome.out


def check(monkeypatch: pytest.MonkeyPatch, folder: Path, tree: dict[str, str | bytes | None]) -> Outcome:
    return run_here(monkeypatch, write_pack(folder / "pack", tree), "check")


# -- what a file may be made of


def test_line_ends_of_windows_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    windows = {
        path.relative_to(MINI).as_posix(): path.read_bytes().replace(b"\n", b"\r\n")
        for path in MINI.rglob("*")
        if path.is_file()
    }
    pack = write_pack(tmp_path / "pack", windows)
    assert b"\r\n" in (pack / GUIDE).read_bytes()
    assert run_here(monkeypatch, pack, *RENDER) == run_here(monkeypatch, MINI, *RENDER)
    assert run_here(monkeypatch, pack, "check") == Outcome(0, "", "no problems\n")


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"\xef\xbb\xbf" + GOOD, ":1:1", "a byte order mark (U+FEFF)"),
        (GOOD.decode().encode("utf-16"), "", "this is UTF-16"),
        (GOOD.decode().encode("utf-16-le"), "", "this is UTF-16"),
        (GOOD.replace("é".encode(), b"\xe9"), ":1:35", "not UTF-8: byte 0xE9"),
        (GOOD[:-20] + b"\xff\xfe\n", ":12:29", "not UTF-8: byte 0xFF"),
        (GOOD.replace(b"\n", b"\r"), ":1:41", "a carriage return on its own (U+000D)"),
        (GOOD.replace(b"market: small", b"market: sm\0all"), ":8:11", "(U+0000)"),
        (GOOD.replace(b"market: small", b"market: sm\x1b[31mall"), ":8:11", "(U+001B)"),
        (GOOD.replace(b"Port Ellen", "Port \u202enellE".encode()), ":1:18", "(U+202E)"),
        (GOOD.replace(b"Port Ellen", "Port\u200b Ellen".encode()), ":1:17", "(U+200B)"),
        (GOOD.replace(b"Port Ellen", "Port\u2028Ellen".encode()), ":1:17", "(U+2028)"),
        (GOOD.replace(b"Port Ellen", "Port\u0085Ellen".encode()), ":1:17", "(U+0085)"),
        (GOOD.replace("é".encode(), "e\u0301".encode()), ":1:35", "a letter and its accent stand apart"),
        (b"\xff" * 100, ":1:1", "not UTF-8: byte 0xFF"),
        (b"\0" * 100, ":1:1", "(U+0000)"),
    ],
)
def test_a_file_is_plain_utf_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, place: str, message: str
) -> None:
    outcome = check(monkeypatch, tmp_path, {PLACE: data})
    fails(outcome, 1, f"{PLACE}{place}: ", message)
    assert outcome.err.count(PLACE) == 1
    assert not any(ord(letter) < 32 and letter != "\n" for letter in outcome.err)
    assert "\u202e" not in outcome.err


@pytest.mark.parametrize("name", [PLACE, GUIDE, "pack.yaml", "rules/rules.yaml", "facts/trades.yaml"])
@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a: \x00", b"x" * 3_000_000], ids=["16", "nul", "big"])
def test_every_kind_of_file_is_read_strictly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes
) -> None:
    pack = write_pack(tmp_path / "pack", {name: data})
    fails(run_here(monkeypatch, pack, "check"), 1, name)
    fails(run_here(monkeypatch, pack, *RENDER), 2, name)


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = write_pack(tmp_path / "pack")
    with (pack / PLACE).open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    fails(run_here(monkeypatch, pack, "check"), 1, f"{PLACE}: 52,428,800 bytes; a file may have 2,000,000")
    fails(run_here(monkeypatch, pack, *RENDER), 2, "split it")


# -- depth and size


@pytest.mark.parametrize(
    "text",
    [
        "market: " + "[" * 100_000,
        "market: " + "{a: " * 50_000,
        "market: " + "- " * 20_000,
        "\n".join("  " * depth + "a:" for depth in range(900)),
        "market: [" + "a, " * 300_000 + "]",
        "market: " + "!" * 100_000,
        'market: "' + "a" * 1_000_000,
        "a" * 1_000_000,
    ],
    ids=["lists", "mappings", "dashes", "indents", "entries", "tags", "quote", "word"],
)
def test_depth_and_size_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    fails(check(monkeypatch, tmp_path, {PLACE: text}), 1, PLACE)


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5_000 + "place.name" + ")" * 5_000 + " }}",
        "{% if place.market %}" * 2_000 + "{% endif %}" * 2_000,
        "{{ " + "place." * 3_000 + "name }}",
        "{{ place.name" + " | capital" * 3_000 + " }}",
        "{{ " + "not " * 4_000 + "x }}",
        "{{ " + "-" * 9_000 + "1 }}",
        "{{ 'a' ~ " * 1_500,
        "{" * 19_000,
        "a {{ place.name }} " * 2_000,
    ],
    ids=["brackets", "ifs", "dots", "filters", "nots", "minuses", "tildes", "braces", "slots"],
)
def test_a_passage_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    guide = (MINI / GUIDE).read_text("utf-8").replace("All jobs on {{ site.name }}", text)
    fails(check(monkeypatch, tmp_path, {GUIDE: guide}), 1, GUIDE)


@pytest.mark.parametrize(
    "formula",
    ["(" * 900 + "1" + ")" * 900, "-" * 900 + "1", "not " * 400 + "yes", "1 + " * 480 + "1", "9" * 1_900],
    ids=["brackets", "minuses", "nots", "sums", "digits"],
)
def test_a_formula_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, formula: str) -> None:
    rules = (MINI / "rules/rules.yaml").read_text("utf-8") + f"deep: {formula}\n"
    fails(check(monkeypatch, tmp_path, {"rules/rules.yaml": rules}), 1, "'deep' is no formula")


def test_a_long_chain_of_rules_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = "".join(f"n{number}: n{number + 1} + 1\n" for number in range(2_000)) + "n2000: place.factor\n"
    guide = (MINI / GUIDE).read_text("utf-8").replace("{{ site.name }}", "{{ n0 | number }}")
    outcome = check(monkeypatch, tmp_path, {"rules/chain.yaml": chain, GUIDE: guide})
    fails(outcome, 1, "'n0' is computed through more than 50 rules")


# -- what a value says is text, and nothing else


@pytest.mark.parametrize(
    "payload",
    [
        "{{ 7*7 }}",
        "{% for x in y %}",
        "{{ ''.__class__ }}",
        "{# gone #}",
        "<b>&amp;</b>",
        "$(id) `id` %s {0}",
    ],
)
def test_a_value_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, payload: str) -> None:
    place = GOOD.decode().replace("harbour", f'"{payload}"')
    settings = (MINI / "pack.yaml").read_text("utf-8").replace("name: Quay", f'name: "{payload}"')
    pack = write_pack(tmp_path / "pack", {PLACE: place, "pack.yaml": settings})
    outcome = run_here(monkeypatch, pack, *RENDER)
    assert (outcome.code, outcome.err) == (0, "")
    assert f"All jobs on {payload}\n" in outcome.out
    assert f"- Nets ({payload})\n" in outcome.out
    assert "49" not in outcome.out


# -- names on the command line


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "/",
        "../port-ellen",
        "places/port-ellen",
        "port-ellen/",
        "/etc/passwd",
        "..\\port-ellen",
        "port-ellen\0",
        "port-ellen.yaml",
        "a" * 10_000,
        "-" * 10_000,
        "\udcff\udcfe",
        "\u202enelle-trop",
        "*",
        "{{ 7*7 }}",
    ],
)
def test_a_path_is_no_city(mini_pack: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for option in ("--city", "--role"):
        given = {"--city": "port-ellen", "--role": "netmaker", option: name}
        args = [word for pair in given.items() for word in pair]
        fails(run_here(monkeypatch, mini_pack, "render", *args), 2, f"unknown {option[2:]} '")
    fails(run_here(monkeypatch, mini_pack, "diff", f"city:{name}"), 2)


@pytest.mark.parametrize("slug", ["a" * 81, "-", "port--ellen", "é", "a b", "NUL", "port.ellen", "_"])
def test_a_file_name_is_a_slug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slug: str) -> None:
    draft = "names: Somewhere\nscope: city\nwithin: marland\nstatus: published\n"
    outcome = check(monkeypatch, tmp_path, {f"facts/places/{slug}.yaml": draft})
    fails(outcome, 1, "can't name a place")


# -- files that are none


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("name", [PLACE, GUIDE, "rules/rules.yaml", "facts/trades.yaml"])
def test_a_pipe_is_no_file(mini_pack: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (mini_pack / name).unlink()
    os.mkfifo(mini_pack / name)
    fails(run_here(monkeypatch, mini_pack, "check"), 1, f"{name}: not a file")
    fails(run_here(monkeypatch, mini_pack, *RENDER), 2, f"{name}: not a file")


def test_a_folder_is_no_file(mini_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mini_pack / PLACE).unlink()
    (mini_pack / PLACE).mkdir()
    fails(run_here(monkeypatch, mini_pack, "check"), 1, f"{PLACE}: not a file")


def test_a_link_stays_in_the_pack(mini_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mini_pack / PLACE).unlink()
    (tmp_path / "outside.yaml").write_bytes(GOOD)
    (mini_pack / PLACE).symlink_to(tmp_path / "outside.yaml")
    fails(run_here(monkeypatch, mini_pack, *RENDER), 2, f"{PLACE}: a link that leads out of the pack")
    (mini_pack / PLACE).unlink()
    (mini_pack / "port-ellen.yaml").write_bytes(GOOD)
    (mini_pack / PLACE).symlink_to(mini_pack / "port-ellen.yaml")
    assert run_here(monkeypatch, mini_pack, *RENDER).code == 0


@pytest.mark.parametrize("target", ["nowhere.yaml", "port-ellen.yaml"], ids=["dangling", "loop"])
def test_a_link_leads_somewhere(mini_pack: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    (mini_pack / PLACE).unlink()
    (mini_pack / PLACE).symlink_to(target)
    outcome = run_here(monkeypatch, mini_pack, *RENDER)
    assert outcome.code in (2, 3)
    fails(outcome, outcome.code, PLACE)


@pytest.mark.skipif(AS_ROOT, reason="the superuser may read everything")
def test_an_unreadable_file_fails_the_machine(mini_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mini_pack / PLACE).chmod(0)
    fails(run_here(monkeypatch, mini_pack, *RENDER), 3, f"{PLACE}: can't be read: Permission denied")


# -- output


def test_output_goes_to_a_folder_that_is_made(
    mini_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "new" / "folder" / "guide.txt"
    assert run_here(monkeypatch, mini_pack, *RENDER, "-o", str(made)) == Outcome(0, "", "")
    assert made.read_text("utf-8") == run_here(monkeypatch, mini_pack, *RENDER).out


def test_output_does_not_replace_a_folder(
    mini_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    fails(run_here(monkeypatch, mini_pack, *RENDER, "-o", str(tmp_path / "out")), 3, "can't be written")
    (tmp_path / "file").write_text("x")
    fails(
        run_here(monkeypatch, mini_pack, *RENDER, "-o", str(tmp_path / "file/guide.txt")),
        3,
        "can't be written",
    )
    assert litter(tmp_path) == []


@pytest.mark.skipif(AS_ROOT, reason="the superuser may write everywhere")
def test_output_to_a_closed_folder_leaves_it(
    mini_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "guide.txt").write_text("earlier")
    folder.chmod(0o555)
    try:
        fails(
            run_here(monkeypatch, mini_pack, *RENDER, "-o", str(folder / "guide.txt")), 3, "Permission denied"
        )
        assert (folder / "guide.txt").read_text() == "earlier"
        assert litter(folder) == []
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["\0", "a" * 300, "x/" * 3_000 + "y"], ids=["nul", "long", "deep"])
def test_output_has_a_name_that_can_be(
    mini_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    outcome = run_here(monkeypatch, mini_pack, *RENDER, "-o", f"{tmp_path}/{name}")
    assert outcome.code in (2, 3)
    fails(outcome, outcome.code)
    assert litter(tmp_path) == []


@pytest.mark.parametrize("name", ["facts/x.txt", "golden/en/x.txt", "./rules/../facts/x.yaml", "snippets"])
def test_output_spares_the_pack(mini_pack: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = contents(mini_pack)
    fails(run_here(monkeypatch, mini_pack, *RENDER, "-o", name), 2, "is part of the pack")
    link = mini_pack / "link"
    link.symlink_to("facts")
    fails(run_here(monkeypatch, mini_pack, *RENDER, "-o", "link/x.txt"), 2, "is part of the pack")
    link.unlink()
    assert contents(mini_pack) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "args", [RENDER, ("diff",), ("list", "facts"), ("schema",), ("--help",), ("accept",)]
)
def test_a_full_disk_is_said(mini_pack: Path, args: tuple[str, ...]) -> None:
    import subprocess

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "guidegen", *args],
            cwd=mini_pack,
            env={**os.environ, "CI": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    err = done.stderr.decode()
    assert (done.returncode, err.splitlines()[-1]) == (3, "can't write the output: No space left on device")
    assert "Traceback" not in err
    assert "Exception ignored" not in err


def test_a_disk_that_fills_up_leaves_the_earlier_guide(
    mini_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "guide.txt"
    out.parent.mkdir()
    out.write_text("earlier")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    fails(
        run_here(monkeypatch, mini_pack, *RENDER, "-o", str(out)),
        3,
        "can't be written: No space left on device",
    )
    assert out.read_text() == "earlier"
    assert litter(out.parent) == []


def test_an_interrupted_run_leaves_the_earlier_guide(
    mini_pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "guide.txt"
    out.parent.mkdir()
    out.write_text("earlier")

    def interrupted(descriptor: int) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(os, "fsync", interrupted)
    fails(run_here(monkeypatch, mini_pack, *RENDER, "-o", str(out)), 130)
    assert out.read_text() == "earlier"
    assert litter(out.parent) == []


def test_a_failed_run_leaves_the_earlier_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = write_pack(tmp_path / "pack", {PLACE: GOOD.replace(b"1.03", b"1,03")})
    out = tmp_path / "guide.txt"
    out.write_text("earlier")
    fails(run_here(monkeypatch, pack, *RENDER, "-o", str(out)), 2, "write a decimal point: 1.03")
    assert out.read_text() == "earlier"


# -- no pack, and no machine that accepts


def test_without_a_pack_render_says_which_it_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "using the pack that comes with guidegen (no pack.yaml in this folder or above it)\n"
    outcome = run_here(monkeypatch, tmp_path, "render", "--city", "leuven", "--role", "backend")
    assert (outcome.code, outcome.err) == (0, told)
    for command in ("diff", "accept"):
        fails(run_here(monkeypatch, tmp_path, command), 2, "no pack here", "guidegen --pack DIR")


@pytest.mark.parametrize("given", ["", ".", "nowhere", "pack.yaml", "\0", "a" * 5_000])
def test_a_pack_is_a_folder_with_a_pack_yaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    for command in (("check",), RENDER, ("diff",)):
        fails(run_here(monkeypatch, tmp_path, "--pack", given, *command), 2, "is no pack")


def test_a_broken_draft_fails_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = write_pack(tmp_path / "pack")
    assert run_here(monkeypatch, pack, "accept").code == 0
    for number, draft in enumerate(
        ("status: draft\nfactor: 1,02\n", "status: draft\nnames: [\n", "status: draft\n")
    ):
        (pack / f"facts/places/draft-{number}.yaml").write_text(draft)
    outcome = run_here(monkeypatch, pack, "check")
    fails(
        outcome, 0, "warning: 'draft-0.factor' is a number, not '1,02'", "warning: this bracket isn't closed"
    )
    assert run_here(monkeypatch, pack, "diff") == Outcome(0, "", "no differences\n")
    assert run_here(monkeypatch, pack, *RENDER).code == 0
    fails(run_here(monkeypatch, pack, "render", "--city", "draft-1", "--role", "netmaker"), 2, "this bracket")


def test_a_machine_accepts_nothing(mini_pack: Path) -> None:
    before = contents(mini_pack)
    outcome = run("accept", cwd=mini_pack, env={"CI": "1"})
    fails(outcome, 2, "goldens aren't accepted where CI is set", "run `guidegen accept` yourself")
    assert contents(mini_pack) == before


# -- a little of everything

_PIECES = """{{ }} {% %} {% endif %} { } [ ] ' " : | || # ## - &a *a !x <<: % @ ` \\ ~ null yes 0 -1 1.5
place item role. .. not any over ( ) if then else decide / = ? ---""".split()  # noqa: SIM905  # a list would be a page
_PIECES += [" ", ": ", "\n", "\t", "\r", "\0", "é", "\u202e", "\ufeff"]


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one flipped, some lost or doubled, two lines exchanged, or a sign put in."""
    at = chance.randrange(len(data) + 1)
    end = at + chance.choice((1, 2, 5, 40))
    kind = chance.randrange(6)
    if kind == 0 and at < len(data):
        return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + data[end:]
    if kind == 2:
        return data[:end] + data[at:end] + data[end:]
    if kind == 3:
        lines = data.split(b"\n")
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
        return b"\n".join(lines)
    return data[:at] + chance.choice(_PIECES).encode() * chance.choice((1, 1, 30)) + data[at:]


def test_no_damage_makes_a_traceback(mini_pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """300 damaged packs, the same on every run."""
    chance = random.Random("guidegen")  # noqa: S311  # the same on every run is what is wanted
    files = sorted(path for path in mini_pack.rglob("*") if path.is_file())
    found = set()
    for _ in range(300):
        file = chance.choice(files)
        whole = file.read_bytes()
        file.write_bytes(_mutated(whole, chance))
        checked, rendered = (
            run_here(monkeypatch, mini_pack, "check"),
            run_here(monkeypatch, mini_pack, *RENDER),
        )
        assert checked.code in (0, 1), checked.err
        assert rendered.code in (0, 2), rendered.err
        assert rendered.code == 0 or not rendered.out
        assert checked.code == 1 or rendered.code == 0, rendered.err
        found |= {checked.code, rendered.code}
        file.write_bytes(whole)
    assert found == {0, 1, 2}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def litter(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*.guidegen")]
