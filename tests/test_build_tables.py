"""Tables: the guides of a folder as rows of one file, read back with the libraries that others would use."""

import errno
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import compute, parquet

import guidegen.build
from conftest import write_pack
from guidegen import __version__
from guidegen.build import tables
from guidegen.build.digests import of_bytes
from guidegen.build.folder import locked
from guidegen.build.rows import rows_of
from guidegen.build.tables import Row, check_sink, kept_in, stamp_of, table
from guidegen.build.work import Batch
from guidegen.build.workers import Order, Task, working
from guidegen.problems import MachineFailed, Refused, show

KINDS = ("sqlite", "parquet")
FORMATS = ("text", "html", "markdown", "json")


def row(number: int, **changed: str | bytes) -> Row:
    """A guide of a few lines, not all of them in ASCII."""
    text = f"Guide {number}\n€{number},000 – naïve “text”\n".encode()
    values = {
        "locale": "en",
        "place": f"port-{number // 3:02}",
        "role": f"role-{number % 3}",
        "format": "text",
    }
    rest = {
        "title": f"Guide {number}",
        "dated": "2026",
        "text": text,
        "inputs": "1" * 32,
        "digest": of_bytes(text),
    }
    return Row(**{**values, **rest, **changed})


def fill(spec: str, count: int = 30, stamp: str = "one") -> None:
    with table(spec, stamp, "2026-01-01") as guides:
        for number in range(0, count, 3):
            guides.put([row(number), row(number + 1), row(number + 2)])


def read(spec: str) -> list[Row]:
    """All rows of a table, by the library of its kind."""
    kind, _, file = spec.partition(":")
    if kind == "sqlite":
        database = sqlite3.connect(file)
        found = [Row(*values) for values in database.execute("SELECT * FROM guides ORDER BY rowid")]
        database.close()
    else:
        found = [Row(**values) for values in parquet.read_table(file).to_pylist()]
    return [one._replace(text=one.text.encode()) for one in found]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def refusal(spec: str) -> str:
    """What people read when a sink is refused, said before anything is made and when it is to be written."""
    with pytest.raises(Refused) as refused:
        check_sink(spec)
    with pytest.raises(Refused) as again, table(spec, "one"):
        pass
    assert [show(problem) for problem in refused.value.problems] == [
        show(each) for each in again.value.problems
    ]
    return show(refused.value.problems[0])


# -- the same content as a folder


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_table_holds_what_a_folder_holds(tmp_path: Path, kind: str, jobs: int) -> None:
    pack = write_pack(tmp_path / "pack", {"facts/roles/salter.yaml": salter()})
    tasks = [Task(Batch(place, "en", ("netmaker", "salter")), {}) for place in ("marland", "port-ellen")]
    out = tmp_path / "site"
    with locked(out, pack), working(Order(str(pack), FORMATS, "", str(out)), "", jobs) as make:
        folder = list(make(tasks))
    spec = f"{kind}:{tmp_path / 'guides'}"
    with working(Order(str(pack), FORMATS, "", ""), "", jobs) as make, table(spec, "one") as guides:
        for done in make(tasks):
            guides.put(rows_of(done, FORMATS, lambda made: of_bytes(made.role.encode())))

    found = read(spec)
    files = [file for done in folder for files in done.files.values() for file in files]
    assert [one.text for one in found] == [(out / file.path).read_bytes() for file in files]
    assert [one.digest for one in found] == [file.digest for file in files]
    assert [one.format for one in found] == [*FORMATS] * 4
    assert {one.title for one in found if one.place == "port-ellen"} == {
        "Net Makers in Port Ellen",
        "Salters in Port Ellen",
    }
    assert {one.dated for one in found if one.place == "port-ellen"} == {"2024"}
    assert {(one.role, one.inputs) for one in found} == {
        (role, of_bytes(role.encode())) for role in ("netmaker", "salter")
    }
    guide = json.loads(next(one.text for one in found if one.format == "json"))
    assert guide["place"] == "marland"


def salter() -> str:
    text = (Path(__file__).parent / "mini_pack/facts/roles/netmaker.yaml").read_text()
    return text.replace("net maker", "salter").replace("Net Maker", "Salter")


# -- asking


def test_sqlite_answers_what_people_ask(tmp_path: Path) -> None:
    fill(f"sqlite:{tmp_path / 'guides.sqlite'}")
    database = sqlite3.connect(tmp_path / "guides.sqlite")
    ask = database.execute

    assert ask("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert ask("SELECT count(*), count(DISTINCT place) FROM guides").fetchone() == (30, 10)
    named = (
        "SELECT text, typeof(text) FROM guides WHERE locale = 'en' AND place = 'port-04' AND role = 'role-1'"
    )
    assert ask(named).fetchall() == [(row(13).text.decode(), "text")]
    assert ask("SELECT title FROM guides WHERE text LIKE '%€7,000 – naïve%'").fetchall() == [("Guide 7",)]
    assert ask("SELECT length(text) FROM guides WHERE title = 'Guide 7'").fetchone() == (
        len(row(7).text.decode()),
    )
    assert dict(ask("SELECT * FROM meta")) == {
        "as_of": "2026-01-01",
        "format": "1",
        "stamp": "one",
        "tool": f"guidegen {__version__}",
    }
    for asked, index in [
        ("place = 'port-04'", "guides_by_place (place=?)"),
        ("role = 'role-1'", "guides_by_role (role=?)"),
        (
            "locale = 'en' AND place = 'x' AND role = 'y' AND format = 'text'",
            "(locale=? AND place=? AND role=? AND",
        ),
    ]:
        plan = str(ask(f"EXPLAIN QUERY PLAN SELECT text FROM guides WHERE {asked}").fetchall())  # noqa: S608
        assert index in plan
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        ask("INSERT INTO guides SELECT * FROM guides LIMIT 1")
    database.close()


def test_parquet_answers_what_people_ask(tmp_path: Path) -> None:
    fill(f"parquet:{tmp_path / 'guides.parquet'}", 9000)
    file = parquet.ParquetFile(tmp_path / "guides.parquet")

    assert file.schema_arrow.names == [*Row._fields]
    assert {str(field.type) for field in file.schema_arrow} == {"string"}
    assert [file.metadata.row_group(number).num_rows for number in range(3)] == [2048, 2048, 2048]
    assert file.metadata.row_group(0).column(6).compression == "ZSTD"
    about = {key.decode(): value.decode() for key, value in file.metadata.metadata.items()}
    assert about["guidegen.stamp"] == "one"
    assert about["guidegen.as_of"] == "2026-01-01"
    assert about["guidegen.tool"] == f"guidegen {__version__}"
    file.close()
    found = parquet.read_table(tmp_path / "guides.parquet", filters=[("place", "=", "port-1234")])
    assert found["text"].to_pylist() == [row(number).text.decode() for number in (3702, 3703, 3704)]
    whole = parquet.read_table(tmp_path / "guides.parquet", columns=["role", "text"])
    counted = whole.group_by("role").aggregate([("text", "count")]).to_pydict()
    assert dict(zip(counted["role"], counted["text_count"])) == {
        f"role-{number}": 3000 for number in range(3)
    }
    assert compute.sum(compute.match_substring(whole["text"], "€7,000 – naïve")).as_py() == 1


def test_a_row_group_is_no_larger_than_memory_bears(tmp_path: Path) -> None:
    with table(f"parquet:{tmp_path / 'guides'}", "one") as guides:
        guides.put(row(number, text=b"x" * (8 << 20)) for number in range(9))
    groups = parquet.read_metadata(tmp_path / "guides")

    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [2, 2, 2, 2, 1]


# -- the same guides, the same bytes


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_guides_are_the_same_bytes(tmp_path: Path, kind: str) -> None:
    fill(f"{kind}:{tmp_path / 'first'}")
    fill(f"{kind}:{tmp_path / 'second'}", 12, "other")
    fill(f"{kind}:{tmp_path / 'second'}")

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    assert read(f"{kind}:{tmp_path / 'second'}") == [row(number) for number in range(30)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_table_is_a_table(tmp_path: Path, kind: str) -> None:
    fill(f"{kind}:{tmp_path / 'guides'}", 0)

    assert read(f"{kind}:{tmp_path / 'guides'}") == []
    assert stamp_of(f"{kind}:{tmp_path / 'guides'}") == "one"


# -- the stamp


@pytest.mark.parametrize("kind", KINDS)
def test_the_stamp_is_of_the_table_that_is_there(tmp_path: Path, kind: str) -> None:
    spec = f"{kind}:{tmp_path / 'guides'}"
    assert stamp_of(spec) == ""
    fill(spec, stamp="one")
    assert stamp_of(spec) == "one"
    fill(spec, stamp="two")
    assert stamp_of(spec) == "two"
    with table(spec, "three") as guides:
        guides.put([row(0)])
        guides.doubt()

    assert stamp_of(spec) == ""
    assert read(spec) == [row(0)], "it is ours all the same"
    fill(spec, stamp="three")
    assert stamp_of(spec) == "three"


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_another_version_s_form_has_no_stamp(tmp_path: Path, monkeypatch, kind: str) -> None:
    spec = f"{kind}:{tmp_path / 'guides'}"
    fill(spec)
    monkeypatch.setattr(tables, "TABLE_FORMAT", "2")

    assert stamp_of(spec) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_guide_was_can_be_kept(tmp_path: Path, kind: str) -> None:
    """The rows of a guide that can't be made now, from the table that is there until the new one is."""
    spec = f"{kind}:{tmp_path / 'guides'}"
    assert kept_in(spec)("en", "port-04", "role-1") == []
    with table(spec, "one") as guides:
        guides.put([row(13), row(13, format="html", text="<p>Zürich".encode()), row(14)])
    kept = kept_in(spec)
    with table(spec, "two") as guides:
        guides.put([row(12), *kept("en", "port-04", "role-1"), *kept("nl", "port-04", "role-1")])
        guides.doubt()

    assert read(spec) == [row(12), row(13), row(13, format="html", text="<p>Zürich".encode())]


def test_a_cut_database_is_replaced(tmp_path: Path) -> None:
    spec = f"sqlite:{tmp_path / 'guides'}"
    fill(spec)
    whole = (tmp_path / "guides").read_bytes()
    for damaged in (
        whole[: len(whole) // 2],
        whole[:40_000] + b"\xff" * 40_000 + whole[80_000:],
        whole[:100],
    ):
        (tmp_path / "guides").write_bytes(damaged)
        assert stamp_of(spec) in ("", "one")
        assert kept_in(spec)("en", "port-01", "role-1") in ([], [row(4)])
        fill(spec)
        assert (tmp_path / "guides").read_bytes() == whole


# -- what isn't ours


def test_a_database_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "crm.sqlite")
    database.execute("CREATE TABLE guides (locale, place)")
    database.commit()
    database.close()
    before = (tmp_path / "crm.sqlite").read_bytes()

    assert refusal(f"sqlite:{tmp_path / 'crm.sqlite'}") == (
        f"'{tmp_path / 'crm.sqlite'}' is no table that guidegen wrote\n"
        "  guidegen replaces its own tables, as it wrote them: move this away, or name another file"
    )
    assert (tmp_path / "crm.sqlite").read_bytes() == before
    assert names(tmp_path) == ["crm.sqlite"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE guides SET text = 'mine' WHERE title = 'Guide 7'",
        "CREATE VIEW short AS SELECT title FROM guides",
        "DELETE FROM meta",
    ],
)
def test_a_database_that_somebody_changed_is_left_alone(tmp_path: Path, change: str) -> None:
    spec = f"sqlite:{tmp_path / 'guides.sqlite'}"
    fill(spec)
    database = sqlite3.connect(tmp_path / "guides.sqlite")
    database.execute(change)
    database.commit()
    database.close()

    assert "guides.sqlite' was changed after guidegen wrote it" in refusal(spec)


def test_a_database_that_somebody_is_changing_is_left_alone(tmp_path: Path) -> None:
    """A log beside the file would be read into whatever takes the file's place."""
    spec = f"sqlite:{tmp_path / 'guides.sqlite'}"
    fill(spec)
    database = sqlite3.connect(tmp_path / "guides.sqlite")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("UPDATE guides SET text = 'mine' WHERE title = 'Guide 7'")
    database.commit()

    assert "was changed" in refusal(spec)
    database.close()


def test_reading_a_database_changes_nothing(tmp_path: Path) -> None:
    spec = f"sqlite:{tmp_path / 'guides.sqlite'}"
    fill(spec)
    database = sqlite3.connect(tmp_path / "guides.sqlite")
    assert database.execute("SELECT count(*) FROM guides").fetchone() == (30,)
    fill(spec, 12, "two")  # while it is open
    assert database.execute("SELECT count(*) FROM guides").fetchone() == (30,)
    database.close()

    assert stamp_of(spec) == "two"


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"some notes\n", b"SQLite format 3\0", b"PAR1" * 100, b"\0" * 200]
)
@pytest.mark.parametrize("kind", KINDS)
def test_any_other_file_is_left_alone(tmp_path: Path, kind: str, content: bytes) -> None:
    (tmp_path / "notes").write_bytes(content)

    assert "notes' is no table that guidegen wrote" in refusal(f"{kind}:{tmp_path / 'notes'}")
    assert (tmp_path / "notes").read_bytes() == content


def test_a_parquet_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    mine = pa.table({name: ["x"] for name in Row._fields})
    parquet.write_table(mine, tmp_path / "guides.parquet")
    assert "is no table that guidegen wrote" in refusal(f"parquet:{tmp_path / 'guides.parquet'}")

    fill(f"parquet:{tmp_path / 'ours.parquet'}")
    less = parquet.read_table(tmp_path / "ours.parquet").drop_columns(["inputs"])
    parquet.write_table(less, tmp_path / "less.parquet")
    assert "is no table that guidegen wrote" in refusal(f"parquet:{tmp_path / 'less.parquet'}")


def test_one_kind_is_not_taken_for_the_other(tmp_path: Path) -> None:
    fill(f"sqlite:{tmp_path / 'guides'}")
    assert "is no table" in refusal(f"parquet:{tmp_path / 'guides'}")


# -- sinks that are none


@pytest.mark.parametrize(
    ("spec", "message", "hint"),
    [
        ("sqlit:x", "unknown sink 'sqlit'", "did you mean 'sqlite'? write sqlite:FILE or parquet:FILE"),
        ("guides.db", "unknown sink 'guides.db'", "write sqlite:FILE or parquet:FILE"),
        ("", "unknown sink ''", "write sqlite:FILE or parquet:FILE"),
        ("sqlite", "a sink 'sqlite' without a file", "write sqlite:FILE"),
        ("parquet:", "a sink 'parquet' without a file", "write parquet:FILE"),
        ("sqlite:{here}", "'{here}' is a folder", "name a file in it: sqlite:{here}/guides.sqlite"),
        ("parquet:{here}/", "'{here}/' is a folder", "name a file in it: parquet:{here}/guides.parquet"),
        (
            "sqlite:{here}/no/guides",
            "'{here}/no/guides' would be in a folder that isn't there, '{here}/no'",
            "make the folder first",
        ),
        (
            "sqlite:{here}/file/guides",
            "'{here}/file/guides' would be in a folder that isn't there, '{here}/file'",
            "make the folder first",
        ),
        ("sqlite:{here}/pipe", "'{here}/pipe' is no file", "name another file"),
        ("sqlite:{here}/loop", "'{here}/loop' is no name of a file", "name another file"),
        ("sqlite:{here}/a\0b", "'{here}/aU+0000b' is no name of a file", "name another file"),
    ],
)
def test_a_sink_that_is_none_says_what_to_write(tmp_path: Path, spec: str, message: str, hint: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    expected = f"{message}\n  {hint}".replace("{here}", str(tmp_path))

    assert refusal(spec.replace("{here}", str(tmp_path))) == expected


def test_parquet_without_its_library_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "guidegen.build.parquet", raising=False)
    monkeypatch.delattr(guidegen.build, "parquet", raising=False)

    assert refusal(f"parquet:{tmp_path / 'guides'}") == (
        "a Parquet file needs pyarrow, which isn't installed\n  pip install 'guidegen[tables]'"
    )


# -- whole or not at all


@pytest.mark.parametrize("kind", KINDS)
def test_a_build_that_fails_leaves_the_table_that_was_there(tmp_path: Path, kind: str) -> None:
    spec = f"{kind}:{tmp_path / 'guides'}"
    fill(spec)
    before = (tmp_path / "guides").read_bytes()

    def fails() -> None:
        with table(spec, "two") as guides:
            guides.put(row(number) for number in range(5000))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert (tmp_path / "guides").read_bytes() == before
    assert names(tmp_path) == ["guides"]


KILLED = """
import os, signal, sys
sys.path[:0] = sys.argv[2:]
from test_build_tables import fill, row
from guidegen.build.tables import table
with table(sys.argv[1], "two") as guides:
    guides.put(row(number) for number in range(9000))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_a_build_that_is_killed_leaves_the_table_and_no_litter_for_long(tmp_path: Path, kind: str) -> None:
    spec = f"{kind}:{tmp_path / 'guides'}"
    fill(spec)
    before = (tmp_path / "guides").read_bytes()
    tests = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", KILLED, spec, tests], check=False)

    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "guides").read_bytes() == before
    fill(spec)
    assert (tmp_path / "guides").read_bytes() == before
    assert names(tmp_path) == ["guides"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_said_and_leaves_the_table_that_was_there(tmp_path: Path, kind: str) -> None:
    """A limit on the size of files stands for the disk's."""
    spec = f"{kind}:{tmp_path / 'guides'}"
    fill(spec)
    before = (tmp_path / "guides").read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limits[1]))
    try:
        with pytest.raises(MachineFailed) as failed, table(spec, "two") as guides:
            guides.put(row(number, text=os.urandom(4000).hex().encode()) for number in range(9000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert show(failed.value.problem).startswith(f"{tmp_path / 'guides'}: can't be written: ")
    assert (tmp_path / "guides").read_bytes() == before
    assert names(tmp_path) == ["guides"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_can_t_be_written_to_is_said(tmp_path: Path, monkeypatch, kind: str) -> None:
    real = os.open

    def refused(path, flags, *rest, **named):
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(MachineFailed) as failed, table(f"{kind}:{tmp_path / 'guides'}", "one"):
        pass

    assert show(failed.value.problem) == f"{tmp_path / 'guides'}: can't be written: Read-only file system"


@pytest.mark.parametrize("kind", KINDS)
def test_two_builds_into_one_table_at_once(tmp_path: Path, kind: str) -> None:
    spec = f"{kind}:{tmp_path / 'guides'}"
    with table(spec, "one") as guides:
        with pytest.raises(Refused) as refused, table(spec, "two"):
            pass
        guides.put([row(1)])

    assert show(refused.value.problems[0]) == (
        f"another build is writing '{tmp_path / 'guides'}'\n  wait until it is done, or name another file"
    )
    assert read(spec) == [row(1)]


def test_a_link_is_followed_and_modes_are_kept(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "guides").symlink_to("there/guides.sqlite")
    fill(f"sqlite:{tmp_path / 'guides'}")
    (tmp_path / "there/guides.sqlite").chmod(0o600)
    fill(f"sqlite:{tmp_path / 'guides'}", 12)

    assert (tmp_path / "guides").is_symlink()
    assert len(read(f"sqlite:{tmp_path / 'there/guides.sqlite'}")) == 12
    assert (tmp_path / "there/guides.sqlite").stat().st_mode & 0o777 == 0o600
