"""Reads CloudFormation's YAML and resolves its intrinsic functions to names that mean something locally.

A resource is called by its logical name wherever AWS would use its ARN or physical name.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from diorama.errors import ConfigurationError

_PSEUDO = {
    "AWS::AccountId": "000000000000",
    "AWS::Partition": "aws",
    "AWS::Region": "local",
    "AWS::StackName": "diorama",
    "AWS::URLSuffix": "localhost",
}
_NAMES = {"Arn", "EndpointName", "Id", "Name", "ProviderURL", "TopicArn", "TopicName"}
_REFERENCE = re.compile(r"\$\{(!?)([^}]+)\}")


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's `!Ref X` and the like, read as `{"Ref": "X"}`, `{"Fn::Sub": ...}`."""


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _tagged)


def read_yaml(path: Path) -> dict[str, Any]:
    """The document with its intrinsic functions in their long form."""
    try:
        document = yaml.load(path.read_text(), _Loader)  # noqa: S506 (a SafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} can't be read: {error}") from None
    if not isinstance(document, dict):
        raise ConfigurationError(f"{path} is not a template.")
    return document


@dataclass(frozen=True)
class Resolver:
    """`resources`: logical name -> resource; `parameters` and `conditions`: name -> its declaration."""

    resources: Mapping[str, Any]
    parameters: Mapping[str, Any]
    conditions: Mapping[str, Any]

    def value(self, value: Any) -> Any:
        """The value without intrinsic functions. Raises `ConfigurationError` for an unknown one."""
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, operand),) = value.items()
            if name == "Ref":
                return self._named(operand)
            if name.startswith("Fn::"):
                return self._function(name, operand)
        return {key: self.value(each) for key, each in value.items()}

    def text(self, value: Any) -> str:
        """The resolved value as an environment variable or a name has it."""
        resolved = self.value(value)
        if isinstance(resolved, bool):
            return str(resolved).lower()
        if not isinstance(resolved, str | int | float):
            raise ConfigurationError(f"A text was expected, not {resolved}.")
        return str(resolved)

    def holds(self, condition: Any) -> bool:
        """Whether a condition, by its name or written out, is true with the parameters' defaults."""
        if isinstance(condition, str):
            return self.holds(self.conditions[condition])
        ((name, operand),) = condition.items()
        if name == "Condition":
            return self.holds(operand)
        if name == "Fn::Equals":
            return self.text(operand[0]) == self.text(operand[1])
        if name == "Fn::Not":
            return not self.holds(operand[0])
        if name in ("Fn::And", "Fn::Or"):
            return (all if name == "Fn::And" else any)(self.holds(each) for each in operand)
        raise ConfigurationError(f"Local mode does not know the condition {name}.")

    def _function(self, name: str, operand: Any) -> Any:
        if name == "Fn::GetAtt":
            resource, attribute = operand.split(".", 1) if isinstance(operand, str) else operand
            return self._attribute(resource, attribute)
        if name == "Fn::Sub":
            text, given = operand if isinstance(operand, list) else (operand, {})
            return _REFERENCE.sub(lambda found: self._substituted(found, given), text)
        if name == "Fn::Join":
            separator, parts = operand
            return str(separator).join(self.text(part) for part in parts)
        if name == "Fn::If":
            condition, when_true, when_false = operand
            return self.value(when_true if self.holds(condition) else when_false)
        raise ConfigurationError(f"Local mode does not know {name} ({operand}).")

    def _named(self, name: str) -> Any:
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self.resources:
            return name
        if name in self.parameters:
            if "Default" not in self.parameters[name]:
                raise ConfigurationError(f"The parameter {name} has no default, so local mode has no value.")
            return self.parameters[name]["Default"]
        raise ConfigurationError(f"The template refers to '{name}', which is not there.")

    def _attribute(self, resource: str, attribute: str) -> Any:
        if resource not in self.resources:
            raise ConfigurationError(f"The template refers to '{resource}', which is not there.")
        if attribute not in _NAMES:
            raise ConfigurationError(f"Local mode does not know {resource}.{attribute}.")
        return resource

    def _substituted(self, found: re.Match[str], given: Mapping[str, Any]) -> str:
        literal, name = found.groups()
        if literal:
            return f"${{{name}}}"
        if name in given:
            return self.text(given[name])
        if "." in name:
            return str(self._attribute(*name.split(".", 1)))
        return str(self._named(name))
