"""Families of documents to learn from, written by a small program that knows what is to be found in them."""

from decimal import ROUND_HALF_UP, Decimal

PLACES = {
    "Askwood": ("1", ["Corvia", "Tallow & Co", "Brightmere"], ["The Loft"], ["clockmaking", "glass"]),
    "Port Sorrel": (
        "1.04",
        ["Quayline", "Merrow Foods"],
        ["Dock Nine", "The Ropery"],
        ["shipping", "herring"],
    ),
    "Dunhythe": ("0.95", ["Peatworks", "Low Moor Mills", "Stellan"], ["Hythe House"], ["weaving", "peat"]),
    "Kirkgarrow": ("0.92", ["Garrow Tools", "Ferrand"], ["Forge Yard"], ["iron", "tools"]),
    "Saint Obry": (
        "1.07",
        ["Obry Bank", "Lux", "Vane"],
        ["Mill Street", "The Cloister"],
        ["optics", "banking"],
    ),
    "Wexmere": ("0.98", ["Reedlock", "Marsh Media"], [], ["reed", "printing"]),
}
ROLES = {
    "Data Analyst": ((30000, 38000), (41000, 52000), ["SQL", "Statistics", "Spreadsheets"]),
    "Test Engineer": ((28000, 36000), (40000, 51000), ["Test design", "Scripting"]),
    "Web Designer": ((27000, 34000), (37000, 47000), ["Typography", "Prototyping", "Accessibility"]),
    "Network Planner": ((32000, 40000), (45000, 58000), ["Routing", "Cabling"]),
}
TRADES = {
    "Askwood": ["Timber", "Clocks"],
    "Port Sorrel": ["Fishing", "Shipping", "Banking"],
    "Dunhythe": ["Weaving", "Timber"],
    "Kirkgarrow": ["Iron", "Coal"],
    "Saint Obry": ["Banking", "Optics"],
    "Wexmere": ["Printing", "Fishing"],
}
WANTED = {
    "Data Analyst": ["Banking", "Printing"],
    "Test Engineer": ["Optics", "Shipping", "Clocks"],
    "Web Designer": ["Printing", "Weaving"],
    "Network Planner": ["Coal", "Banking"],
}
OWN = {
    "Askwood": "Askwood winds 4,200 clocks a year in the old Hall, and St Bride's bells set the hour.",
    "Port Sorrel": "Since 1911 the Sorrel ferry has left at noon; 38 trawlers land herring before dawn.",
    "Dunhythe": "Low Moor burnt peat until 1987. Its 12 looms stand in Hythe House, three still in use.",
    "Kirkgarrow": "Garrow forge rang 60 years before the railway; Ferrand sells anvils to 14 countries.",
    "Saint Obry": "The Obry lens of 1843 is in every museum; Mill Street has 9 opticians in 300 metres.",
    "Wexmere": "Wexmere cuts 700 tonnes of reed each winter; Marsh Media prints 3 weeklies on Fen Lane.",
}


def money(base: int, factor: str) -> int:
    """A base times a factor, to the nearest ten, halves upwards."""
    exact = Decimal(base) * Decimal(factor) / 10
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP)) * 10


def many(role: str) -> str:
    return f"{role}s"


def named(place: str, low: str) -> str:
    """What the place is known for, and how many employ there."""
    _, employers, _, known = PLACES[place]
    made = f"{place} made its name in {known[0]} and {known[1]}"
    return f"{made}, and {len(employers)} employers there look for {many(low)} all the year round."


def paid(place: str) -> str:
    """How pay compares, by the place's factor."""
    factor = Decimal(PLACES[place][0])
    if factor > 1:
        return f"Pay in {place} is above what the country pays: agree on a budget before you advertise."
    if factor == 1:
        return f"Pay in {place} is what the country pays, and nobody moves here for the money."
    return f"Pay in {place} is below the country's, which makes a budget go further than elsewhere."


def match(place: str, role: str) -> str:
    """Whether the place has a trade that wants the role: what only both together tell."""
    low = many(role.lower())
    if {*TRADES.get(place, [])} & {*WANTED.get(role, [])}:
        return f"The trades of {place} ask for {low} by name, so look among people who know a trade."
    return f"No trade of {place} asks for {low} by name, so look for skill and teach them the rest."


def short(amount: int) -> str:
    """An amount in thousands, halves upwards."""
    return f"€{amount // 1000 + (amount % 1000 >= 500)}k"


def guide(place: str, role: str) -> str:
    """The document of a place and a role."""
    factor, employers, rooms, _ = PLACES[place]
    junior, senior, skills = ROLES[role]
    low = role.lower()
    lines = [
        f"Hiring {many(role)} in {place}",
        f"What to know before you look for a {low} in {place}.",
        f"About {place}",
        OWN[place],
        "Employers",
        *(f"- {one}" for one in employers),
    ]
    if rooms:
        lines += ["Places to work", *(f"- {one}" for one in rooms)]
    lines += ["Trades", *(f"- {one}" for one in TRADES.get(place, ["Trade"]))]
    lines += ["Wanted in", *(f"- {one}" for one in WANTED.get(role, ["Nothing"]))]
    lines += [
        "Skills",
        *(f"- {one}" for one in skills),
        f"The market for {many(low)}",
        named(place, low),
        paid(place),
        match(place, role),
    ]
    lines += [
        f"Expect between {short(money(junior[0], factor))} and {short(money(senior[1], factor))} a year.",
        "Pay",
        "| Level | Gross a year |",
        "|---|---|",
        f"| Junior | €{money(junior[0], factor):,} – €{money(junior[1], factor):,} |",
        f"| Senior | €{money(senior[0], factor):,} – €{money(senior[1], factor):,} |",
    ]
    if role == "Network Planner":
        lines += ["On call", f"A {low} in {place} is on call one week in four, and is paid for it."]
    lines.append(f"See all {low} jobs in {place}")
    return "\n".join(lines) + "\n"


def name(place: str, role: str) -> str:
    return f"{place.lower().replace(' ', '-')}/{role.lower().replace(' ', '-')}.txt"


def all_guides() -> dict[str, str]:
    """Every document by its path: six places, four roles."""
    return {name(place, role): guide(place, role) for place in PLACES for role in ROLES}
