"""By whom something is determined: the place, the role, or both together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from guidegen.learn.model import PAIR, PLACE, ROLE

Of = TypeVar("Of")
_FEW = 10  # one document in so many is an exception


class Determined:
    """The place and role of each document of a family, and what values of documents follow from."""

    def __init__(self, place_of: Mapping[int, str], role_of: Mapping[int, str]) -> None:
        self.place_of, self.role_of = place_of, role_of

    def pair(self, index: int) -> str:
        """`PLACE/ROLE` of a document."""
        return f"{self.place_of[index]}/{self.role_of[index]}"

    def slug(self, level: str, index: int) -> str:
        """The slug of a document's place, role or pair."""
        return {PLACE: self.place_of, ROLE: self.role_of}[level][index] if level != PAIR else self.pair(index)

    def level(self, values: Mapping[int, Of]) -> str:
        """What determines values that documents have: the place, else the role, else both."""
        for level, owner_of in ((PLACE, self.place_of), (ROLE, self.role_of)):
            seen: dict[str, Of] = {}
            if all(seen.setdefault(owner_of[index], value) == value for index, value in values.items()):
                return level
        return PAIR

    def usual(self, values: Mapping[int, Of]) -> tuple[str, dict[int, Of], list[int]]:
        """What determines values but for a few documents, the values then, and these documents.

        Of a place or a role two documents in three must agree; where neither determines them, the pairs do.
        """
        for level, owner_of in ((PLACE, self.place_of), (ROLE, self.role_of)):
            by_owner: dict[str, list[Of]] = {}
            for index, value in values.items():
                by_owner.setdefault(owner_of[index], []).append(value)
            most = {owner: Counter(held).most_common(1)[0] for owner, held in by_owner.items()}
            odd = [index for index, value in values.items() if value != most[owner_of[index]][0]]
            agree = all(3 * count >= 2 * len(by_owner[owner]) for owner, (_, count) in most.items())
            if not odd or (agree and len(odd) * _FEW <= len(values)):
                return level, {index: most[owner_of[index]][0] for index in values}, odd
        usual, count = Counter(values.values()).most_common(1)[0]
        odd = [index for index, value in values.items() if value != usual]
        if len(odd) * _FEW <= len(values) and count > 1:
            return PAIR, dict.fromkeys(values, usual), odd
        return PAIR, dict(values), []
