import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from diorama.errors import Unavailable
from local import database as database_module
from local.database import Database

WORDS = "CREATE TABLE IF NOT EXISTS words (word TEXT)"


def words(database: Database) -> list[str]:
    return [row["word"] for row in database.connection().execute("SELECT word FROM words ORDER BY rowid")]


def say(database: Database, word: str) -> None:
    database.connection().execute("INSERT INTO words VALUES (?)", (word,))


def run(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process of ours, whose standard output can be read."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_the_folder_is_made_for_us_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "state" / "diorama.sqlite")
    database.create(WORDS)
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    database.close()
    database.close()


def test_a_thread_keeps_its_connection_and_shares_it_with_nobody(database: Database) -> None:
    with ThreadPoolExecutor(1) as thread:
        assert database.connection() is database.connection()
        assert thread.submit(database.connection).result() is not database.connection()


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    database.create(WORDS)

    def fail() -> None:
        with database.transaction():
            say(database, "lost")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert words(database) == []
    with database.transaction():
        say(database, "kept")
    assert words(database) == ["kept"]


def test_a_transaction_within_another_is_part_of_it(database: Database) -> None:
    database.create(WORDS)

    def fail() -> None:
        with database.transaction():
            with database.transaction():
                say(database, "inner")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert words(database) == []


def test_a_file_that_stays_locked_is_unavailable(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.create(WORDS)
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_S", 0.05)

    def write() -> None:
        with database.transaction():
            say(database, "late")

    with ThreadPoolExecutor(1) as thread, database.transaction():
        with pytest.raises(Unavailable):
            thread.submit(write).result()


def test_a_full_disk_is_unavailable_and_leaves_nothing(database: Database) -> None:
    database.create(WORDS)
    database.connection().execute("PRAGMA max_page_count = 2")

    def write() -> None:
        with database.transaction():
            say(database, "x" * 100_000)

    with pytest.raises(Unavailable, match="disk is full"):
        write()
    assert words(database) == []


OPEN = """
import sys; from pathlib import Path; from local.database import Database
database = Database(Path(sys.argv[1]))
database.create("CREATE TABLE IF NOT EXISTS words (word TEXT)")
with database.transaction() as connection:
    connection.execute("INSERT INTO words VALUES (?)", (sys.argv[2],))
"""


def test_many_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "diorama.sqlite"
    processes = [run(OPEN, path, number) for number in range(6)]
    assert [process.wait() for process in processes] == [0] * 6
    for process in processes:
        process.communicate()
    assert sorted(words(Database(path))) == [str(number) for number in range(6)]


DIE = """
import sys; from pathlib import Path; from local.database import Database
database = Database(Path(sys.argv[1]))
with database.transaction() as connection:
    connection.execute("INSERT INTO words VALUES ('committed')")
with database.transaction() as connection:
    connection.execute("INSERT INTO words VALUES ('open')")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_killed_process_leaves_what_it_committed_and_no_lock(database: Database, tmp_path: Path) -> None:
    database.create(WORDS)
    with subprocess.Popen(
        [sys.executable, "-c", DIE, str(tmp_path / "state" / "diorama.sqlite")],
        env={"PYTHONPATH": ":".join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGKILL)
    with database.transaction():
        say(database, "after")
    assert words(database) == ["committed", "after"]
