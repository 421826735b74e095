"""A studio as people run it, in a process of its own, and a client that talks HTTP to it."""

import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx

ROOT = Path(__file__).parents[2]
Found = TypeVar("Found")


def wait_for(what: Callable[[], Found | None], within_s: float) -> Found:
    """The first answer that is not empty."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing came of it within {within_s} s")


def processes_of(folder: Path) -> list[int]:
    """Every process that was started for this state folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                said = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in said:
                found.append(int(entry.name))
    return found


QUICK: dict[str, dict[str, Any]] = {
    "solve_poses": {"max_features": 1024, "max_image_side_px": 640},
    "train_splats": {"steps": 60, "max_splats": 1500, "max_side_px": 160},
    "optimize_splats": {
        "looked_at_side_px": 96,
        "looked_at_views": 4,
        "refined_side_px": 96,
        "refine_steps": 10,
    },
    "package_tour": {"poster_width_px": 160, "thumbnail_width_px": 96, "thumbnails": 2},
}
"""Parameters that take a small clip through all stages in seconds."""


class RunningStudio:
    """Starts, kills and asks a studio whose state is one folder."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port
        self.process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client()
        self.log = folder.with_name(folder.name + ".log")

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "local", "--state", str(self.folder)]
            self.process = subprocess.Popen(
                [*command, "studio", "--port", str(self.port)],
                cwd=ROOT,
                env={**os.environ, "DIORAMA_STAGE_DEFAULTS": json.dumps(QUICK)},
                stdout=log,
                stderr=log,
            )
        self.http = httpx.Client(base_url=wait_for(self._url, within_s=30), timeout=30)
        demo = json.loads((self.folder / "demo.json").read_text())
        token = self.ask("POST", "/v1/auth/login", json=demo)["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    @property
    def url(self) -> str:
        return str(self.http.base_url).rstrip("/")

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def _url(self) -> str | None:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            told = json.loads((self.folder / "studio.json").read_text())
        except (OSError, ValueError):
            return None
        return str(told["url"]) if told["pid"] == self.process.pid else None

    def kill_everything(self) -> None:
        """kill -9 for the studio, its workers and their stages, all at once."""
        for pid in processes_of(self.folder):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process is not None:
            self.process.wait()
        self.http.close()

    def stop(self) -> None:
        """SIGTERM, as Ctrl-C or a shutdown would."""
        self.http.close()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def ask(self, method: str, path: str, **what: Any) -> Any:
        answer = self.http.request(method, path, **what)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def project(self) -> str:
        return str(self.ask("POST", "/v1/projects", json={"name": "A place"})["project_id"])

    def upload(self, project_id: str, path: Path, media_type: str) -> str:
        content = path.read_bytes()
        new = {"name": path.name, "size": len(content), "type": media_type}
        upload = self.ask("POST", f"/v1/projects/{project_id}/uploads", json=new)
        size = upload["part_size"]
        parts = [content[start : start + size] for start in range(0, len(content), size)]
        digests = [base64.b64encode(hashlib.sha256(part).digest()).decode() for part in parts]
        wanted = {"parts": [{"number": n + 1, "sha256": digest} for n, digest in enumerate(digests)]}
        links = self.ask("POST", f"/v1/uploads/{upload['upload_id']}/parts", json=wanted)["parts"]
        for part, link in zip(parts, links, strict=True):
            httpx.put(link["url"], content=part, headers=link["headers"]).raise_for_status()
        return str(self.ask("POST", f"/v1/uploads/{upload['upload_id']}/complete")["upload_id"])

    def start_tour(self, project_id: str, upload_id: str, **params: dict[str, Any]) -> str:
        tour = {"project_id": project_id, "upload_id": upload_id, "params": params}
        return str(self.ask("POST", "/v1/tours", json=tour)["job"]["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        job: dict[str, Any] = self.ask("GET", f"/v1/jobs/{job_id}")
        return job

    def ended(self, job_id: str, within_s: float) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            job = self.job(job_id)
            return job if job["status"] in ("succeeded", "refused", "failed", "cancelled") else None

        return wait_for(look, within_s)

    def workers(self) -> list[int]:
        """Processes beside the studio's own."""
        assert self.process is not None
        return [pid for pid in processes_of(self.folder) if pid != self.process.pid]
