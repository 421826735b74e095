"""Step Functions, locally: executions and task tokens as rows. `local.executions` runs them.

Every process may start, stop and answer; only the studio executes.
"""

import json
import sqlite3
import uuid
from collections.abc import Sequence

from diorama.errors import Conflict, NotFound
from diorama.ports import Clock, Execution, ExecutionState, JsonObject, Outbox
from local.bell import Bell
from local.database import Database
from local.expressions import Json
from local.notices import EVENTS, event

EVENT_DATA_LIMIT = 200_000  # characters; AWS too leaves input and output out of an event when they are long

_EXECUTIONS = """
CREATE TABLE IF NOT EXISTS executions (
    id TEXT PRIMARY KEY, machine TEXT NOT NULL, name TEXT NOT NULL, parent TEXT,
    input TEXT NOT NULL, state TEXT NOT NULL, output TEXT,
    error TEXT NOT NULL DEFAULT '', cause TEXT NOT NULL DEFAULT '', started REAL NOT NULL, ended REAL
)"""
_BY_STATE = "CREATE INDEX IF NOT EXISTS executions_by_state ON executions (state)"
_BY_PARENT = "CREATE INDEX IF NOT EXISTS executions_by_parent ON executions (parent)"
_TOKENS = """
CREATE TABLE IF NOT EXISTS task_tokens (
    token TEXT PRIMARY KEY, execution TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'waiting', output TEXT, error TEXT, cause TEXT
)"""


class LocalWorkflows:
    """Executions are called `machine:name`. `bell` rings whenever one of them changes.

    `outbox` must keep its queue in the same database: an end and the news of it are one write.
    """

    def __init__(self, database: Database, outbox: Outbox, clock: Clock) -> None:
        self.database = database
        self.bell = Bell()
        self._outbox = outbox
        self._clock = clock
        database.create(_EXECUTIONS, _BY_STATE, _BY_PARENT, _TOKENS)

    # --- The port -------------------------------------------------------------------------------

    def start(self, machine: str, name: str, data: JsonObject) -> str:
        return self.start_child(None, machine, name, data)

    def stop(self, execution: str, cause: str) -> None:
        self._row(execution)
        self.end(execution, "aborted", cause=cause)

    def status(self, execution: str) -> Execution:
        row = self._row(execution)
        output = None if row["output"] is None else json.loads(row["output"])
        return Execution(row["state"], output, row["error"], row["cause"])

    def answer(self, task_token: str, output: JsonObject) -> None:
        self._settle_token(task_token, "answered", output=_plain(output))

    def fail(self, task_token: str, error: str, cause: str) -> None:
        self._settle_token(task_token, "failed", error=error, cause=cause)

    # --- For those who execute --------------------------------------------------------------------

    def start_child(self, parent: str | None, machine: str, name: str, data: Json) -> str:
        """Starts an execution that ends with its parent."""
        execution, text = f"{machine}:{name}", _plain(data)
        with self.database.transaction() as connection:
            row = connection.execute("SELECT input FROM executions WHERE id = ?", (execution,)).fetchone()
            # As data, not as text: what went through a table has 2 where it had 2.0.
            if row is not None and json.loads(row["input"]) != data:
                raise Conflict(f"The execution '{name}' has been started with other data.")
            if row is None:
                connection.execute(
                    "INSERT INTO executions (id, machine, name, parent, input, state, started)"
                    " VALUES (?, ?, ?, ?, ?, 'running', ?)",
                    (execution, machine, name, parent, text, self._clock.now()),
                )
        self.bell.ring()
        return execution

    def running(self) -> Sequence[sqlite3.Row]:
        """Executions that should be under way: id, machine, name, input and started."""
        return (
            self.database.connection()
            .execute("SELECT * FROM executions WHERE state = 'running' ORDER BY started")
            .fetchall()
        )

    def is_running(self, execution: str) -> bool:
        found = self.database.connection().execute(
            "SELECT 1 FROM executions WHERE id = ? AND state = 'running'", (execution,)
        )
        return found.fetchone() is not None

    def end(
        self, execution: str, state: ExecutionState, output: Json = None, error: str = "", cause: str = ""
    ) -> None:
        """Ends it with its children, and tells the bus. Nothing happens where it has ended."""
        text = _plain(output) if state == "succeeded" else None
        with self.database.transaction() as connection:
            changed = connection.execute(
                "UPDATE executions SET state = ?, output = ?, error = ?, cause = ?, ended = ?"
                " WHERE id = ? AND state = 'running'",
                (state, text, error, cause, self._clock.now(), execution),
            )
            if changed.rowcount:
                self._end_what_hangs_on(connection, execution)
                self._outbox.publish(EVENTS, self._notice(self._row(execution)))
        self.bell.ring()

    def drop_interrupted(self) -> None:
        """After a crash: forgets tokens and child executions of what must run again from the top."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM task_tokens")
            connection.execute(
                "WITH RECURSIVE lost (id) AS ("
                " SELECT id FROM executions WHERE state = 'running' AND parent IS NULL"
                " UNION SELECT executions.id FROM executions JOIN lost ON executions.parent = lost.id)"
                " DELETE FROM executions WHERE parent IS NOT NULL AND id IN lost"
            )

    def new_token(self, execution: str) -> str:
        """A token that `answer` and `fail` know."""
        token = uuid.uuid4().hex
        with self.database.transaction() as connection:
            connection.execute("INSERT INTO task_tokens (token, execution) VALUES (?, ?)", (token, execution))
        return token

    def is_waiting(self, token: str) -> bool:
        """Whether the token has not been settled, and its execution still runs."""
        found = self.database.connection().execute(
            "SELECT 1 FROM task_tokens WHERE token = ? AND state = 'waiting'", (token,)
        )
        return found.fetchone() is not None

    def take_token(self, token: str) -> sqlite3.Row | None:
        """How it stands (state, output, error, cause), for the last time: nobody waits on it any more."""
        with self.database.transaction() as connection:
            row: sqlite3.Row | None = connection.execute(
                "DELETE FROM task_tokens WHERE token = ? RETURNING *", (token,)
            ).fetchone()
        return row

    # --- Inside -----------------------------------------------------------------------------------

    def _row(self, execution: str) -> sqlite3.Row:
        row: sqlite3.Row | None = (
            self.database.connection()
            .execute("SELECT * FROM executions WHERE id = ?", (execution,))
            .fetchone()
        )
        if row is None:
            raise NotFound("There is no such execution.")
        return row

    def _end_what_hangs_on(self, connection: sqlite3.Connection, execution: str) -> None:
        connection.execute("DELETE FROM task_tokens WHERE execution = ?", (execution,))
        children = connection.execute(
            "SELECT id FROM executions WHERE parent = ? AND state = 'running'", (execution,)
        ).fetchall()
        for child in children:
            self.end(child["id"], "aborted", cause="The execution that waited for it has ended.")

    def _settle_token(self, token: str, state: str, **result: str) -> None:
        with self.database.transaction() as connection:
            changed = connection.execute(
                "UPDATE task_tokens SET state = ?, output = ?, error = ?, cause = ?"
                " WHERE token = ? AND state = 'waiting'",
                (state, result.get("output"), result.get("error"), result.get("cause"), token),
            )
        if not changed.rowcount:
            raise NotFound("Nobody waits on this task token.")
        self.bell.ring()

    def _notice(self, row: sqlite3.Row) -> JsonObject:
        fits = len(row["input"]) + len(row["output"] or "") <= EVENT_DATA_LIMIT
        detail = {
            "executionArn": row["id"],
            "stateMachineArn": row["machine"],
            "name": row["name"],
            "status": row["state"].upper(),
            "startDate": int(row["started"] * 1000),
            "stopDate": int(row["ended"] * 1000),
            "input": row["input"] if fits else None,
            "output": row["output"] if fits else None,
            "error": row["error"] or None,
            "cause": row["cause"] or None,
        }
        return event("aws.states", "Step Functions Execution Status Change", detail, row["ended"])


def _plain(data: Json) -> str:
    return json.dumps(data, sort_keys=True, allow_nan=False)
