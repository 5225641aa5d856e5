"""Draft locales: what they lack is a warning, and `guidegen new locale` begins one."""

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from babel import Locale
from babel.localedata import locale_identifiers

from conftest import MINI, ROOT, Outcome, run, write_pack
from guidegen import settings
from guidegen.check import check
from guidegen.files import decode
from guidegen.followed import mark_of
from guidegen.language import Language
from guidegen.pack import Pack
from guidegen.problems import Problem, errors
from guidegen.scaffold.locale import money_pattern, plan_locale, thousands_pattern
from guidegen.scaffold.plan import carry_out
from guidegen.settings import read_settings
from guidegen.source import Source
from guidegen.yamlfile import need_yaml

EN = '  en: {babel: en_GB, money: "¤#,##0", thousands: "¤#,##0k"}\n'
FR = '  fr: {babel: fr_BE, money: "#,##0 ¤", thousands: "#,##0 k ¤", status: draft}\n'
PORT = ("render", "--city", "port-ellen", "--role", "netmaker")
SETTINGS = (MINI / "pack.yaml").read_text("utf-8")
GUIDE = """\
En français.

## guide.title
{{ role.title_many }} à {{ place.name }}

## pool.deep
Beaucoup.

## pool.small
Peu, dans {{ place.trades | first(2) | and_list }}.

## employers.heading
Employeurs

## employers.entry
{{ item.name }}

## pay.range
De {{ band.junior.from | thousands }} à {{ band.senior.to | money }}.

## pay.above
Plus qu'en {{ place.country.name }}.

## pay.level
Niveau

## pay.band
Salaire

## pay.level-cell
{{ item.title }}

## pay.band-cell
{{ item.from | money }}

## jobs.link
Tout

## jobs.address
{{ site.address }}
"""
FACTS = {
    "facts/levels.yaml": "junior: {en: {name: junior, title: Junior}, fr: {title: Débutant}}\n"
    "senior: {en: {name: senior, title: Senior}, fr: {title: Confirmé}}\n",
    "facts/roles/netmaker.yaml": (MINI / "facts/roles/netmaker.yaml")
    .read_text("utf-8")
    .replace("status:", "  fr: {one: filetier, many: filetiers, title_many: Filetiers}\nstatus:", 1),
}
ENGLISH = Pack(MINI)
FOLLOWED = "".join(
    f"{passage.id}: {mark_of(passage)}\n"
    for file, owner in ENGLISH.snippet_files("en")
    for passage in ENGLISH.in_file("en", file, owner)
)
WHOLE = {
    "pack.yaml": SETTINGS.replace(EN, EN + FR),
    "snippets/fr/guide.md": GUIDE,
    "snippets/fr/.followed.yaml": FOLLOWED,
    "snippets/fr/places/port-ellen.md": "## scene\n{{ place.name }} vit de la mer.\n",
    "snippets/fr/places/marland.md": "## scene\n{{ place.name }}.\n",
    **FACTS,
}


def pack_of(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """The mini pack with a whole draft in French, some of its files changed."""
    tree: dict[str, str | bytes | None] = {**WHOLE, **(changes or {})}
    return write_pack(folder / "pack", {name: text for name, text in tree.items() if text is not None})


def said(root: Path) -> list[str]:
    """All problems of a pack: file, line and message; errors begin with a `!`."""
    return [
        f"{'' if found.warning else '!'}{found.location and found.location.path}:"
        f"{found.location and found.location.line}: {found.message}"
        for found in check(Pack(root))
    ]


def shipped_copy(folder: Path) -> Path:
    """The shipped pack, to be changed."""
    for name in ("facts", "rules", "snippets", "golden"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy2(ROOT / "pack.yaml", folder / "pack.yaml")
    return folder


def files_of(root: Path) -> dict[str, bytes]:
    """Every file of a pack."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


# A draft locale


def test_published_and_draft_locales_are_told_apart(tmp_path: Path) -> None:
    pack = Pack(pack_of(tmp_path))

    assert (pack.locales, pack.draft_locales, pack.all_locales) == (("en",), ("fr",), ("en", "fr"))
    assert {locale for locale, _, _ in pack.guides()} == {"en"}


def test_a_locale_is_published_unless_it_says_otherwise(tmp_path: Path) -> None:
    root = pack_of(tmp_path, {"pack.yaml": SETTINGS.replace(EN, EN + FR.replace(", status: draft", ""))})

    assert Pack(root).locales == ("en", "fr")


def test_a_whole_draft_has_no_problem(tmp_path: Path) -> None:
    assert said(pack_of(tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        (
            {"snippets/fr/guide.md": GUIDE.replace("Niveau", "")},
            "snippets/fr/guide.md:24: 1 of 13 passages still says nothing: pay.level",
        ),
        (
            {"snippets/fr/guide.md": GUIDE.replace("Niveau", "").replace("Salaire", "")},
            "snippets/fr/guide.md:24: 2 of 13 passages still say nothing: pay.level, pay.band",
        ),
        (
            {"snippets/fr/places/marland.md": "## scene\n"},
            "snippets/fr/places/marland.md:1: passage 'scene' still says nothing",
        ),
        (
            {"snippets/fr/places/marland.md": None},
            "snippets/fr/places/marland.md:0: 1 passage is missing: scene",
        ),
        (
            {"snippets/fr/guide.md": GUIDE.replace("## pay.level\nNiveau\n", "")},
            "snippets/fr/guide.md:0: 1 passage is missing: pay.level",
        ),
        (
            {"snippets/fr/guide.md": GUIDE.replace("Tout", "{% for %}")},
            "snippets/fr/guide.md:37: a name is missing here",
        ),
        (
            {"snippets/fr/guide.md": GUIDE.replace("Tout", "{{ role.mny }}")},
            "snippets/fr/guide.md:37: unknown name 'role.mny'",
        ),
        (
            {"snippets/fr/guide.md": GUIDE.replace("## jobs.link", "## Jobs")},
            "snippets/fr/guide.md:36: 'Jobs' can't name a passage",
        ),
        ({"snippets/fr/guide.md": b"\xff\xff\n"}, "snippets/fr/guide.md:1: not UTF-8: byte 0xFF"),
        (
            {"snippets/fr/guide.md": GUIDE + "\n## other\nRien.\n"},
            "snippets/fr/guide.md:42: no outline or table names passage 'other'",
        ),
        (
            {"facts/levels.yaml": (MINI / "facts/levels.yaml").read_bytes(), "snippets/fr/guide.md": None},
            "facts/levels.yaml:1: 'junior', 'senior' have no name in 'fr'",
        ),
        (
            {"facts/roles/netmaker.yaml": (MINI / "facts/roles/netmaker.yaml").read_bytes()},
            "facts/roles/netmaker.yaml:2: 'netmaker' has no name in 'fr'",
        ),
        (
            {"snippets/fr/guide.md": GUIDE.replace("Tout", "{{ role.title_one }}")},
            "snippets/fr/guide.md:37: 'role.title_one' is missing: there is no 'netmaker.names.fr.title_one'",
        ),
        (
            {"pack.yaml": WHOLE["pack.yaml"].replace("fr_BE", "fr_XX")},
            "pack.yaml:7: Babel knows no locale 'fr_XX'",
        ),
    ],
)
def test_what_a_draft_lacks_is_a_warning(
    tmp_path: Path, changes: dict[str, str | bytes | None], warning: str
) -> None:
    """Each mistake is one warning, and fails no guide in English; published, it would fail."""
    root = pack_of(tmp_path, changes)
    found = said(root)

    assert warning in found
    assert [one for one in found if one.startswith("!")] == []
    if "guide.md" in warning or "netmaker" in warning:
        assert found == [warning]
    assert list(Pack(root).guides()) == list(Pack(MINI).guides())
    english = run("--pack", str(root), *PORT)
    assert english == run("--pack", str(MINI), *PORT)
    assert english.code == 0

    text = (root / "pack.yaml").read_text("utf-8")
    (root / "pack.yaml").write_text(text.replace(", status: draft", ""), "utf-8")
    assert "other" in warning or errors(check(Pack(root)))


def test_a_draft_hides_no_error_of_a_published_locale(tmp_path: Path) -> None:
    """A heading of the draft that can't be read doesn't excuse a passage that English hasn't."""
    english = (MINI / "snippets/en/guide.md").read_text("utf-8")
    root = pack_of(
        tmp_path,
        {
            "snippets/en/guide.md": english.replace("## pay.level\nLevel\n", ""),
            "snippets/fr/guide.md": GUIDE.replace("## jobs.link", "## Jobs"),
        },
    )

    assert "!rules/outline.yaml:7:" in " ".join(said(root))
    assert "there is no passage 'pay.level' in snippets/en/" in " ".join(said(root))


def test_the_names_missing_in_facts_come_first(tmp_path: Path) -> None:
    root = write_pack(tmp_path / "pack", {"pack.yaml": WHOLE["pack.yaml"]})
    carry = [one.split(":")[0] for one in said(root)]

    assert carry == sorted(carry)
    assert carry[0].startswith("facts/")
    assert carry[-1].startswith("snippets/fr/")


# What commands make of it


def test_a_whole_draft_is_rendered_and_says_what_it_is(tmp_path: Path) -> None:
    root = pack_of(tmp_path)
    done = run("--pack", str(root), *PORT, "--locale", "fr")

    assert done.code == 0
    assert done.out.startswith("Filetiers à Port-Hélène\nPort-Hélène vit de la mer.")
    assert "De 21 k € à 37 600 €." in done.out.replace("\u202f", " ").replace("\u00a0", " ")
    assert done.err == "the locale fr is a draft: this guide isn't published\n"


def test_a_draft_that_lacks_something_is_not_rendered(tmp_path: Path) -> None:
    root = pack_of(tmp_path, {"snippets/fr/guide.md": GUIDE.replace("Employeurs", "")})
    done = run("--pack", str(root), *PORT, "--locale", "fr")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("snippets/fr/guide.md:12:1: passage 'employers.heading' says nothing\n")


def test_a_draft_has_no_goldens(tmp_path: Path) -> None:
    """`accept` makes none; one that is there is an orphan."""
    root = pack_of(tmp_path)
    run("--pack", str(root), "accept")
    assert {path.name for path in (root / "golden").iterdir()} == {"en"}
    assert run("--pack", str(root), "diff", "locale:fr") == Outcome(0, "", "no differences\n")

    orphan = root / "golden/fr/port-ellen/netmaker.txt"
    orphan.parent.mkdir(parents=True)
    orphan.write_text("Filetiers\n")
    done = run("--pack", str(root), "diff")
    assert done.code == 1
    assert "golden/fr/port-ellen/netmaker.txt" in done.out


def test_drafts_are_listed_when_asked_for(tmp_path: Path) -> None:
    root = str(pack_of(tmp_path))
    published = run("--pack", root, "list", "guides").out
    shown = json.loads(run("--pack", root, "list", "guides", "--drafts", "locale:fr", "--format", "json").out)

    assert "fr/" not in published
    assert shown == [
        {"slug": "fr/marland/netmaker", "status": "draft"},
        {"slug": "fr/port-ellen/netmaker", "status": "draft"},
    ]
    assert "snippets/fr/" not in run("--pack", root, "list", "passages").out
    assert "snippets/fr/guide.md:3" in run("--pack", root, "list", "passages", "--drafts").out


def test_editors_know_the_key(tmp_path: Path) -> None:
    root = str(pack_of(tmp_path))
    made = json.loads(run("--pack", root, "schema", "pack").out)
    place = json.loads(run("--pack", root, "schema", "place").out)

    locale = made["properties"]["locales"]["additionalProperties"]
    assert locale["properties"]["status"]["enum"] == ["draft", "published"]
    assert "status" not in locale["required"]
    assert place["properties"]["names"]["anyOf"][1]["required"] == ["en"]


def test_an_override_may_be_of_a_draft(tmp_path: Path) -> None:
    override = (
        "overrides:\n  - {locale: fr, block: pay.range, text: Assez., owner: A, reason: B, source: C}\n"
    )
    root = pack_of(tmp_path, {"facts/pairs/port-ellen/netmaker.yaml": override})

    assert said(root) == []
    assert "\nAssez.\n" in run("--pack", str(root), *PORT, "--locale", "fr").out


# guidegen new locale


def test_a_new_locale_of_the_shipped_pack(tmp_path: Path) -> None:
    """Nothing that was there changes but pack.yaml's new lines; check warns, and English is as it was."""
    root = shipped_copy(tmp_path)
    before = files_of(root)
    done = run("new", "locale", "de", cwd=root)
    after = files_of(root)

    english = [name for name in before if name.startswith("snippets/en/")]
    new = [name.replace("snippets/en/", "snippets/de/") for name in english]
    assert done.code == 0
    assert sorted(done.out.split()) == sorted([*new, "pack.yaml"])
    assert {name for name in after if name not in before} == set(new)
    assert {name for name in before if before[name] != after[name]} == {"pack.yaml"}
    for theirs, ours in zip(english, new):
        headings = [re.findall(rb"^## .*$", data, re.MULTILINE) for data in (before[theirs], after[ours])]
        assert headings[0] == headings[1]
        preamble, *bodies = re.split(rb"^## .*$", after[ours], flags=re.MULTILINE)
        assert not b"".join(bodies).strip()
        assert b"In Deutsch (de)" in preamble
        assert theirs.encode() in preamble

    found = check(Pack(root))
    assert found
    assert errors(found) == []
    files = [one.location.path for one in found if one.location]
    assert [name for name in files if name.startswith("snippets/de/")] == sorted(new)
    assert files[0] == "facts/levels.yaml"
    assert run("diff", cwd=root).err == "no differences\n"
    golden = (ROOT / "golden/en/ghent/backend.txt").read_text("utf-8")
    assert run("render", "--city", "ghent", "--role", "backend", cwd=root).out == golden


def test_a_passage_that_is_written_is_no_more_said_to_be_missing(tmp_path: Path) -> None:
    root = write_pack(tmp_path / "pack")
    run("new", "locale", "fr", cwd=root)
    (warning,) = [one for one in said(root) if "fr/guide.md" in one]
    assert ": 13 of 13 passages still say nothing: guide.title, pool.deep, " in warning

    path = root / "snippets/fr/guide.md"
    text = path.read_text("utf-8")
    path.write_text(text.replace("## guide.title\n", "## guide.title\n{{ role.many }}\n"), "utf-8")
    unfollowed, warning = [one for one in said(root) if "fr/guide.md" in one]
    assert ": 'guide.title' isn't accepted yet" in unfollowed
    assert ": 12 of 13 passages still say nothing: pool.deep, " in warning


def test_files_of_drafts_and_pairs_are_begun_too(tmp_path: Path) -> None:
    root = write_pack(
        tmp_path / "pack",
        {
            "snippets/en/pairs/port-ellen/netmaker.md": "For authors.\n\n## note\nNets.\n",
            "snippets/en/roles/netmaker.md": "## about\nNets.\n",
            "facts/places/marland.yaml": (MINI / "facts/places/marland.yaml")
            .read_text("utf-8")
            .replace("published", "draft"),
        },
    )
    new = plan_locale(Pack(root), "fr-BE").new

    assert set(new) == {
        "snippets/fr-BE/guide.md",
        "snippets/fr-BE/places/marland.md",
        "snippets/fr-BE/places/port-ellen.md",
        "snippets/fr-BE/roles/netmaker.md",
        "snippets/fr-BE/pairs/port-ellen/netmaker.md",
    }
    text = new["snippets/fr-BE/pairs/port-ellen/netmaker.md"].decode()
    assert text.endswith("\n\n## note\n")
    assert "For authors." not in text
    assert "français (Belgique) (fr-BE)" in text


def test_the_entry_is_as_the_file_is_written(tmp_path: Path) -> None:
    """Its indentation, its line endings, its comments: all as before, and lines more."""
    old = (ROOT / "pack.yaml").read_bytes().replace(b"\n", b"\r\n")
    root = shipped_copy(tmp_path)
    (root / "pack.yaml").write_bytes(old)
    new = plan_locale(Pack(root), "fr-BE").gaining["pack.yaml"]
    lines = [line for line in new.split(b"\r\n") if line not in old.split(b"\r\n")]

    assert [line.split(b"  #")[0].rstrip().decode() for line in lines] == [
        "  fr-BE:",
        "    babel: fr_BE",
        r'    money: "#,##0\u00a0¤"',
        r'    thousands: "#,##0\u00a0k\u00a0¤"',
        "    status: draft",
    ]
    assert all(b"  # " in line for line in lines[1:])
    assert new.count(b"\n") == new.count(b"\r\n") == old.count(b"\n") + 5
    assert b"writes 36 000 \xe2\x82\xac" in new.replace("\u202f".encode(), b" ")


@pytest.mark.parametrize(
    "tag", ["en", "EN", "En", "fr_BE", "FR", "fr-be", "fr-XX", "qq", "", "-", "../x", "a" * 99]
)
def test_what_is_no_new_tag_is_refused(tmp_path: Path, tag: str) -> None:
    root = write_pack(tmp_path / "pack")
    before = files_of(root)
    done = run("new", "locale", "--", tag, cwd=root)

    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert files_of(root) == before


def test_a_draft_is_begun_once(tmp_path: Path) -> None:
    root = write_pack(tmp_path / "pack")
    assert run("new", "locale", "fr", cwd=root).code == 0
    before = files_of(root)

    assert run("new", "locale", "fr", cwd=root).err.startswith(
        "pack.yaml:7:3: the pack has a locale 'fr' already"
    )
    assert files_of(root) == before


def test_a_folder_that_leads_elsewhere_is_left_alone(tmp_path: Path) -> None:
    root = write_pack(tmp_path / "pack")
    (tmp_path / "elsewhere").mkdir()
    (root / "snippets/fr").symlink_to(tmp_path / "elsewhere")

    assert run("new", "locale", "fr", cwd=root).code == 2
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_empty_folder_is_no_hindrance(tmp_path: Path) -> None:
    root = write_pack(tmp_path / "pack")
    (root / "snippets/fr/places").mkdir(parents=True)

    assert run("new", "locale", "fr", cwd=root).code == 0


def test_a_second_locale_is_begun_from_the_first(tmp_path: Path) -> None:
    """The source language is the pack's first locale, not the latest."""
    root = write_pack(tmp_path / "pack")
    for tag in ("fr", "nl-BE"):
        carry_out(plan_locale(Pack(root), tag), root)

    assert Pack(root).draft_locales == ("fr", "nl-BE")
    assert "what snippets/en/guide.md says" in (root / "snippets/nl-BE/guide.md").read_text("utf-8")


# CLDR


@pytest.mark.parametrize(
    ("name", "money", "thousands"),
    [
        ("en_GB", "€36,000", "€36K"),
        ("en_IN", "€1,23,456", "€123K"),
        ("fr_BE", "36 000 €", "36 k €"),
        ("nl_BE", "€ 36.000", "€ 36K"),
        ("de", "36.000 €", "36 Tausend €"),
        ("de_CH", "EUR 36’000", "EUR 36 Tausend"),
        ("es", "36.000 €", "36 mil €"),
        ("it", "36.000 €", "36 mila €"),
        ("pl", "36 000 €", "36 tys. €"),
        ("pt", "€ 36.000", "€ 36 mil"),
        ("sv", "36 000 €", "36 tn €"),
        ("da", "36.000 €", "36 t €"),
        ("fi", "36 000 €", "36 t. €"),
        ("cs", "36 000 €", "36 tis. €"),
        ("ja", "€36,000", "€36k"),
    ],
)
def test_money_is_written_as_cldr_says(name: str, money: str, thousands: str) -> None:
    """As a reader of the language expects it; in Indian English an amount shows its lakhs."""
    language = Language(name, money_pattern(name), thousands_pattern(name)[0], "EUR")
    value = Decimal(123_456) if name == "en_IN" else Decimal(36_000)

    assert " ".join(language.money(value).split()) == money
    assert " ".join(language.thousands(value).split()) == thousands
    assert thousands_pattern(name)[1] == (name != "ja")


COMMON = ("de", "fr", "nl", "es", "it", "pl", "pt", "sv", "da", "fi", "cs", "ja", "en")


def test_every_common_locale_is_begun_without_a_problem(tmp_path: Path) -> None:
    """pack.yaml takes what CLDR says of each, and it reads back as that: in money, no decimals."""
    pack = Pack(write_pack(tmp_path / "pack"))
    names = [name for name in sorted(locale_identifiers()) if name.partition("_")[0] in COMMON]
    assert len(names) > 150
    misfits = []
    for name in names:
        tag = name.replace("_", "-")
        if tag == "en" or Locale.parse(name).script:
            continue
        text = decode(plan_locale(pack, tag).gaining["pack.yaml"], "pack.yaml")
        problems: list[Problem] = []
        locale = read_settings(need_yaml(Source("pack.yaml", text)), problems).locales[tag]
        language = Language(locale.babel, locale.money, locale.thousands, "EUR")
        digits = re.sub(r"\D", "", language.money(Decimal(36_000)))
        if problems or locale.is_published or digits != "36000":
            misfits.append((tag, problems, locale))
        assert locale.money == money_pattern(name)
        assert locale.thousands == thousands_pattern(name)[0]

    assert misfits == []


@pytest.mark.parametrize("pattern", ["#,##,##0 ¤", "#,##0 tis'.' ¤", "'K.' ¤#,##0", "¤#,##0.00"])
def test_patterns_of_cldr_are_patterns(pattern: str) -> None:
    assert settings.is_money_pattern(pattern)


@pytest.mark.parametrize("pattern", ["#,##0", "¤#,##0 o'clock", "¤0", "K. ¤#,##0", "¤#,##,0", "¤#,##0 #,##0"])
def test_what_babel_would_misread_is_no_pattern(pattern: str) -> None:
    assert not settings.is_money_pattern(pattern)
