"""A tour under another name, and the end of one alone; its project's end is `studio/purge.py`'s."""

from collections.abc import Callable, Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from diorama.errors import Conflict, NotFound
from diorama.jobs import rules as job_rules
from diorama.jobs import table
from diorama.library import assets, uploads
from diorama.platform import Platform
from diorama.ports import Delete
from diorama.stage import Contract
from diorama.tours import actions, hotspots, publishing
from diorama.tours.models import Tour, TourDetails

TRIES = 20
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class TourChange(Contract):
    """What is to be different."""

    name: Name = Field(description="What people call it, visitors too")


def rename(platform: Platform, user_id: str, tour_id: str, wanted: TourChange) -> TourDetails:
    """Gives a tour another name, wherever that is shown. Raises `NotFound`, `NotAllowed`."""
    tour = actions.find(platform, user_id, tour_id, "change")
    renamed = _change(platform, tour_id, lambda now: now.model_copy(update={"name": wanted.name}))
    assets.rename_made(platform, tour_id, wanted.name)
    _rename_job(platform, tour.job_id, wanted.name)
    publishing.settle(platform, renamed)
    return actions.look(platform, user_id, tour_id)


def _change(platform: Platform, tour_id: str, change: Callable[[Tour], Tour]) -> Tour:
    for _ in range(TRIES):
        row = platform.records.get(f"TOUR#{tour_id}", "TOUR")
        if row is None:
            raise NotFound("There is no such tour.", "It was deleted in the meantime.")
        changed = change(Tour.model_validate(row["value"]))
        try:
            platform.records.put(actions.rows_of(changed)[0], row["rev"])
        except Conflict:
            continue
        return changed
    raise Conflict("The tour keeps changing.", "Try again.")


def _rename_job(platform: Platform, job_id: str, name: str) -> None:
    for _ in range(TRIES):
        job = table.find_job(platform.jobs, job_id)
        if job is None or job.name == name:
            return
        table.replace_job(platform.jobs, job.model_copy(update={"name": name}), job)


def delete(platform: Platform, user_id: str, tour_id: str) -> None:
    """Takes a tour away, for visitors too: its files, hotspots, views and all versions. The video stays.

    What it cost stays with its job. Cut off in between, it may be called again. Raises `NotFound`, `NotAllowed`,
    `Conflict` (a job works on it, somebody publishes it).
    """
    tour = actions.find(platform, user_id, tour_id, "delete")
    job = table.find_job(platform.jobs, tour.job_id)
    if job is not None and job.state not in job_rules.ENDED:
        raise Conflict(
            "A job is at work on this tour.", "Cancel it, or wait until it is done.", "tour_at_work"
        )
    publishing.take_away(platform, tour)
    for folder in _bundles(platform, tour) - set(_bundles_of_others(platform, tour)):
        platform.store.delete(f"{folder}/")
    assets.forget_made(platform, tour_id)
    hotspots.forget(platform, tour_id)
    _delete_rows(platform, tour)


def _delete_rows(platform: Platform, tour: Tour) -> None:
    """The row that the tour is found by goes last, so that this can be asked for again."""
    of_tour, of_project = actions.rows_of(tour)
    while rest := [row for row in platform.records.query(of_tour["pk"]).rows if row["sk"] != of_tour["sk"]]:
        for row in rest:
            platform.records.delete(row["pk"], row["sk"])
    use = Delete(uploads.upload_place(tour.upload_id)[0], f"USE#{tour.tour_id}")
    found_by = [Delete(row["pk"], row["sk"]) for row in (of_tour, of_project)]
    platform.records.transact([*found_by, use])


def _bundles(platform: Platform, tour: Tour) -> set[str]:
    """The folders of everything that was ever made of a tour."""
    newest = {tour.version.bundle} if tour.version else set()
    return newest | assets.folders_of(platform, tour.tour_id)


def _bundles_of_others(platform: Platform, tour: Tour) -> Iterator[str]:
    """What equal jobs made once is there once: other tours of the project may show the same files."""
    cursor: str | None = None
    while True:
        page = platform.records.query(f"PROJECT#{tour.project_id}", "TOUR#", cursor=cursor)
        for listed in page.rows:
            row = platform.records.get(f"TOUR#{listed['tour_id']}", "TOUR")
            if row is not None and listed["tour_id"] != tour.tour_id:
                yield from _bundles(platform, Tour.model_validate(row["value"]))
        cursor = page.cursor
        if cursor is None:
            return
