"""What is cut out of a session's photo: kept one by one as people work, each mask checked when it comes."""

import base64
import binascii
import hashlib
import re

from diorama.errors import NotFound, Refused
from diorama.library.keys import cutouts_uri
from diorama.objects import masks, rules, sessions
from diorama.objects.actions import cutout_view
from diorama.objects.cutouts import CUTOUT_ID, MOST_CUTOUTS
from diorama.objects.models import CutoutView, KeptCutout, NewCutout, Session
from diorama.platform import Platform
from diorama.stage import Contract


class _KeptMask(Contract):
    """What is kept of a mask beside its file."""

    mask: str
    width_px: int
    height_px: int
    coverage: float


def put(platform: Platform, user_id: str, session_id: str, cutout_id: str, wanted: NewCutout) -> CutoutView:
    """Keeps a cut-out under an id that the page chooses, all of it anew.

    Raises `NotFound`, `NotAllowed`, `Conflict` (too many), `Refused` (it says nothing, or its mask is no good).
    """
    session = sessions.find(platform, user_id, session_id, "change")
    if not re.fullmatch(CUTOUT_ID, cutout_id):
        raise Refused("That is no id.", "Take up to 40 of A-Z, a-z, 0-9, - and _.", "bad_cutout_id")
    rules.check_cutout(wanted, session.embedding.report if session.embedding else None)
    before = {one.cutout_id: one for one in sessions.cutouts_of(platform.records, session_id)}
    if cutout_id not in before and len(before) >= MOST_CUTOUTS:
        raise rules.too_many()
    mask = _kept_mask(platform, session, wanted.mask_png) if wanted.mask_png is not None else None
    now = platform.clock.now()
    kept = KeptCutout(
        **wanted.model_dump(exclude={"mask_png"}),
        **(mask.model_dump() if mask else {"mask": None}),
        cutout_id=cutout_id,
        created_at=before[cutout_id].created_at if cutout_id in before else now,
        updated_at=now,
    )
    platform.records.put(sessions.cutout_row(session_id, kept), None)
    if sessions.read(platform.records, session_id) is None:  # deleted by somebody at the same time
        platform.records.delete(*sessions.cutout_place(session_id, cutout_id))
    return cutout_view(kept)


def remove(platform: Platform, user_id: str, session_id: str, cutout_id: str) -> None:
    """Takes one away; what was built of it stays. Raises `NotFound`, `NotAllowed`."""
    sessions.find(platform, user_id, session_id, "change")
    place = sessions.cutout_place(session_id, cutout_id)
    if platform.records.get(*place) is None:
        raise NotFound("There is no such cut-out in this session.", "Look at the session for those it has.")
    platform.records.delete(*place)


def _kept_mask(platform: Platform, session: Session, sent: str) -> _KeptMask:
    """Checks a mask and stores it under its digest. Raises `Refused`."""
    photo = session.embedding.report if session.embedding else None
    mask = masks.read_mask(_decoded(sent), (photo.width_px, photo.height_px) if photo else None)
    coverage = masks.coverage_of(mask)
    content = masks.write_mask(mask)
    digest = hashlib.sha256(content).hexdigest()[:32]  # a path of an address has short parts
    platform.store.put(mask_uri(platform, session, digest), content, "image/png")
    return _KeptMask(
        mask=digest, width_px=mask.width_px, height_px=mask.height_px, coverage=round(coverage, 6)
    )


def mask_uri(platform: Platform, session: Session, digest: str) -> str:
    """Where a mask lies."""
    folder = cutouts_uri(platform.settings.bucket, session.project_id, session.session_id)
    return f"{folder}/masks/{digest}.png"


def _decoded(sent: str) -> bytes:
    try:
        return base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("The mask is not in base64.", "Encode the PNG file's bytes.", "not_a_mask") from None
