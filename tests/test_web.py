"""Pages in a browser: the Nu HTML checker, axe and Lighthouse find nothing, where they could find something.

CONTRIBUTING.md says what has to be installed for this. Where something is missing these tests are skipped;
with GUIDEGEN_WEB=1 they fail.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from changing import EDITS, write_base
from conftest import MINI, ROOT, write_pack
from guidegen.between import Between
from guidegen.build.work import Output
from guidegen.changes import causes
from guidegen.compose import Composer
from guidegen.formats import rendered
from guidegen.golden import Difference
from guidegen.pack import Pack
from guidegen.report import report_page
from guidegen.review import Finding, effects_on
from guidegen.scaffold.plan import carry_out
from guidegen.scaffold.starter import plan_starter
from guidegen.site.maker import site
from site_pack import EN, SITE_TREE, write_site

pytestmark = pytest.mark.web

WEB = Path(__file__).with_name("web")
NU = WEB / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PACKAGES = (NU, *(WEB / "node_modules" / name for name in ("axe-core", "lighthouse", "puppeteer-core")))
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSERS = 3  # at once
VIEWS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]
ENHANCED = 7  # the contrast that WCAG 1.4.6 asks of text


def browser() -> str | None:
    """The browser: CHROME_PATH's, else one on the path."""
    named = os.environ.get("CHROME_PATH")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> list[str]:
    found = {
        "Node.js": shutil.which("node"),
        "Java": shutil.which("java"),
        "Chromium": browser(),
        "the packages of tests/web": all(path.exists() for path in PACKAGES),
    }
    return [what for what, is_there in found.items() if not is_there]


if lacking := missing():
    reason = f"needs {', '.join(lacking)}: see CONTRIBUTING.md"
    if os.environ.get("GUIDEGEN_WEB") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)

# A guide whose facts try to be markup, and hold a word as long as they come.
LONG = "Hottentottententententoonstellingsterreinbeheerdersvergadering"
SCRIPT = "</script><script>document.title = 'taken'</script><!--"
QUOTED = """]]> ' " > <b>bold</b> &amp; & <svg onload="alert(1)">"""
OUTLINE = (MINI / "rules" / "outline.yaml").read_text("utf-8")
SNIPPETS = (MINI / "snippets" / "en" / "guide.md").read_text("utf-8")
PORT = (MINI / "facts" / "places" / "port-ellen.yaml").read_text("utf-8")
HOSTILE: dict[str, str | bytes | None] = {
    "rules/outline.yaml": OUTLINE.replace(
        "blocks:",
        "meta:\n  description: hostile.about\n  address: jobs.address\n"
        "  publisher: {text: hostile.about, to: jobs.address}\n"
        "  breadcrumbs: [{text: hostile.about, to: jobs.address}]\n"
        "blocks:",
    )
    + "  - chart: {title: hostile.about, each: band, label: pay.level-cell, value: pay.band-cell, "
    "from: item.from, to: item.to}\n",
    "snippets/en/guide.md": f"{SNIPPETS}\n## hostile.about\n{SCRIPT} {QUOTED} {{{{ place.name }}}}\n",
    "facts/places/port-ellen.yaml": PORT.replace("Port Ellen", LONG).replace(
        "[Salt & Sons,", f"[{json.dumps(SCRIPT)}, {json.dumps(QUOTED)}, {LONG},"
    ),
}

HOSTILE_SITE: dict[str, str | bytes | None] = {
    "pack.yaml": SITE_TREE["pack.yaml"].replace("name: Quay", f"name: {json.dumps(QUOTED)}"),
    "facts/places/port-ellen.yaml": PORT.replace("Port Ellen", LONG).replace("Port-Hélène", f"À {LONG}"),
    EN: SITE_TREE[EN]
    .replace("Work in", f"{SCRIPT} in")
    .replace("Trail, ", f"{QUOTED} ")
    .replace("More, ", f"{LONG} "),
}
SITES = ("site", "hostile-site")  # folders below guides/
MOST = 40  # pages of a site that browsers visit, about; the Nu checker reads all of them

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page to make mistakes in</title>
{head}
</head>
<body>
<main>
<h1>A page to make mistakes in</h1>
<p>Some words of English stand here, so that the page has a language.</p>
{body}
</main>
</body>
</html>
"""
CARELESS = PAGE.format(
    head="""\
<link rel="icon" href="data:,">
<meta name="description" content="What its author didn't look after.">
<style>
@media (prefers-color-scheme: dark) and (max-width: 400px) { .faint { color: #eee } }
text { fill: #ddd }
</style>""",
    body="""\
<p class="faint" id="twice">Faint where it is dark and narrow.</p>
<p id="twice"><b>Bold, and never closed.</p>
<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="></p>
<svg role="img" aria-label="Drawn" width="100" height="20"><text y="15">Drawn</text></svg>""",
)
TALKATIVE = PAGE.format(
    head="""<meta http-equiv="Content-Security-Policy" content="style-src 'none'">""",
    body="""\
<pre style="color: black">A line that is much too long for a telephone, and that may be broken nowhere</pre>
<p><img alt="" src="https://elsewhere.example/pixel.gif"><img alt="" src="/pixel.gif"></p>
<script>document.write("<p>By a script.</p>"); console.error("oh dear")</script>""",
)


class Sight(NamedTuple):
    """What was found on the pages: by Nu, and by all that a browser takes part in."""

    nu: dict[str, list[str]]
    browser: dict[str, dict[str, Any]]

    def guides(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The guides' pages, without those that were made to be found fault with."""
        return ((path, seen) for path, seen in self.browser.items() if path.startswith("guides/"))


def is_of_site(path: str) -> bool:
    return path.startswith(tuple(f"guides/{name}/" for name in SITES))


def some_guides(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """Each role in each language, the places in turn: browsers take seconds for a page."""
    guides = list(pack.guides())
    places = sorted({place for _, place, _ in guides})
    roles = sorted({(locale, role) for locale, _, role in guides})
    for number in range(max(len(places), len(roles))):
        locale, role = roles[number % len(roles)]
        yield locale, places[number % len(places)], role


def write_guides(pack: Pack, folder: Path) -> None:
    composer = Composer(pack)
    for locale, place, role in some_guides(pack):
        page = folder / locale / place / f"{role}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_bytes(rendered(composer.compose(place, role, locale), pack.settings.layout, "html"))


def write_files(outputs: Iterable[Output], folder: Path) -> None:
    for output in outputs:
        file = folder / output.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(output.data)


def one_of_each_kind(folder: Path, pages: list[str]) -> list[str]:
    """Of each language's pages the first page, an index, a place's, a role's and a guide's."""
    found: dict[tuple[str, ...], str] = {}
    for path in pages:
        text = (folder / path).read_text("utf-8")
        (language,) = re.findall(r'^<html lang="([^"]+)"', text, re.MULTILINE)
        steps, lists = (
            len(re.findall("<li><a ", text.partition("<main>")[0])),
            text.count('<ul class="links">'),
        )
        kind = "guide" if "<article>" in text else "place" if "/in-" in f"/{path}" else f"{steps} {lists}"
        found.setdefault((language, kind), path)
    return sorted(found.values())


def write_review(folder: Path, page: Path) -> None:
    """A page that shows what three changes do to the goldens of a pack."""
    old, new = Pack(write_base(folder / "old")), write_base(folder / "new")
    for edit in EDITS:
        if edit.cause in ("fact:port-ellen.factor", "passage:en/port-ellen:scene", "layout:text.bullet"):
            edit.make(new)
    changed = Pack(new)
    between = Between(old, changed, causes(old, changed), "text")
    found = []
    for locale, place, role in changed.guides():
        was = rendered(Composer(old).compose(place, role, locale), old.settings.layout, "text")
        difference = Difference("changed", f"golden/{locale}/{place}/{role}.txt", was, None)
        found.append(Finding(difference, tuple(between.lines((locale, place, role), was))))
    page.write_bytes(report_page("Quay", "0123456789", found, effects_on(between, found)))


def ask(*command: str | Path, env: dict[str, str] | None = None) -> Any:
    """What a program says, as JSON."""
    done = subprocess.run(
        command, env={**os.environ, **(env or {})}, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return json.loads(done.stdout)


def look(folder: Path, pages: list[str], lit: list[str] | None = None) -> dict[str, dict[str, Any]]:
    """What browsers see, some of them at once: Lighthouse waits more than it works.

    Lighthouse looks at all pages, or at those that are `lit`.
    """
    env = {"CHROME_PATH": browser() or ""}
    only = [] if lit is None else ["--lighthouse", *lit]
    ordered = sorted(pages, key=lambda page: page in (lit or ()))  # so that each browser has as many of these
    shares = [share for share in (ordered[start::BROWSERS] for start in range(BROWSERS)) if share]
    with ThreadPoolExecutor(BROWSERS) as threads:
        seen = threads.map(
            lambda share: ask("node", WEB / "look.mjs", folder, *share, *only, env=env), shares
        )
        return {page: found for share in seen for page, found in share.items()}


@pytest.fixture(scope="module")
def sight(tmp_path_factory: pytest.TempPathFactory) -> Sight:
    """Guides of each place and each role, sites, a hostile guide, and pages with mistakes, looked at once."""
    folder = tmp_path_factory.mktemp("pages")
    write_guides(Pack(ROOT), folder / "guides")
    write_guides(
        Pack(write_pack(tmp_path_factory.mktemp("hostile") / "pack", HOSTILE)), folder / "guides" / "hostile"
    )
    starter = tmp_path_factory.mktemp("starter") / "pack"
    carry_out(plan_starter(starter), starter)
    write_guides(Pack(starter), folder / "guides" / "starter")
    write_review(tmp_path_factory.mktemp("review"), folder / "guides" / "review.html")
    mistakes = folder / "mistakes"
    mistakes.mkdir()
    (mistakes / "careless.html").write_text(CARELESS, "utf-8")
    (mistakes / "talkative.html").write_text(TALKATIVE, "utf-8")

    sites = [folder / "guides" / name for name in SITES]
    write_files(site(Pack(ROOT)), sites[0])
    hostile = write_site(tmp_path_factory.mktemp("hostile-site") / "pack", HOSTILE_SITE)
    write_files(site(Pack(hostile)), sites[1])

    paths = sorted(folder.rglob("*.html"))
    nu: dict[str, list[str]] = {path.relative_to(folder).as_posix(): [] for path in paths}
    said = ask(
        *("java", "-Duser.language=en", "-jar", NU, "--format", "json", "--stdout", "--exit-zero-always"),
        *paths,
    )
    for message in said["messages"]:
        path = Path(message["url"].removeprefix("file:")).relative_to(folder).as_posix()
        kind = message.get("subType", message["type"])
        nu[path].append(f"{message.get('lastLine', 0)}: {kind}: {message['message']}")
    alone = [path for path in nu if not is_of_site(path)]
    first = {Path(path).parts[1]: path for path in reversed(alone)}  # of each language, and of other packs
    seen = look(folder, alone, [path for path in alone if path in first.values() or "mistakes" in path])
    for root, name in zip(sites, SITES):
        pages = [path.relative_to(root).as_posix() for path in paths if path.is_relative_to(root)]
        kinds = one_of_each_kind(root, pages)
        visited = sorted({*kinds, *pages[:: len(pages) // MOST + 1]})
        seen |= {f"guides/{name}/{path}": found for path, found in look(root, visited, kinds).items()}
    return Sight(nu, seen)


def by_axe(seen: dict[str, Any], view: tuple[int, str]) -> list[dict[str, Any]]:
    return [finding for finding in seen["axe"] if (finding["width"], finding["scheme"]) == view]


def by_lighthouse(seen: dict[str, Any]) -> list[str]:
    light = seen["lighthouse"]
    assert {*light["scores"]} == {"accessibility", "best-practices", "seo"}
    lost = [f"{score} in {name}" for name, score in light["scores"].items() if score != 1]
    failed = [f"{it['title']}: {it['why'] or it['items']}" for it in light["failed"]]
    return [*lost, *failed, *filter(None, [light["error"]])]


def stands_out(finding: dict[str, Any]) -> bool:
    """Whether it is text in a drawing, which axe is unsure of, and the contrast that we measured will do."""
    return not finding["sure"] and finding["contrast"] is not None and finding["contrast"] >= ENHANCED


def nothing(found: Iterable[tuple[str, str]]) -> None:
    """Nothing is found; else all of it is shown, with the page that it was found on."""
    lines = [f"{path}: {finding}" for path, finding in found]
    assert not lines, "\n".join(lines)


# The tools


def test_any_npm_can_install_the_tools() -> None:
    """The lock names no download address, and so no tag: old versions of npm can't match one without it."""
    lock = (WEB / "package-lock.json").read_text("utf-8")
    wanted = json.loads((WEB / "package.json").read_text("utf-8"))["dependencies"]
    locked = json.loads(lock)["packages"]

    assert '"resolved"' not in lock
    assert '"latest"' not in lock
    assert wanted == {name: locked[f"node_modules/{name}"]["version"] for name in wanted}


# The guides


def test_each_place_and_each_role_in_each_language_is_looked_at(sight: Sight) -> None:
    """So are the hostile pack's guides and the starter's; the Nu checker reads whatever browsers do."""
    published = list(Pack(ROOT).guides())
    found = [tuple(Path(path).with_suffix("").parts[1:]) for path in sight.browser if not is_of_site(path)]
    looked_at = [guide for guide in found if guide in published]

    assert {place for _, place, _ in looked_at} == {place for _, place, _ in published}
    assert {(locale, role) for locale, _, role in looked_at} == {
        (locale, role) for locale, _, role in published
    }
    assert ("hostile", "en", "port-ellen", "netmaker") in found
    assert [page for page in sight.browser if page.startswith("guides/starter/")]
    assert {*sight.browser} <= {*sight.nu}


def test_every_page_of_the_site_is_read(sight: Sight) -> None:
    """Each by the Nu checker, many in browsers; what a hostile pack's pages say is read as it was written."""
    pages = {f"guides/site/{one.path}" for one in site(Pack(ROOT)) if one.path.endswith(".html")}
    heading = sight.browser["guides/hostile-site/in-port-ellen/index.html"]["text"]["scripted"]

    assert len(pages) > 200
    assert pages <= {*sight.nu}
    assert len(pages & {*sight.browser}) >= MOST
    assert f"{SCRIPT} in {LONG}, English" in heading


def test_nu_finds_nothing(sight: Sight) -> None:
    """No error, no warning and no remark."""
    pages = ((path, found) for path, found in sight.nu.items() if path.startswith("guides/"))
    nothing((path, message) for path, found in pages for message in found)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view[0]}-{view[1]}")
def test_axe_finds_nothing(sight: Sight, view: tuple[int, str]) -> None:
    """No rule is violated, best practices and the strictest level included; nor is axe in doubt."""
    nothing(
        (path, f"{it['rule']}: {it['target']}: {it['why']}")
        for path, seen in sight.guides()
        for it in by_axe(seen, view)
        if not stands_out(it)
    )


def test_lighthouse_gives_full_marks(sight: Sight) -> None:
    """100 in each category, and no audit that is merely forgiven."""
    lit = [path for path, seen in sight.guides() if "lighthouse" in seen]
    on_site = [path for path in lit if path.startswith("guides/site/")]
    alone = [path for path, _ in sight.guides() if not is_of_site(path)]

    assert {Path(path).parts[1] for path in alone} == {Path(path).parts[1] for path in {*alone} & {*lit}}
    assert len(on_site) == 1 + 3 * 4  # the first page; in each language an index, a place, a role, a guide
    nothing((path, lost) for path in lit for lost in by_lighthouse(sight.browser[path]))


def test_a_page_asks_for_nothing_else(sight: Sight) -> None:
    """No request leaves a page, not even for an icon."""
    nothing((path, asked) for path, seen in sight.guides() for asked in seen["requests"] + seen["asked"])


def test_the_console_stays_empty(sight: Sight) -> None:
    """The browser has nothing to say, of the security policy or anything else."""
    nothing((path, line) for path, seen in sight.guides() for line in seen["console"])


def test_nothing_scrolls_sideways(sight: Sight) -> None:
    """A page fits into 320 (WCAG 1.4.10), 360 and 1280 pixels."""
    nothing(
        (path, f"at {width}, by {wide['beyond']}: {wide['elements']}")
        for path, seen in sight.guides()
        for width, wide in seen["sideways"].items()
    )


def test_a_page_says_the_same_without_scripts(sight: Sight) -> None:
    """With scripts switched off the text is what it is otherwise."""
    for path, seen in sight.guides():
        assert len(seen["text"]["scriptless"]) > (80 if is_of_site(path) else 200), path
        assert seen["text"]["scriptless"] == seen["text"]["scripted"], path


def test_facts_stay_text(sight: Sight) -> None:
    """What looks like markup in a fact or passage is read as it was written."""
    text = sight.browser["guides/hostile/en/port-ellen/netmaker.html"]["text"]["scripted"]

    assert f"\n{SCRIPT}\n{QUOTED}\n{LONG}\n" in text


# That mistakes are found


@pytest.mark.parametrize("mistake", ["Duplicate ID “twice”", "Unclosed element “b”", "must have an “alt”"])
def test_nu_finds_mistakes(sight: Sight, mistake: str) -> None:
    """Nu finds what is wrong with the careless page."""
    assert any(mistake in message for message in sight.nu["mistakes/careless.html"])


def test_axe_finds_mistakes_in_their_view(sight: Sight) -> None:
    """The missing text alternative is found in each view, the contrast in the one that it is bad in."""
    careless = sight.browser["mistakes/careless.html"]
    found = {view: {it["rule"] for it in by_axe(careless, view) if it["sure"]} for view in VIEWS}

    assert all("image-alt" in rules for rules in found.values())
    assert [view for view, rules in found.items() if "color-contrast" in rules] == [(360, "dark")]


def test_faint_text_in_a_drawing_is_found(sight: Sight) -> None:
    """Drawn text of too little contrast, which axe can't measure, isn't let pass."""
    careless = sight.browser["mistakes/careless.html"]
    drawn = [it for it in careless["axe"] if it["html"].startswith("<text")]

    assert {(it["width"], it["scheme"]) for it in drawn} == {*VIEWS}
    assert not any(stands_out(it) for it in drawn)


def test_lighthouse_finds_mistakes(sight: Sight) -> None:
    """Each category loses marks for a mistake of its own."""
    careless, talkative = (sight.browser[f"mistakes/{name}.html"] for name in ("careless", "talkative"))
    lost = {
        "accessibility": (careless["lighthouse"], "image-alt"),
        "best-practices": (talkative["lighthouse"], "errors-in-console"),
        "seo": (talkative["lighthouse"], "meta-description"),
    }

    for category, (light, audit) in lost.items():
        assert light["scores"][category] < 1
        assert audit in {failed["id"] for failed in light["failed"]}
    assert by_lighthouse(careless)


def test_requests_scripts_and_complaints_are_noticed(sight: Sight) -> None:
    """What the talkative page asks for, logs, breaks and writes by script is all seen."""
    talkative = sight.browser["mistakes/talkative.html"]
    console = "\n".join(talkative["console"])

    assert "https://elsewhere.example/pixel.gif" in talkative["requests"]
    assert {"/pixel.gif", "/favicon.ico"} <= {*talkative["asked"]}
    assert "error: oh dear" in console
    assert "Content Security Policy" in console
    assert "By a script." in talkative["text"]["scripted"]
    assert "By a script." not in talkative["text"]["scriptless"]
    assert talkative["sideways"].keys() == {"320", "360"}
    assert talkative["sideways"]["360"]["elements"][0].startswith("<pre")
