"""Files of a pack that nothing reads: a wrong ending, a wrong folder, an unknown locale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from guidegen.pack import Pack
from guidegen.problems import Problem, suggest
from guidegen.source import Location


def stray_files(pack: Pack) -> Iterator[Problem]:
    """Each file that nothing reads, and each folder of snippets for a locale that there isn't."""
    for folder, depths in (("facts", (1, 2, 3)), ("rules", (1,)), ("snippets", (2, 3, 4))):
        for path in sorted((pack.root / folder).rglob("*")):
            name = path.relative_to(pack.root)
            if path.is_dir() or any(part.startswith(".") for part in name.parts):
                continue
            if not _is_expected(name, depths):
                yield Problem(
                    "stray-file",
                    "nothing reads this file",
                    Location.of_file(name.as_posix()),
                    f"rename it to {name.stem}.yaml"
                    if name.suffix == ".yml"
                    else f"in {folder}/ a file is {_EXPECTED[folder]}",
                )
    for folder_ in sorted((pack.root / "snippets").glob("*")):
        if folder_.is_dir() and folder_.name not in pack.all_locales:
            yield Problem(
                "unknown-locale",
                f"unknown locale '{folder_.name}'",
                Location.of_file(f"snippets/{folder_.name}"),
                "declare it in pack.yaml under `locales`; " + suggest(folder_.name, pack.all_locales),
            )


_EXPECTED = {
    "facts": "VOCABULARY.yaml, places/SLUG.yaml, roles/SLUG.yaml or pairs/PLACE/ROLE.yaml",
    "rules": "NAME.yaml",
    "snippets": "LOCALE/NAME.md, LOCALE/places/SLUG.md, LOCALE/roles/SLUG.md or LOCALE/pairs/PLACE/ROLE.md",
}


def _is_expected(name: Path, depths: tuple[int, ...]) -> bool:
    inner = name.parts[1:]
    if name.suffix != (".md" if name.parts[0] == "snippets" else ".yaml") or len(inner) not in depths:
        return False
    inner = inner[1:] if name.parts[0] == "snippets" else inner
    kinds = {2: ("places", "roles"), 3: ("pairs",)}
    return len(inner) == 1 or inner[0] in kinds[len(inner)]
