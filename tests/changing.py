"""A pack with something of every kind, and an edit of each kind of thing: what tests of causes begin with."""

from pathlib import Path
from typing import NamedTuple

from bilingual import write_trilingual
from conftest import MINI

SETTINGS = (MINI / "pack.yaml").read_text("utf-8")
FIELDS = SETTINGS[SETTINGS.index("fields:") :]
BASE: dict[str, str | bytes | None] = {
    "pack.yaml": SETTINGS[: SETTINGS.index("locales:")].replace("as_of: 2026-01-01", "as_of: 2026-02-01")
    + """\
locales:
  en: {babel: en_GB, money: "¤#,##0", thousands: "¤#,##0k"}
  nl: {babel: nl_BE, money: "¤ #,##0", thousands: "¤ #,##0k"}
  fr: {babel: fr_BE, money: "#,##0 ¤", thousands: "#,##0k ¤", status: draft}
text: {bullet: "- ", column: "|", rule: "---", blank_lines: 0, newline: lf, final_newline: yes}
"""
    + FIELDS.replace(
        "    remote:",
        "    rent: {type: integer, over: 0, about: Rent.}\n"
        "    motto: {type: text, about: Motto.}\n    remote:",
    )
    + "  pair:\n    guild: {type: text, about: The guild of a trade in a town.}\n",
    "facts/trades.yaml": "fishing: {en: fishing, nl: visserij, fr: pêche}\n"
    "salt: {en: salt, nl: zout, fr: sel}\nweaving: {en: weaving, nl: weverij, fr: tissage}\n",
    "facts/places/marland.yaml": (MINI / "facts/places/marland.yaml").read_text("utf-8")
    + "rent: {2025-01-01: 700, 2026-01-15: 750, 2026-03-01: 800}\nremote: yes\n",
    "facts/places/port-ellen.yaml": (MINI / "facts/places/port-ellen.yaml")
    .read_text("utf-8")
    .replace("names: {en: Port Ellen,", "names: {en: Port Ellen, nl: Port Ellen,")
    + "rent: 500\nmotto: {en: Salt and wind, nl: Zout en wind, fr: Sel et vent}\n",
    "facts/places/isle.yaml": "names: {en: The Isle, nl: Het Eiland, fr: L'Île}\nscope: city\n"
    "within: marland\nstatus: draft\nsource: an invented atlas\nfactor: 0.90\nmarket: small\n"
    "trades: [weaving, salt]\n"
    "employers: [Isle Looms]\nfigures: {ships: 7}\nrent: 300\n",
    "facts/pairs/port-ellen/netmaker.yaml": "guild: Net Guild\n",
    "rules/rules.yaml": (MINI / "rules/rules.yaml").read_text("utf-8")
    + """\
yearly_rent: place.rent * 12
cost:
  about: What living there costs.
  hit: first
  table: |
    | row    | place.rent || passage     |
    | low    | under 550  || cost.low    |
    | middle | under 700  || cost.middle |
  otherwise: cost.high
good:
  about: What speaks for it.
  hit: collect
  table: |
    | row  | place.remote | at_home || passage     |
    | far  | yes          | any     || good.remote |
    | near | any          | yes     || good.home   |
  otherwise: nothing
""",
    "rules/outline.yaml": """\
meta: {description: about.guide}
blocks:
  - title: guide.title
  - paragraph: [place:scene, {decide: pool}]
  - heading: employers.heading
  - list: {each: place.employers, entry: employers.entry}
  - paragraph: [pay.range, {decide: pay}]
  - table: {header: [pay.level, pay.band], each: band, row: [pay.level-cell, pay.band-cell]}
  - section: living
    when: place.rent
    blocks:
      - heading: cost.heading
      - paragraph: [cost.year, {decide: cost}]
  - paragraph: {decide: good}
  - paragraph: motto.says
    when: place.motto
  - paragraph: guild.says
    when: pair.guild
  - list: {each: place.trades, entry: trades.entry}
  - link: {text: jobs.link, to: jobs.address}
""",
}
SAID = {
    "en": {
        "about.guide": "About {{ role.many }} in {{ place.name }}",
        "cost.heading": "Living",
        "cost.year": "A year of rent costs {{ yearly_rent | money }}.",
        "cost.low": "That is little.",
        "cost.middle": "That is bearable.",
        "cost.high": "That is much.",
        "good.remote": "Work can be done from afar.",
        "good.home": "The trade is at home here.",
        "motto.says": "They say: {{ place.motto }}.",
        "guild.says": "Ask the {{ pair.guild }}.",
        "trades.entry": "{{ item | capital }}",
    },
    "nl": {
        "about.guide": "Over {{ role.many }} in {{ place.name }}",
        "cost.heading": "Wonen",
        "cost.year": "Een jaar huur kost {{ yearly_rent | money }}.",
        "cost.low": "Dat is weinig.",
        "cost.middle": "Dat gaat nog.",
        "cost.high": "Dat is veel.",
        "good.remote": "Het werk kan van ver.",
        "good.home": "Het vak is hier thuis.",
        "motto.says": "Ze zeggen: {{ place.motto }}.",
        "guild.says": "Vraag het aan de {{ pair.guild }}.",
        "trades.entry": "{{ item | capital }}",
    },
}
SAID["fr"] = {name: text.replace("in {{", "à {{") for name, text in SAID["en"].items()}
SCENES = {
    "en": "{{ place.figures.ships | number }} ships sail from {{ place.name }}.",
    "nl": "Er varen {{ place.figures.ships | number }} schepen uit {{ place.name }}.",
    "fr": "On compte {{ place.figures.ships | number }} bateaux à {{ place.name }}.",
}


class Edit(NamedTuple):
    """An edit of one thing: what stands in a file becomes something else (no `was`: it is added at the end).

    `cause` is what a reviewer calls it.
    """

    cause: str
    file: str
    was: str
    now: str
    also: tuple[tuple[str, str, str], ...] = ()

    def make(self, pack: Path) -> None:
        """Make the edit in a pack."""
        for file, was, now in ((self.file, self.was, self.now), *self.also):
            path = pack / file
            text = path.read_text("utf-8") if path.exists() else ""
            assert was in text, f"{file}: no {was!r}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(was, now, 1) if was else text + now, "utf-8")


PORT, LAND, ISLE = (f"facts/places/{slug}.yaml" for slug in ("port-ellen", "marland", "isle"))
ROLE, PAIR = "facts/roles/netmaker.yaml", "facts/pairs/port-ellen/netmaker.yaml"
RULES, OUTLINE, EN, NL = (
    "rules/rules.yaml",
    "rules/outline.yaml",
    "snippets/en/guide.md",
    "snippets/nl/guide.md",
)
EDITS = (
    Edit("fact:port-ellen.factor", PORT, "factor: 1.03", "factor: 1.07"),
    Edit("fact:port-ellen.market", PORT, "market: small", "market: deep"),
    Edit("fact:port-ellen.employers", PORT, "[Salt & Sons,", "[Tar & Rope, Salt & Sons,"),
    Edit("fact:port-ellen.figures.ships", PORT, "value: 340", "value: 390"),
    Edit("fact:port-ellen.names.nl", PORT, "nl: Port Ellen", "nl: Poort Ellen"),
    Edit("fact:port-ellen.motto", PORT, "nl: Zout en wind", "nl: Zilt en wind"),
    Edit("fact:port-ellen.trades", PORT, "trades: [salt, fishing]", "trades: [salt, weaving]"),
    Edit("fact:marland.names", LAND, "names: Marland", "names: Merland"),
    Edit("fact:marland.rent", LAND, "2026-01-15: 750", "2026-01-15: 770"),
    Edit("fact:netmaker.levels.junior.from", ROLE, "from: 20000", "from: 21000"),
    Edit("fact:netmaker.wanted_in", ROLE, "[fishing]", "[weaving]"),
    Edit("fact:netmaker.names.en", ROLE, "many: net makers", "many: makers of nets"),
    Edit("fact:port-ellen/netmaker.guild", PAIR, "Net Guild", "Guild of Nets"),
    Edit(
        "override:port-ellen/netmaker.en:employers.heading",
        PAIR,
        "",
        "overrides:\n  - {locale: en, block: employers.heading, text: Who hires, owner: a, reason: b, "
        "expires: 2030-01-01}\n",
    ),
    Edit("file:port-ellen/netmaker.file.newline", PAIR, "", "file: {newline: crlf}\n"),
    Edit("term:trades.salt", "facts/trades.yaml", "nl: zout", "nl: zeezout"),
    Edit("passage:en/pool.small", EN, "There are few", "There aren't many"),
    Edit(
        "passage:en/port-ellen:scene",
        "snippets/en/places/port-ellen.md",
        "ships sail from",
        "boats leave from",
    ),
    Edit("passage:nl/jobs.link", NL, "Alle vacatures", "Al het werk"),
    Edit("formula:band.to", RULES, "to: round(item.to * place.factor, 10)", "to: item.to"),
    Edit("formula:yearly_rent", RULES, "place.rent * 12", "place.rent * 12 + 60"),
    Edit("row:pay/above", RULES, "|| pay.above", "|| pay.range"),
    Edit("row:cost/low", RULES, "| under 550  ||", "| under 450  ||"),
    Edit("row:cost/otherwise", RULES, "otherwise: cost.high", "otherwise: cost.middle"),
    Edit(
        "row:good/both",
        RULES,
        "    | far  | yes",
        "    | both | any          | any     || cost.low    |\n    | far  | yes",
    ),
    Edit("table:good", RULES, "hit: collect", "hit: first"),
    Edit("block:guild.says", OUTLINE, "  - paragraph: guild.says\n    when: pair.guild\n", ""),
    Edit(
        "block:cost.heading", OUTLINE, "heading: cost.heading", "{heading: cost.heading, when: place.remote}"
    ),
    Edit(
        "block:pay.again",
        OUTLINE,
        "  - heading: employers",
        "  - {paragraph: pay.level, id: pay.again}\n  - heading: employers",
    ),
    Edit(
        "order:outline",
        OUTLINE,
        "  - paragraph: {decide: good}\n  - paragraph: motto.says\n    when: place.motto\n",
        "  - paragraph: motto.says\n    when: place.motto\n  - paragraph: {decide: good}\n",
    ),
    Edit("layout:text.bullet", "pack.yaml", 'bullet: "- "', 'bullet: "* "'),
    Edit("layout:text.final_newline", "pack.yaml", "final_newline: yes", "final_newline: no"),
    Edit("setting:site.name", "pack.yaml", "name: Quay", "name: Key"),
    Edit("setting:as_of", "pack.yaml", "as_of: 2026-02-01", "as_of: 2026-03-01"),
    Edit("setting:locales.nl", "pack.yaml", 'money: "¤ #,##0"', 'money: "#,##0 ¤"'),
    Edit("place:isle", ISLE, "status: draft", "status: published", ((ISLE, "rent: 300", "rent: 900"),)),
    Edit("place:port-ellen", PORT, "status: published", "status: draft"),
    Edit("locale:fr", "pack.yaml", ", status: draft", ""),
)


def write_base(folder: Path) -> Path:
    """The pack that the edits are made in."""
    pack = write_trilingual(folder, BASE)
    for locale, passages in SAID.items():
        path = pack / f"snippets/{locale}/guide.md"
        more = "".join(f"\n## {name}\n{text}\n" for name, text in passages.items())
        path.write_text(path.read_text("utf-8").rstrip("\n") + "\n" + more, "utf-8")
        (pack / f"snippets/{locale}/places/isle.md").write_text(f"## scene\n{SCENES[locale]}\n", "utf-8")
    return pack
