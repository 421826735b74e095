"""SageMaker, locally: work as rows, in order. `local.workers` runs it, one heavy process at a time."""

import json
import sqlite3

from diorama.ports import Clock, JsonObject, LaunchCall, Outbox, WorkState
from local.bell import Bell
from local.database import Database
from local.notices import EVENTS, event

_WORKS = """
CREATE TABLE IF NOT EXISTS works (
    position INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL, arguments TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'queued',
    stop_asked INTEGER NOT NULL DEFAULT 0, pid INTEGER, start_mark TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', queued REAL NOT NULL, ended REAL
)"""
_STATUS = {"succeeded": "Completed", "failed": "Failed", "stopped": "Stopped"}


class ProcessCompute:
    """Any process may launch, stop and ask; only the studio runs. `topic` gets the endpoints' results.

    `outbox` must keep its queue in the same database: an end and the news of it are one write.
    """

    def __init__(self, database: Database, outbox: Outbox, clock: Clock, topic: str) -> None:
        self.database = database
        self.bell = Bell()
        self._outbox = outbox
        self._clock = clock
        self._topic = topic
        database.create(_WORKS)

    # --- The port -------------------------------------------------------------------------------

    def launch(self, call: LaunchCall) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO works (name, operation, arguments, queued) VALUES (?, ?, ?, ?)",
                (call.name, call.operation, json.dumps(call.arguments), self._clock.now()),
            )
        self.bell.ring()

    def stop(self, name: str) -> None:
        with self.database.transaction() as connection:
            connection.execute("UPDATE works SET stop_asked = 1 WHERE name = ?", (name,))
            row = self._row(name)
            if row is not None and row["state"] == "queued":
                self.end(name, "stopped", "")
        self.bell.ring()

    def state(self, name: str) -> WorkState:
        row = self._row(name)
        if row is None or row["operation"] == "invoke_endpoint_async":
            return "unknown"
        state: WorkState = "running" if row["state"] == "queued" else row["state"]
        return state

    def billable_s(self, name: str) -> float | None:  # noqa: ARG002 (nobody bills one's own machine)
        return None

    # --- For those who run it ---------------------------------------------------------------------

    def take_next(self) -> sqlite3.Row | None:
        """The work that has waited longest, which counts as running from now on."""
        waiting = "SELECT 1 FROM works WHERE state = 'queued'"
        if self.database.connection().execute(waiting).fetchone() is None:
            return None  # asked often: no lock for nothing
        with self.database.transaction() as connection:
            row: sqlite3.Row | None = connection.execute(
                "UPDATE works SET state = 'running' WHERE position ="
                " (SELECT min(position) FROM works WHERE state = 'queued') RETURNING *"
            ).fetchone()
        return row

    def remember_process(self, name: str, pid: int, start_mark: str) -> None:
        """So that a studio after this one finds it."""
        with self.database.transaction() as connection:
            connection.execute(
                "UPDATE works SET pid = ?, start_mark = ? WHERE name = ?", (pid, start_mark, name)
            )

    def stop_is_asked(self, name: str) -> bool:
        row = self._row(name)
        return row is None or bool(row["stop_asked"])

    def open_works(self) -> list[sqlite3.Row]:
        """Everything that is queued or running."""
        found = self.database.connection().execute(
            "SELECT * FROM works WHERE state IN ('queued', 'running') ORDER BY position"
        )
        return found.fetchall()

    def end(self, name: str, state: WorkState, reason: str) -> None:
        """Writes the end down and tells it, once."""
        with self.database.transaction() as connection:
            changed = connection.execute(
                "UPDATE works SET state = ?, reason = ?, ended = ?"
                " WHERE name = ? AND state IN ('queued', 'running')",
                (state, reason, self._clock.now(), name),
            )
            row = self._row(name)
            if changed.rowcount and row is not None:
                self._tell(row)

    def forget_all(self) -> None:
        """For the studio's start: executions run again from the top and launch under the same names."""
        with self.database.transaction() as connection:
            connection.execute("DELETE FROM works")

    # --- Inside -----------------------------------------------------------------------------------

    def _row(self, name: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = (
            self.database.connection().execute("SELECT * FROM works WHERE name = ?", (name,)).fetchone()
        )
        return row

    def _tell(self, row: sqlite3.Row) -> None:
        if row["operation"] == "create_training_job":
            self._outbox.publish(EVENTS, _training_job_notice(row))
        else:
            self._outbox.publish(self._topic, _inference_notice(row))


def _training_job_notice(row: sqlite3.Row) -> JsonObject:
    status = _STATUS[row["state"]]
    detail = {
        "TrainingJobName": row["name"],
        "TrainingJobArn": row["name"],
        "TrainingJobStatus": status,
        "SecondaryStatus": status,
    }
    if row["reason"]:
        detail["FailureReason"] = row["reason"]
    return event("aws.sagemaker", "SageMaker Training Job State Change", detail, row["ended"])


def _inference_notice(row: sqlite3.Row) -> JsonObject:
    arguments = json.loads(row["arguments"])
    message = {
        "awsRegion": "local",
        "eventName": "InferenceResult",
        "eventSource": "aws:sagemaker",
        "inferenceId": row["name"],
        "requestParameters": {
            "endpointName": arguments["EndpointName"],
            "inputLocation": arguments["InputLocation"],
        },
    }
    if row["state"] == "succeeded":
        return {**message, "invocationStatus": "Completed", "responseParameters": {}}
    return {**message, "invocationStatus": "Failed", "failureReason": row["reason"] or row["state"]}
