"""A pack with a reason of every kind: nested formulas, lists, hit policies, `when`, pairs, series."""

from pathlib import Path

from conftest import MINI, write_pack

FIELDS = """\
    notes: {type: text, about: What recruiters ought to know.}
    campus: {type: boolean, about: Whether there is a campus.}
  pair:
    bonus: {type: integer, at_least: 0, at_most: 9000, sourced: yes, about: A bonus of this role here.}
  role:
"""
RULES = """\
basis: place.factor * 1000
third: basis / 4
premium: if basis > 1010 then round(third, 10) + pair.bonus else 0
strengths: without(place.trades, role.wanted_in)
welcoming: present(place.campus) or present(place.notes)
size:
  table: |
    | row   | place.figures.ships || value |
    | small | under 1000          || small |
    | large | at least 1000       || large |
tone:
  hit: first
  table: |
    | row    | place.factor | place.market || passage     |
    | high   | over 1.50    | any          || tone.high   |
    | paying | over 1.00    |              || tone.paying |
    | busy   | at most 0.80 | deep         || tone.busy   |
    | dear   | any          | small        || tone.dear   |
  otherwise: tone.plain
harbour:
  table: |
    | row   | size  || passage       |
    | small | small || harbour.small |
    | large | large || harbour.large |
crowd:
  table: |
    | row   | premium  | welcoming || passage     |
    | big   | over 500 | yes       || crowd.big   |
    | quiet | any      | no        || crowd.quiet |
  otherwise: nothing
spare:
  table: |
    | row | place.market || passage     |
    | all | any          || spare.words |
"""
OUTLINE = """\
blocks:
  - title: guide.title
  - section: advice
    when: place.notes
    blocks:
      - heading: advice.heading
      - paragraph: advice.text
  - list: {each: strengths, entry: strength.entry}
  - paragraph: [premium.text, {decide: tone}]
    id: money
  - paragraph: [{decide: harbour}, {decide: crowd}]
  - heading: quiet.heading
    when: not welcoming
  - table: {header: [pay.level, pay.band], each: band, row: [pay.level-cell, pay.band-cell]}
  - lines: licence.notice
  - link: {text: jobs.link, to: jobs.address}
"""
SNIPPETS = """
## advice.heading
Advice

## advice.text
{{ place.notes }}

## strength.entry
{{ item.name | capital }}

## premium.text
A premium of {{ premium | money }}{% if place.campus %}, and a campus{% endif %}.

## tone.high
Dear in {{ place.name }}.

## tone.paying
Pay is above {{ place.country.name }}, where it is {{ place.country.factor | number }}.

## tone.busy
Busy.

## tone.dear
Dear.

## tone.plain
Nothing special.

## harbour.small
A small harbour of {{ place.figures.ships | number }} ships.

## harbour.large
A large harbour.

## crowd.big
A crowd.

## crowd.quiet
Quiet.

## quiet.heading
Quiet times

## licence.notice
Line one.

Line three, by {{ site.name }}.

## spare.words
Never said.

## nobody.names
Never named.
"""
PORT = """\
names: {en: Port Ellen, fr: Port-Hélène}
scope: city
within: marland
status: published
source: an invented atlas
factor: {2025-01-01: 1.02, 2026-01-01: {value: 1.03, source: a wage survey, dated: 2026, confidence: high}}
market: small
trades: [salt, fishing]
employers:
  - Salt & Sons
  - {name: Nets, note: harbour, source: the nets themselves}
figures:
  ships: {value: 340, unit: ships, dated: 2024}
"""
PAIR = """\
bonus: {value: 300, source: a letter, dated: 2025}
overrides:
  - {locale: en, block: jobs.link, text: All & sundry, owner: ann, reason: shorter, source: a letter}
"""


def tree() -> dict[str, str | bytes | None]:
    """The files that differ from the mini pack's."""
    settings = (MINI / "pack.yaml").read_text("utf-8").replace("  role:\n", FIELDS)
    rules = (MINI / "rules" / "rules.yaml").read_text("utf-8")
    snippets = (MINI / "snippets" / "en" / "guide.md").read_text("utf-8")
    marland = (MINI / "facts" / "places" / "marland.yaml").read_text("utf-8")
    return {
        "pack.yaml": settings,
        "rules/rules.yaml": rules + RULES,
        "rules/outline.yaml": OUTLINE,
        "snippets/en/guide.md": snippets + SNIPPETS,
        "facts/places/port-ellen.yaml": PORT,
        "facts/places/marland.yaml": marland + "campus: yes\n",
        "facts/pairs/port-ellen/netmaker.yaml": PAIR,
        "facts/pairs/marland/netmaker.yaml": "bonus: {value: 0, source: a letter}\n",
    }


def write_reasoned(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """The pack in a folder, with some files changed."""
    return write_pack(folder, {**tree(), **(changes or {})})
