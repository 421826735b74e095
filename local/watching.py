"""Following a job from the command line: how far it is, how it ended, and Ctrl-C."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeAlias

from tqdm import tqdm

from diorama.errors import BadRequest, DioramaError
from local.client import AnsweredProblem, StudioClient

POLL_S = 0.5
ENDED = frozenset({"succeeded", "refused", "failed", "cancelled"})
BAD_PATH = 2

Bar: TypeAlias = "tqdm[NoReturn]"


def outcome_of(make: Callable[[], dict[str, Any]], path: Path) -> tuple[dict[str, Any], int]:
    """What a command made of a file, or why not, and its exit status: 0 made, 1 not, 2 nothing to make it from."""
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    try:
        found = make()
    except BadRequest as error:
        return failure("failed", error), BAD_PATH
    except OSError as error:
        unreadable = BadRequest(f"{path} can't be read: {error.strerror}.", "", "unreadable")
        return failure("failed", unreadable), BAD_PATH
    except KeyboardInterrupt:
        nothing = DioramaError("Stopped before a job was started.", "The same again goes on.", "cancelled")
        found = failure("cancelled", nothing)
    except DioramaError as error:
        refused = isinstance(error, AnsweredProblem) and error.http_status == 422
        found = failure("refused" if refused else "failed", error)
    return found, 0 if found["status"] == "succeeded" else 1


def _as_ctrl_c(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def watched(client: StudioClient, job: Any, bar: Bar) -> Any:
    """Shows a job until it has ended."""
    while job["status"] not in ENDED:
        running = [stage for stage in job["stages"] if stage["status"] in ("running", "waiting")]
        at = running[-1] if running else None
        bar.set_description_str(at["stage"] if at else job["status"])
        message = (at and at["message"]) or job["message"]
        bar.set_postfix_str(", ".join(part for part in (message, time_left(job["ready_at"])) if part))
        move(bar, job["percent"])
        time.sleep(POLL_S)
        job = client.ask("GET", f"/v1/jobs/{job['job_id']}")
    return job


def time_left(ready_at: float | None) -> str:
    """How long it is going to take from now on, in words; nothing where nobody can tell."""
    if ready_at is None:
        return ""
    seconds = max(0.0, ready_at - time.time())
    if seconds < 90:
        return f"about {max(5, 5 * round(seconds / 5))} s left"
    return f"about {round(seconds / 60)} min left"


def cancelled(client: StudioClient, job_id: str) -> Any:
    """Cancels a job; one that has just ended stays as it ended."""
    try:
        return client.ask("POST", f"/v1/jobs/{job_id}/cancel")
    except AnsweredProblem as problem:
        if problem.stable_code != "already_ended":
            raise
    return client.ask("GET", f"/v1/jobs/{job_id}")


def failure(status: str, error: DioramaError) -> dict[str, Any]:
    """What is told where no job came about."""
    return {
        "status": status,
        "job_id": None,
        "code": error.stable_code,
        "message": error.message,
        "advice": error.advice,
    }


def new_bar() -> Bar:
    """How far a job is, in one line."""
    # On a terminal only: in a log it would be a mess.
    return tqdm(
        total=100,
        file=sys.stderr,
        disable=None,
        bar_format="{desc}: {bar:30} {n:3.0f} %{postfix}",
        leave=False,
    )


def move(bar: Bar, percent: float) -> None:
    """Shows how far it is."""
    bar.n = min(100.0, percent)
    bar.refresh()
