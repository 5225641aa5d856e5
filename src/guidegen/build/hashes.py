"""What stands for all that a guide read: the same hash, the same guide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from guidegen.build.digests import of_bytes
from guidegen.build.inputs import Keys
from guidegen.build.noted import Noted
from guidegen.build.order import Done
from guidegen.build.standing import Standing
from guidegen.build.work import Made


class Hashes:
    """Hashes of what guides read. What many of them have in common is hashed once.

    `options` are what the build was asked for: every guide depends on them.
    """

    def __init__(self, standing: Standing, options: Mapping[str, object]) -> None:
        self._standing = standing
        self._options = repr(sorted(options.items()))
        self._heads: dict[tuple[frozenset[str], str, str], str] = {}
        self._countries: dict[str, Keys] = {}

    def of(self, done: Done) -> Callable[[Made], str]:
        """What gives the hash of all that a guide of a batch read: values, and which values these are of."""
        place, locale, _ = done.batch
        files = (Noted(file, (0, 0, 0, 0), "", keys) for file, keys in done.keys.items())
        stated = {**_relative("place", place, locale, files), **self._country(done.country)}
        bodies: dict[frozenset[str], str] = {}

        def inputs(made: Made) -> str:
            if made.reads not in bodies:
                bodies[made.reads] = _hash(made.reads, stated)
            head = self._head(made.reads, locale, made.role)
            pair = done.keys.get(f"facts/pairs/{place}/{made.role}.yaml", {}).get("pair", "")
            said = done.keys.get(f"snippets/{locale}/pairs/{place}/{made.role}.md", {})
            parts = (place, done.country, head, bodies[made.reads], pair, repr(sorted(said.items())))
            return of_bytes("\n".join(parts).encode())

        return inputs

    def _head(self, reads: frozenset[str], locale: str, role: str) -> str:
        """The part of a hash that is the same for guides of one role that read the same, in all places."""
        key = reads, locale, role
        if key not in self._heads:
            files = self._standing.owner("role", role).files
            stated = {
                **self._standing.shared[0].keys,
                **self._standing.locales[locale][0].keys,
                **_relative("role", role, locale, files),
            }
            parts = (self._options, locale, role, _hash(reads, stated))
            self._heads[key] = of_bytes("\n".join(parts).encode())
        return self._heads[key]

    def _country(self, slug: str) -> Keys:
        if slug and slug not in self._countries:
            keys = self._standing.owner("place", slug, keep=True).files[0].keys
            self._countries[slug] = {f"place.country.{name}": digest for name, digest in keys.items()}
        return self._countries.get(slug, {})


def _relative(kind: str, slug: str, locale: str, files: Iterable[Noted]) -> Keys:
    """What the files of an owner state, by the keys that guides in a locale read."""
    stated: Keys = {}
    for one in files:
        if one.file == f"facts/{kind}s/{slug}.yaml":
            stated |= {f"{kind}.{name}": digest for name, digest in one.keys.items()}
        elif one.file == f"snippets/{locale}/{kind}s/{slug}.md":
            stated |= {f"passage {kind}:{name}": digest for name, digest in one.keys.items()}
    return stated


def _hash(reads: frozenset[str], stated: Mapping[str, str]) -> str:
    """What is stated under the keys that were read, those without a value too."""
    return of_bytes("\n".join(f"{key} {stated[key]}" for key in sorted(reads) if key in stated).encode())
