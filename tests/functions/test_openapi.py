"""The document in docs/ is what the handlers say."""

import json
from pathlib import Path

from local.gateway import find_route
from local.template import read_template
from openapi import document

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_kept_document_has_not_drifted_from_the_handlers() -> None:
    kept = json.loads(FILE.read_text())
    assert kept == json.loads(json.dumps(document())), "run: make openapi"


def test_every_operation_says_what_it_does_and_how_errors_look() -> None:
    for path, operations in document()["paths"].items():
        assert path.startswith("/v1/")
        for operation in operations.values():
            assert operation["summary"].endswith(".")
            assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_stage_parameters_are_in_the_document_with_their_limits() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["SolvePosesParams"]["properties"]["max_features"]["maximum"] == 16384
    assert "description" in schemas["SampleFramesParams"]["properties"]["min_fps"]


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    schemas = document()["components"]["schemas"]
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(schemas)


def test_creates_take_an_idempotency_key_and_nothing_else_does() -> None:
    taking = {
        f"{method} {path}"
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    }
    assert taking == {
        "post /v1/projects",
        "post /v1/projects/{project_id}/uploads",
        "post /v1/tours",
        "post /v1/tours/batches",
        "post /v1/tours/capture-reports",
        "post /v1/jobs/{job_id}/retry",
        "post /v1/objects",
        "post /v1/objects/{session_id}/builds",
    }


def test_the_template_leads_every_route_to_its_room_and_leaves_open_what_the_document_says() -> None:
    routes = read_template(FILE.parents[1] / "template.yaml").routes
    functions = {
        "uploads": "LibraryApi",
        "assets": "LibraryApi",
        "tours": "ToursApi",
        "objects": "ObjectsApi",
    }
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            asked = path.replace("{", "").replace("}", "")
            match = find_route(routes, method.upper(), asked)
            assert match is not None, path
            assert match.route.function == functions.get(operation["tags"][0], "StudioApi")
            assert match.route.signed_in == (operation.get("security") != []), f"{method} {path}"
