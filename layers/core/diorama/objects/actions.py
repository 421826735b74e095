"""Sessions: begun, listed, looked at, renamed, deleted."""

from diorama.costs import quote
from diorama.errors import Conflict, NotFound
from diorama.jobs import actions as jobs
from diorama.jobs import rules as job_rules
from diorama.jobs import table
from diorama.jobs.models import Job, JobState
from diorama.library import assets, uploads
from diorama.library.keys import cutouts_uri
from diorama.objects import photos, quotes, rules, sessions
from diorama.objects.models import (
    BuildVersion,
    BuildView,
    CutoutView,
    KeptCutout,
    ListedSession,
    NewSession,
    Session,
    SessionChange,
    SessionDetails,
    SessionPage,
)
from diorama.objects.stages import EMBED_PHOTO, BuildObjectReport
from diorama.platform import Platform
from diorama.ports import Delete, Page, Put
from diorama.stage import REPORT
from diorama.studio import access, purge, quotas
from diorama.studio.ids import new_id
from diorama.studio.jobs import JobDetails, details
from diorama.studio.paging import filtered_page

PHOTOS = "photos"
"""Product of the jobs that read photos: nobody is mailed when one is done."""
PICTURE_LASTS_S = 900


def start(platform: Platform, user_id: str, wanted: NewSession, correlation_id: str) -> SessionDetails:
    """Begins a session and the job that reads its photo; one that was read before is not read again.

    Raises `NotFound` (project, upload, tour), `Conflict` (not arrived), `Refused` (no photo), `TooMuch` (the plan).
    """
    access.find_project(platform, user_id, wanted.project_id, "start", "object")
    quotas.check_jobs(platform, user_id, 1)
    now = platform.clock.now()
    session_id = new_id(now)
    taken = photos.take(platform, user_id, wanted, session_id)
    session = Session(
        session_id=session_id,
        project_id=wanted.project_id,
        owner_id=user_id,
        name=wanted.name or taken.name,
        photo=taken.photo,
        encode_job_id=new_id(now),
        created_at=now,
    )
    rows = (sessions.row_of(session), sessions.pointer_row(session))
    platform.records.transact([*(Put(row, 0) for row in rows), *taken.writes])
    encode(platform, session, correlation_id)
    return look(platform, user_id, session_id)


def encode(platform: Platform, session: Session, correlation_id: str) -> Job:
    """Starts the job that reads the session's photo, under the id that the session names."""
    params = rules.encode_params(platform.settings.stage_defaults)
    expected, now = quotes.of_photo(platform, params), platform.clock.now()
    job = Job(
        job_id=session.encode_job_id,
        product=PHOTOS,
        project_id=session.project_id,
        user_id=session.owner_id,
        subject_id=session.session_id,
        name=f"{session.name} (photo)",
        stages=(EMBED_PHOTO.name,),
        data={"photo": session.photo.file.model_dump(), "params": params},
        correlation_id=correlation_id,
        created_at=now,
        ready_at=now + expected.seconds,
    )
    quote.keep(platform, job.job_id, expected)
    return jobs.start(platform, job.model_copy(update=quotas.line_of(platform, session.owner_id)))


# --- looking ------------------------------------------------------------------------------------------------------


def look(platform: Platform, user_id: str, session_id: str) -> SessionDetails:
    """A session, all that is cut out, and its newest jobs. Raises `NotFound`."""
    session = sessions.find(platform, user_id, session_id)
    version = sessions.newest_build(platform, session_id)
    encode_job, build_job = _job(platform, session.encode_job_id), _job(platform, session.build_job_id)
    step = rules.step_of(session, version is not None, _state(encode_job), _state(build_job))
    photo = session.photo
    return SessionDetails(
        **session.model_dump(include={"session_id", "project_id", "owner_id", "name", "created_at"}),
        step=step,
        upload_id=photo.upload_id,
        tour_frame=photo.tour_frame,
        photo=session.embedding.report if session.embedding else None,
        cutouts=tuple(cutout_view(one) for one in sessions.cutouts_of(platform.records, session_id)),
        build=_build_view(platform, version) if version else None,
        encode_job=_details(platform, encode_job),
        build_job=_details(platform, build_job),
        session_url=f"{platform.settings.public_url}/objects/{session_id}",
    )


def cutout_view(kept: KeptCutout) -> CutoutView:
    """A cut-out as it is told."""
    told = kept.model_dump(include=set(CutoutView.model_fields))
    return CutoutView.model_validate({**told, "mask": f"masks/{kept.mask}.png" if kept.mask else None})


def _build_view(platform: Platform, version: BuildVersion) -> BuildView:
    report = BuildObjectReport.model_validate_json(platform.store.get(f"{version.folder}/{REPORT}"))
    told = report.model_dump(include={"model", "objects", "scene_files", "bytes", "warnings"})
    return BuildView(**told, **version.model_dump(include={"job_id", "attempt", "made_at"}))


def _job(platform: Platform, job_id: str) -> Job | None:
    """None before the first, and where its start was cut off before it was made."""
    return table.find_job(platform.jobs, job_id) if job_id else None


def _state(job: Job | None) -> JobState | None:
    return job.state if job else None


def _details(platform: Platform, job: Job | None) -> JobDetails | None:
    return details(platform, job) if job else None


def listed(
    platform: Platform, user_id: str, project_id: str | None, limit: int, cursor: str | None
) -> SessionPage:
    """The sessions of a project, whoever began them, or all that this user began.

    Raises `BadRequest` for a cursor that is not ours; a project that is not theirs has none.
    """

    def fetch(count: int, after: str | None) -> tuple[list[Session], str | None]:
        if project_id is not None:
            page = sessions.of_project(platform.records, project_id, count, after)
            found = [sessions.read(platform.records, row["session_id"]) for row in page.rows]
            return [session for session in found if session], page.cursor
        return _sessions(page := sessions.of_person(platform.records, user_id, count, after)), page.cursor

    found, cursor = filtered_page(fetch, lambda session: _may_see(platform, user_id, session), limit, cursor)
    return SessionPage(sessions=tuple(_listed(platform, session) for session in found), cursor=cursor)


def _sessions(page: Page) -> list[Session]:
    return [Session.model_validate(row["value"]) for row in page.rows]


def _may_see(platform: Platform, user_id: str, session: Session) -> bool:
    try:
        access.find_project(platform, user_id, session.project_id, "see", "object")
    except NotFound:
        return False
    return True


def _listed(platform: Platform, session: Session) -> ListedSession:
    version = sessions.newest_build(platform, session.session_id)
    states = (_state(_job(platform, job_id)) for job_id in (session.encode_job_id, session.build_job_id))
    return ListedSession(
        **session.model_dump(include={"session_id", "project_id", "owner_id", "name", "created_at"}),
        step=rules.step_of(session, version is not None, *states),
        objects=len(version.objects) if version else 0,
        picture_url=_picture_url(platform, session, version),
    )


def _picture_url(platform: Platform, session: Session, version: BuildVersion | None) -> str | None:
    if version is not None:
        return platform.store.url(f"{version.folder}/{version.objects[0].picture}", PICTURE_LASTS_S)
    if session.embedding is not None:
        return platform.store.url(f"{session.embedding.folder}/photo.jpg", PICTURE_LASTS_S)
    return None


# --- changing -----------------------------------------------------------------------------------------------------


def rename(platform: Platform, user_id: str, session_id: str, wanted: SessionChange) -> SessionDetails:
    """Gives it another name, also in the library. Raises `NotFound`, `NotAllowed`."""
    sessions.find(platform, user_id, session_id, "change")
    sessions.change(platform.records, session_id, lambda now: now.model_copy(update={"name": wanted.name}))
    assets.rename_made(platform, session_id, wanted.name)
    return look(platform, user_id, session_id)


def delete(platform: Platform, user_id: str, session_id: str) -> None:
    """Takes away a session: its jobs end, its masks and all that was built go. Cut off, it may be called again.

    The photo stays in the library; what was read of it goes by itself within a month. Raises `NotFound`, `NotAllowed`.
    """
    session = sessions.find(platform, user_id, session_id, "delete")
    for job in (_job(platform, session.encode_job_id), _job(platform, session.build_job_id)):
        _cancel(platform, job)
    for folder in assets.forget_made(platform, session_id):
        platform.store.delete(f"{folder}/")
    platform.store.delete(f"{cutouts_uri(platform.settings.bucket, session.project_id, session_id)}/")
    uses = []
    if session.photo.upload_id is not None:
        uses.append(Delete(uploads.upload_place(session.photo.upload_id)[0], f"USE#{session_id}"))
    platform.records.transact([Delete(*sessions.pointer_place(session)), *uses])
    purge.delete_partition(platform.records, sessions.place(session_id)[0])


def _cancel(platform: Platform, job: Job | None) -> None:
    if job is None or job.state in job_rules.ENDED:
        return
    try:
        jobs.cancel(platform, job.job_id)
    except Conflict:
        return  # it has ended in between
