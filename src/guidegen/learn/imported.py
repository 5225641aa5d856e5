"""One more document read by a pack: whom it is about, and what it tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guidegen import schema
from guidegen.facts import FOLDERS, Owner
from guidegen.finding import find
from guidegen.learn.beforehand import Beforehand
from guidegen.learn.expected import Expected, expected
from guidegen.learn.found import Found, found_facts
from guidegen.learn.inverse import Inverse
from guidegen.learn.laid import MOST_BLOCKS, Laid, Layer
from guidegen.learn.lined import blocks_of
from guidegen.learn.model import Block, Document
from guidegen.learn.told import Testimony, testimony
from guidegen.learn.voted import Poll, forms_of, weight_of, witnesses
from guidegen.outline import Listing
from guidegen.pack import Pack
from guidegen.problems import Refused, refuse
from guidegen.scaffold.naming import check_free, name_of, slug_of
from guidegen.source import Location
from guidegen.values import Names
from guidegen.yamlfile import Scalar

_SAMPLE = 12  # places that are looked at for what is usual
_FITTING = 4  # one block in so many has to fit, or the document is of another kind


class Imported(NamedTuple):
    """A document as a pack reads it.

    `before` has its place and role, with names and country where the pack had none; `new` are those of them
    (`place`, `role`) that the pack doesn't have at all.
    `supposed` says of facts that no line states what was taken for them, and why.
    """

    document: Document
    locale: str
    before: Beforehand
    new: tuple[str, ...]
    planned: tuple[Expected, ...]
    laid: Laid
    told: Testimony
    found: Found
    supposed: dict[str, str]

    def untold(self) -> list[str]:
        """The fields that the document doesn't tell, or not to the end; and names in other locales."""
        said: list[str] = []
        for owner in (self.before.place, self.before.role):
            if owner.kind == "place" or owner.kind in self.new:
                said += self._untold(owner.kind)
                if owner.kind in self.new and owner.scope not in ("", "country") and not owner.within:
                    said.append("within")
                locales = [tag for tag in self.before.pack.all_locales if tag not in owner.names.forms]
                if "" not in owner.names.forms and locales:
                    said.append(f"names in {', '.join(locales)}")
        return said

    def _untold(self, kind: str) -> Iterator[str]:
        for name in self.before.pack.fields[kind]:
            whole = self.found.facts.get(f"{kind}.{name}")
            if whole and not whole.is_whole and isinstance(whole.value, tuple):
                yield f"{name} beyond the first {len(whole.value)}"
            elif not any(f"{each}.".startswith(f"{kind}.{name}.") for each in self.found.facts):
                yield name


class _About(NamedTuple):
    """Place and role as far as they are known; `seen` are the forms of the place's name in the document."""

    place: Owner
    role: Owner
    new: tuple[str, ...]
    supposed: dict[str, str]
    seen: dict[str, str]


def imported(pack: Pack, document: Document, *, city: str = "", role: str = "", locale: str = "") -> Imported:
    """A document, read; `city`, `role` and `locale` where the document doesn't say them plainly.

    Raises `Refused` if it is of another kind than the pack's guides, if nobody can tell whom it is about,
    or for a passage whose syntax is wrong.
    """
    blocks = blocks_of(document, pack.settings.layout)
    if len(blocks) > MOST_BLOCKS:
        message = f"{len(blocks):,} blocks: no guide of this pack has so many"
        raise refuse("document", message, Location.of_file(document.path), _OTHER_KIND)
    if locale:
        pack.language(locale)
    lines = [(block.number, block.lines[0]) for block in blocks if block.kind == "line"]
    heard = {tag: witnesses(pack, tag, lines) for tag in ([locale] if locale else pack.all_locales)}
    tag = max(heard, key=lambda one: weight_of(heard[one]))
    if not heard[tag]:
        raise _of_another_kind(document)
    about = _about(pack, Poll(pack, tag, heard[tag]), document, city, role)
    found = _read(pack, document, blocks, tag, about)
    for _ in range(2):
        better = _placed(pack, about, found)
        if better is None:
            break
        about = better
        found = _read(pack, document, blocks, tag, about)
    fitting = sum(one.reading.kind not in ("near", "new", "own", "list") for one in found.laid.pairings)
    if fitting * _FITTING < sum(not one.is_optional for one in found.planned):
        raise _of_another_kind(document)
    return found


_OTHER_KIND = (
    "import takes documents of the kind that this pack makes; `guidegen learn` begins a pack from others"
)


def _of_another_kind(document: Document) -> Refused:
    message = "this is no guide of this pack: hardly a line of it is one that the pack could say"
    return refuse("document", message, Location.of_file(document.path), _OTHER_KIND)


# -- whom it is about


def _about(pack: Pack, poll: Poll, document: Document, city: str, role: str) -> _About:
    place = _owner(pack, "place", _slug(pack, "place", city) if city else "")
    known = _owner(pack, "role", _slug(pack, "role", role) if role else poll.role())
    given = {"name": name_of(city)} if city and not place else {}
    place_forms = forms_of(place, poll.locale, schema.PLACE_FORMS) if place else given
    role_forms = forms_of(known, poll.locale, schema.ROLE_FORMS) if known else {}
    if not role_forms:
        role_forms = poll.new_role(place_forms)
    elected = poll.place(role_forms, place_forms) if not place or not place_forms else None
    if elected and elected.slug and not city:
        place = _owner(pack, "place", elected.slug)
    forms = elected.forms if elected else place_forms
    if not forms:
        message = "no line says which place this document is about"
        raise refuse("document", message, Location.of_file(document.path), "say it: --city NAME")
    supposed: dict[str, str] = {}
    new = []
    if place is None:
        new.append("place")
        place = _new_place(pack, poll, document, city, forms, supposed)
    elif not place.names.stated(poll.locale):
        place = _with_names(place, poll.locale, _place_names(poll, document, forms, supposed))
    if place.within is None and place.scope != "country":
        country = poll.country(forms, role_forms)
        place = place._replace(within=Scalar(country, place.location) if country else None)
    if known is None:
        new.append("role")
        known = _new_role(pack, poll, document, role, role_forms)
    elif not known.names.stated(poll.locale) and role_forms:
        known = _with_names(known, poll.locale, role_forms)
    return _About(place, known, tuple(new), supposed, elected.seen if elected else {})


def _owner(pack: Pack, kind: str, slug: str) -> Owner | None:
    return pack.facts.owner(kind, slug) if slug else None


def _with_names(owner: Owner, locale: str, forms: dict[str, str]) -> Owner:
    return owner._replace(names=owner.names._replace(forms={**owner.names.forms, locale: forms}))


def _slug(pack: Pack, kind: str, name: str) -> str:
    """The slug of a place or role that goes by a name; empty if none does."""
    try:
        return find(pack.facts, kind, name)
    except Refused as refused:
        if refused.problems[0].kind == "ambiguous-name":
            raise
        return ""


def _new_role(pack: Pack, poll: Poll, document: Document, given: str, forms: dict[str, str]) -> Owner:
    name = given or next(
        (forms[form] for form in ("one", "title_one", "many", "title_many") if form in forms), ""
    )
    if not name:
        message = "no line says which role this document is about"
        raise refuse("document", message, Location.of_file(document.path), "say it: --role NAME")
    named = {"name": given, **forms} if given else forms
    return _new_owner(pack, "role", name, {poll.locale: named}, "")


def _new_place(
    pack: Pack, poll: Poll, document: Document, given: str, forms: dict[str, str], supposed: dict[str, str]
) -> Owner:
    named = _place_names(poll, document, forms, supposed)
    return _new_owner(
        pack, "place", given or named["name"], {poll.locale: named}, _usual_scope(pack, poll.locale)
    )


def _usual_scope(pack: Pack, locale: str) -> str:
    """The scope of a place as long as the document doesn't tell it: a city, if passages speak of its country.

    Else that of all places here, if they have the same.
    """
    names = (name for passage in pack.shared(locale).values() for name in passage.names())
    if any(name.startswith("place.country.") for name in names):
        return schema.SCOPES[0]
    owners = (pack.facts.owner("place", slug) for slug in pack.facts.slugs("place")[:_SAMPLE])
    scopes = {owner.scope for owner in owners if owner}
    return scopes.pop() if len(scopes) == 1 else schema.SCOPES[0]


def _place_names(
    poll: Poll, document: Document, forms: dict[str, str], supposed: dict[str, str]
) -> dict[str, str]:
    """The forms that a file states: the name, and those that don't follow from it by rule."""
    if "name" not in forms:
        text = next(iter(forms.values()))
        name = text.partition(" ")[2] or text
        supposed["name"] = f"{name}, from '{text}'"
        forms = {"name": name, **forms}
    kinds = (schema.SCOPES[0], "place")
    names = Names({poll.locale: {"name": forms["name"]}}, Location.of_file(document.path))
    stated = {form: text for form, text in forms.items() if names.form(form, poll.locale, kinds) != text}
    return {"name": forms["name"], **stated}


def _new_owner(pack: Pack, kind: str, name: str, names: dict[str, dict[str, str]], scope: str) -> Owner:
    option = "--city" if kind == "place" else "--role"
    try:
        slug = slug_of(name_of(name), "", kind)
    except Refused as refused:
        hint = f"say what it is called: {option} NAME"
        raise Refused(problem._replace(hint=hint) for problem in refused.problems) from None
    check_free(pack, kind, name, slug)
    at = Location.of_file(f"{FOLDERS[kind]}/{slug}.yaml")
    return Owner(kind, slug, Names(names, at), "draft", scope, None, {}, at)


def _placed(pack: Pack, about: _About, found: Imported) -> _About | None:
    """The place with the scope that the document tells, and a country around it; None if it has both."""
    place, supposed = about.place, dict(about.supposed)
    told = found.found.facts.get("place.scope") if "place" in about.new else None
    if told and told.value != place.scope:
        place = _with_scope(place, str(told.value), found.locale, about.seen)
    elif "place" in about.new and not told:
        supposed["scope"] = f"{place.scope}, which no line tells"
    if place.scope == "country":
        place = place._replace(within=None)
    elif place.within is None:
        countries = [slug for slug in pack.facts.slugs("place") if _is_country(pack, slug)]
        if len(countries) == 1:
            place = place._replace(within=Scalar(countries[0], place.location))
            supposed["within"] = f"{countries[0]}, the only country here"
    same = place == about.place and supposed == about.supposed
    return None if same else about._replace(place=place, supposed=supposed)


def _with_scope(place: Owner, scope: str, locale: str, seen: dict[str, str]) -> Owner:
    """The place with a scope, and those forms of its name that don't follow by rule for such a place."""
    forms = place.names.forms[locale]
    more = {
        form: text for form, text in seen.items() if place.names.form(form, locale, (scope, "place")) != text
    }
    return _with_names(place._replace(scope=scope), locale, {**forms, **more})


def _is_country(pack: Pack, slug: str) -> bool:
    owner = pack.facts.owner("place", slug)
    return owner is not None and owner.scope == "country"


# -- what it tells


def _read(pack: Pack, document: Document, blocks: tuple[Block, ...], locale: str, about: _About) -> Imported:
    pair = pack.facts.pair(about.place.slug, about.role.slug)
    before = Beforehand(pack, locale, about.place, about.role, pair)
    planned = expected(before)
    inverse = Inverse(before.language, locale, pack.facts.vocabularies)
    layer = Layer(before, planned, blocks, inverse)
    _note_entries(layer, planned, blocks, inverse)
    laid = layer.laid()
    told = testimony(laid, planned, before, inverse)
    found = found_facts(told, before, is_place_known=about.new == ("role",))
    supposed = {**about.supposed, **(found.supposed if "place" in about.new else {})}
    return Imported(document, locale, before, about.new, tuple(planned), laid, told, found, supposed)


def _note_entries(
    layer: Layer, planned: Sequence[Expected], blocks: Sequence[Block], inverse: Inverse
) -> None:
    """Tell the filters which entries lists have: those of the document's lists that may be these."""
    for one in planned:
        if not isinstance(one.block, Listing) or one.lines is not None:
            continue
        names = inverse.entries.setdefault(one.block.each.name, [])
        for block in blocks:
            if block.kind == "list":
                for held in layer.entries(one, block.lines):
                    names += [text for slot, text in held or () if slot.name in ("item", "item.name")]
