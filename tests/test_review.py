"""Review by cause, as a reviewer goes through it: in a repository, with `diff`, `accept` and `impact`."""

import json
import shutil
from itertools import permutations
from pathlib import Path

import pytest

from changing import EDITS, write_base
from conftest import Outcome, git, run

BY_CAUSE = {edit.cause: edit for edit in EDITS}
FACTOR, SCENE, BULLET = "fact:port-ellen.factor", "passage:en/port-ellen:scene", "layout:text.bullet"


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)


@pytest.fixture(scope="module")
def committed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack with its goldens, committed."""
    folder = write_base(tmp_path_factory.mktemp("review") / "pack")
    assert run("accept", cwd=folder).code == 0
    git(folder, "init", "-q")
    git(folder, "config", "user.name", "Ada Editor")
    git(folder, "config", "user.email", "ada@quay.example")
    commit(folder, "begun")
    return folder


@pytest.fixture
def pack(committed: Path, tmp_path: Path) -> Path:
    """The same, for one test to change."""
    return shutil.copytree(committed, tmp_path / "pack")


def files(folder: Path) -> dict[str, bytes]:
    """All that is in a folder, but for what git keeps to itself."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def make(pack: Path, *causes: str) -> None:
    for cause in causes:
        BY_CAUSE[cause].make(pack)


def diff_json(pack: Path, *arguments: str) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads(
        run("diff", "--format", "json", *arguments, cwd=pack).out
    )
    return found


def causes_of(pack: Path) -> list[object]:
    return [cause["slug"] for cause in diff_json(pack)["causes"]]


# diff


def test_diff_says_what_changed_and_what_that_does(pack: Path) -> None:
    """One item for a cause: what it was and is, where it stands, which guides it alters, and samples."""
    make(pack, FACTOR)
    found = run("diff", cwd=pack)

    assert found.code == 1
    assert found.out.startswith(f"compared with {git(pack, 'rev-parse', 'HEAD')[:10]}\n")
    assert "fact:port-ellen.factor  1.03 → 1.07  (facts/places/port-ellen.yaml:" in found.out
    assert "  2 guides: en/port-ellen/netmaker, nl/port-ellen/netmaker\n" in found.out
    assert "    - | Junior | €20,600 – €26,780 |\n    + | Junior | €21,400 – €27,820 |\n" in found.out
    assert "2 differences" in found.err


def test_one_cause_for_many_guides_is_one_item(pack: Path) -> None:
    """Goldens that all differ for one setting are one thing to look at, lines that read alike shown once."""
    make(pack, BULLET)
    found = run("diff", cwd=pack)

    assert found.out.count("layout:text.bullet") == 1
    assert "  4 guides: " in found.out
    assert found.out.count("    - ") == 3, "three samples, and no more"
    assert "and in 1 guide more" in found.out
    assert "lines more" in found.out


def test_lines_that_differ_for_two_reasons_stand_under_both(pack: Path) -> None:
    """Pay is the band by the factor: where both changed, both are named."""
    make(pack, FACTOR, "fact:netmaker.levels.junior.from")
    found = diff_json(pack)
    junior = [
        line["causes"]
        for one in found["differences"]
        if one["slug"] == "en/port-ellen/netmaker"
        for line in one["lines"]  # type: ignore[attr-defined]  # a list of objects
        if "Junior" in (line["was"] or "")
    ]

    assert junior == [[FACTOR, "fact:netmaker.levels.junior.from"]]


def test_diff_since_a_commit_that_is_named(pack: Path) -> None:
    """What has changed since any commit can be asked for; one that isn't there is refused."""
    make(pack, FACTOR)
    commit(pack, "a factor")
    make(pack, SCENE)

    assert causes_of(pack) == [FACTOR, SCENE]
    assert {one["slug"] for one in diff_json(pack, "--since", "HEAD")["causes"]} == {SCENE, "golden"}
    refused = run("diff", "--since", "nowhere", cwd=pack)
    assert (refused.code, "git knows no revision 'nowhere' here" in refused.err) == (2, True)
    assert run("diff", "--since=--output=x", cwd=pack).code == 2
    assert not (pack / "x").exists()


def test_without_a_repository_diff_works_and_says_so(tmp_path: Path) -> None:
    """No history, no causes: the differences are shown all the same."""
    folder = write_base(tmp_path / "pack")
    run("accept", cwd=folder)
    make(folder, FACTOR)
    found = run("diff", cwd=folder, env={"GIT_CEILING_DIRECTORIES": str(tmp_path)})

    assert found.code == 1
    assert "no causes: this folder is in no git repository" in found.err
    assert "-| Junior | €20,600 – €26,780 |\n" in found.out


def test_a_shallow_clone_says_how_to_get_the_rest(pack: Path, tmp_path: Path) -> None:
    """A workflow that fetched one commit can't know of earlier ones."""
    make(pack, FACTOR)
    commit(pack, "a factor")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{pack}", "shallow")
    refused = run("diff", "--since", "HEAD~1", cwd=tmp_path / "shallow")

    assert refused.code == 2
    assert "fetch-depth: 0" in refused.err


def test_a_pack_in_a_folder_of_a_repository(pack: Path, tmp_path: Path) -> None:
    """A team's pack may be one folder of many."""
    whole = tmp_path / "whole"
    (whole / "content").mkdir(parents=True)
    for name, data in files(pack).items():
        path = whole / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    git(whole, "init", "-q")
    commit(whole, "begun")
    make(whole / "content", FACTOR)

    assert causes_of(whole / "content") == [FACTOR]


def test_annotations_stand_where_the_cause_is(pack: Path) -> None:
    """A reviewer on GitHub sees beside the changed fact what it does."""
    make(pack, FACTOR)
    (line,) = run(
        "diff", "--format", "github", cwd=pack, env={"GITHUB_WORKSPACE": str(pack)}
    ).out.splitlines()

    assert line.startswith("::error file=facts/places/port-ellen.yaml,line=")
    assert "title=changes 2 guides::fact:port-ellen.factor" in line


def test_the_page_has_every_line_side_by_side_and_needs_nothing(pack: Path) -> None:
    """One file to send: no script, nothing loaded; what differs is marked; markup in content stays text."""
    make(pack, FACTOR)
    scene = pack / "snippets/en/places/port-ellen.md"
    scene.write_text(scene.read_text("utf-8").replace("ships sail", "<b>ships</b> & more", 1), "utf-8")
    page = run("diff", "--format", "html", cwd=pack).out

    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    assert "src=" not in page
    assert "http" not in page.replace('http-equiv="', "")
    assert "Junior | €<del>20</del>,<del>600</del>" in page
    assert "<b>ships" not in page
    assert "&lt;b&gt;" in page
    assert f'id="cause-1">{FACTOR}<' in page


def test_whole_differences_can_be_asked_for(pack: Path) -> None:
    """`--full` shows each golden as a unified diff."""
    make(pack, FACTOR)
    found = run("diff", "--full", cwd=pack)

    assert "--- a/golden/en/port-ellen/netmaker.txt" in found.out
    assert "fact:port-ellen.factor" not in found.out


# accept by cause


@pytest.mark.parametrize("order", list(permutations((FACTOR, SCENE, "formula:band.to"))))
def test_causes_accepted_one_by_one_in_any_order_leave_nothing(order: tuple[str, ...], pack: Path) -> None:
    """Each acceptance takes just its own lines; when all are accepted, nothing differs."""
    make(pack, *order)
    for index, cause in enumerate(order):
        assert set(causes_of(pack)) == {*order[index:]}
        accepted = run("accept", "--cause", cause, cwd=pack)
        assert accepted.code == 0, accepted.err
    last = run("diff", cwd=pack)

    assert (last.code, last.out) == (0, "")


@pytest.mark.parametrize("order", list(permutations(("block:news", "passage:en/news", "passage:nl/news"))))
def test_causes_that_need_each_other_wait_and_end_well(order: tuple[str, ...], pack: Path) -> None:
    """A block and the passage that it names: whichever is accepted first, in the end nothing differs."""
    outline = pack / "rules/outline.yaml"
    added = "  - paragraph: news\n  - heading: employers"
    outline.write_text(outline.read_text("utf-8").replace("  - heading: employers", added, 1), "utf-8")
    for tag in ("en", "nl", "fr"):
        with (pack / f"snippets/{tag}/guide.md").open("a") as file:
            file.write(f"\n## news\nNews {tag}.\n")
    codes = [run("accept", "--cause", cause, cwd=pack).code for cause in order]

    assert run("diff", cwd=pack).code == 0
    assert (1 in codes) == (order[0] == "block:news" or order[1] == "block:news"), "what waits is said"


def test_accepting_a_cause_leaves_the_other_alone(pack: Path) -> None:
    """The golden has the new scene and the old pay."""
    make(pack, FACTOR, SCENE)
    run("accept", "--cause", SCENE, cwd=pack)
    golden = (pack / "golden/en/port-ellen/netmaker.txt").read_text("utf-8")

    assert "boats leave from" in golden
    assert "€20,600" in golden


def test_places_that_come_and_go(pack: Path) -> None:
    """A new place is one cause with all its facts and prose; the goldens of one that is gone are deleted."""
    make(pack, "place:isle", "place:port-ellen")
    assert causes_of(pack) == ["place:isle", "place:port-ellen"]

    assert run("accept", "--cause", "place:port-ellen", cwd=pack).code == 0
    assert not (pack / "golden/en/port-ellen").exists()
    assert not (pack / "golden/en/isle").exists()
    assert run("accept", "--cause", "place:isle", cwd=pack).code == 0
    assert (pack / "golden/en/isle/netmaker.txt").exists()
    assert run("diff", cwd=pack).code == 0


def test_an_acceptance_for_some_guides_only(pack: Path) -> None:
    """With a selector a cause is accepted there and nowhere else, and that is remembered."""
    make(pack, BULLET)
    run("accept", "locale:nl", "--cause", BULLET, cwd=pack)

    assert {one["slug"] for one in diff_json(pack)["differences"]} == {
        "en/marland/netmaker",
        "en/port-ellen/netmaker",
    }
    assert run("accept", "--cause", BULLET, cwd=pack).code == 0
    assert run("diff", cwd=pack).code == 0


def test_a_review_goes_on_after_a_commit(pack: Path) -> None:
    """What was accepted so far can be committed with all the changes; the rest still has its cause."""
    make(pack, FACTOR, SCENE)
    run("accept", "--cause", FACTOR, cwd=pack)
    commit(pack, "half of it")

    assert causes_of(pack) == [SCENE]
    assert run("accept", "--cause", SCENE, cwd=pack).code == 0
    assert run("diff", cwd=pack).code == 0
    assert "since:" not in (pack / "golden/review.yaml").read_text("utf-8")


def test_a_golden_that_was_taken_back_has_its_cause_again(pack: Path) -> None:
    """The record says accepted, the golden says otherwise: the golden is what counts."""
    make(pack, FACTOR, SCENE)
    run("accept", "--cause", FACTOR, cwd=pack)
    git(pack, "checkout", "-q", "--", "golden/en")

    assert causes_of(pack) == [FACTOR, SCENE]
    assert run("accept", "--cause", FACTOR, "--cause", SCENE, cwd=pack).code == 0
    assert run("diff", cwd=pack).code == 0


def test_a_golden_edited_by_hand_is_never_written_over_by_a_cause(pack: Path) -> None:
    """What nothing in the pack explains is shown as that, and has to be looked at first."""
    golden = pack / "golden/en/port-ellen/netmaker.txt"
    golden.write_text(golden.read_text("utf-8").replace("Who hires", "x").replace("Level", "Rank"), "utf-8")
    edited = golden.read_bytes()
    make(pack, FACTOR)
    assert causes_of(pack) == [FACTOR, "golden"]
    refused = run("accept", "--cause", FACTOR, cwd=pack)

    assert refused.code == 1
    assert "this golden isn't what the pack renders at commit" in refused.err
    assert golden.read_bytes() == edited
    assert run("accept", "--cause", "golden", cwd=pack).code == 0
    assert run("accept", "--cause", FACTOR, cwd=pack).code == 0
    assert run("diff", cwd=pack).code == 0


def test_who_accepted_what_and_why_is_kept(pack: Path) -> None:
    """golden/review.yaml has the cause, what it was and is, who, and why; comments in it stay."""
    make(pack, FACTOR, SCENE)
    run("accept", "--cause", FACTOR, "--why", 'Wages of 2026: "higher"', cwd=pack)
    record = pack / "golden/review.yaml"
    record.write_text(record.read_text("utf-8") + "  # looked at twice\n", "utf-8")
    run("accept", "--why", "A better word.", cwd=pack)
    text = record.read_text("utf-8")

    assert '- cause: "fact:port-ellen.factor"\n    was: "1.03"\n    now: "1.07"\n' in text
    assert 'by: "Ada Editor"\n    why: "Wages of 2026: \\"higher\\""\n' in text
    assert "# looked at twice" in text
    assert 'why: "A better word."' in text
    assert run("check", cwd=pack).err.count("review.yaml") == 0


def test_accept_refuses_a_cause_that_isnt_there(pack: Path) -> None:
    """An id that is misspelt is met with the nearest one; nothing is written."""
    make(pack, FACTOR)
    before = files(pack)
    refused = run("accept", "--cause", "fact:port-ellen.facter", cwd=pack)

    assert refused.code == 2
    assert "did you mean 'fact:port-ellen.factor'?" in refused.err
    assert files(pack) == before


def test_a_machine_accepts_no_cause(pack: Path) -> None:
    """Where CI is set, nothing is accepted, by cause or otherwise."""
    make(pack, FACTOR)
    before = files(pack)

    assert run("accept", "--cause", FACTOR, cwd=pack, env={"CI": "true"}).code == 2
    assert files(pack) == before


# impact


def test_impact_shows_what_would_change(pack: Path) -> None:
    """Guides, sentences and cells, before and after, lines that read alike once; no file is touched."""
    before = files(pack)
    found = run("impact", "port-ellen.factor=0.99", "marland.remote=no", cwd=pack)

    assert found.code == 0
    assert "fact:port-ellen.factor  1.03 → 0.99" in found.out
    assert "- Pay is €21k to €38k. That is more than in Marland.\n    + Pay is €20k to €36k.\n" in found.out
    assert "+ | Junior | €19,800 – €25,740 |" in found.out
    assert "fact:marland.remote  yes → no" in found.out
    assert "4 guides would change" in found.err
    assert files(pack) == before


def test_impact_of_what_keeps_a_guide_from_being_made(pack: Path) -> None:
    """A fact taken away: what can't be said any more is shown, and why."""
    found = run("impact", "port-ellen.employers=missing", cwd=pack)

    assert found.code == 0
    assert "'place.employers' has no entries for port-ellen × netmaker" in found.err
    assert "- Salt & Sons" in found.out


def test_impact_that_is_none(pack: Path) -> None:
    """A fact of a draft, or one that no guide says, changes nothing."""
    assert "no published guide would change" in run("impact", "isle.factor=1.5", cwd=pack).err


def test_impact_since_a_commit_is_of_the_pack_whatever_the_goldens_say(pack: Path) -> None:
    """Accepted or not, what has changed since is shown by cause."""
    make(pack, FACTOR)
    run("accept", cwd=pack)
    rows = json.loads(run("impact", "--since", "HEAD", "--format", "json", cwd=pack).out)

    assert [row["slug"] for row in rows] == [FACTOR]
    assert [guide["slug"] for guide in rows[0]["guides"]] == [
        "en/port-ellen/netmaker",
        "nl/port-ellen/netmaker",
    ]
    assert rows[0]["guides"][0]["lines"][0]["was"].startswith("Pay is €21k")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("port-ellen.facter=1",), "did you mean 'factor'?"),
        (("port-elen.factor=1",), "did you mean 'port-ellen'?"),
        (("port-ellen.factor=9",), "'port-ellen.factor' is at most 2, not 9"),
        (("port-ellen.factor=1,05",), "write a decimal point: 1.05"),
        (("port-ellen.factor=",), "'port-ellen.factor' has no value"),
        (("port-ellen.factor",), "write CITY.NAME=VALUE"),
        (("port-ellen.factor=1.03",), "'port-ellen.factor' is 1.03 already"),
        (("port-ellen.market=huge",), "unknown market 'huge'"),
        (("port-ellen.trades=[salt, sand]",), "unknown trade 'sand'"),
        (("port-ellen.trades=[salt",), "close it with ]"),
        (("port-ellen.names.en=X",), "no place has a fact 'names'"),
        (("netmaker.levels.boss.from=1",), "'netmaker.levels' has no 'boss'"),
        (("netmaker.levels.junior=1",), "'netmaker.levels.junior' is a record"),
        (("port-ellen.market.x=1",), "give port-ellen.market as a whole"),
        (("port-ellen.factor=1.1", "port-ellen.factor=1.2"), "is given twice"),
        ((), "there is nothing to suppose"),
        (("port-ellen.factor=1.1", "--since", "HEAD"), "not both"),
    ],
)
def test_impact_refuses_what_cant_be(arguments: tuple[str, ...], said: str, pack: Path) -> None:
    """An unknown key or an impossible value is said, with the way to mend it; the exit code is 2."""
    found: Outcome = run("impact", *arguments, cwd=pack)

    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert "Traceback" not in found.err


def test_impact_finds_a_place_by_any_of_its_names(pack: Path) -> None:
    """Whoever writes Ellenport means Port Ellen."""
    assert "fact:port-ellen.factor" in run("impact", "Ellenport.factor=1.1", cwd=pack).out


def test_impact_of_records_pairs_and_series(pack: Path) -> None:
    """A level's end, a fact of a pair, a value in place of a series."""
    found = run(
        "impact",
        "netmaker.levels.senior.to=40000",
        "port-ellen/netmaker.guild=Guild",
        "marland.rent=600",
        cwd=pack,
    )

    assert found.code == 0
    for cause in ("netmaker.levels.senior.to", "port-ellen/netmaker.guild", "marland.rent"):
        assert f"fact:{cause}  " in found.out
    assert "+ Ask the Guild." in found.out
    assert "+ A year of rent costs €7,200." in found.out


def test_what_only_looks_writes_nothing(pack: Path) -> None:
    """diff, in every format, and impact leave every file as it is, and no scratch behind."""
    make(pack, FACTOR)
    before = files(pack)
    for format_ in ("text", "json", "github", "html"):
        run("diff", "--format", format_, cwd=pack)
    run("impact", "--since", "HEAD", cwd=pack)

    assert files(pack) == before
    assert git(pack, "status", "--short").split() == ["M", "facts/places/port-ellen.yaml"]
