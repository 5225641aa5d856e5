"""What names stand for in one guide, beyond what other tests read on their way."""

from pathlib import Path

from conftest import MINI, run, write_pack

PORT = "facts/places/port-ellen.yaml"
NETMAKER = ("render", "--city", "port-ellen", "--role", "netmaker")


def test_an_entry_of_a_list_may_change_on_a_day(tmp_path: Path) -> None:
    """An entry that is a series is said as of the day, in a list and within a sentence."""
    tree: dict[str, str | bytes | None] = {
        PORT: (MINI / PORT)
        .read_text("utf-8")
        .replace("trades: [salt, fishing]", "trades: [{2020-01-01: weaving, 2025-01-01: salt}, fishing]")
    }
    pack = write_pack(tmp_path / "pack", tree)

    now, before = run(*NETMAKER, cwd=pack), run(*NETMAKER, "--as-of", "2024-12-31", cwd=pack)

    assert "known for salt and fishing" in now.out
    assert "known for weaving and fishing" in before.out


def test_a_table_may_look_at_how_sure_a_key_is(tmp_path: Path) -> None:
    """`.confidence` of a fact that is a key of a vocabulary is the fact's, not a form of its name."""
    fields = (MINI / "pack.yaml").read_text("utf-8")
    rules = (MINI / "rules/rules.yaml").read_text("utf-8")
    main = "    main: {type: key of trades, about: The first trade.}\n"
    tree: dict[str, str | bytes | None] = {
        "pack.yaml": fields.replace("    remote:", main + "    remote:"),
        PORT: (MINI / PORT).read_text("utf-8") + "main: {value: salt, confidence: low}\n",
        "rules/rules.yaml": rules.replace("place.market", "place.main.confidence")
        .replace("| deep         ||", "| missing      ||")
        .replace("| small        ||", "| low          ||"),
    }
    pack = write_pack(tmp_path / "pack", tree)

    assert "There are few net makers" in run(*NETMAKER, cwd=pack).out
