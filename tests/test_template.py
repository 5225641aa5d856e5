"""The syntax of passages: a little of Jinja2's, everything else refused where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidegen.template import (
    Branch,
    Part,
    Slot,
    TemplateFault,
    Words,
    leaves,
    names,
    parse,
    place_of,
    tags,
)


def faults(text: str) -> list[tuple[str, str]]:
    """What a text may not have: each message, and the characters it is about."""
    with pytest.raises(TemplateFault) as refused:
        parse(text)
    return [(message, text[at : at + width]) for message, (at, width), _ in refused.value.faults]


# What a passage may have


def test_text_slots_constants_and_conditions() -> None:
    """The four kinds of parts, each with what it names; leaves are counted in the order of the text."""
    parts = parse("Hi {{ place.name }}{{ '{{' }}{% if role.x %}a{{ n | number }}{% else %}b{% endif %}.")

    assert parts == (
        Words("Hi ", 0, -1),
        Slot("place.name", (), 1, 0),
        Words("{{", 2, 1, is_constant=True),
        Branch("role.x", (Words("a", 3, 2), Slot("n", (("number", ()),), 4, 3)), (Words("b", 5, 4),), 2),
        Words(".", 6, 5),
    )
    assert list(names(parts)) == ["place.name", "role.x", "n"]


def test_filters_keep_their_order_and_arguments() -> None:
    """Filters stand in the order in which they work, with constants in their brackets."""
    (part,) = parse("{{ place.trades | first(2) | join(' → ') }}")

    assert isinstance(part, Slot)
    assert part.filters == (("first", (2,)), ("join", (" → ",)))


@pytest.mark.parametrize("constant", ["{{", "}}", "{%", "#}", "{# no #}", "a | b", 'say "so"'])
def test_a_constant_says_what_could_not_be_written(constant: str) -> None:
    """`{{ '{{' }}` is the text in its quotes, braces and all."""
    quote = "'" if '"' in constant else '"'

    assert parse(f"{{{{ {quote}{constant}{quote} }}}}") == (Words(constant, 0, 0, is_constant=True),)


@pytest.mark.parametrize(
    "text", ["", "a } b", "{ a }", "50 % of { x }", "a }} b", "# 1", "<b>&amp;*_`", "line\n\nline"]
)
def test_other_characters_are_literal(text: str) -> None:
    """Everything outside of a tag is said as it stands; there is no Markdown and no escaping."""
    assert "".join(part.text for part in parse(text) if isinstance(part, Words)) == text


def test_whitespace_around_tags_is_kept() -> None:
    """Spaces and line ends before and after a tag belong to the text."""
    parts = parse("a {{ x }} b\n{% if y %}\n c {% endif %}\n")

    assert [part.text for part in leaves(parts) if isinstance(part, Words)] == ["a ", " b\n", "\n c ", "\n"]


# What it may not


@pytest.mark.parametrize(
    ("text", "message", "shown"),
    [
        ("a {% for x in y %}b{% endfor %}", "'for' in a passage", "{% for x in y %}"),
        ("{% set x = 1 %}", "'set' in a passage", "{% set x = 1 %}"),
        ("{% macro x() %}{% endmacro %}", "'macro' in a passage", "{% macro x() %}"),
        ("{% include 'x' %}", "'include' in a passage", "{% include 'x' %}"),
        ("{% extends 'x' %}", "'extends' in a passage", "{% extends 'x' %}"),
        ("{% filter upper %}a{% endfilter %}", "'filter' in a passage", "{% filter upper %}"),
        ("{% with %}a{% endwith %}", "'with' in a passage", "{% with %}"),
        ("{% block a %}b{% endblock %}", "'block' in a passage", "{% block a %}"),
        ("{% raw %}a{% endraw %}", "'raw' in a passage", "{% raw %}"),
        ("a {# note #}", "a comment in a passage", "{#"),
        ("a {{- x }}", "whitespace control ('{{-')", "{{-"),
        ("{% if x -%}a{% endif %}", "whitespace control ('-%}')", "-%}"),
        ("a {{ f(1) }} b", "a call in a slot", "{{ f(1) }}"),
        ("{{ x + 1 }}", "arithmetic in a slot", "{{ x + 1 }}"),
        ("{{ x > 1 }}", "a comparison in a slot", "{{ x > 1 }}"),
        ("{{ x[0] }}", "a subscript in a slot", "{{ x[0] }}"),
        ("{{ x ~ y }}", "`~` in a slot", "{{ x ~ y }}"),
        ("{{ x if y else z }}", "a condition in a slot", "{{ x if y else z }}"),
        ("{{ x is defined }}", "a test in a slot", "{{ x is defined }}"),
        ("{{ not x }}", "`not` in a slot", "{{ not x }}"),
        ("{{ 3 }}", "a value that is no text in a slot", "{{ 3 }}"),
        ("{{ ['a'] }}", "a list in a slot", "{{ ['a'] }}"),
        ("{{ x | first(n) }}", "an argument of 'first' that is no constant", "{{ x | first(n) }}"),
        ("{{ x | join(sep='a') }}", "an argument of 'join' that is no constant", "{{ x | join(sep='a') }}"),
        ("{% if x > 1 %}a{% endif %}", "a condition that is no bare name", "{% if x > 1 %}"),
        ("{% if not x %}a{% endif %}", "a condition that is no bare name", "{% if not x %}"),
        ("{% if x | count %}a{% endif %}", "a condition that is no bare name", "{% if x | count %}"),
        ("{% if x %}a{% elif y %}b{% endif %}", "'elif' in a passage", "{% elif y %}"),
        ("{% if x %}{% if y %}a{% endif %}{% endif %}", "an `if` within an `if` in a passage", "{% if y %}"),
        ("{% if x %}a", "isn't closed", "{% if x %}"),
        ("a {{ x", "isn't closed", "{{ x"),
        ("{% frobnicate %}", "'frobnicate' in a passage", "{% frobnicate %}"),
    ],
)
def test_what_a_passage_may_not_have(text: str, message: str, shown: str) -> None:
    """Anything but text, slots, constants and one level of `if` is refused, and shown where it stands."""
    told, where = faults(text)[0]

    assert message in told
    assert where == shown


def test_every_fault_is_found_at_once() -> None:
    """A writer sees all that is wrong with a passage, not one thing a run."""
    assert faults("{{ x + 1 }} and {{ f() }} and {{ y[0] }}") == [
        ("arithmetic in a slot", "{{ x + 1 }}"),
        ("a call in a slot", "{{ f() }}"),
        ("a subscript in a slot", "{{ y[0] }}"),
    ]


@pytest.mark.parametrize("text", ["{{ " + "(" * 5000 + "x" + ")" * 5000 + " }}", "{{ x }}" * 4000])
def test_a_passage_beyond_reason_is_refused(text: str) -> None:
    """Depth and length are limited before anything is parsed."""
    with pytest.raises(TemplateFault, match=r"nested|characters"):
        parse(text)


# Where parts stand


def test_parts_are_found_over_several_lines() -> None:
    """Tags that span lines, and text after them, are found where they stand."""
    text = "one\n{{ place.name |\n   capital }} two\n{% if role.x\n%}three{% endif %}"
    name, two, branch = parse(text)[1:4]

    assert text[slice(*span(text, name))] == "{{ place.name |\n   capital }}"
    assert text[slice(*span(text, name, "capital"))] == "capital"
    assert text[slice(*span(text, two))] == " "
    assert text[slice(*span(text, branch))] == "{% if role.x\n%}"


def span(text: str, part: Part, word: str = "") -> tuple[int, int]:
    offset, width = place_of(text, part, word)
    return offset, offset + width


PIECES = st.lists(
    st.sampled_from(
        [
            "{{ a.b }}",
            "{{ c | number }}",
            "{{ 'x' }}",
            "{% if d %}e {{ f }}{% else %}g{% endif %}",
            "words ",
            "\n",
        ]
    ),
    max_size=8,
)


@given(PIECES)
def test_every_slot_is_found_in_any_text(pieces: list[str]) -> None:
    """Whatever stands around them, each tag of a slot or constant is found, and names what it names."""
    text = "".join(pieces)
    parts = parse(text)

    assert len(tags(text)) == text.count("{{") + text.count("{%")
    assert [leaf.number for leaf in leaves(parts)] == list(range(len(list(leaves(parts)))))
    for leaf in leaves(parts):
        offset, width = place_of(text, leaf)
        shown = text[offset : offset + width]
        if isinstance(leaf, Slot):
            assert leaf.name in shown
            assert shown.startswith("{{")
        elif leaf.is_constant:
            assert f"'{leaf.text}'" in shown
        else:
            assert leaf.text.startswith(shown)
