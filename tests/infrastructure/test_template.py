"""What `sam validate` does not look at: template, settings and code speak of the same things."""

import importlib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from diorama.settings import PREFIX, Settings, read_settings
from journal import shown_path
from local.intrinsics import read_yaml
from local.template import read_template

ROOT = Path(__file__).parents[2]
TEMPLATE = read_template(ROOT / "template.yaml")
RESOURCES: dict[str, Any] = read_yaml(ROOT / "template.yaml")["Resources"]


def of_type(kind: str) -> list[str]:
    return [name for name, resource in RESOURCES.items() if resource["Type"] == kind]


@pytest.mark.parametrize("name", sorted(TEMPLATE.functions))
def test_every_functions_handler_is_there(name: str) -> None:
    module, _, handler = TEMPLATE.functions[name].handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), handler))


def test_every_variable_of_the_template_is_a_setting() -> None:
    ours = {name for name in TEMPLATE.environment if name.startswith(PREFIX)}
    assert ours <= {PREFIX + name.upper() for name in Settings.model_fields}
    assert read_settings(TEMPLATE.environment).machines == {
        "tours": "ToursMachine",
        "captures": "ToursMachine",
        "objects": "ObjectsMachine",
        "photos": "ObjectsMachine",
    }


def test_every_file_of_statemachine_is_a_machine_of_the_template() -> None:
    files = {path.name for path in (ROOT / "statemachine").iterdir()}
    used = {
        Path(RESOURCES[name]["Properties"]["DefinitionUri"]).name
        for name in of_type("AWS::Serverless::StateMachine")
    }
    assert files == used


@pytest.mark.parametrize("path", sorted((ROOT / "statemachine").iterdir()), ids=lambda path: path.name)
def test_machines_are_written_without_yaml_anchors_which_step_functions_does_not_read(path: Path) -> None:
    assert not any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(path.read_text()))


def test_each_function_has_a_role_of_its_own_with_no_more_than_it_names() -> None:
    for name in of_type("AWS::Serverless::Function"):
        properties = RESOURCES[name]["Properties"]
        assert "Role" not in properties, "SAM makes a role a function from its Policies"
        for policy in properties["Policies"]:
            for statement in policy.get("Statement", []):
                actions = (
                    statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
                )
                assert statement["Resource"] != "*", f"{name} may {actions} on everything"
                assert not any("*" in action for action in actions), f"{name} may {actions}"


def test_files_and_rows_outlive_the_stack_and_are_encrypted() -> None:
    for name in [*of_type("AWS::S3::Bucket"), *of_type("AWS::DynamoDB::Table")]:
        assert RESOURCES[name]["DeletionPolicy"] == "Retain"
    for name in of_type("AWS::DynamoDB::Table"):
        properties = RESOURCES[name]["Properties"]
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
        assert properties["SSESpecification"]["SSEEnabled"]
    assert "BucketEncryption" in RESOURCES["MediaBucket"]["Properties"]


def test_every_machine_writes_logs_without_the_data_it_carries() -> None:
    for name in of_type("AWS::Serverless::StateMachine"):
        logging = RESOURCES[name]["Properties"]["Logging"]
        assert logging["Destinations"]
        assert logging["IncludeExecutionData"] is False, "task tokens would be in it"


def test_every_kind_of_output_that_lifecycle_rules_name_is_one_that_stages_write() -> None:
    from diorama.catalog import STAGES

    kinds = {stage.output_kind for stage in STAGES.values()} | {"raw", "checkpoints", "requests"}
    rules = RESOURCES["MediaBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"].rstrip("/") for rule in rules if "Prefix" in rule} <= kinds


@pytest.mark.parametrize("prefix", ["/v1/tour-files/", "/v1/object-files/", "/v1/downloads/"])
def test_addresses_that_let_people_in_are_neither_logged_nor_traced(prefix: str) -> None:
    assert shown_path({"path": f"{prefix}secret/manifest.json"}) == f"{prefix}.../manifest.json"
    rules = [RESOURCES[name]["Properties"]["SamplingRule"] for name in of_type("AWS::XRay::SamplingRule")]
    (rule,) = [rule for rule in rules if fnmatch(f"/api{prefix}secret", rule["URLPath"])]
    assert (rule["FixedRate"], rule["ReservoirSize"]) == (0, 0)
