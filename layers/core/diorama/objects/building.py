"""Builds: a job makes objects of all that is cut out, and the library keeps what it made."""

from diorama.costs import quote
from diorama.jobs import actions as jobs
from diorama.jobs.models import Job
from diorama.library import assets
from diorama.library.keys import cutouts_uri
from diorama.objects import cutting, quotes, rules, sessions
from diorama.objects.cutouts import CUTOUTS_FILE
from diorama.objects.models import (
    BuildVersion,
    Embedding,
    KeptCutout,
    Material,
    NewBuild,
    Session,
    VersionObject,
)
from diorama.objects.stages import STAGES, BuildObjectReport, BuiltObject
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.stage import Contract
from diorama.studio import quotas
from diorama.studio.ids import new_id
from diorama.studio.jobs import JobDetails, details

PRODUCT = "objects"


def start(
    platform: Platform, user_id: str, session_id: str, wanted: NewBuild, correlation_id: str
) -> JobDetails:
    """Starts the job that makes objects of all cut-outs; the same again is not computed again.

    Raises `NotFound`, `NotAllowed`, `Conflict` (the photo is not read yet), `Refused` (nothing is cut out,
    parameters), `TooMuch` (the plan).
    """
    session = sessions.find(platform, user_id, session_id, "start")
    quotas.check_jobs(platform, user_id, 1)
    params = rules.build_params(wanted.params, platform.settings.stage_defaults)
    cutouts = sessions.cutouts_of(platform.records, session_id)
    material = _material(platform, session, cutouts)
    now = platform.clock.now()
    expected = quotes.of_session(platform, session, len(cutouts), params)
    job = Job(
        job_id=new_id(now),
        product=PRODUCT,
        project_id=session.project_id,
        user_id=user_id,
        subject_id=session_id,
        name=session.name,
        stages=tuple(stage.name for stage in STAGES),
        data=_machine_data(session, material, params, expected.found),
        budget=wanted.budget,
        correlation_id=correlation_id,
        created_at=now,
        ready_at=now + expected.seconds,
    )
    # Before the job: a page that looks in between sees nothing new rather than a build that is nobody's.
    sessions.change(
        platform.records, session_id, lambda one: one.model_copy(update={"build_job_id": job.job_id})
    )
    quote.keep(platform, job.job_id, expected)
    line = quotas.line_of(platform, user_id, wanted.priority)
    return details(platform, jobs.start(platform, job.model_copy(update=line)))


def _machine_data(
    session: Session, cutouts: Material, params: dict[str, JsonObject], found: JsonObject
) -> JsonObject:
    tour = {"tour": session.photo.tour.model_dump()} if session.photo.tour else {}
    return {
        "photo": session.photo.file.model_dump(),
        "cutouts": cutouts.model_dump(),
        **tour,
        "params": params,
        "found": found,
    }


def _material(platform: Platform, session: Session, cutouts: list[KeptCutout]) -> Material:
    """The folder that build_object reads, by what is in it; the document is written last.

    The key names the session too: what is built belongs to it alone, and goes with it.
    """
    document = rules.document(session, cutouts)
    digest = rules.digest_of(document, cutouts)
    folder = cutouts_uri(platform.settings.bucket, session.project_id, session.session_id)
    folder = f"{folder}/builds/{digest}"
    masks = [
        (cutting.mask_uri(platform, session, one.mask), f"{folder}/{one.cutout_id}.png")
        for one in cutouts
        if one.mask is not None
    ]
    platform.store.copy(masks)
    content = document.model_dump_json(indent=1).encode()
    platform.store.put(f"{folder}/{CUTOUTS_FILE}", content, "application/json")
    return Material(uri=folder, key=f"{session.session_id}-{digest}")


# --- what the machine keeps ---------------------------------------------------------------------------------------


def keep_photo(platform: Platform, session_id: str, embedding: Embedding) -> Session | None:
    """Lets the session name what was read of its photo; None where it is gone. Any number of times."""
    return sessions.change(
        platform.records, session_id, lambda now: now.model_copy(update={"embedding": embedding})
    )


class MadeBy(Contract):
    """Which attempt of a job made something, and where it lies."""

    job_id: str
    attempt: int
    folder: str


def keep_build(platform: Platform, session_id: str, made_by: MadeBy, report: BuildObjectReport) -> None:
    """Makes what was built the newest version of the session's asset. Any number of times."""
    session = sessions.read(platform.records, session_id)
    if session is None:
        return
    version = BuildVersion(
        **made_by.model_dump(),
        model=report.model,
        bytes=report.bytes,
        objects=tuple(_version_object(one) for one in report.objects),
        made_at=platform.clock.now(),
    )
    made = assets.Made(
        kind="object",
        folder=made_by.folder,
        size=report.bytes,
        job_id=made_by.job_id,
        details=version.model_dump(mode="json"),
    )
    writes = assets.writes_of_made(
        platform, session.project_id, session_id, session.name, made, session.owner_id
    )
    if writes:
        platform.records.transact(writes)


def _version_object(built: BuiltObject) -> VersionObject:
    folder = f"objects/{built.cutout_id}"
    told = built.model_dump(include={"cutout_id", "name", "bounds_min", "bounds_max", "scale_source"})
    mesh = f"{folder}/mesh.glb"
    return VersionObject(
        **told, mesh=mesh, mesh_bytes=built.files.get(mesh, 0), picture=f"{folder}/picture.webp"
    )
