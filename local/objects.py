"""`python -m local object PHOTO --click X,Y`: a photo and a few clicks go in, a 3D object's files come out."""

import argparse
import json
import mimetypes
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from diorama.errors import BadRequest
from local.client import StudioClient
from local.demo import demo_project, sign_in_link, signed_in, staying_studio, studio_of
from local.sending import send
from local.state import StateFolder
from local.watching import Bar, cancelled, move, new_bar, outcome_of, watched

CUTOUT = "object"
STAGE = "build_object"
OWN = frozenset({"log.txt", "report.json"})
"""Of what a stage writes, but for the studio."""


def main(asked: argparse.Namespace) -> int:
    """The command; 0 where the object was made, 1 where not, 2 where there is nothing to make it from."""
    found, code = outcome_of(lambda: _make_object(asked), asked.path)
    _show(asked, found)
    return code


def cutout_of(asked: argparse.Namespace) -> dict[str, Any]:
    """What is cut out, as the API takes it: the studio makes the mask of it. Raises `BadRequest`."""
    clicks = [_click(text, adds=True) for text in asked.click]
    clicks += [_click(text, adds=False) for text in asked.no]
    box = (
        dict(zip(("left", "top", "right", "bottom"), _numbers(asked.box, 4), strict=True))
        if asked.box
        else None
    )
    if not asked.click and box is None:
        raise BadRequest(
            "Nothing says where the object is.", "Add --click X,Y or --box L,T,R,B.", "no_clicks"
        )
    return {"name": asked.name or asked.path.stem, "clicks": clicks, "box": box}


def shrunk(cutout: dict[str, Any], scale: float) -> dict[str, Any]:
    """The same on the photo as masks are made on it, which may be smaller than the one that was sent."""
    clicks = [{**click, "x": click["x"] * scale, "y": click["y"] * scale} for click in cutout["clicks"]]
    box = cutout["box"] and {side: at * scale for side, at in cutout["box"].items()}
    return {**cutout, "clicks": clicks, "box": box}


def _click(text: str, *, adds: bool) -> dict[str, Any]:
    x, y = _numbers(text, 2)
    return {"x": x, "y": y, "adds": adds}


def _numbers(text: str, count: int) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        found = []
    if len(found) != count:
        raise BadRequest(f"'{text}' is not {count} numbers.", "Write pixels, as in 320,240.", "bad_numbers")
    return found


def _make_object(asked: argparse.Namespace) -> dict[str, Any]:
    cutout = cutout_of(asked)
    if not asked.path.is_file():
        raise BadRequest(f"There is no photo {asked.path}.", "Check the path.", "no_such_path")
    folder = asked.folder or Path(f"{asked.path.stem}-object")
    if folder.exists():
        raise BadRequest(f"{folder} is there already.", "Name another one with --folder.", "folder_exists")
    state = StateFolder(asked.state.resolve())
    with new_bar() as bar:
        bar.set_description_str("Starting")
        if not asked.stay:
            with studio_of(state) as url, signed_in(state, url) as client:
                return _made_at(client, asked, cutout, folder, bar)
        with staying_studio(state) as studio, signed_in(state, studio.url) as client:
            found = _made_at(client, asked, cutout, folder, bar)
            studio.stays = studio.stays or found["status"] == "succeeded"
            return found


def _made_at(
    client: StudioClient, asked: argparse.Namespace, cutout: dict[str, Any], folder: Path, bar: Bar
) -> dict[str, Any]:
    bar.set_description_str(f"Sending {asked.path.name}")
    upload = _sent(client, asked.path, bar)
    new = {"project_id": upload["project_id"], "upload_id": upload["upload_id"], "name": cutout["name"]}
    session = client.ask("POST", "/v1/objects", new, idempotency_key=str(uuid.uuid4()))
    place = f"/v1/objects/{session['session_id']}"
    read = _followed(client, session["encode_job"], bar)
    if read["status"] != "succeeded":
        return _told(session, read)
    photo = _told(session, read)["reports"]["embed_photo"]
    client.ask(
        "PUT", f"{place}/cutouts/{CUTOUT}", shrunk(cutout, photo["width_px"] / photo["source_width_px"])
    )
    params = {key: value for key, value in (("quality", asked.quality), ("shape", asked.shape)) if value}
    job = client.ask("POST", f"{place}/builds", {"params": params}, idempotency_key=str(uuid.uuid4()))
    built = _followed(client, job, bar)
    found = _told(session, built)
    if built["status"] == "succeeded":
        bar.set_description_str("Fetching files")
        found |= {"folder": str(folder), "files": _fetched(client, built["job_id"], folder)}
    return found


def _sent(client: StudioClient, path: Path, bar: Bar) -> Any:
    size = max(1, path.stat().st_size)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"

    def sent(more: int) -> None:
        move(bar, bar.n + 100 * more / size)

    return send(client, demo_project(client), path, path.name, media_type, sent)


def _followed(client: StudioClient, job: Any, bar: Bar) -> Any:
    """The job when it has ended. Ctrl-C cancels it."""
    try:
        return watched(client, job, bar)
    except KeyboardInterrupt:
        bar.set_description_str("Cancelling")
        return cancelled(client, job["job_id"])


def _fetched(client: StudioClient, job_id: str, folder: Path) -> dict[str, int]:
    """Copies all that was built into a new folder; path -> bytes."""
    sizes = {}
    with httpx.Client(timeout=300) as store:
        for file in _files(client, job_id):
            if file["path"] in OWN:
                continue
            target = folder / file["path"]
            target.parent.mkdir(parents=True, exist_ok=True)
            answer = store.get(file["url"])
            answer.raise_for_status()
            target.write_bytes(answer.content)
            sizes[file["path"]] = file["size"]
    return sizes


def _files(client: StudioClient, job_id: str) -> Iterator[Any]:
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        page = client.ask("GET", f"/v1/jobs/{job_id}/stages/{STAGE}/files", limit="100", **more)
        yield from page["files"]
        cursor = page["cursor"]


def _told(session: Any, job: Any) -> dict[str, Any]:
    """What is told of a job that has ended."""
    reports = {stage["stage"]: stage["report"] for stage in job["stages"] if stage["report"]}
    told = {
        "status": job["status"],
        "session_id": session["session_id"],
        "session_url": session["session_url"],
        "job_id": job["job_id"],
        "project_id": job["project_id"],
        "seconds": round(job["ended_at"] - session["created_at"], 2),
        "objects": reports.get(STAGE, {}).get("objects", []),
        "reports": reports,
    }
    return {**told, **(job["problem"] or {})}


def _show(asked: argparse.Namespace, found: dict[str, Any]) -> None:
    if asked.json:
        sys.stdout.write(json.dumps(found) + "\n")
    elif found["status"] == "succeeded":
        sys.stdout.write("\n".join([*_lines(found), *_way_in(asked, found)]) + "\n")
    else:
        sys.stderr.write(
            f"{found.get('message', 'It was cancelled.')} {found.get('advice', '')}".strip() + "\n"
        )


def _lines(found: dict[str, Any]) -> Iterator[str]:
    (built,) = found["objects"]
    guess = "estimated shape" if built["is_estimated"] else built["model"]
    yield f"{built['name']} is done, in {found['seconds']:.1f} s: {guess}."
    yield f"{built['splats']:,} splats, {built['faces']:,} faces."
    yield f"Its files are in {found['folder']}; begin with objects/{CUTOUT}/mesh.glb."


def _way_in(asked: argparse.Namespace, found: dict[str, Any]) -> Iterator[str]:
    """How to look at it."""
    if not asked.stay:
        yield "To look at it: make studio, or the same again with --stay."
        return
    url, slash, session_id = found["session_url"].partition("/objects/")
    yield f"Look at it: {sign_in_link(StateFolder(asked.state.resolve()), url, slash + session_id)}"
    yield "The address signs you in once. The studio goes on running; make stop ends it."
