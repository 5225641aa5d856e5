"""The measure of uniqueness, on invented texts and on what the shipped pack says in English of one role."""

from types import ModuleType

import pytest

from conftest import ROOT
from guidegen.pack import Pack


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import uniqueness

    return uniqueness


def words(**texts: str) -> dict[str, list[str]]:
    return {name: text.split() for name, text in texts.items()}


def test_equal_texts_have_nothing_of_their_own(measure):
    text = "a harbour town with two yards and one school"
    alone, both = measure.uniqueness(words(a=text, b=text))
    assert alone == {"a": 0, "b": 0}
    assert both == {("a", "b"): 1}


def test_texts_with_no_more_than_three_words_in_common_are_all_their_own(measure):
    texts = words(a="one of the towns by the sea", b="some of the hills and one of the")
    assert measure.uniqueness(texts) == ({"a": 1, "b": 1}, {("a", "b"): 0})


def test_a_shared_sentence_counts_for_its_words_wherever_it_stands(measure):
    shared = "agree the band before the advert"
    alone, both = measure.uniqueness(
        words(
            a=f"{shared} ships leave at noon",
            b=f"miners went home early in autumn {shared}",
            c="nothing here is like the others",
        )
    )
    assert alone == {"a": 4 / 10, "b": 6 / 12, "c": 1}
    assert both == {("a", "b"): 12 / 22, ("a", "c"): 0, ("b", "c"): 0}


def test_a_text_may_share_one_half_with_one_and_the_other_with_another(measure):
    alone, _ = measure.uniqueness(
        words(a="red ships leave at noon", b="red ships leave at", c="ships leave at noon")
    )
    assert alone["a"] == 0


def test_names_and_numbers_make_no_difference(measure):
    masked = measure.masked(
        words(
            a="In Oakport you pay 1.05 times what Elmford pays",
            b="In Ashmouth you pay 97 times what Birch Hill pays and in autumn",
        )
    )
    assert masked["a"] == ["in", "_", "you", "pay", "_", "times", "what", "_", "pays"]
    assert measure.uniqueness(masked)[0] == {"a": 0, "b": pytest.approx(3 / 9)}


def test_where_a_name_stands_is_part_of_the_run(measure):
    alone, _ = measure.uniqueness(words(a="trains go _ from here", b="trains go from here"))
    assert alone == {"a": 1, "b": 1}


@pytest.mark.slow
def test_every_english_backend_guide_is_for_more_than_a_third_its_own(measure):
    guides = measure.words_of(Pack(ROOT), "en")["backend"]
    alone, _ = measure.uniqueness(guides)
    assert len(alone) > 10
    assert {place: share for place, share in alone.items() if share < measure.LEAST} == {}
    assert not {"ghent", "deliverect", "2022", "10"} & {word for text in guides.values() for word in text}
    assert all("object-oriented" in text for text in guides.values())  # skills are words, not names


def test_it_fails_for_a_pack_with_a_guide_that_is_too_little_its_own(measure, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["uniqueness.py", "--pack", str(ROOT / "tests" / "mini_pack")])
    assert measure.main() == 0
    monkeypatch.setattr(measure, "LEAST", 0.6)
    assert measure.main() == 1
    assert capsys.readouterr().out.splitlines()[-2].endswith(" marland 54.5% |")
