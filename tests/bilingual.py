"""The mini pack in two more languages than its own: what tests of translations begin with."""

from pathlib import Path

from conftest import MINI, write_pack

EN = '  en: {babel: en_GB, money: "¤#,##0", thousands: "¤#,##0k"}\n'
NL = '  nl: {babel: nl_BE, money: "¤ #,##0", thousands: "¤ #,##0k"}\n'
FR = '  fr: {babel: fr_BE, money: "#,##0 ¤", thousands: "#,##0k ¤"}\n'
SETTINGS = (MINI / "pack.yaml").read_text("utf-8")
GUIDE = """\
In het Nederlands.

## guide.title
{{ role.title_many }} in {{ place.name }}

## pool.deep
Er zijn veel {{ role.many }} in {{ place.name }}.

## pool.small
Er zijn weinig {{ role.many }} in {{ place.name }},
bekend om {{ place.trades | first(2) | and_list }}.

## employers.heading
Werkgevers

## employers.entry
{{ item.name }}{% if item.note %} ({{ item.note }}){% endif %}

## pay.range
Het loon ligt tussen {{ band.junior.from | thousands }} en {{ band.senior.to | thousands }}.

## pay.above
Dat is meer dan in {{ place.country.name }}.

## pay.level
Niveau

## pay.band
Loon

## pay.level-cell
{{ item.title }}

## pay.band-cell
{{ item.from | money }} – {{ item.to | money }}

## jobs.link
Alle vacatures op {{ site.name }}

## jobs.address
{{ site.address }}/nl/{{ place.slug }}
"""
FRENCH_GUIDE = """\
En français.

## guide.title
{{ role.title_many }} à {{ place.name }}

## pool.deep
Les {{ role.many }} sont nombreux à {{ place.name }}.

## pool.small
Les {{ role.many }} sont rares à {{ place.name }},
que l'on connaît pour {{ place.trades | first(2) | and_list }}.

## employers.heading
Employeurs

## employers.entry
{{ item.name }}{% if item.note %} ({{ item.note }}){% endif %}

## pay.range
La paie va de {{ band.junior.from | thousands }} à {{ band.senior.to | thousands }}.

## pay.above
On gagne plus qu'ailleurs au pays ({{ place.country.name }}).

## pay.level
Niveau

## pay.band
Paie

## pay.level-cell
{{ item.title }}

## pay.band-cell
{{ item.from | money }} – {{ item.to | money }}

## jobs.link
Toutes les offres sur {{ site.name }}

## jobs.address
{{ site.address }}/fr/{{ place.slug }}
"""
SCENE = "## scene\nEr varen {{ place.figures.ships | number }} schepen uit {{ place.name }}.\n"
FRENCH_SCENE = "## scene\nDe {{ place.name }} partent {{ place.figures.ships | number }} bateaux.\n"
PORT = (MINI / "facts/places/port-ellen.yaml").read_text("utf-8")
ROLE = (MINI / "facts/roles/netmaker.yaml").read_text("utf-8")
LEVELS = """\
junior: {en: {name: junior, title: Junior}, nl: {title: Junior}, fr: {title: Débutant}}
senior: {en: {name: senior, title: Senior}, nl: {title: Senior}, fr: {title: Confirmé}}
"""
DUTCH: dict[str, str | bytes | None] = {
    "pack.yaml": SETTINGS.replace(EN, EN + NL),
    "facts/levels.yaml": LEVELS,
    "facts/places/port-ellen.yaml": PORT.replace("{en: Port Ellen,", "{en: Port Ellen, nl: Port Ellen,"),
    "facts/roles/netmaker.yaml": ROLE.replace(
        "status:",
        "  nl: {one: nettenmaker, many: nettenmakers, title_many: Nettenmakers}\n"
        "  fr: {one: filetier, many: filetiers, title_many: Filetiers}\nstatus:",
        1,
    ),
    "snippets/nl/guide.md": GUIDE,
    "snippets/nl/places/marland.md": SCENE,
    "snippets/nl/places/port-ellen.md": SCENE,
}
FRENCH: dict[str, str | bytes | None] = {
    **DUTCH,
    "pack.yaml": SETTINGS.replace(EN, EN + NL + FR),
    "snippets/fr/guide.md": FRENCH_GUIDE,
    "snippets/fr/places/marland.md": FRENCH_SCENE,
    "snippets/fr/places/port-ellen.md": FRENCH_SCENE,
}


def write_dutch(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """The mini pack with a translation into Dutch that nobody has accepted, some files changed."""
    return write_pack(folder, without_none(DUTCH, changes))


def write_trilingual(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """The mini pack in English, Dutch and French."""
    return write_pack(folder, without_none(FRENCH, changes))


def without_none(
    tree: dict[str, str | bytes | None], changes: dict[str, str | bytes | None] | None
) -> dict[str, str | bytes | None]:
    """Files with some changed; None leaves one out that the mini pack hasn't."""
    merged = {**tree, **(changes or {})}
    return {name: text for name, text in merged.items() if text is not None or (MINI / name).exists()}
