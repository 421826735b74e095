"""The API document: what the handlers themselves say, as OpenAPI 3.1.

`make openapi` keeps it in docs/openapi.json; a test fails where the two differ.
"""

import importlib
import json
import sys
from typing import Any

from door import door
from problems import CONTENT_TYPE, ProblemAnswer

ROOMS = (
    "studio.api",
    "studio.auth",
    "studio.projects",
    "studio.jobs",
    "studio.webhooks",
    "studio.admin",
    "library.api",
    "tours.api",
    "objects.api",
)
DESCRIPTION = (
    "Sign up, make a project, upload a video into it, start a tour, follow its job. "
    "Errors are `application/problem+json` with a stable `code`. Creates take an `Idempotency-Key`: the same "
    "key within a day gives the same answer. Lists go on until `cursor` is null. Times are Unix seconds."
)
BEARER = {"type": "http", "scheme": "bearer", "description": "The access token of a log-in"}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key again gives the first answer again; with another request it is refused",
    "schema": {"type": "string", "maxLength": 200},
}


def document() -> dict[str, Any]:
    """The whole API, every room of it."""
    resolver = door(*(importlib.import_module(room).router for room in ROOMS))
    for route in [*resolver._static_routes, *resolver._dynamic_routes]:
        summary, _, description = (route.func.__doc__ or "").partition("\n\n")
        route.operation_id = route.func.__name__
        route.summary, route.description = summary.strip(), " ".join(description.split()) or None
    text = resolver.get_openapi_json_schema(
        title="Diorama", version="1", description=DESCRIPTION, openapi_version="3.1.0"
    )
    found: dict[str, Any] = json.loads(text)
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError", "ResponseValidationError"):
        schemas.pop(name, None)
    schema = ProblemAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**schema.pop("$defs", {}), "ProblemAnswer": schema}
    found["components"]["securitySchemes"] = {"bearer": BEARER}
    found["security"] = [{"bearer": []}]
    found["servers"] = [{"url": "/"}]
    for path in found["paths"].values():
        for operation in path.values():
            _finish(operation)
    return found


def _finish(operation: dict[str, Any]) -> None:
    problem = {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}
    operation["responses"].pop("422", None)
    operation["responses"].get("204", {}).pop("content", None)
    operation["responses"]["default"] = {"description": "A problem", "content": {CONTENT_TYPE: problem}}
    if operation.pop("x-open", False):
        operation["security"] = []
    if operation.pop("x-idempotency-key", False):
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=1, sort_keys=True) + "\n")
