"""Many small jobs in a studio whose processes are killed every few seconds: is one lost, or anything left?

    PYTHONPATH=layers/core:functions:. python -m bench.soak [--jobs 200] [--seed 1] [--minutes 10]

A real studio, with real workers and real stage programs as processes, in a copy of the repository whose stages only
pass a name along. Two clients start jobs, one after the other; some are of new material, most change a parameter of
a later stage. Meanwhile SIGKILL goes to the studio, to a worker or to a stage.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from diorama.errors import DioramaError, Unavailable
from diorama.jobs.table import LATE_WRITES_S
from diorama.tours.stages import STAGES
from local.client import AnsweredProblem, StudioClient
from local.sending import send
from local.state import ROOT, StateFolder

COPIED = ("functions", "layers/core", "local", "statemachine", "template.yaml")
AT_ONCE = 2
JOBS_A_VIDEO = 5
KILL_EVERY_S = (3.0, 8.0)
PATIENCE_S = 300.0
"""After the last kill, for what is under way."""
SETTLING_S = 3 * LATE_WRITES_S
ENDED = ("succeeded", "refused", "failed", "cancelled")
TRIES = 4
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 500
TURNED: dict[str, str] = {
    "solve_poses": "seed",
    "train_splats": "seed",
    "optimize_splats": "seed",
    "package_tour": "path_poses",
}
"""Stage -> a parameter that a job changes so that this stage and those after it run."""
STAND_IN = """
import fcntl, hashlib, time
from pathlib import Path
from diorama.tours.stages import {report}

RUNS = Path(__file__).parent / "runs"

def run(inputs, outputs, params, progress):
    digest = hashlib.sha256(("{name}" + params.model_dump_json()).encode())
    # An input may be a link to the folder of the stage before.
    for path in sorted(file for folder in inputs.iterdir() for file in folder.resolve().rglob("*")):
        if path.name == "name.txt" or path.suffix == ".mp4":
            digest.update(path.read_bytes())
    name = digest.hexdigest()[:24]
    RUNS.mkdir(exist_ok=True)
    with (RUNS / name).open("a+") as alone:
        try:
            fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            (RUNS / (name + ".twice")).touch()
        alone.write("{name}\\n")
        alone.flush()
        progress(50, "half way")
        time.sleep(0.1)
    (outputs / "name.txt").write_text(name)
    return {report}.model_construct(outcome="succeeded")
"""


@dataclass
class Figures:
    """What came of it."""

    jobs: int = 0
    ended: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    twice: int = 0
    retried: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    stages_run: int = 0
    stages_needed: int = 0
    without_letter: int = 0
    still_open: int = 0
    """Jobs that were not yet closed when the last one had ended."""
    left: list[str] = field(default_factory=list)
    seconds: float = 0


class Studio:
    """A studio in the copy, that is killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.root, self.state = folder / "copy", StateFolder(folder / "state")
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        _copy(self.root)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        paths = [self.root / "layers/core", self.root / "functions", self.root]
        command = [sys.executable, "-m", "local", "--state", str(self.state.path), "studio"]
        with (self.root / "studio.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port)],
                cwd=self.root,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
                stdout=log,
                stderr=log,
            )

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(30)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.start()

    def client(self) -> StudioClient:
        """One that is signed in; it waits for the studio to be there."""
        give_up_at = time.monotonic() + 60
        while True:
            client = StudioClient(self.url)
            try:
                client.sign_in(*self.state.demo_user())
            except DioramaError:
                client.close()
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.2)
            else:
                return client

    def processes(self, program: str) -> list[int]:
        """Those of this copy that run a program."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                here = str(self.root).encode() in (folder / "environ").read_bytes()
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if here and program in command:
                found.append(int(folder.name))
        return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _copy(root: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    stages = root / "sagemaker_containers/scene"
    stages.mkdir(parents=True)
    for stage in STAGES:
        text = STAND_IN.format(name=stage.name, report=stage.report.__name__)
        (stages / f"{stage.name}.py").write_text(text)


@contextmanager
def running(folder: Path) -> Iterator[Studio]:
    """A studio, which is ended with everything that it started."""
    studio = Studio(folder)
    studio.start()
    try:
        yield studio
    finally:
        studio.stop()


# --- What happens ---------------------------------------------------------------------------------


class Killer(threading.Thread):
    """Kills a process of the studio every few seconds."""

    def __init__(self, studio: Studio, chance: random.Random, end_at: float) -> None:
        super().__init__(daemon=True)
        self.studio, self.chance, self.end_at = studio, chance, end_at
        self.kills: Counter[str] = Counter()
        self.over = threading.Event()

    def run(self) -> None:
        while not self.over.wait(self.chance.uniform(*KILL_EVERY_S)) and time.monotonic() < self.end_at:
            kind = self.chance.choice(["studio", "worker", "stage"])
            if kind == "studio":
                self.studio.kill()
                self.kills[kind] += 1
                self.studio.client().close()  # up again: a busy machine takes longer than from kill to kill
                continue
            for pid in self.studio.processes("diorama.work" if kind == "worker" else "diorama.run")[:1]:
                os.kill(pid, signal.SIGKILL)
                self.kills[kind] += 1


@dataclass
class Client:
    """Starts jobs one after the other, and follows each to its end."""

    number: int
    studio: Studio
    folder: Path
    chance: random.Random
    end_at: float
    retried: int = 0
    videos: int = 0
    upload_id: str = ""
    ended: list[dict[str, Any]] = field(default_factory=list)

    def work(self, count: int) -> None:
        name = f"soak {self.number}"
        with self.studio.client() as client:
            project = self._ask(client, "POST", "/v1/projects", {"name": name}, name)["project_id"]
            for number in range(count):
                if time.monotonic() > self.end_at:
                    return
                self.ended.append(self._one(client, project, number))

    def _one(self, client: StudioClient, project: str, number: int) -> dict[str, Any]:
        if number % JOBS_A_VIDEO == 0:
            self.upload_id = self._upload(client, project)
        stage = self.chance.choice(list(TURNED))
        params = {stage: {TURNED[stage]: 2 + number}} if number % JOBS_A_VIDEO else {}
        name = f"job {self.number}-{number}"
        body = {"project_id": project, "upload_id": self.upload_id, "name": name, "params": params}
        job: dict[str, Any] = self._ask(client, "POST", "/v1/tours", body, name)["job"]
        for tries in range(TRIES):
            job = self._followed(client, job["job_id"])
            if job["status"] == "succeeded" or tries == TRIES - 1:
                break
            self.retried += 1
            self._ask(client, "POST", f"/v1/jobs/{job['job_id']}/retry", None, f"{name} again {tries}")
        return {**job, "name": name}

    def _upload(self, client: StudioClient, project: str) -> str:
        self.videos += 1
        path = self.folder / f"walk-{self.number}-{self.videos}.mp4"
        path.write_bytes(VIDEO + path.name.encode())
        while True:
            try:
                return str(send(client, project, path, path.name, "video/mp4", lambda _: None)["upload_id"])
            except DioramaError:
                time.sleep(0.5)

    def _followed(self, client: StudioClient, job_id: str) -> dict[str, Any]:
        while True:
            job: dict[str, Any] = self._ask(client, "GET", f"/v1/jobs/{job_id}")
            if job["status"] in ENDED or time.monotonic() > self.end_at + PATIENCE_S:
                return job
            time.sleep(0.25)

    def _ask(self, client: StudioClient, method: str, path: str, body: object = None, key: str = "") -> Any:
        """Asks again until it is answered: the studio may be dead at the moment."""
        while True:
            try:
                return client.ask(method, path, body, idempotency_key=key)
            except Unavailable:
                time.sleep(0.5)
            except AnsweredProblem as problem:
                if problem.stable_code == "not_retryable":  # the answer to the first asking was lost
                    return None
                # "in_progress": the studio died over the first asking, which counts as under way for a while
                passes = problem.http_status >= 500 or problem.http_status == 429
                if not passes and problem.stable_code != "in_progress":
                    raise
                time.sleep(1)


# --- What came of it ------------------------------------------------------------------------------


def soak(jobs: int, seed: int, minutes: float, folder: Path) -> Figures:
    """Runs that many jobs, or as many as the time allows."""
    began = time.monotonic()
    chance = random.Random(seed)
    with running(folder) as studio:
        studio.client().close()
        end_at = began + minutes * 60
        clients = [Client(n, studio, folder, random.Random(seed * 100 + n), end_at) for n in range(AT_ONCE)]
        killer = Killer(studio, chance, end_at)
        killer.start()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(client.work, jobs // AT_ONCE) for client in clients]:
                done.result()
        killer.over.set()
        killer.join()
        studio.client().close()  # it is up
        figures = _figures(studio, clients)
    figures.kills = dict(killer.kills)
    figures.left += [f"process {pid}" for pid in studio.processes("diorama.")]
    figures.seconds = round(time.monotonic() - began)
    return figures


def _figures(studio: Studio, clients: list[Client]) -> Figures:
    ended = [job for client in clients for job in client.ended]
    runs = studio.root / "sagemaker_containers/scene/runs"
    runs.mkdir(exist_ok=True)
    started = {path.name: path.read_text().split() for path in runs.iterdir() if path.suffix != ".twice"}
    return Figures(
        jobs=len(ended),
        ended=dict(Counter(job["status"] for job in ended)),
        lost=sum(job["status"] != "succeeded" for job in ended),
        twice=len(list(runs.glob("*.twice"))),
        retried=sum(client.retried for client in clients),
        stages_run=sum(map(len, started.values())),
        stages_needed=len(started),
        without_letter=_without_letter(studio, ended),
        still_open=sum(" OPEN#" in found for found in leftovers(studio)),
        left=_settled(studio),
    )


def _without_letter(studio: Studio, ended: list[dict[str, Any]]) -> int:
    letters = "\n".join(path.read_text() for path in studio.state.outbox.glob("*.eml"))
    return sum(
        f"Subject: {job['name']} is ready" not in letters for job in ended if job["status"] == "succeeded"
    )


def _settled(studio: Studio) -> list[str]:
    """What is left once the last messages were delivered, and every job was closed: a minute after its end, by the
    reconciler, which comes every minute.
    """
    give_up_at = time.monotonic() + SETTLING_S
    while (left := leftovers(studio)) and time.monotonic() < give_up_at:
        time.sleep(0.5)
    return left


def leftovers(studio: Studio) -> list[str]:
    """Rows, tokens, processes and files that only work under way may have."""
    held = "gsi_pk IN ('LEASE', 'OPEN', 'WORK') OR sk LIKE 'WAIT#%'"
    asked = {
        "row": f"SELECT pk || ' ' || sk FROM rows WHERE table_name LIKE '%Jobs%' AND ({held})",
        "token": "SELECT token FROM task_tokens",
        "execution": "SELECT id FROM executions WHERE state = 'running'",
        "work": "SELECT name FROM works WHERE state IN ('queued', 'running')",
        "message": "SELECT topic FROM queue",
    }
    with sqlite3.connect(studio.state.database) as database:
        found = [f"{kind} {row[0]}" for kind, query in asked.items() for row in database.execute(query)]
    database.close()
    found += [f"process {pid}" for name in ("diorama.work", "diorama.run") for pid in studio.processes(name)]
    found += [f"file {path.name}" for path in studio.state.scratch.glob("*")]
    return found + [f"draft {path.name}" for path in (studio.state.store / ".drafts").glob("*")]


def main() -> int:
    """1 where something was lost, done twice or left."""
    parser = argparse.ArgumentParser(prog="bench.soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        figures = soak(asked.jobs, asked.seed, asked.minutes, Path(folder))
    print(json.dumps(asdict(figures), indent=2))
    return int(bool(figures.lost or figures.twice or figures.left or figures.without_letter))


if __name__ == "__main__":
    sys.exit(main())
