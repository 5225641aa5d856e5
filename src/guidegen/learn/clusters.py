"""Which gaps of a family hold forms of one thing: values that recur in several columns, and look alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from guidegen.finding import fold
from guidegen.learn.forms import Written, alike, bare, has_words
from guidegen.learn.gaps import Gap, Unit, between, gaps_of, is_name_like, spots, widened
from guidegen.learn.model import Entity, Slot
from guidegen.learn.parting import Parting, parting_of
from guidegen.learn.surfaces import Surfaces

_ROUNDS = 3  # names that stand beside others show once these are masked
_VOTES = 6  # gaps asked what a document that wasn't sampled has in them
_MOST = 150  # value vectors of one partition that are compared with each other
_WORDS = 3  # that a name takes in from the words beside it, at most

Texts = Callable[[Unit, int], str | None]
Key = tuple[str, ...]


class Seen(NamedTuple):
    """A gap, how the texts were read that it is of, and which part of it is meant, if not all."""

    gap: Gap
    texts: Texts
    parting: Parting | None = None
    part: int = 0

    @property
    def column(self) -> int:
        """The column that it is in."""
        return self.gap.frame.unit.column


class Cluster(NamedTuple):
    """Forms of one thing, the best supported first; `columns` are all that have one."""

    written: tuple[Written, ...]
    columns: frozenset[int]
    values: dict[int, str]  # by document, whatever their case

    def partition(self, documents: Iterable[int]) -> tuple[int, ...]:
        """Which documents have the same of it."""
        return partition_of([self.values.get(document, "") for document in documents])


def partition_of(values: Sequence[str]) -> tuple[int, ...]:
    """The values by number, in the order of first appearance."""
    numbers: dict[str, int] = {}
    return tuple(numbers.setdefault(value, len(numbers)) for value in values)


def clusters_of(
    units: Sequence[Unit],
    sample: Sequence[int],
    documents: Sequence[int],
    stems: Mapping[int, str],
    least: int = 2,
) -> list[Cluster]:
    """What varies in at least so many columns, with its forms in all documents; the best supported first.

    A value vector (what each sampled document has in a gap) that recurs, or that is a form of another, is
    an entity's: documents of one template differ alike wherever they speak of the same thing (EXALG). The
    stem of a file's name counts as a column. After each round what was found is masked: then common words
    part what stood together.
    """
    seen: list[Seen] = []
    known: set[tuple[int, int, Key]] = set()
    found: list[Cluster] = []
    texts: Texts = _plain
    for _ in range(_ROUNDS):
        new = []
        for each in _seen(units, sample, texts):
            mark = (each.column, each.gap.frame.unit.line, each.gap.values)
            if mark not in known:
                known.add(mark)
                new.append(each)
        if not new:
            break
        seen += new
        groups = _grouped(seen, sample, stems, least)
        found = [_cluster(group, units, sample, documents) for group in groups]
        texts = _masking(found)
    return sorted(found, key=lambda cluster: (-len(cluster.columns), min(cluster.columns)))


def _plain(unit: Unit, document: int) -> str | None:
    return unit.text(document)


def _masking(clusters: Sequence[Cluster]) -> Texts:
    surfaces = Surfaces([_as_entity(cluster) for cluster in clusters])

    def masked(unit: Unit, document: int) -> str | None:
        text = unit.text(document)
        return None if text is None else surfaces.mask(text, document)

    return masked


def _as_entity(cluster: Cluster) -> Entity:
    forms = {str(number): each.values for number, each in enumerate(cluster.written)}
    return Entity("fact", forms, dict.fromkeys(forms, Slot("")))


def _seen(units: Sequence[Unit], sample: Sequence[int], texts: Texts) -> list[Seen]:
    """All gaps of some texts, and the parts of those that hold two names."""
    gaps = [
        gap for unit in units for gap in gaps_of(unit, [texts(unit, document) or "" for document in sample])
    ]
    partings = [None if gap.begins else parting_of(gap.values) for gap in gaps]
    known = list(dict.fromkeys(filter(None, partings)))
    found = []
    for gap, own in zip(gaps, partings):
        found.append(Seen(gap, texts))
        parting = own or next((each for each in known if each.fits(gap.values)), None)
        if parting:
            pairs = [parting.parts(value) for value in gap.values]
            for part in (0, 1):
                values = tuple(pair[part] for pair in pairs)
                if is_name_like(values):
                    alone = gap._replace(values=values, before="", after="")
                    found.append(Seen(alone, texts, parting, part))
    return found


# What belongs together


def _grouped(
    seen: Sequence[Seen], sample: Sequence[int], stems: Mapping[int, str], least: int
) -> list[list[Seen]]:
    """The gaps of one thing each, those with enough columns."""
    slugs = [f"-{fold(stems.get(document, ''))}-" for document in sample]
    groups = [_whole(group, sample) for group in _alike(seen)]
    groups = [
        group
        for group in groups
        if len(_columns(group)) + any(_named(each, slugs) for each in group) >= least
    ]
    said = [_said(group) for group in groups]
    keys = [_main(group) for group in groups]
    return [
        group
        for group, key in zip(groups, keys)
        if not any(_is_part(other, texts, key) for other, texts in zip(keys, said) if other != key)
    ]


def _said(group: Sequence[Seen]) -> list[set[str]]:
    """All that each document says of a thing, also without a preposition."""
    values = [each.gap.values for each in group]
    return [{text.casefold() for value in same for text in (value, bare(value))} for same in zip(*values)]


def _alike(seen: Iterable[Seen]) -> list[list[Seen]]:
    """The gaps whose values are equal or forms of each other."""
    by_key: dict[Key, list[Seen]] = {}
    for each in seen:
        by_key.setdefault(each.gap.key, []).append(each)
    by_partition: dict[tuple[int, ...], list[Key]] = {}
    for key in sorted(by_key, key=lambda key: -len(_columns(by_key[key]))):
        by_partition.setdefault(partition_of(key), []).append(key)
    groups: list[list[Seen]] = []
    for keys in by_partition.values():
        found: list[list[Key]] = []
        for key in keys[:_MOST]:
            same = next((same for same in found if any(alike(other, key) for other in same)), None)
            if same is None:
                found.append([key])
            elif not _is_slip(key, same, by_key[key]):
                same.append(key)
        groups += [[each for key in same for each in by_key[key]] for same in found]
    return groups


def _is_slip(key: Key, others: Sequence[Key], seen: list[Seen]) -> bool:
    """Whether one column alone has another form's values but for one: mistyped, or just a part of it."""
    if len(_columns(seen)) > 1 or len({*key}) < 3:
        return False
    return any(len({(a, b) for a, b in zip(other, key) if a != b}) == 1 for other in others)


def _columns(seen: Iterable[Seen]) -> frozenset[int]:
    return frozenset(each.column for each in seen)


def _main(group: Sequence[Seen]) -> Key:
    """The values that most columns have."""
    by_key: dict[Key, set[int]] = {}
    for each in group:
        by_key.setdefault(each.gap.key, set()).add(each.column)
    return max(by_key, key=lambda key: len(by_key[key]))


def _named(each: Seen, slugs: Sequence[str]) -> bool:
    """Whether files are named after the values."""
    return all(f"-{fold(value)}-" in slug for value, slug in zip(each.gap.values, slugs))


def _is_part(part: Key, texts: Sequence[set[str]], whole: Key) -> bool:
    """Whether values hold another thing's, and more: `head bakers in york`."""
    return len({*part}) < len({*whole}) == len({*zip(part, whole)}) and all(
        any(text != long and has_words(long, text) for text in said) for said, long in zip(texts, whole)
    )


# Names of several words, of which some are common to all


def _whole(group: list[Seen], sample: Sequence[int]) -> list[Seen]:
    """The gaps with the words beside them that belong to the name: `Desk` and `Field Officers`.

    Such a word stands there in three quarters of the places, in the same case as the name.
    """
    for _ in range(_WORDS):
        for left in (True, False):
            stem = _companion(group, left=left)
            if stem:
                group = [_with(each, sample, left) if _stem(each, left) == stem else each for each in group]
                break
        else:
            return group
    return group


def _companion(group: Sequence[Seen], *, left: bool) -> str:
    if len(_columns(group)) < 3 or len({_stem(each, not left) for each in group}) < 2:
        return ""
    stems = Counter(_stem(each, left) for each in group)
    stem = max(stems, key=lambda stem: (stems[stem], stem))
    beside = [each for each in group if _stem(each, left) == stem]
    names = all(word[:1].isupper() for each in beside for word in (_beside(each, left), *each.gap.values))
    if not stem or stems[stem] * 4 < len(group) * 3 or not (names or len(stem) >= 4):
        return ""
    same = [_beside(each, left)[:1].isupper() == each.gap.values[0][:1].isupper() for each in beside]
    return stem if sum(same) * 4 >= len(same) * 3 else ""


def _beside(each: Seen, left: bool) -> str:
    return each.gap.before if left else each.gap.after


def _stem(each: Seen, left: bool) -> str:
    return _beside(each, left).casefold()[: None if left else 4]


def _with(each: Seen, sample: Sequence[int], left: bool) -> Seen:
    texts = [each.texts(each.gap.frame.unit, document) or "" for document in sample]
    count = 2 if _beside(each, left).endswith("-") else 1
    wider = widened(each.gap, texts, count if left else 0, 0 if left else count)
    return each._replace(gap=wider) if is_name_like(wider.values) else each


# From the sample to all documents


def _cluster(
    group: Sequence[Seen], units: Sequence[Unit], sample: Sequence[int], documents: Sequence[int]
) -> Cluster:
    main = _main(group)
    by_values: dict[Key, list[Seen]] = {}
    for each in group:
        by_values.setdefault(each.gap.values, []).append(each)
    ordered = sorted(
        by_values,
        key=lambda values: (tuple(map(str.casefold, values)) != main, -len(_columns(by_values[values]))),
    )
    written = [
        Written(_read(by_values[values], sample, documents), _columns(by_values[values]))
        for values in ordered
    ]
    values = _values(written, units, documents)
    filled = tuple(each._replace(values=_filled(each.values, values)) for each in written)
    return Cluster(filled, _columns(group), values)


def _read(seen: Sequence[Seen], sample: Sequence[int], documents: Sequence[int]) -> dict[int, str]:
    """What each document has in some gaps that agree in the sample: what most of them say."""
    read = dict(zip(sample, seen[0].gap.values))
    asked = sorted(seen, key=lambda each: len(each.gap.frame.words))[:_VOTES]
    for document in documents:
        if document not in read:
            votes = Counter(value for each in asked if (value := _value(each, document)))
            if votes:
                read[document] = max(votes, key=lambda value: votes[value])
    return {document: read[document] for document in documents if document in read}


def _value(each: Seen, document: int) -> str:
    text = each.texts(each.gap.frame.unit, document)
    if text is None:
        return ""
    value = between(each.gap.frame, spots(each.gap.frame, text), text, each.gap) or ""
    if value and each.parting:
        value = each.parting.parts(value)[each.part]
    return value if is_name_like([value]) else ""


def _values(written: Sequence[Written], units: Sequence[Unit], documents: Sequence[int]) -> dict[int, str]:
    """The value of each document: the main form's, that of another with the same form, or a known one."""
    values = {document: text.casefold() for document, text in written[0].values.items()}
    for other in written[1:]:
        same = {text: values[document] for document, text in other.values.items() if document in values}
        for document, text in other.values.items():
            if text in same:
                values.setdefault(document, same[text])
    unknown = [document for document in documents if document not in values]
    if unknown:
        main = Entity("fact", {"": written[0].values}, {"": Slot("")})
        surfaces = Surfaces([main])
        for document in unknown:
            said = Counter(
                text[span.start : span.end].casefold()
                for text in (unit.text(document) or "" for unit in units)
                for span in surfaces.spans(text, document, others=True)
            )
            if said:
                values[document] = max(said, key=lambda value: said[value])
    return values


def _filled(read: Mapping[int, str], values: Mapping[int, str]) -> dict[int, str]:
    """A form in the documents whose own text doesn't show it, from others that have the same value."""
    by_value: dict[str, Counter[str]] = {}
    for document, text in read.items():
        if document in values:
            by_value.setdefault(values[document], Counter())[text] += 1
    filled = dict(read)
    for document, value in values.items():
        if document not in filled and value in by_value:
            filled[document] = by_value[value].most_common(1)[0][0]
    return dict(sorted(filled.items()))
