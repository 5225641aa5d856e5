"""Staying in step: a translation is behind once its source changes, until somebody has looked at both."""

import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from bilingual import DUTCH, EN, GUIDE, NL, SETTINGS, write_dutch, write_trilingual
from conftest import MINI, run
from guidegen.check import check
from guidegen.followed import follow, followed_file, mark_of, to_accept
from guidegen.pack import Pack
from guidegen.problems import Problem, Refused, errors
from test_completion import told

KINDS = ("stale-translation", "unfollowed-translation", "gone-translation")
FILE = "snippets/nl/.followed.yaml"
ENGLISH = "snippets/en/guide.md"
FILES = ("guide.md", "places/marland.md", "places/port-ellen.md")
IDS = sorted(
    passage.id
    for file, owner in Pack(MINI).snippet_files("en")
    for passage in Pack(MINI).in_file("en", file, owner)
)
DRAFT = SETTINGS.replace(EN, EN + NL.replace("}", ", status: draft}"))


def accept(root: Path, *locales: str, ids: tuple[str, ...] = ()) -> int:
    """Accept translations as `guidegen accept --translation` does; how many there were."""
    count = 0
    for locale in locales or ("nl",):
        pack = Pack(root)
        found = to_accept(pack, locale, ids)
        follow(pack, locale, found)
        count += len(found)
    return count


def out_of_step(root: Path) -> list[Problem]:
    """What `check` says of translations that aren't in step."""
    return [found for found in check(Pack(root)) if found.kind in KINDS]


def said(found: list[Problem]) -> list[str]:
    return [f"{'' if one.warning else '!'}{one.location}: {one.message}" for one in found]


def edit(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text("utf-8")
    assert change(text) != text
    path.write_text(change(text), "utf-8")


@pytest.fixture
def dutch(tmp_path: Path) -> Path:
    """A pack in English and Dutch, in step."""
    root = write_dutch(tmp_path / "pack")
    assert accept(root) == len(IDS)
    return root


@contextmanager
def trilingual() -> Iterator[Path]:
    """A pack in English, Dutch and French, in step; for tests that make many."""
    with tempfile.TemporaryDirectory() as folder:
        root = write_trilingual(Path(folder) / "pack")
        accept(root, "nl", "fr")
        yield root


# What check says


def test_one_locale_follows_nothing(mini_pack: Path) -> None:
    assert check(Pack(mini_pack)) == []
    assert list(mini_pack.rglob(".followed.yaml")) == []


def test_a_translation_that_was_accepted_has_no_problem(dutch: Path) -> None:
    assert check(Pack(dutch)) == []


def test_each_translation_is_accepted_once(tmp_path: Path) -> None:
    """Before, each is an error of its own, at its heading, with the place of its source."""
    root = write_dutch(tmp_path / "pack")
    found = check(Pack(root))

    assert {one.kind for one in found} == {"unfollowed-translation"}
    assert len(errors(found)) == len(IDS)
    assert str(found[0].location) == "snippets/nl/guide.md:3:1"
    assert found[0].message == "'guide.title' isn't accepted yet as a translation of snippets/en/guide.md:3"
    assert found[0].hint == "look at both, then `guidegen accept --translation nl guide.title`"


def test_a_change_of_the_source_makes_its_translation_stale(dutch: Path) -> None:
    edit(dutch / "snippets/en/places/port-ellen.md", lambda text: text.replace("sail", "leave"))

    (found,) = check(Pack(dutch))
    where = "snippets/en/places/port-ellen.md:1"
    assert (str(found.location), found.warning) == ("snippets/nl/places/port-ellen.md:1:1", False)
    assert found.message == f"the source of 'port-ellen:scene' has changed since it was translated: {where}"
    assert found.hint == "look at both, then `guidegen accept --translation nl port-ellen:scene`"


def test_a_change_of_the_translation_is_fine(dutch: Path) -> None:
    """Whoever mends the Dutch needn't accept it: the English that it was written for is the same."""
    edit(dutch / "snippets/nl/guide.md", lambda text: text.replace("weinig", "te weinig"))

    assert check(Pack(dutch)) == []


def test_a_passage_that_is_gone_leaves_a_line(dutch: Path) -> None:
    edit(dutch / FILE, lambda text: text.replace("jobs.link", "jobs.old"))

    assert said(out_of_step(dutch)) == [
        f"{FILE}:8:1: the source language has no passage 'jobs.old' any more",
        f"!snippets/nl/guide.md:37:1: 'jobs.link' isn't accepted yet as a translation of {ENGLISH}:37",
    ]
    assert accept(dutch) == 2
    assert check(Pack(dutch)) == []


def test_a_heading_that_cannot_be_read_is_one_mistake(dutch: Path) -> None:
    """The passage below it isn't said to be gone, in either language."""
    edit(dutch / ENGLISH, lambda text: text.replace("## jobs.link", "## Jobs"))
    assert out_of_step(dutch) == []

    edit(dutch / ENGLISH, lambda text: text.replace("## Jobs", "## jobs.link"))
    edit(dutch / "snippets/nl/guide.md", lambda text: text.replace("## jobs.link", "## Jobs"))
    assert out_of_step(dutch) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("guide.title: [a]\n", "'guide.title' is one value, not a list"),
        ("guide.title: 12\n", "'12' is no mark"),
        ("guide.title:\n", "'guide.title' has no value"),
        ("<<<<<<< ours\nguide.title: 12\n", "this line isn't indented as the ones around it"),
        ("# nothing\n", "the file is empty"),
        ("- a\n", "keys and values are expected here"),
        ("a: 1\na: 2\n", "'a' stands here a second time"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error(dutch: Path, text: str, message: str) -> None:
    """It is said at its line, where the passage isn't said to be unfollowed as well; accepting waits."""
    (dutch / FILE).write_text(text)
    found = check(Pack(dutch))
    there = [one for one in found if one.location and one.location.path == FILE]

    assert [one.message for one in errors(there)] == [message]
    assert not any("'guide.title'" in one.message for one in found if one not in there)
    with pytest.raises(Refused) as refused:
        to_accept(Pack(dutch), "nl")
    assert [one.message for one in refused.value.problems] == [message]
    assert (dutch / FILE).read_text() == text


# Drafts


def test_a_draft_locale_is_told_once_for_each_file(tmp_path: Path) -> None:
    root = write_dutch(tmp_path / "pack", {"pack.yaml": DRAFT})
    found = check(Pack(root))

    assert errors(found) == []
    assert [str(one.location) for one in found] == [
        f"snippets/nl/{file}:{3 if 'guide' in file else 1}:1" for file in FILES
    ]
    assert found[0].message.startswith(
        "13 passages aren't accepted yet as translations: guide.title, pool.deep,"
    )

    accept(root)
    assert check(Pack(root)) == []
    edit(root / ENGLISH, lambda text: text.replace("Employers", "Who hires").replace("Level", "Grade"))
    (found_,) = said(check(Pack(root)))
    assert found_.startswith("snippets/nl/guide.md:13:1: the sources of 2 passages have changed since they ")
    assert found_.endswith(" were translated: employers.heading, pay.level")


def test_an_empty_draft_has_nothing_to_follow(mini_pack: Path) -> None:
    assert run("new", "locale", "nl", cwd=mini_pack).code == 0
    assert out_of_step(mini_pack) == []
    assert run("accept", "--translation", "nl", cwd=mini_pack).err.endswith("nothing to accept\n")
    assert not (mini_pack / FILE).exists()


def test_a_draft_place_is_a_warning(dutch: Path) -> None:
    edit(dutch / "facts/places/port-ellen.yaml", lambda text: text.replace("published", "draft"))
    edit(dutch / "snippets/en/places/port-ellen.md", lambda text: text.replace("sail", "leave"))

    assert [(one.kind, one.warning) for one in out_of_step(dutch)] == [("stale-translation", True)]


# Passages that one language has and another hasn't

GUARDED = (MINI / "rules/outline.yaml").read_text(
    "utf-8"
) + "  - {paragraph: pair:note, when: place.remote}\n"
NOTES = {f"snippets/{locale}/pairs/port-ellen/netmaker.md": "## note\nNets.\n" for locale in ("en", "nl")}


@pytest.mark.parametrize(("having", "lacking"), [("en", "nl"), ("nl", "en")])
def test_a_passage_that_no_guide_needs_yet_is_missed_too(tmp_path: Path, having: str, lacking: str) -> None:
    notes = {name: text for name, text in NOTES.items() if f"/{having}/" in name}
    root = write_dutch(tmp_path / "pack", {"rules/outline.yaml": GUARDED, **notes})
    accept(root)

    (found,) = check(Pack(root))
    assert found.message == f"there is no passage 'note' in snippets/{lacking}/pairs/port-ellen/netmaker.md"
    assert (
        found.hint
        == f"write `## note` there, or delete the one in snippets/{having}/pairs/port-ellen/netmaker.md:1"
    )
    assert found.warning


def test_a_passage_that_a_guide_needs_is_missed_once(tmp_path: Path) -> None:
    """Then it is an error, where the outline names it, and no more than that."""
    root = write_dutch(tmp_path / "pack", {"snippets/nl/places/port-ellen.md": None})
    accept(root)

    assert said(check(Pack(root))) == [
        "!rules/outline.yaml:3:17: there is no passage 'scene' in snippets/nl/places/port-ellen.md"
    ]


def test_a_passage_that_a_draft_place_lacks_is_missed_once(tmp_path: Path) -> None:
    place = str(DUTCH["facts/places/port-ellen.yaml"]).replace("published", "draft")
    tree = {"facts/places/port-ellen.yaml": place, "snippets/nl/places/port-ellen.md": None}
    root = write_dutch(tmp_path / "pack", tree)
    accept(root)

    assert said(check(Pack(root))) == ["snippets/nl/places/port-ellen.md: passage 'scene' is still missing"]


# guidegen accept --translation


def test_accept_shows_a_passage_beside_its_source(dutch: Path) -> None:
    edit(dutch / ENGLISH, lambda text: text.replace("There are few", "There are hardly any"))
    before = (dutch / FILE).read_text("utf-8")
    done = run("accept", "--translation", "nl", cwd=dutch)

    assert (done.code, done.err) == (0, "accepted 1\n")
    assert done.out == (
        "pool.small translates an earlier text of its source\n"
        "snippets/en/guide.md:9\n"
        "  There are hardly any {{ role.many }} in {{ place.name }},\n"
        "  known for {{ place.trades | first(2) | and_list }}.\n"
        "snippets/nl/guide.md:9\n"
        "  Er zijn weinig {{ role.many }} in {{ place.name }},\n"
        "  bekend om {{ place.trades | first(2) | and_list }}.\n\n"
    )
    after = (dutch / FILE).read_text("utf-8")
    assert [line for line in after.split("\n") if line not in before.split("\n")] == [
        f"pool.small: {mark_of(Pack(dutch).shared('en')['pool.small'])}"
    ]
    assert check(Pack(dutch)) == []
    assert run("accept", "--translation", "nl", cwd=dutch).err == "nothing to accept\n"


def test_the_file_is_one_that_people_can_merge(dutch: Path) -> None:
    """A comment, then a line for each passage, sorted, whatever order they were accepted in."""
    whole = (dutch / FILE).read_text("utf-8")
    comment, _, lines = whole.partition("\n\n")
    assert "guidegen accept --translation nl" in comment
    assert all(line.startswith("# ") for line in comment.split("\n"))
    assert [line.rpartition(": ")[0] for line in lines.split("\n")[:-1]] == IDS

    (dutch / FILE).unlink()
    for id_ in reversed(IDS):
        assert accept(dutch, ids=(id_,)) == 1
    assert (dutch / FILE).read_text("utf-8") == whole


def test_accept_takes_the_passages_that_are_named(tmp_path: Path) -> None:
    root = write_dutch(tmp_path / "pack")
    done = run("accept", "--translation", "nl", "port-ellen:scene", "guide.title", cwd=root)

    assert (done.code, done.err) == (0, "accepted 2\n")
    shown = [line for line in done.out.split("\n") if line.endswith("isn't accepted yet")]
    assert shown == ["guide.title isn't accepted yet", "port-ellen:scene isn't accepted yet"]
    left = [one.hint.rpartition(" ")[2].rstrip("`") for one in out_of_step(root)]
    assert sorted(left) == [id_ for id_ in IDS if id_ not in ("port-ellen:scene", "guide.title")]


def test_accepting_a_translation_changes_no_golden(dutch: Path) -> None:
    assert run("accept", cwd=dutch).code == 0
    edit(dutch / ENGLISH, lambda text: text.replace("Employers", "Who hires"))
    goldens = {path: path.read_bytes() for path in (dutch / "golden").rglob("*.txt")}
    (dutch / FILE).unlink()

    assert run("accept", "--translation", "nl", cwd=dutch).code == 0
    assert {path: path.read_bytes() for path in (dutch / "golden").rglob("*.txt")} == goldens
    assert len(goldens) == 4


@pytest.mark.parametrize("value", ["1", "true"])
def test_a_machine_accepts_no_translation(tmp_path: Path, value: str) -> None:
    root = write_dutch(tmp_path / "pack")
    done = run("accept", "--translation", "nl", cwd=root, env={"CI": value})

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("translations aren't accepted where CI is set\n")
    assert not (root / FILE).exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("NL",), "unknown locale 'NL'\n  did you mean 'nl'? known: nl\n"),
        (("en",), "'en' is the source language, and follows no other\n  translations are in nl\n"),
        (("",), "unknown locale ''\n"),
        (("nl", "port-ellen:scen"), "there is no passage 'port-ellen:scen' in snippets/nl/\n  did you mean"),
        (
            ("nl", "pay.above"),
            "there is no passage 'pay.above' in snippets/nl/\n  write it first; its source is snippets/en/",
        ),
        (("nl", "pay.extra"), "snippets/nl/guide.md:43:1: there is no passage 'pay.extra' in snippets/en/\n"),
        (("nl", "guide.title", "no.such"), "there is no passage 'no.such'"),
    ],
)
def test_what_is_no_translation_is_refused(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    changed = GUIDE.replace("## pay.above\nDat is meer dan in {{ place.country.name }}.\n\n", "")
    changed += "\n\n\n\n## pay.extra\nMeer.\n"
    root = write_dutch(tmp_path / "pack", {"snippets/nl/guide.md": changed})
    done = run("accept", "--translation", *arguments, cwd=root)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)
    assert not (root / FILE).exists()


def test_an_empty_translation_is_not_accepted(tmp_path: Path) -> None:
    """In a draft locale the others are; where all of it is published, it is a problem of the pack."""
    changed = GUIDE.replace("## employers.heading\nWerkgevers", "## employers.heading")
    root = write_dutch(tmp_path / "pack", {"pack.yaml": DRAFT, "snippets/nl/guide.md": changed})

    done = run("accept", "--translation", "nl", "employers.heading", cwd=root)
    assert done.code == 2
    assert done.err.startswith("snippets/nl/guide.md:13:1: passage 'employers.heading' says nothing\n")
    assert accept(root) == len(IDS) - 1
    assert "employers.heading" not in (root / FILE).read_text("utf-8")

    (root / "pack.yaml").write_text(str(DUTCH["pack.yaml"]), "utf-8")
    assert run("accept", "--translation", "nl", cwd=root).code == 2


def test_nothing_is_written_through_a_link_out_of_the_pack(tmp_path: Path) -> None:
    root = write_dutch(tmp_path / "pack")
    (root / "snippets/nl").rename(tmp_path / "outside")
    (root / "snippets/nl").symlink_to(tmp_path / "outside")
    before = sorted(path.name for path in (tmp_path / "outside").iterdir())

    assert run("accept", "--translation", "nl", cwd=root).code == 2
    assert sorted(path.name for path in (tmp_path / "outside").iterdir()) == before


def test_a_pack_of_one_language_has_no_translations(mini_pack: Path) -> None:
    done = run("accept", "--translation", "en", cwd=mini_pack)

    assert done.code == 2
    assert done.err == "'en' is the source language, and follows no other\n  the pack has no other locale\n"


def test_shells_complete_the_locale(dutch: Path) -> None:
    """After it, no selectors are offered: passages are named there."""
    assert told("guidegen accept --translation ", dutch) == ["en", "nl"]
    assert told("guidegen accept --translation nl ci", dutch) == []
    assert told("guidegen accept ci", dutch) == ["city:marland", "city:port-ellen"]


def test_programs_read_the_kinds(dutch: Path) -> None:
    edit(dutch / ENGLISH, lambda text: text.replace("Employers", "Who hires"))
    (found,) = json.loads(run("check", "--format", "json", cwd=dutch).out)

    assert (found["kind"], found["file"], found["line"]) == ("stale-translation", "snippets/nl/guide.md", 13)


# For any change


def bodies(root: Path, locale: str) -> dict[str, tuple[Path, int, str]]:
    """The text of each passage by id, with its file and where it begins in it."""
    pack = Pack(root)
    found = {}
    for file, owner in pack.snippet_files(locale):
        text = (root / file).read_text("utf-8")
        for passage in pack.in_file(locale, file, owner):
            found[passage.id] = (
                root / file,
                text.index(passage.text, text.index(f"## {passage.name}\n")),
                passage.text,
            )
    return found


@examples(max_examples=30)
@given(st.sampled_from(IDS), st.integers(0, 500), st.sampled_from("xé7,"))
def test_one_character_makes_exactly_one_passage_stale(id_: str, at: int, character: str) -> None:
    """In each language, and in no other passage, wherever the character stands: in words or in a slot."""
    with trilingual() as root:
        path, start, body = bodies(root, "en")[id_]
        at %= len(body)
        assume(body[at] not in ("\n", character))
        edit(path, lambda text: text[: start + at] + character + text[start + at + 1 :])

        found = out_of_step(root)
        assert [one.kind for one in found] == ["stale-translation"] * 2
        assert [re.search("'(.*?)'", one.message)[1] for one in found] == [id_, id_]  # type: ignore[index]
        assert sorted(one.location.path.split("/")[1] for one in found if one.location) == ["fr", "nl"]


@examples(max_examples=15)
@given(st.randoms(use_true_random=False), st.sampled_from(["en", "nl", "fr"]))
def test_order_comments_and_line_breaks_make_nothing_stale(chance: random.Random, locale: str) -> None:
    """Passages in another order, other words to authors, and lines broken elsewhere are the same texts."""
    with trilingual() as root:
        path = root / f"snippets/{locale}/guide.md"
        _, *passages = re.split("^(?=## )", path.read_text("utf-8"), flags=re.MULTILINE)
        chance.shuffle(passages)
        spaces = ["\n", " ", " \n  "]
        passages = [re.sub(r"(?<=,)\n", lambda _: chance.choice(spaces), one) for one in passages]
        passages = [one.rstrip("\n") + "\n" * chance.randint(2, 4) for one in passages]
        path.write_text("Other words.\n\n" + "".join(passages), "utf-8")

        assert out_of_step(root) == []


@examples(max_examples=15)
@given(st.data())
def test_nothing_is_out_of_step_after_accept(data: st.DataObject) -> None:
    """Whatever was changed, lost or left over, in whichever language; and accepting again finds nothing."""
    with trilingual() as root:
        for id_ in data.draw(st.lists(st.sampled_from(IDS), unique=True)):
            locale = data.draw(st.sampled_from(["en", "nl", "fr"]))
            path, start, body = bodies(root, locale)[id_]
            edit(path, lambda text: text[: start + len(body)] + " More." + text[start + len(body) :])  # noqa: B023
        for locale in ("nl", "fr"):
            file = root / followed_file(locale)
            lines = file.read_text("utf-8").splitlines(keepends=True)
            kept = [line for line in lines if data.draw(st.booleans())]
            file.write_text(
                "".join([*kept, *data.draw(st.sampled_from([[], ["a.b: 0123456789ab\n"]]))]), "utf-8"
            )
            if not any(
                not line.startswith(("#", "\n")) for line in file.read_text("utf-8").splitlines(keepends=True)
            ):
                file.unlink()
        behind = out_of_step(root)

        assert accept(root, "nl", "fr") == len(behind)
        assert out_of_step(root) == []
        assert accept(root, "nl", "fr") == 0
