"""Parameters of stages as people give them: checked, with a sentence where they can't be taken."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from diorama.errors import Refused
from diorama.ports import JsonObject
from diorama.stage import Contract


def checked_params(stage: str, model: type[Contract], values: Mapping[str, Any]) -> JsonObject:
    """Every parameter of a stage, those that are not given as the stage has them. Raises `Refused`."""
    try:
        params: JsonObject = model.model_validate(dict(values)).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join([stage, *(str(part) for part in first["loc"])])
        raise Refused(f"{place}: {first['msg']}.", "Choose another value.", "bad_params") from None
    for field, value in params.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise Refused(f"{stage}.{field} must be a finite number.", "Choose another value.", "bad_params")
    return params
