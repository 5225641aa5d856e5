"""Times `learn` on families of several sizes, each in a process of its own, with its memory; `import` too."""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (100, 300, 1000, 3000)
SMOKE = (40,)
ROLES = 10
UNIT = 1 if sys.platform == "darwin" else 1024  # what the system counts memory in, in bytes
SYLLABLES = [
    "ba",
    "ren",
    "dor",
    "lin",
    "mas",
    "tok",
    "ver",
    "hal",
    "wex",
    "por",
    "kin",
    "sol",
    "gar",
    "fen",
    "ost",
    "lim",
    "dray",
    "quen",
    "bur",
    "ney",
]
WORDS = [
    "river",
    "market",
    "school",
    "tower",
    "bridge",
    "harbour",
    "station",
    "museum",
    "garden",
    "library",
    "castle",
    "forest",
    "valley",
]
TITLES = [
    "Data Analyst",
    "Test Engineer",
    "Web Designer",
    "Network Planner",
    "Cloud Tester",
    "Desk Manager",
    "Site Builder",
    "Press Officer",
    "Loan Adviser",
    "Stock Keeper",
]


def documents(count: int) -> dict[str, str]:
    """A family: places × ten roles, with bands, lists, an optional section and a paragraph of each place."""
    sys.path.insert(0, str(ROOT / "tests"))
    import families

    chance = random.Random(1)  # noqa: S311  # no secret: the same documents each time
    names: set[str] = set()
    while len(names) < count // ROLES:
        names.add("".join(chance.sample(SYLLABLES, 3)).capitalize())
    families.PLACES.clear()
    families.OWN.clear()
    families.ROLES.clear()
    for place in sorted(names):
        factor = chance.randint(85, 120)
        employers = [f"{chance.choice(SYLLABLES).capitalize()} {one}" for one in range(chance.randint(2, 5))]
        rooms = [f"Room {chance.choice(WORDS)} {one}" for one in range(chance.randint(0, 3))]
        known = [chance.choice(WORDS), f"{chance.choice(WORDS)}s"]
        families.PLACES[place] = (f"{factor // 100}.{factor % 100:02}", employers, rooms, known)
        own = chance.sample(WORDS, 6) + chance.sample(SYLLABLES, 6)
        families.OWN[place] = f"{place} has {' and '.join(own)}, of {chance.randint(1500, 1990)}."
    for number, title in enumerate(TITLES):
        skills = [f"{title} skill {one}" for one in range(3)]
        junior = (25000 + 1000 * number, 33000 + 1000 * number)
        families.ROLES[title] = (junior, (38000 + 1000 * number, 50000 + 1000 * number), skills)
    return families.all_guides()


def learn_one(count: int) -> None:
    """Learn a family, and print seconds and megabytes; every document has to come back."""
    sys.path.insert(0, str(ROOT / "src"))
    from guidegen.learn.questions import read_decisions
    from guidegen.learn.segment import read_document
    from guidegen.learn.whole import learned_from

    texts = documents(count)
    read = [read_document(path, text.encode()) for path, text in sorted(texts.items())]
    start = time.perf_counter()
    lesson = learned_from(read, "en", {}, read_decisions(None), "Site", lambda _done: None)
    spent = time.perf_counter() - start
    goldens = sorted(data for path, data in lesson.files.items() if path.startswith("golden/"))
    if goldens != sorted(text.encode() for text in texts.values()):
        raise SystemExit("a document didn't come back")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT
    size = sum(len(data) for path, data in lesson.files.items() if not path.startswith("golden/"))
    whole = sum(len(text.encode()) for text in texts.values())
    print(f"{spent:.1f} {peak >> 20} {1000 * spent / count:.1f} {100 * size // whole}")


def main() -> None:
    """Read the command line, and time each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one small family: that it runs at all")
    parser.add_argument("--one", type=int, metavar="COUNT", help="learn one family and print its figures")
    chosen = parser.parse_args()
    if chosen.one:
        learn_one(chosen.one)
        return
    print(f"{'documents':>9}  {'seconds':>7}  {'MB':>5}  {'ms each':>7}  {'pack, % of them':>15}")
    for count in SMOKE if chosen.smoke else SIZES:
        command = [sys.executable, __file__, "--one", str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # this program
        seconds, memory, each, share = done.stdout.split()[-4:]
        print(f"{count:>9,}  {seconds:>7}  {memory:>5}  {each:>7}  {share:>15}")


if __name__ == "__main__":
    main()
