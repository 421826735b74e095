"""What a tour can expect of a video: judged by a small job of its own, before anything is spent on the tour."""

from diorama.errors import Refused
from diorama.jobs import actions as jobs
from diorama.jobs.models import Job
from diorama.library.models import Upload
from diorama.library.rules import FAMILIES
from diorama.platform import Platform
from diorama.studio import access
from diorama.studio.ids import new_id
from diorama.studio.jobs import JobDetails, details
from diorama.tours import rules
from diorama.tours.actions import find_source
from diorama.tours.models import NewCaptureReport, TourParams
from diorama.tours.stages import INSPECT_CAPTURE, InspectCaptureParams

PRODUCT = "captures"
"""Its jobs are listed apart from those of tours; nobody is mailed when one is done."""


def judge(platform: Platform, user_id: str, wanted: NewCaptureReport, correlation_id: str) -> JobDetails:
    """Starts the job whose one stage's report says what can be expected, and what to film again.

    Raises `NotFound` (project, upload), `Conflict` (not arrived), `Refused` (no video).
    """
    access.find_project(platform, user_id, wanted.project_id, "start", "tour")
    upload, _ = find_source(platform, user_id, wanted.project_id, wanted.upload_id)
    if FAMILIES[upload.type] == "zip":
        raise Refused("Photos can't be judged beforehand.", "Start the tour of them.", "wrong_type")
    return details(platform, jobs.start(platform, _job(platform, user_id, upload, correlation_id)))


def _job(platform: Platform, user_id: str, upload: Upload, correlation_id: str) -> Job:
    tour = rules.effective_params(TourParams(), platform.settings.stage_defaults)
    params = InspectCaptureParams.model_validate({"sample_frames": tour["sample_frames"]})
    now = platform.clock.now()
    return Job(
        job_id=new_id(now),
        product=PRODUCT,
        project_id=upload.project_id,
        user_id=user_id,
        subject_id=upload.upload_id,
        name=f"{rules.name_of(upload)} (capture)",
        stages=(INSPECT_CAPTURE.name,),
        data=rules.machine_data(upload, {INSPECT_CAPTURE.name: params.model_dump(mode="json")}, {}),
        correlation_id=correlation_id,
        created_at=now,
    )
