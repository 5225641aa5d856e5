"""The mini pack with a site: two places, two roles, in English and French, a word on each kind of page."""

from pathlib import Path
from urllib.parse import urlsplit

from conftest import MINI, write_pack

EN, FR = "snippets/en/site.md", "snippets/fr/site.md"
_SITE = """\
labels: {language: site.language, languages: site.languages, trail: site.trail, more: site.more}
front:
  name: front.name
  title: front.title
  heading: front.title
  description: front.description
  languages: {entry: front.entry}
index:
  address: index.address
  name: index.name
  title: index.title
  heading: index.name
  description: index.description
  places: {heading: index.places, entry: index.place-entry}
  roles: {heading: index.roles, entry: index.role-entry}
place:
  address: place-page.address
  name: place-page.name
  title: place-page.title
  heading: place-page.heading
  description: place-page.description
  intro: place-page.intro
  guides: {heading: place-page.guides, entry: place-page.entry}
role:
  address: role-page.address
  title: role-page.title
  heading: role-page.heading
  description: role-page.description
  guides: {entry: role-page.entry}
"""
_PASSAGES = """\
## guide.address
{{ site.address }}/HOME{{ role.slug }}-in-{{ place.slug }}/

## site.language
LANGUAGE

## site.languages
Languages, LANGUAGE

## site.trail
Trail, LANGUAGE

## site.more
More, LANGUAGE

## front.name
{{ site.name }}

## front.title
Guides of {{ site.name }}

## front.description
All guides, LANGUAGE.

## front.entry
Guides, LANGUAGE

## index.address
{{ site.address }}/HOMEall/

## index.name
All guides, LANGUAGE

## index.title
All guides, LANGUAGE | {{ site.name }}

## index.description
Guides by place and by role, LANGUAGE.

## index.places
Places, LANGUAGE

## index.place-entry
{{ place.name }}

## index.roles
Roles, LANGUAGE

## index.role-entry
{{ role.title_many }}

## place-page.address
{{ site.address }}/HOMEin-{{ place.slug }}/

## place-page.name
{{ place.name }}

## place-page.title
{{ place.name }}, LANGUAGE | {{ site.name }}

## place-page.heading
Work in {{ place.name }}, LANGUAGE

## place-page.description
Guides to {{ place.name }}, LANGUAGE.

## place-page.intro
In {{ place.name }} lie {{ place.figures.ships | number }} ships, LANGUAGE.

## place-page.guides
Guides, LANGUAGE

## place-page.entry
{{ role.title_many }}, LANGUAGE

## role-page.address
{{ site.address }}/HOME{{ role.slug }}/

## role-page.title
{{ role.title_many }}, LANGUAGE | {{ site.name }}

## role-page.heading
Work for {{ role.many }}, LANGUAGE

## role-page.description
Guides for {{ role.many }}, LANGUAGE.

## role-page.entry
{{ place.name }}
"""
_NAMES = "{one: ONE, many: ONEs, title_one: ONE, title_many: ONEs}"
_ROLE = (MINI / "facts/roles/netmaker.yaml").read_text("utf-8")


def _read(name: str) -> str:
    return (MINI / name).read_text("utf-8")


def _role(one: str) -> str:
    names = "\n".join(f"  {tag}: {_NAMES.replace('ONE', f'{one} {tag}')}" for tag in ("en", "fr"))
    return f"names:\n{names}\n" + _ROLE.split("\n", 2)[2]


SITE_TREE = {
    "pack.yaml": _read("pack.yaml")
    .replace("locales:\n", "locales:\n")
    .replace('¤#,##0k"}\n', '¤#,##0k"}\n  fr: {babel: fr_BE, money: "#,##0¤", thousands: "#,##0k¤"}\n', 1),
    "rules/outline.yaml": "meta:\n  description: place-page.description\n  address: guide.address\n"
    + _read("rules/outline.yaml"),
    "rules/site.yaml": _SITE,
    "facts/levels.yaml": "junior: {en: {title: Junior}, fr: {title: Junior}}\n"
    "senior: {en: {title: Senior}, fr: {title: Senior}}\n",
    "facts/roles/netmaker.yaml": _role("netmaker"),
    "facts/roles/cooper.yaml": _role("cooper"),
    EN: _PASSAGES.replace("LANGUAGE", "English").replace("HOME", ""),
    FR: _PASSAGES.replace("LANGUAGE", "Français").replace("HOME", "fr/"),
    **{
        f"snippets/fr/{name}": _read(f"snippets/en/{name}")
        for name in ("guide.md", "places/port-ellen.md", "places/marland.md")
    },
}


def write_site(folder: Path, tree: dict[str, str | bytes | None] | None = None) -> Path:
    """The mini pack with its site, with some files changed."""
    return write_pack(folder, {**SITE_TREE, **(tree or {})})


def changed(name: str, *changes: tuple[str, str]) -> dict[str, str | bytes | None]:
    """A file of the pack with some texts replaced, each of which has to be there."""
    text = SITE_TREE[name]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return {name: text}


def served(path: str) -> str:
    """The file that a static host answers a path with."""
    return f"{path}index.html" if path.endswith("/") or not path else path


def file_at(address: str, home: str) -> str:
    """The file of the site that an address is served from."""
    assert (address + "/").startswith(home), address
    return served(urlsplit(address).path[len(urlsplit(home).path) :])
