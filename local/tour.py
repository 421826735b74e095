"""`python -m local tour PATH`: a video or a folder of photos goes in, the finished job comes out."""

import argparse
import json
import mimetypes
import sys
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diorama.errors import BadRequest
from local.client import StudioClient
from local.demo import demo_project, sign_in_link, signed_in, staying_studio, studio_of
from local.photos import pack, photos_in
from local.sending import send
from local.state import StateFolder
from local.watching import Bar, cancelled, move, new_bar, outcome_of, watched

# By the end of its name; what the bytes are the studio sees for itself.
MEDIA_TYPES = {".m4v": "video/x-m4v", ".mov": "video/quicktime", ".avi": "video/x-msvideo"}


@dataclass(frozen=True)
class Source:
    """What is sent: a file, under a name that people know."""

    path: Path
    name: str
    media_type: str


def main(asked: argparse.Namespace) -> int:
    """The command; 0 where the tour was made, 1 where not, 2 where there is nothing to make it from."""

    def make() -> dict[str, Any]:
        params = parsed_settings(asked.set)
        if asked.quality:
            params.setdefault("train_splats", {})["quality"] = asked.quality
        with prepared(asked.path) as source:
            return _make_tour(asked, source, params)

    found, code = outcome_of(make, asked.path)
    _show(asked, found)
    return code


def parsed_settings(settings: Sequence[str]) -> dict[str, dict[str, Any]]:
    """`STAGE.PARAM=VALUE`, the value as JSON where it is some. Raises `BadRequest`."""
    params: dict[str, dict[str, Any]] = {}
    for setting in settings:
        place, equals, text = setting.partition("=")
        stage, dot, name = place.partition(".")
        if not (stage and dot and name and equals):
            raise BadRequest(f"'{setting}' is no setting.", "Write --set solve_poses.seed=1.", "bad_setting")
        params.setdefault(stage, {})[name] = _value(text)
    return params


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@contextmanager
def prepared(path: Path) -> Iterator[Source]:
    """The file to send; a folder of photos becomes one for the time. Raises `BadRequest`."""
    if path.is_file():
        suffix = path.suffix.lower()
        guessed = MEDIA_TYPES.get(suffix) or mimetypes.guess_type(path.name)[0]
        yield Source(path, path.name, guessed or "application/octet-stream")
    elif path.is_dir():
        photos_in(path)
        with tempfile.TemporaryDirectory(prefix="diorama-") as folder:
            packed = Path(folder, "photos.zip")
            pack(path, packed)
            yield Source(packed, f"{path.resolve().name}.zip", "application/zip")
    else:
        raise BadRequest(f"There is no file or folder {path}.", "Check the path.", "no_such_path")


def _make_tour(
    asked: argparse.Namespace, source: Source, params: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    state = StateFolder(asked.state.resolve())
    with new_bar() as bar:
        bar.set_description_str("Starting")
        if not asked.stay:
            with studio_of(state) as url:
                return _made_at(url, state, asked, source, params, bar)
        with staying_studio(state) as studio:
            found = _made_at(studio.url, state, asked, source, params, bar)
            if found["status"] == "succeeded":
                studio.stays = True
                found["view_url"] = f"{studio.url}/view/{found['tour_id']}"
            return found


def _made_at(
    url: str,
    state: StateFolder,
    asked: argparse.Namespace,
    source: Source,
    params: dict[str, dict[str, Any]],
    bar: Bar,
) -> dict[str, Any]:
    with signed_in(state, url) as client:
        upload = _send(client, source, bar)
        body = {
            "project_id": upload["project_id"],
            "upload_id": upload["upload_id"],
            "name": asked.name or Path(source.name).stem,
            "params": params,
            "budget": budget_of(asked),
        }
        return follow(client, body, bar)


def budget_of(asked: argparse.Namespace) -> dict[str, Any] | None:
    """What the job may cost, as the API takes it; None where nothing is said."""
    budget = {"usd": asked.budget, "minutes": asked.budget_minutes}
    named = {name: value for name, value in budget.items() if value is not None}
    return named or None


def _send(client: StudioClient, source: Source, bar: Bar) -> Any:
    bar.set_description_str(f"Sending {source.name}")
    size = max(1, source.path.stat().st_size)

    def sent(more: int) -> None:
        move(bar, bar.n + 100 * more / size)

    project_id = demo_project(client)
    return send(client, project_id, source.path, source.name, source.media_type, sent)


def follow(client: StudioClient, body: dict[str, Any], bar: Bar) -> dict[str, Any]:
    """Starts the job and shows it until it has ended. Ctrl-C cancels it."""
    key = str(uuid.uuid4())
    tour: Any = None
    try:
        tour = client.ask("POST", "/v1/tours", body, idempotency_key=key)
        job = watched(client, tour["job"], bar)
    except KeyboardInterrupt:
        bar.set_description_str("Cancelling")
        # With the same key, the answer that may have been on its way comes again.
        tour = tour or client.ask("POST", "/v1/tours", body, idempotency_key=key)
        job = cancelled(client, tour["job"]["job_id"])
    return summary(tour, job)


def summary(tour: Any, job: Any) -> dict[str, Any]:
    """What is told of a job that has ended."""
    stages = {stage["stage"]: stage for stage in job["stages"]}
    reports = {name: stage["report"] or {} for name, stage in stages.items()}
    frames, poses = reports.get("sample_frames", {}), reports.get("solve_poses", {})
    bundle = reports.get("package_tour", {})
    told = {
        "status": job["status"],
        "tour_url": tour["tour_url"],
        "job_id": job["job_id"],
        "tour_id": tour["tour_id"],
        "project_id": job["project_id"],
        "upload_id": tour["upload_id"],
        "attempt": job["attempt"],
        "seconds": round(job["ended_at"] - job["created_at"], 2),
        "seconds_by_stage": {name: stage["seconds"] or 0 for name, stage in stages.items()},
        "from_cache": [name for name, stage in stages.items() if stage["cached"]],
        "frames": {
            "candidates": frames.get("candidates"),
            "kept": frames.get("kept"),
            "registered": poses.get("registered"),
        },
        "psnr": bundle.get("psnr"),
        "ssim": bundle.get("ssim"),
        "splats": bundle.get("splats"),
        "bytes": bundle.get("bytes"),
        "reports": {name: report for name, report in reports.items() if report},
    }
    return {**told, **(job["problem"] or {})}


def _show(asked: argparse.Namespace, found: dict[str, Any]) -> None:
    if asked.json:
        sys.stdout.write(json.dumps(found) + "\n")
    elif found["status"] == "succeeded":
        sys.stdout.write("\n".join([*_lines(found), *_way_in(asked, found)]) + "\n")
    else:
        what = (
            "The job was cancelled."
            if found["status"] == "cancelled" and found["job_id"]
            else found["message"]
        )
        sys.stderr.write(f"{what} {found['advice']}".strip() + "\n")


def _lines(found: dict[str, Any]) -> Iterator[str]:
    frames, poses = found["frames"], found["reports"].get("solve_poses", {})
    yield f"Tour {found['tour_id']} is done, in {found['seconds']:.1f} s."
    yield f"Frames: {frames['candidates']} looked at, {frames['kept']} kept, {frames['registered']} placed."
    for gap in poses.get("missing", ()):
        yield f"Not placed: {gap['start_s']:.1f} s to {gap['end_s']:.1f} s ({gap['images']} frames)."
    for name, seconds in found["seconds_by_stage"].items():
        yield f"{name}: " + ("from the cache" if name in found["from_cache"] else f"{seconds:.1f} s")
    size_mb = (found["bytes"] or 0) / 1e6
    yield f"{found['splats']:,} splats, {size_mb:.1f} MB, {found['psnr']:.2f} dB on photos held back"


def _way_in(asked: argparse.Namespace, found: dict[str, Any]) -> Iterator[str]:
    """How to look at it."""
    if not asked.stay:
        yield f"To look at it: make studio, and beside it .venv/bin/python -m local open {found['tour_id']}"
        return
    url, slash, tour_id = found["view_url"].partition("/view/")
    yield ""
    yield f"Walk through it: {sign_in_link(StateFolder(asked.state.resolve()), url, slash + tour_id)}"
    yield f"The address signs you in once. Another one: .venv/bin/python -m local open {tour_id}"
    yield "The studio goes on running; make stop ends it."
