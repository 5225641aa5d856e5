"""Reads a published guide back into the record that `golden/sources/` keeps of it.

What a line is shows in its form: `- ` opens a list entry, `|` a table row, an arrow makes the
career path, prose ends in a full stop. The first line is the title, the last one the link, and
every line left over is a heading. A document of another form raises ValueError.
"""

import re
from typing import Any

# A few words of the document by which each outcome of a decision is told from the others.
MARKS = {
    "talent-pool": {
        "deep": "competitive talent pools",
        "balanced": "balance between",
        "niche": "lower competition",
    },
    "fit": {"in-field": "well-aligned with", "other-strengths": "better known for"},
    "pay-note": {"premium": "reflect a premium", "affordable": "more affordable"},
}
ROLE = re.compile(r"Recruiting (\w+) Developers in ")
SPECIALTIES = re.compile(r"(?:specialization in|known for) (.+?)(?: creates |, the )")
PAY = re.compile(r"(€\S+) – (€\S+) for (\w+)")


def record_of(document: str) -> dict[str, Any]:
    """The record of a document, in the shape of the files in `golden/sources/`."""
    title, *body, _link = document.splitlines()
    *sections, (browse, _) = sections_of(body)
    [career] = [line for line in body if is_career(line)]
    [why] = [lines for heading, lines in sections if heading.startswith("Why Hire ")]
    pool, fit, pay = why

    return {
        "role": found(ROLE, title).lower(),
        "title": title,
        "headings": [heading for heading, _ in sections],
        "lists": {
            heading: [line.removeprefix("- ") for line in lines if is_entry(line)]
            for heading, lines in sections
            if any(map(is_entry, lines))
        },
        "empty": [heading for heading, lines in sections if not lines],
        "career": career.split(" → "),
        "pay": pay_of(pay),
        "table": table_of([line for line in body if is_row(line)]),
        "browse": browse,
        "decisions": {
            "talent-pool": outcome("talent-pool", pool),
            "fit": outcome("fit", fit),
            "pay-note": outcome("pay-note", pay),
        },
        "specialties": re.split(r", | and ", found(SPECIALTIES, fit)),
    }


def is_entry(line: str) -> bool:
    return line.startswith("- ")


def is_row(line: str) -> bool:
    return line.startswith("|")


def is_career(line: str) -> bool:
    return " → " in line


def is_prose(line: str) -> bool:
    return line.endswith(".") and not is_entry(line)


def sections_of(body: list[str]) -> list[tuple[str, list[str]]]:
    """Each heading with the lines under it; only prose may stand before the first."""
    sections: list[tuple[str, list[str]]] = []
    for line in body:
        if not (is_entry(line) or is_row(line) or is_career(line) or is_prose(line)):
            sections.append((line, []))
        elif sections:
            sections[-1][1].append(line)
        elif not is_prose(line):
            raise ValueError(f"before the first heading: {line}")
    return sections


def pay_of(paragraph: str) -> dict[str, Any]:
    """The range of each level that the sentence on pay names; no other figure may stand there."""
    ranges = PAY.findall(paragraph)
    if paragraph.count("€") != 2 * len(ranges):
        raise ValueError(f"a figure of no range: {paragraph}")
    return {level: {"from": low, "to": high} for low, high, level in ranges}


def table_of(lines: list[str]) -> dict[str, Any]:
    """The header and the rows of the salary table, ranges split into their two ends."""
    header, rule, *rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    if rule != ["---"] * len(header):
        raise ValueError(f"not the line under a table's header: {rule}")
    ranges = [(level, *pay.split(" – ")) for level, pay in rows]
    return {
        "header": header,
        "rows": [{"level": level, "from": low, "to": high} for level, low, high in ranges],
    }


def outcome(decision: str, paragraph: str) -> str:
    """What was decided, by the one mark that the paragraph holds."""
    told = [name for name, mark in MARKS[decision].items() if mark in paragraph]
    if len(told) != 1:
        raise ValueError(f"{decision}: one outcome expected, the marks tell {told}")
    return told[0]


def found(pattern: re.Pattern[str], text: str) -> str:
    """What the pattern's group holds, where it stands in the text."""
    match = pattern.search(text)
    if match is None:
        raise ValueError(f"no {pattern.pattern!r} in: {text}")
    return match[1]
