"""One of each thing that routes are about, and what a good request to a route sends."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from diorama.studio import api_keys, members, projects, webhooks
from local.accounts import LocalAccounts
from tests.functions.calling import Api
from tests.objects.sessions import mask_png, ready
from tests.studio_world import MP4

EMAIL, PASSWORD = "somebody@example.test", "correct horse battery 9"
HOTSPOT = {
    "title": "The stove",
    "position": [1, 1, 1],
    "seen_from": {"position": [0, 1.6, 0], "yaw_deg": 0, "pitch_deg": 0},
}
DIGEST = base64.b64encode(hashlib.sha256(MP4).digest()).decode()


@dataclass(frozen=True)
class Asked:
    """An API whose world holds one of each thing of ann's, and how to name them."""

    api: Api
    things: dict[str, str]
    account_id: str
    token: str
    """Of the session of somebody with an account, for routes about one's own."""


def make_things(api: Api) -> Asked:
    """Ann's project with bob, vic and somebody invited in it, and one of each thing."""
    world = api.world
    for user in ("ann", "bob", "vic", "eve", "ada"):
        world.person(user)
    project = world.project("ann").project_id
    world.member("bob", project, "collaborator")
    world.member("vic", project, "viewer")
    invitation = members.invite(
        world.platform, "ann", project, members.NewMember(email="zoe@example.test", role="viewer")
    )
    upload = world.uploaded("ann", project).upload_id
    tour = api("POST", "/v1/tours", {"project_id": project, "upload_id": upload}, user="ann").json
    asset = api("GET", "/v1/assets", user="ann").json["assets"][0]["asset_id"]
    rooms = {"project_id": project, "asset_ids": [asset], "name": "Rooms"}
    batch = api("POST", "/v1/tours/batches", rooms, user="ann").json
    spot = api("POST", f"/v1/tours/{tour['tour_id']}/hotspots", HOTSPOT, user="ann").json
    deleted = world.project("ann").project_id
    projects.delete(world.platform, "ann", deleted)
    session = ready(world, project)
    things = {
        "session_id": session.session_id,
        "cutout_id": session.cutouts[0].cutout_id,
        "asset_id": asset,
        "batch_id": batch["batch_id"],
        "deleted_id": deleted,
        "project_id": project,
        "member_id": "vic",
        "person_id": "vic",
        "invitation_id": invitation.member_id,
        "upload_id": upload,
        "photo_id": str(session.upload_id),
        "tour_id": tour["tour_id"],
        "hotspot_id": spot["hotspot_id"],
        "job_id": tour["job"]["job_id"],
        "stage": "sample_frames",
        "token": "none",
        "path": "manifest.json",
    }
    accounts = world.platform.accounts
    assert isinstance(accounts, LocalAccounts)
    account_id = world.person_with_id(accounts.ensure(EMAIL, PASSWORD), EMAIL)
    hook = webhooks.create(world.platform, "ann", webhooks.NewWebhook(url="https://example.com/hook"))
    things["webhook_id"] = hook.webhook_id
    things["key_id"] = api_keys.create(world.platform, account_id, api_keys.NewApiKey(name="Backup")).key_id
    return Asked(api, things, account_id, accounts.log_in(EMAIL, PASSWORD).access_token)


def body_of(route: str, asked: Asked) -> object:
    """What a good request to the route sends; None where it sends nothing."""
    made = BODIES.get(route)
    return made(asked.things) if made else None


Body = Callable[[dict[str, str]], dict[str, Any]]
_CREDENTIALS = {"email": EMAIL, "password": PASSWORD}
BODIES: dict[str, Body] = {
    "POST /v1/auth/signup": lambda _: {**_CREDENTIALS, "email": "new@example.test"},
    "POST /v1/auth/confirm": lambda _: {"email": EMAIL, "code": "000000"},
    "POST /v1/auth/login": lambda _: _CREDENTIALS,
    "POST /v1/auth/refresh": lambda _: {"refresh_token": "none"},
    "POST /v1/auth/password/reset": lambda _: {"email": EMAIL},
    "POST /v1/auth/password/reset/confirm": lambda _: {**_CREDENTIALS, "code": "000000"},
    "POST /v1/projects": lambda _: {"name": "House"},
    "PATCH /v1/projects/{project_id}": lambda _: {"name": "Boat"},
    "POST /v1/projects/{project_id}/members": lambda _: {"email": "yve@example.test", "role": "viewer"},
    "PATCH /v1/projects/{project_id}/members/{member_id}": lambda _: {"role": "collaborator"},
    "POST /v1/auth/me/second-factor/confirm": lambda _: {"code": "000000"},
    "POST /v1/auth/me/second-factor/drop": lambda _: {"code": "000000", "password": PASSWORD},
    "POST /v1/auth/me/keys": lambda _: {"name": "Backup"},
    "POST /v1/assets/{asset_id}/restore": lambda _: {"version": 1},
    "POST /v1/webhooks": lambda _: {"url": "https://example.com/hook"},
    "POST /v1/page-errors": lambda _: {"message": "It broke."},
    "PATCH /v1/admin/people/{person_id}": lambda _: {"plan": "pro"},
    "POST /v1/invitations/accept": lambda _: {"code": "none"},
    "POST /v1/projects/{project_id}/uploads": lambda _: {
        "size": len(MP4) + 1,
        "name": "walk.mp4",
        "type": "video/mp4",
    },
    "POST /v1/uploads/{upload_id}/parts": lambda _: {"parts": [{"number": 1, "sha256": DIGEST}]},
    "POST /v1/quotes": lambda things: {
        "project_id": things["project_id"],
        "material": {"duration_s": 60, "frames": 1800, "width_px": 1920, "height_px": 1080},
    },
    "PATCH /v1/jobs/{job_id}/budget": lambda _: {"budget": {"usd": "5"}},
    "POST /v1/tours": lambda things: {"project_id": things["project_id"], "upload_id": things["upload_id"]},
    "PATCH /v1/tours/{tour_id}": lambda _: {"name": "Nice tour"},
    "POST /v1/tours/batches": lambda things: {
        "project_id": things["project_id"],
        "asset_ids": [things["asset_id"]],
        "name": "All rooms",
    },
    "POST /v1/objects": lambda things: {
        "project_id": things["project_id"],
        "upload_id": things["photo_id"],
    },
    "PATCH /v1/objects/{session_id}": lambda _: {"name": "Chairs"},
    "PUT /v1/objects/{session_id}/cutouts/{cutout_id}": lambda _: {"name": "chair", "mask_png": mask_png()},
    "POST /v1/batches/{batch_id}/retry": lambda _: {},
    "POST /v1/tours/capture-reports": lambda things: {
        "project_id": things["project_id"],
        "upload_id": things["upload_id"],
    },
    "POST /v1/visits": lambda things: {"tour_id": things["tour_id"], "session": "0123456789abcdef"},
    "POST /v1/tours/{tour_id}/publish": lambda _: {"visibility": "public"},
    "POST /v1/tours/{tour_id}/rollback": lambda _: {"version": 1},
    "POST /v1/tours/{tour_id}/hotspots": lambda _: HOTSPOT,
    "PUT /v1/tours/{tour_id}/hotspots/{hotspot_id}": lambda _: HOTSPOT,
}
