"""report.md: how much of each document is explained, what it was explained by, and what was left open."""

from __future__ import annotations

from collections.abc import Iterable

from guidegen.learn.questions import Question
from guidegen.learn.shares import KINDS, Share

_HEADER = """\
# What was learned

Bytes of each document by where the pack has them from: **shared** with other documents; **facts**: names,
entries and values; **computed** by formulas; **own** text of a place, a role or both; **once**: a variant
that one document has; **literal**: kept as it stands, not explained; **layout**: line endings and marks.
"""


def report(
    shares: Iterable[Share], models: Iterable[str], notes: Iterable[str], questions: Iterable[Question]
) -> str:
    """The report as Markdown; `models` say what was found, `notes` what didn't fit, in a line each."""
    listed = list(shares)
    lines = [_HEADER, f"| document | bytes | {' | '.join(KINDS)} |", "|---|" + "--:|" * (len(KINDS) + 1)]
    for share in listed:
        cells = " | ".join(_percent(share.counts[kind], share.total) for kind in KINDS)
        lines.append(f"| {share.path.replace('|', '/')} | {share.total:,} | {cells} |")
    total = sum(share.total for share in listed)
    summed = (sum(share.counts[kind] for share in listed) for kind in KINDS)
    lines.append(f"| **all** | {total:,} | {' | '.join(_percent(count, total) for count in summed)} |")
    for heading, said in (("Found", models), ("Doesn't fit", notes)):
        found = list(said)
        if found:
            lines += ["", f"## {heading}", "", *(f"- {line}" for line in found)]
    asked = list(questions)
    if asked:
        lines += ["", "## Open questions", "", *(f"- `{one.id}`: {one.about}" for one in asked)]
    return "\n".join(lines) + "\n"


def _percent(count: int, total: int) -> str:
    """A share in whole percent; what is there is never shown as nothing."""
    if not count:
        return ""
    return f"{max(1, (100 * count + total // 2) // total)} %"
