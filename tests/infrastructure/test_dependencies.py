"""No resource waits for one that waits for it: CloudFormation would say so only when it deploys."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

from local.intrinsics import read_yaml

RESOURCES: dict[str, Any] = read_yaml(Path(__file__).parents[2] / "template.yaml")["Resources"]


def named_in(value: Any) -> Iterator[str]:
    """Every name that an intrinsic function of the value refers to."""
    if isinstance(value, list):
        for each in value:
            yield from named_in(each)
    elif isinstance(value, dict):
        for key, operand in value.items():
            if key == "Ref":
                yield operand
            elif key == "Fn::GetAtt":
                yield (operand if isinstance(operand, str) else ".".join(operand)).split(".")[0]
            elif key == "Fn::Sub":
                text = operand if isinstance(operand, str) else operand[0]
                yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", text))
            yield from named_in(operand)


def dependencies(resources: dict[str, Any]) -> dict[str, set[str]]:
    """Resource -> what it waits for. Of a function's events SAM makes resources of their own, but for an API's
    routes: those are in the API's body, which names the function."""
    found: dict[str, set[str]] = {}
    for name, resource in resources.items():
        properties = dict(resource.get("Properties", {}))
        events = properties.pop("Events", {})
        found.setdefault(name, set()).update(set(named_in(properties)) & set(resources))
        for event in events.values():
            if event["Type"] == "Api":
                found.setdefault(event["Properties"]["RestApiId"]["Ref"], set()).add(name)
    return found


def test_the_template_can_be_deployed_in_some_order() -> None:
    assert "Api" in list(TopologicalSorter(dependencies(RESOURCES)).static_order())


def test_a_function_that_names_the_distribution_in_front_of_its_api_would_not() -> None:
    waiting = {**RESOURCES["ToursApi"]["Properties"], "Environment": {"Ref": "Distribution"}}
    with pytest.raises(CycleError):
        TopologicalSorter(dependencies({**RESOURCES, "ToursApi": {"Properties": waiting}})).prepare()
