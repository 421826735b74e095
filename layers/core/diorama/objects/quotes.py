"""Quotes of builds: what making objects of all cut-outs is going to take."""

from pydantic import Field

from diorama.costs import quote
from diorama.costs.quote import Quote
from diorama.errors import ConfigurationError
from diorama.objects import rules, sessions
from diorama.objects.models import Session
from diorama.objects.stages import STAGES, BuildObjectParams
from diorama.platform import Platform
from diorama.ports import JsonObject
from diorama.stage import Contract
from diorama.studio import costs

CATALOG = {stage.name: stage for stage in STAGES}


class NewObjectQuote(Contract):
    """How objects would be made of what is cut out."""

    params: BuildObjectParams = Field(default_factory=BuildObjectParams)


def ask(platform: Platform, user_id: str, session_id: str, wanted: NewObjectQuote) -> costs.KeptQuote:
    """What a build would take now. Raises `NotFound`, `NotAllowed`, `Refused` (parameters)."""
    session = sessions.find(platform, user_id, session_id, "start")
    params = rules.build_params(wanted.params, platform.settings.stage_defaults)
    objects = len(sessions.cutouts_of(platform.records, session_id))
    made = of_session(platform, session, max(1, objects), params)
    return costs.kept_quote(platform, session.project_id, made)


def of_session(platform: Platform, session: Session, objects: int, params: dict[str, JsonObject]) -> Quote:
    """What a build of so many objects takes."""
    found: JsonObject = {"objects": objects}
    if session.embedding is not None:
        report = session.embedding.report
        found |= {"width_px": report.source_width_px, "height_px": report.source_height_px}
    return _made(platform, found, params)


def of_photo(platform: Platform, params: dict[str, JsonObject]) -> Quote:
    """What reading a photo takes that nobody has looked at yet."""
    return _made(platform, {}, params)


def _made(platform: Platform, found: JsonObject, params: dict[str, JsonObject]) -> Quote:
    """Of the stages that have parameters."""
    made = quote.make(platform, CATALOG, params, {"found": found, "params": params})
    if made is None:
        raise ConfigurationError(
            "A stage of objects doesn't say how much work it is.", "Give it an `effort`."
        )
    return made
