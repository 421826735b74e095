"""Tours: started, listed, looked at."""

from diorama.costs import quote
from diorama.errors import NotFound
from diorama.jobs import actions as jobs
from diorama.jobs import table
from diorama.jobs.models import Budget, Job
from diorama.library import assets, uploads
from diorama.library.models import Upload
from diorama.library.probe import probe
from diorama.platform import Platform
from diorama.ports import JsonObject, Put, Row, Write
from diorama.stage import Contract
from diorama.studio import access, quotas
from diorama.studio.ids import new_id
from diorama.studio.jobs import JobDetails, details
from diorama.studio.paging import filtered_page
from diorama.tours import publication, quotes, rules, visits
from diorama.tours.models import ListedTour, NewTour, Tour, TourDetails, TourPage, TourVersion
from diorama.tours.stages import STAGES

PRODUCT = "tours"


class Ids(Contract):
    """How a tour and its job are going to be called, and the batch that they are of."""

    tour_id: str
    job_id: str
    batch_id: str = ""


def start(platform: Platform, user_id: str, wanted: NewTour, correlation_id: str) -> TourDetails:
    """Makes a tour and starts its job; what was computed for another one before is not computed again.

    Raises `NotFound` (project, upload), `Conflict` (not arrived), `Refused` (type, parameters), `TooMuch` (the plan).
    """
    access.find_project(platform, user_id, wanted.project_id, "start", "tour")
    quotas.check_jobs(platform, user_id, 1)
    now = platform.clock.now()
    return begin(platform, user_id, wanted, correlation_id, Ids(tour_id=new_id(now), job_id=new_id(now)))


def begin(platform: Platform, user_id: str, wanted: NewTour, correlation_id: str, ids: Ids) -> TourDetails:
    """The same under names that are given: cut off in between, it may be called again.

    Raises `Conflict` also where the job is there already.
    """
    access.find_project(platform, user_id, wanted.project_id, "start", "tour")
    upload, rev = _source(platform, user_id, wanted)
    params = rules.effective_params(wanted.params, platform.settings.stage_defaults)
    now = platform.clock.now()
    tour = Tour(
        tour_id=ids.tour_id,
        project_id=wanted.project_id,
        owner_id=user_id,
        upload_id=upload.upload_id,
        name=wanted.name or rules.name_of(upload),
        job_id=ids.job_id,
        created_at=now,
    )
    if platform.records.get(f"TOUR#{tour.tour_id}", "TOUR") is None:
        platform.records.transact(
            [*(Put(row, 0) for row in rows_of(tour)), *uploads.writes_of_use(upload, rev, tour.tour_id)]
        )
    found = probe(platform, upload)
    expected = quotes.of_material(platform, found, params)
    job = _job(tour, wanted.budget, rules.machine_data(upload, params, found.model_dump(exclude_none=True)))
    told = {
        "correlation_id": correlation_id,
        "ready_at": now + expected.seconds,
        "batch_id": ids.batch_id,
        **quotas.line_of(platform, user_id, wanted.priority),
    }
    quote.keep(platform, job.job_id, expected)
    job = jobs.start(platform, job.model_copy(update=told))
    return _details(platform, tour, details(platform, job))


def _source(platform: Platform, user_id: str, wanted: NewTour) -> tuple[Upload, int]:
    asked, _ = uploads.find(platform, user_id, wanted.upload_id)
    upload, rev = uploads.original(platform, asked)
    if upload.project_id != wanted.project_id:
        raise NotFound("There is no such upload in this project.", "Upload the video to this project.")
    rules.check_source(upload)
    return upload, rev


def _job(tour: Tour, budget: Budget | None, data: JsonObject) -> Job:
    return Job(
        job_id=tour.job_id,
        product=PRODUCT,
        project_id=tour.project_id,
        user_id=tour.owner_id,
        subject_id=tour.tour_id,
        name=tour.name,
        stages=tuple(stage.name for stage in STAGES),
        data=data,
        budget=budget,
        correlation_id="",
        created_at=tour.created_at,
    )


def look(platform: Platform, user_id: str, tour_id: str) -> TourDetails:
    """A tour and its job. Raises `NotFound`."""
    tour = find(platform, user_id, tour_id)
    try:
        job = details(platform, table.get_job(platform.jobs, tour.job_id))
    except NotFound:
        return _details(platform, tour, None)  # its start was cut off before the job was made
    return _details(platform, tour, job)


def find(platform: Platform, user_id: str, tour_id: str, action: access.Action = "see") -> Tour:
    """A tour, with the version that the library holds as its newest: an earlier one may have been restored there.

    Raises `NotFound` for strangers, `NotAllowed` for members who may not do that with it.
    """
    row = platform.records.get(f"TOUR#{tour_id}", "TOUR")
    tour = Tour.model_validate(row["value"]) if row else None
    if tour is None or not _may_see(platform, user_id, tour):
        raise NotFound("There is no such tour.", "Check the id; yours are listed at /v1/tours.")
    access.find_project(platform, user_id, tour.project_id, action, "tour")
    newest = assets.newest(platform, tour_id)
    if newest is None or newest.made is None:
        return tour
    return tour.model_copy(update={"version": TourVersion.model_validate(newest.made.details)})


def _may_see(platform: Platform, user_id: str, tour: Tour) -> bool:
    try:
        access.find_project(platform, user_id, tour.project_id)
    except NotFound:
        return False
    return True


def keep(platform: Platform, tour_id: str, version: TourVersion) -> Tour | None:
    """Lets the tour's record name what its job made; None where the tour is gone. Any number of times."""
    row = platform.records.get(f"TOUR#{tour_id}", "TOUR")
    if row is None:
        return None
    tour = Tour.model_validate(row["value"])
    kept_before = tour.version
    if kept_before and kept_before.job_id == version.job_id and kept_before.attempt >= version.attempt:
        return tour
    kept = tour.model_copy(update={"version": version})
    platform.records.transact([Put(_row(kept), row["rev"]), *_writes_of_asset(platform, tour, version)])
    return kept


def _writes_of_asset(platform: Platform, tour: Tour, version: TourVersion) -> list[Write]:
    """The tour's next version in the library."""
    made = assets.Made(
        kind="tour",
        folder=version.bundle,
        size=int(version.report.get("bytes", 0)),
        job_id=version.job_id,
        details=version.model_dump(mode="json"),
    )
    return assets.writes_of_made(platform, tour.project_id, tour.tour_id, tour.name, made, tour.owner_id)


def listed(
    platform: Platform, user_id: str, project_id: str | None, limit: int, cursor: str | None
) -> TourPage:
    """The tours of a project, whoever started them, or all that this user started.

    Raises `BadRequest` for a cursor that is not ours; a project that is not theirs has none.
    """

    def fetch(count: int, after: str | None) -> tuple[list[Tour], str | None]:
        if project_id is not None:
            page = platform.records.query(
                f"PROJECT#{project_id}", "TOUR#", limit=count, cursor=after, newest_first=True
            )
            found = [platform.records.get(f"TOUR#{row['tour_id']}", "TOUR") for row in page.rows]
            return [Tour.model_validate(row["value"]) for row in found if row], page.cursor
        page = platform.records.query(
            f"TOURS#{user_id}", index=True, limit=count, cursor=after, newest_first=True
        )
        return [Tour.model_validate(row["value"]) for row in page.rows], page.cursor

    tours, cursor = filtered_page(fetch, lambda tour: _may_see(platform, user_id, tour), limit, cursor)
    shown = publication.shown_in(platform.records, {tour.project_id for tour in tours})
    listed = (ListedTour(**tour.model_dump(), is_published=tour.tour_id in shown) for tour in tours)
    return TourPage(tours=tuple(listed), cursor=cursor)


def _details(platform: Platform, tour: Tour, job: JobDetails | None) -> TourDetails:
    public_url = platform.settings.public_url
    row = publication.read(platform.records, tour.tour_id)
    published = publication.told(row.publication, tour.tour_id, public_url)
    url = published.url if published else f"{public_url}/view/{tour.tour_id}"
    views = visits.views_of(platform, tour.tour_id)
    told = {**tour.model_dump(), "tour_url": url, "published": published, "views": views, "job": job}
    return TourDetails.model_validate(told)


def rows_of(tour: Tour) -> tuple[Row, Row]:
    """What is written of a new tour."""
    return _row(tour), _pointer(tour)


def _pointer(tour: Tour) -> Row:
    """Says that the tour is in its project: for the list, and for the purge."""
    return {"pk": f"PROJECT#{tour.project_id}", "sk": f"TOUR#{tour.tour_id}", "tour_id": tour.tour_id}


def _row(tour: Tour) -> Row:
    return {
        "pk": f"TOUR#{tour.tour_id}",
        "sk": "TOUR",
        "value": tour.model_dump(mode="json"),
        "gsi_pk": f"TOURS#{tour.owner_id}",
        "gsi_sk": tour.tour_id,
    }
