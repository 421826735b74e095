import subprocess
import sys
from pathlib import Path

import pytest

from local.database import Database
from local.records import SqliteRecords

COUNT = """
import sys; from pathlib import Path
from diorama.errors import Conflict, TooMuch
from local.database import Database; from local.records import SqliteRecords
records = SqliteRecords(Database(Path(sys.argv[1])), "jobs")
for _ in range(25):
    while True:
        row = records.get("counter", "1") or {"pk": "counter", "sk": "1", "count": 0, "rev": 0}
        try:
            records.put({**row, "count": row["count"] + 1}, row["rev"])
            break
        except Conflict:
            continue
    try:
        records.add("pool", "cpu", "used", 1, ceiling=60)
    except TooMuch:
        pass
"""


def test_processes_lose_no_update_and_pass_no_ceiling(tmp_path: Path) -> None:
    path = tmp_path / "diorama.sqlite"
    environment = {"PYTHONPATH": ":".join(sys.path)}
    processes = [
        subprocess.Popen([sys.executable, "-c", COUNT, str(path)], env=environment) for _ in range(4)
    ]
    assert [process.wait() for process in processes] == [0] * 4
    records = SqliteRecords(Database(path), "jobs")
    assert records.get("counter", "1") == {"pk": "counter", "sk": "1", "count": 100, "rev": 100}
    assert records.get("pool", "cpu") == {"pk": "pool", "sk": "cpu", "used": 60, "rev": 60}


def test_tables_of_one_file_know_nothing_of_each_other(database: Database) -> None:
    jobs, records = SqliteRecords(database, "JobsTable"), SqliteRecords(database, "RecordsTable")
    jobs.put({"pk": "a", "sk": "1", "gsi_pk": "g", "gsi_sk": "1"}, 0)
    assert records.get("a", "1") is None
    assert records.query("g", index=True).rows == []
    records.delete("a", "1")
    assert jobs.get("a", "1") is not None


def test_rows_written_with_others_in_one_transaction_share_its_fate(database: Database) -> None:
    records = SqliteRecords(database, "jobs")

    def fail() -> None:
        with database.transaction():
            records.put({"pk": "a", "sk": "1"}, 0)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert records.get("a", "1") is None


def test_a_query_is_answered_by_an_index(database: Database) -> None:
    SqliteRecords(database, "jobs")
    for where in ("pk = 'a' AND sk >= 'b' AND sk < 'c' ORDER BY sk", "gsi_pk = 'g' ORDER BY gsi_sk, pk, sk"):
        plan = database.connection().execute(
            f"EXPLAIN QUERY PLAN SELECT rev, body FROM rows WHERE table_name = 'jobs' AND {where}"
        )
        steps = [step["detail"] for step in plan]
        assert len(steps) == 1, steps
        assert "USING" in steps[0]


def test_rows_past_their_ttl_are_swept_and_others_stay(database: Database) -> None:
    records = SqliteRecords(database, "t")
    other = SqliteRecords(database, "other")
    for table in (records, other):
        table.put({"pk": "a", "sk": "old", "ttl": 99}, 0)
        table.put({"pk": "a", "sk": "new", "ttl": 101}, 0)
        table.put({"pk": "a", "sk": "kept"}, 0)
    records.sweep(100.0)
    assert [row["sk"] for row in records.query("a").rows] == ["kept", "new"]
    assert len(other.query("a").rows) == 3
