"""Quotes of tours: what one is going to take, from what is in the video or the photos."""

from pydantic import Field, model_validator

from diorama.costs import quote
from diorama.costs.quote import Quote
from diorama.errors import ConfigurationError, NotFound
from diorama.library import uploads
from diorama.library.probe import Found, probe
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.stage import Contract
from diorama.studio import access, costs
from diorama.tours import rules
from diorama.tours.models import TourParams
from diorama.tours.stages import STAGES

CATALOG = {stage.name: stage for stage in STAGES}
NAMES = tuple(CATALOG)


class NewQuote(Contract):
    """What a tour would be made from: an upload that has arrived, or what a page found in a file before sending it."""

    project_id: str | None = Field(
        None, max_length=64, description="Of an upload; a quote of material needs none"
    )
    upload_id: str | None = Field(None, max_length=64)
    material: Found | None = None
    params: TourParams = Field(default_factory=TourParams)

    @model_validator(mode="after")
    def _names_one(self) -> "NewQuote":
        if (self.upload_id is None) == (self.material is None):
            raise ValueError("name an upload or the material, not both")
        if self.upload_id is not None and self.project_id is None:
            raise ValueError("name the upload's project")
        return self


def ask(platform: Platform, user_id: str, wanted: NewQuote) -> costs.KeptQuote:
    """What a tour would take. Raises `NotFound` (project, upload), `NotAllowed`, `Conflict`, `Refused`."""
    if wanted.project_id is not None:
        access.find_project(platform, user_id, wanted.project_id, "start", "tour")
    found = wanted.material or _of_upload(platform, user_id, wanted)
    params = rules.effective_params(wanted.params, platform.settings.stage_defaults)
    made = of_material(platform, found, params)
    return costs.kept_quote(platform, wanted.project_id, made)


def _of_upload(platform: Platform, user_id: str, wanted: NewQuote) -> Found:
    asked, _ = uploads.find(platform, user_id, str(wanted.upload_id))
    upload, _ = uploads.original(platform, asked)
    if upload.project_id != wanted.project_id:
        raise NotFound("There is no such upload in this project.", "Upload the video to this project.")
    rules.check_source(upload)
    return probe(platform, upload)


def of_material(platform: Platform, found: Found, params: dict[str, JsonObject]) -> Quote:
    """What a tour of such material takes."""
    data = {"found": found.model_dump(exclude_none=True), "params": params}
    made = quote.make(platform, CATALOG, NAMES, data)
    if made is None:
        raise ConfigurationError("A stage of tours doesn't say how much work it is.", "Give it an `effort`.")
    return made
