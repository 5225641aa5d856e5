"""A pack that chooses: branches, guarded blocks, rows that few places reach, a value that rules look up."""

from pathlib import Path

from conftest import MINI, write_pack

Tree = dict[str, str | bytes | None]

FIELDS = """    campus: {type: text, about: Where students work.}
    harbour: {type: text, about: What the harbour is called.}
    berths: {type: integer, over: 0, about: How many ships it takes.}
"""
SETTINGS = (MINI / "pack.yaml").read_text("utf-8").replace("  role:\n", f"{FIELDS}  role:\n", 1)

RULES = """band:
  each: role.levels
  from: round(item.from * place.factor, 10)
  to: round(item.to * place.factor, 10)
busy: if present(place.berths) then place.berths > 10 else no
port:
  table: |
    | row   | busy || value |
    | great | yes  || big   |
    | other | no   || plain |
pool:
  about: How many there are.
  otherwise: pool.unknown
  table: |
    | row   | place.market || passage    |
    | deep  | deep         || pool.deep  |
    | small | small        || pool.small |
pay:
  about: Pay next to the country's.
  hit: first
  table: |
    | row   | place.factor | place.factor.confidence || passage    |
    | sure  | over 1.00    | high                    || pay.sure   |
    | huge  | over 1.50    | any                     || pay.huge   |
    | above | over 1.00    | any                     || pay.above  |
    | level | any          | any                     || nothing    |
trade:
  otherwise: nothing
  table: |
    | row     | port  || passage     |
    | harbour | big   || trade.great |
"""

OUTLINE = """blocks:
  - title: guide.title
  - paragraph: [place:scene, {decide: pool}]
  - heading: employers.heading
  - list: {each: place.employers, entry: employers.entry}
  - section: sea
    when: place.harbour
    blocks:
      - heading: sea.heading
      - paragraph: sea.harbour
  - paragraph: land
    when: not place.harbour
  - paragraph: [pay.range, {decide: pay}, {decide: trade}, pay.extra]
"""

GUIDE = """## guide.title
{{ role.title_many }} in {{ place.name }}

## pool.deep
There are many {{ role.many }} in {{ place.name }}.

## pool.small
There are few {{ role.many }} in {{ place.name }}.

## pool.unknown
Ask around for {{ role.many }}.

## employers.heading
Employers

## employers.entry
{{ item.name }}{% if item.note %} ({{ item.note }}){% endif %}

## sea.heading
By the sea

## sea.harbour
Ships lie in {{ place.harbour }}.

## land
No ship comes here.

## pay.range
Pay is {{ band.junior.from | thousands }}{% if place.remote %}, at home too{% else %}, on site{% endif %}.

## pay.sure
That is surely more than in {{ place.country.name }}.

## pay.huge
That is twice as much.

## pay.above
That may be more than in {{ place.country.name }}.

## trade.great
Ships come day and night.

## pay.extra
{% if place.campus %}Students work at {{ place.campus }}.{% endif %}
"""

SCENE = (
    "## scene\nFrom {{ place.name }}{% if place.harbour %} and {{ place.harbour }}{% endif %} ships sail.\n"
)
BIRK = """names: Birk
scope: city
within: marland
status: published
source: an invented atlas
factor: 0.9
employers: [Birk Mill]
"""


def with_choices(folder: Path, changes: Tree | None = None) -> Path:
    """The pack in a folder, some files changed: Marland, Port Ellen and Birk come to different rows."""
    marland = (MINI / "facts/places/marland.yaml").read_text("utf-8")
    ellen = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
    ellen = ellen.replace("factor: 1.03", "factor: {value: 1.03, confidence: low}")
    tree: Tree = {
        "pack.yaml": SETTINGS,
        "rules/rules.yaml": RULES,
        "rules/outline.yaml": OUTLINE,
        "snippets/en/guide.md": GUIDE,
        "snippets/en/places/marland.md": SCENE,
        "snippets/en/places/port-ellen.md": SCENE,
        "snippets/en/places/birk.md": SCENE,
        "facts/places/marland.yaml": f"{marland}remote: yes\nharbour: the old dock\nberths: 12\n",
        "facts/places/port-ellen.yaml": f"{ellen}campus: the pier\n",
        "facts/places/birk.yaml": BIRK,
    }
    return write_pack(folder, {**tree, **(changes or {})})
