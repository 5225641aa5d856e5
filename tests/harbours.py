"""A pack of thirty harbours, for tests of builds: what is asked of workers, and what came of it."""

from pathlib import Path

from conftest import MINI, write_pack
from guidegen.build.work import Batch, Failed, Made
from guidegen.build.workers import Done, Order, Task
from guidegen.compose import compose
from guidegen.formats import rendered
from guidegen.pack import Pack
from guidegen.problems import show

PLACES = [f"port-{number:02}" for number in range(30)]
ROLES = ("caulker", "netmaker", "salter")
LAME = "port-07"  # whose guides can't be made


def harbours(folder: Path) -> Path:
    """The mini pack with thirty harbours and three trades; the guides of one harbour can't be made."""
    port = (MINI / "facts/places/port-ellen.yaml").read_text().split("\n", 2)[2]
    role = (MINI / "facts/roles/netmaker.yaml").read_text()
    tree: dict[str, str | bytes | None] = {"facts/places/port-ellen.yaml": None}
    tree["snippets/en/places/port-ellen.md"] = None
    for number, slug in enumerate(PLACES):
        tree[f"facts/places/{slug}.yaml"] = f"names: Port {number:02}\n" + port.replace(
            "340", f"{340 + number}"
        )
        tree[f"snippets/en/places/{slug}.md"] = (
            "## scene\n{{ place.figures.ships | number }} ships – and more.\n"
        )
    for number, slug in enumerate(ROLES):
        named = role.replace("net maker", slug).replace("Net Maker", slug.title())
        tree[f"facts/roles/{slug}.yaml"] = named.replace("20000", f"{20000 + 1000 * number}")
    tree[f"snippets/en/places/{LAME}.md"] = "## scene\n{{ place.figures.boats | number }} boats.\n"
    return write_pack(folder, tree)


def texts_of(pack: Path) -> dict[tuple[str, str], bytes]:
    """Every guide that can be made, as `render` makes it, by place and role."""
    opened = Pack(pack)
    return {
        (place, role): rendered(compose(opened, place, role, "en"), opened.settings.layout, "text")
        for place in ("marland", *PLACES)
        if place != LAME
        for role in ROLES
    }


def tasks() -> list[Task]:
    """Two batches for each place."""
    return [
        Task(Batch(place, "en", roles), {})
        for place in ("marland", *PLACES)
        for roles in (ROLES[:2], ROLES[2:])
    ]


def ordered(pack: Path, out: Path | str = "", *formats: str) -> Order:
    return Order(str(pack), formats or ("text",), "", str(out))


def outputs(done: list[Done]) -> dict[tuple[str, str], bytes]:
    """The bytes of each guide made, which are there once."""
    found = [
        ((one.batch.place, guide.role), output.data)
        for one in done
        for guide in one.guides
        if isinstance(guide, Made)
        for output in guide.outputs
    ]
    assert len(dict(found)) == len(found)
    return dict(found)


def failures(done: list[Done]) -> dict[tuple[str, str], list[str]]:
    """What is wrong with each guide that isn't made, as people read it."""
    return {
        (one.batch.place, guide.role): [show(problem) for problem in guide.problems]
        for one in done
        for guide in one.guides
        if isinstance(guide, Failed)
    }
