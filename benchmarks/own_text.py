"""The text of our own documents, with marks for what varies, and the same as a template of Jinja2.

`@C@` is the city's name, `@R@` the role's, `@K10@` the lower end of the second level's band.
"""

from __future__ import annotations

import re

BODY = """\
# Working as a @R@ in @C@
@COUNTRY@, market of size @TIER@, known for @SPECS@

## What the place is like

@SCENE@

### Firms that hire

@COMPANIES@

### Rooms to meet in

@HUBS@

### Schools

@UNIS@

## What the work is like

@ABOUT@

Steps, from first to last: @PATH@.

## Who is looking

@MARKET@

## Is @C@ right for you?

@IF1@

@IF2@

@IF3@

## Pay

Before tax, a beginning @R@ in @C@ has @K00@ to @K01@ a year; with some years behind you it is @K10@ to \
@K11@, and @K20@ to @K21@ at the top. The factor of the city is @FACTOR@.

| Level | From | To |
|---|---:|---:|
@TABLE@

Ask the office in @COUNTRY@ whatever is missing here.
All amounts are looked at again each spring.
"""
MARKET = {
    1: "Everything in @COUNTRY@ that needs a @R@ ends up in @C@ sooner or later. Offers come quickly and "
    "are withdrawn quickly, so have your papers in order before you write the first letter, and ask for "
    "the whole offer in writing.",
    2: "@C@ is neither large nor small: a @R@ can know most of the teams by name, and still change from "
    "one to another without moving house. Most of them look for people in autumn, when the plans for "
    "the next year are made.",
    3: "There are few teams in @C@, though @STARTUPS@ young firms have opened there of late. A @R@ is "
    "hired by people who have seen the work before: offer to help with something small, and let that "
    "speak for you.",
}
MATCH = {
    2: "Two things that @C@ does well, @COMMON0@ and @COMMON1@, are where your trade is wanted most. Say "
    "early which of the two you like better, for the teams talk to each other and will ask.",
    1: "What @C@ does in @COMMON0@ needs people of your trade; elsewhere in the town you would have to "
    "explain what you do. Begin with those firms, and keep the others for a second round.",
    0: "The town lives on @SPEC0@, which has little to do with a @R@ at first sight. That leaves you "
    "without rivals, and with the task of showing what your trade is good for.",
}
COST = {
    "lo": "Rents are low and so is the price of a meal: with an index of @COST@, less than nine tenths of "
    "the average, a modest offer is worth more here than it seems.",
    "mid": "What one pays for things is near the average, with an index of @COST@, so you may read the "
    "amounts below as they stand and hold them against what you earn now.",
    "hi": "Prices are high, with an index of @COST@: more than a tenth above the average. Ask what comes on "
    "top of the pay, such as rent, meals or a season ticket, before you say yes or no.",
}
_EXPRESSIONS = {
    "R": "role.name",
    "C": "city.name",
    "COUNTRY": "city.country",
    "TIER": "city.tier",
    "SPECS": "city.specialties | join(', ')",
    "SCENE": "city.scene",
    "ABOUT": "role.about",
    "MARKET": "role.market",
    "PATH": "role.path | join(' → ')",
    "STARTUPS": "city.startups",
    "COST": "city.cost_index",
    "SPEC0": "city.specialties[0]",
    "COMMON0": "common[0]",
    "COMMON1": "common[1]",
    "FACTOR": "city.factor",
}
_LISTS = {"COMPANIES": "city.companies", "HUBS": "city.hubs", "UNIS": "city.universities"}


def template() -> str:
    """The text as Jinja2 reads it, with the filters `euro` and `kilo`, trim_blocks and lstrip_blocks."""
    text = BODY
    choices = {
        "IF1": (("city.tier == 1", MARKET[1]), ("city.tier == 2", MARKET[2]), MARKET[3]),
        "IF2": (("common | length >= 2", MATCH[2]), ("common | length == 1", MATCH[1]), MATCH[0]),
        "IF3": (("city.cost_index < 90", COST["lo"]), ("city.cost_index > 110", COST["hi"]), COST["mid"]),
    }
    for mark, ((first, one), (second, two), other) in choices.items():
        chosen = (
            f"{{% if {first} %}}\n{one}\n{{% elif {second} %}}\n{two}\n{{% else %}}\n{other}\n{{% endif %}}"
        )
        text = text.replace(f"@{mark}@", chosen)
    for mark, name in _LISTS.items():
        text = text.replace(f"@{mark}@", f"{{% for one in {name} %}}\n- {{{{ one }}}}\n{{% endfor %}}")
    cells = " | ".join(f"{{{{ (band.{end} * city.factor_pct // 100) | euro }}}}" for end in ("low", "high"))
    rows = f"{{% for band in role.bands %}}\n| {{{{ band.level }}}} | {cells} |\n{{% endfor %}}"
    text = text.replace("@TABLE@", rows)
    common = "{% set common = city.specialties | select('in', role.affinity) | list %}\n"
    return common + re.sub(r"@([A-Z0-9]+)@", lambda found: f"{{{{ {_expression(found[1])} }}}}", text)


def _expression(mark: str) -> str:
    if re.fullmatch(r"K[0-2][01]", mark):
        end = ("low", "high")[int(mark[2])]
        return f"(role.bands[{mark[1]}].{end} * city.factor_pct // 100) | kilo"
    return _EXPRESSIONS[mark]
