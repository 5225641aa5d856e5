"""What a shell may complete on the command line: cities, roles, locales, selectors, words, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import click
    from click.shell_completion import CompletionItem

    from guidegen.settings import Settings

    Items = list[CompletionItem]
    Completer = Callable[[click.Context, click.Parameter, str], Items]

SELECTABLE = ("guides", "facts")  # the lists that selectors narrow


def complete_word(words: Sequence[str]) -> Completer:
    """A completer of some words."""

    def complete(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
        return _items((word, "") for word in words if word.startswith(typed))

    return complete


def complete_file(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """Files, which the shell itself knows best."""
    return _paths("file", typed)


def complete_folder(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """Folders, which the shell itself knows best."""
    return _paths("dir", typed)


def complete_city(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """Places by slug; by other names where these begin as typed. Raises as a pack that can't be read."""
    return _items(_known(ctx, "place", typed))


def complete_role(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """Roles by slug; by other names where these begin as typed. Raises as a pack that can't be read."""
    return _items(_known(ctx, "role", typed))


def complete_locale(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """The pack's locales. Raises as a pack that can't be read."""
    return _items(_known(ctx, "locale", typed))


def complete_format(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """The formats of a guide."""
    from guidegen.settings import FORMATS

    return complete_word(FORMATS)(ctx, param, typed)


def complete_formats(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """Formats of a guide, several with commas."""
    from guidegen.settings import FORMATS

    before, comma, name = typed.rpartition(",")
    given = before.split(",")
    rest = (word for word in FORMATS if word.startswith(name) and word not in given)
    return _items((f"{before}{comma}{word}", "") for word in rest)


def complete_schema(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """The kinds of files that have a schema."""
    from guidegen.editor import KINDS

    return complete_word(KINDS)(ctx, param, typed)


def complete_selector(ctx: click.Context, param: click.Parameter, typed: str) -> Items:
    """Selectors: their kinds, and the names after a colon or a comma. Raises as a pack that can't be read."""
    from guidegen.select import CHANGED, KINDS

    what = ctx.params.get("what", SELECTABLE[0])
    if what not in SELECTABLE:
        return []
    known = [*(f"{kind}:" for kind in KINDS), *([CHANGED] if what == SELECTABLE[0] else [])]
    begun = [word for word in known if word.startswith(typed)]
    if ":" not in typed and (len(begun) != 1 or CHANGED in begun):
        return _items((word, "") for word in begun)
    kind, _, names = (typed if ":" in typed else begun[0]).partition(":")
    if kind not in KINDS:
        return []
    before, comma, name = names.rpartition(",")
    given = f"{kind}:{before}{comma}"
    found = (word for word, _ in _known(ctx, KINDS[kind], name) if word not in before.split(","))
    return _items((given + word, "") for word in found)


def _items(found: Iterator[tuple[str, str]]) -> Items:
    """Words with what they mean; of one with a colon, some shells can't tell where the meaning begins."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(word, help=meaning or None) for word, meaning in found]


def _paths(kind: str, typed: str) -> Items:
    from click.shell_completion import CompletionItem

    return [CompletionItem(typed, type=kind)]


def _known(ctx: click.Context, kind: str, typed: str) -> Iterator[tuple[str, str]]:
    """The slugs, names or tags that begin as typed, each with the name that people know."""
    root, settings = _pack(ctx)
    if kind == "locale":
        yield from ((tag, "") for tag in settings.locales if tag.startswith(typed))
        return
    from guidegen.facts import FOLDERS
    from guidegen.finding import fold
    from guidegen.schema import is_slug

    begin = fold(typed)
    if typed and not begin:
        return
    begin += "-" if typed.endswith(("-", " ")) else ""
    slugs = sorted(path.stem for path in (root / FOLDERS[kind]).glob("*.yaml") if is_slug(path.stem))
    for slug in slugs:
        label, names = _names(root, f"{FOLDERS[kind]}/{slug}.yaml", tuple(settings.locales))
        others = () if slug.startswith(begin) else dict.fromkeys(map(fold, names))
        for word in (slug, *others):
            if word.startswith(begin) and word.replace("-", "").isalnum():
                yield word, label


def _pack(ctx: click.Context) -> tuple[Path, Settings]:
    """The folder and the settings of the pack that the command line means."""
    from pathlib import Path

    from guidegen.cli.console import find_pack
    from guidegen.files import read_source
    from guidegen.settings import FILE, read_settings
    from guidegen.yamlfile import need_yaml

    given = ctx.find_root().params.get("pack")
    root = find_pack(str(Path(given).expanduser()) if given else None, or_shipped=True)
    return root, read_settings(need_yaml(read_source(root, FILE)), [])


def _names(root: Path, file: str, tags: tuple[str, ...]) -> tuple[str, list[str]]:
    """What a place or role is called in the first locale, and everything it is called."""
    from guidegen.facts import read_names
    from guidegen.keys import Keys
    from guidegen.yamlfile import read_file

    mapping = read_file(root, file, [])
    if mapping is None:
        return "", []
    keys = Keys(mapping, file, [])
    node = keys.node("names")
    names = read_names(node, file, (), tags, [], free=True) if node else None
    aliases = [alias.text for alias in keys.words("aliases")]
    if names is None:
        return "", aliases
    return " ".join(names.label(tags[0] if tags else "").split()), [*names.spellings(), *aliases]
