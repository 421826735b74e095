"""For those who run the studio: /v1/admin. Routes of `studio.api`; nobody else learns that they exist."""

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.openapi.params import Query

from diorama.jobs.models import JobState
from diorama.platform import connect
from diorama.studio import admin, audit, failures, page_errors
from diorama.studio.jobs import JobDetails, JobFilter
from door import Admin
from paging import Cursor, Limit

router = Router()

Month = Annotated[
    str | None,
    Query(pattern=r"^\d{4}-\d{2}$", description='As in "2026-11", by UTC; this one where left out'),
]


@router.get("/v1/admin/overview", tags=["admin"])
def get_overview(user_id: Admin) -> admin.Overview:  # noqa: ARG001 (asks for an admin)
    """What goes on now."""
    return admin.overview(connect())


@router.get("/v1/admin/people", tags=["admin"])
def list_people(
    user_id: Admin,  # noqa: ARG001
    q: Annotated[str, Query(max_length=200, description="Words that all stand in the address")] = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> admin.People:
    """Everybody with an account, newest first."""
    return admin.people(connect(), q, limit, cursor)


@router.get("/v1/admin/people/<person_id>", tags=["admin"])
def get_person(person_id: str, user_id: Admin) -> admin.PersonDetails:  # noqa: ARG001
    """Somebody, and how their month stands."""
    return admin.person(connect(), person_id)


@router.patch("/v1/admin/people/<person_id>", tags=["admin"])
def change_plan(person_id: str, body: admin.NewPlan, user_id: Admin) -> admin.PersonDetails:  # noqa: ARG001
    """Gives somebody another plan, from now on."""
    return admin.change_plan(connect(), person_id, body)


@router.get("/v1/admin/jobs", tags=["admin"])
def list_everybodys_jobs(
    user_id: Admin,  # noqa: ARG001
    status: JobState | None = None,
    product: Annotated[str | None, Query(max_length=64)] = None,
    month: Month = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> admin.EverybodysJobs:
    """Everybody's jobs of a month, newest first."""
    return admin.jobs(connect(), JobFilter(status=status, product=product), month, limit, cursor)


@router.get("/v1/admin/jobs/<job_id>", tags=["admin"])
def get_anybodys_job(job_id: str, user_id: Admin) -> JobDetails:  # noqa: ARG001
    """Anybody's job, its stages and their reports."""
    return admin.job(connect(), job_id)


@router.post("/v1/admin/jobs/<job_id>/retry", status_code=202, tags=["admin"])
def retry_anybodys_job(job_id: str, user_id: Admin) -> JobDetails:  # noqa: ARG001
    """A new attempt of anybody's job."""
    return admin.retry(connect(), job_id)


@router.post("/v1/admin/jobs/<job_id>/cancel", tags=["admin"])
def cancel_anybodys_job(job_id: str, user_id: Admin) -> JobDetails:  # noqa: ARG001
    """Cancels anybody's job."""
    return admin.cancel(connect(), job_id)


@router.get("/v1/admin/costs", tags=["admin"])
def get_costs(user_id: Admin, month: Month = None) -> admin.MonthCosts:  # noqa: ARG001
    """What everybody's jobs that were made in a month have cost, by person and product."""
    return admin.month_costs(connect(), month)


@router.get("/v1/admin/failures", tags=["admin"])
def list_failures(
    user_id: Admin,  # noqa: ARG001
    month: Month = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 10,
    cursor: Cursor = None,
) -> failures.FailurePage:
    """What broke on our side, with its trace."""
    return failures.listed(connect(), month, limit, cursor)


@router.get("/v1/admin/page-errors", tags=["admin"])
def list_page_errors(user_id: Admin, limit: Limit = 50, cursor: Cursor = None) -> page_errors.PageErrors:  # noqa: ARG001
    """Mistakes that pages made this month, newest first."""
    return page_errors.listed(connect(), limit, cursor)


@router.get("/v1/admin/audit", tags=["admin"])
def search_audit(
    user_id: Admin,  # noqa: ARG001
    person: Annotated[str | None, Query(max_length=64, description="Somebody's id: all their months")] = None,
    act: Annotated[
        str | None, Query(max_length=64, description="The operation, as in `create_project`")
    ] = None,
    outcome: audit.Outcome | None = None,
    month: Month = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> audit.DeedPage:
    """Who did what, and what was refused, newest first."""
    which = audit.DeedFilter(month=month, user_id=person, act=act, outcome=outcome)
    return audit.found(connect(), which, limit, cursor)
