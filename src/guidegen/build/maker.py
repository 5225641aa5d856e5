"""Makes the guides of a batch: their outputs, and what they read."""

from __future__ import annotations

from guidegen.build.work import Batch, Failed, Made, Output
from guidegen.compose import Composer
from guidegen.formats import rendered
from guidegen.golden import ENDINGS
from guidegen.guide import plain
from guidegen.pack import Pack
from guidegen.problems import Refused


class Maker:
    """Makes guides of one pack, in some formats, as of a day (the pack's if empty)."""

    def __init__(self, pack: Pack, formats: tuple[str, ...], as_of: str = "") -> None:
        self.pack = pack
        self.formats = formats
        self.composer = Composer(pack, as_of)
        self._all = frozenset(
            [
                *(f"place.{name}" for name in (*pack.fields["place"], "names", "scope", "status", "within")),
                *(f"place.country.{name}" for name in (*pack.fields["place"], "names", "scope", "within")),
                *(f"role.{name}" for name in (*pack.fields["role"], "names", "status")),
                "pair", "outline", "settings",
                *(f"rule {name}" for name, _ in pack.book.all()),
                *(f"terms {name}" for name in pack.facts.vocabularies),
            ]
        )

    def make(self, batch: Batch) -> list[Made | Failed]:
        """What comes of each guide of a batch, in the order of its roles."""
        return [self._guide(batch, role) for role in batch.roles]

    def forget(self, place: str) -> None:
        """Drop what is kept of a place."""

    def _guide(self, batch: Batch, role: str) -> Made | Failed:
        try:
            guide = self.composer.compose(batch.place, role, batch.locale)
        except Refused as refused:
            return Failed(role, tuple(refused.problems))
        layout = self.pack.settings.layout
        outputs = tuple(
            Output(f"{guide.name}.{ENDINGS[format_]}", rendered(guide, layout, format_))
            for format_ in self.formats
        )
        passages = frozenset(
            f"passage {name}" for name in self.pack.shared(batch.locale)
        ) | {f"passage place:{name}" for name in self.pack.owned(batch.locale, "place", batch.place)} | {
            f"passage role:{name}" for name in self.pack.owned(batch.locale, "role", role)
        }
        return Made(role, outputs, self._all | passages, plain(guide.meta.title), guide.meta.dated)
