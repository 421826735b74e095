"""The part of the Amazon States Language that our state machines use, as models.

What is not here raises `ConfigurationError` when a definition is read, so that a file can't mean less here
than on AWS. JSONata only. Reference: https://states-language.net and the Step Functions developer guide.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_pascal

from diorama.errors import ConfigurationError
from local.expressions import Json, QueryError, check

Seconds = Annotated[int, Field(ge=0, le=99_999_999)]
Resource = Literal[
    "arn:aws:states:::lambda:invoke",
    "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "arn:aws:states:::states:startExecution.sync:2",
]


def _all_stands_alone(names: list[str]) -> list[str]:
    if "States.ALL" in names and len(names) > 1:
        raise ValueError("States.ALL must stand alone")
    return names


ErrorNames = Annotated[list[str], Field(min_length=1), AfterValidator(_all_stands_alone)]


class _Model(BaseModel):
    """Fields are spelled as in the language: `interval_seconds` is `IntervalSeconds`."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_pascal)


class Retrier(_Model):
    """When to try a task again, and how long to wait before it."""

    error_equals: ErrorNames
    interval_seconds: Annotated[int, Field(ge=1)] = 1
    max_attempts: Annotated[int, Field(ge=0)] = 3
    backoff_rate: Annotated[float, Field(ge=1)] = 2.0
    max_delay_seconds: Annotated[int, Field(ge=1)] | None = None
    jitter_strategy: Literal["FULL", "NONE"] = "NONE"
    comment: str = ""


class Catcher(_Model):
    """Where to go on after an error."""

    error_equals: ErrorNames
    next: str
    assign: dict[str, Json] = Field(default_factory=dict)
    output: Json = None
    comment: str = ""


class Rule(_Model):
    """One case of a choice."""

    condition: Json
    next: str
    assign: dict[str, Json] = Field(default_factory=dict)
    output: Json = None
    comment: str = ""


class _State(_Model):
    """What every state may say."""

    comment: str = ""
    query_language: Literal["JSONata"] = "JSONata"


class _Assigning(_State):
    assign: dict[str, Json] = Field(default_factory=dict)
    output: Json = None


class _Following(_Assigning):
    """A state that another follows, or that ends the machine."""

    next: str | None = None
    end: bool = False

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if (self.next is None) == (not self.end):
            raise ValueError("exactly one of Next and End: true is needed")
        return self


class Task(_Following):
    """Calls a function or another machine."""

    type: Literal["Task"]
    resource: Resource
    arguments: Json = None
    timeout_seconds: Seconds | str | None = None
    retry: list[Retrier] = Field(default_factory=list)
    catch: list[Catcher] = Field(default_factory=list)


class Pass(_Following):
    """Passes its input on, or makes something new of it."""

    type: Literal["Pass"]


class Wait(_Following):
    """Does nothing for a while."""

    type: Literal["Wait"]
    seconds: Seconds | str


class Choice(_Assigning):
    """Goes on at the first rule that holds. `Assign` and `Output` here belong to the default."""

    type: Literal["Choice"]
    choices: list[Rule] = Field(min_length=1)
    default: str | None = None


class Succeed(_State):
    """Ends the machine well."""

    type: Literal["Succeed"]
    output: Json = None


class Fail(_State):
    """Ends the machine badly."""

    type: Literal["Fail"]
    error: str = ""
    cause: str = ""


State = Annotated[Task | Pass | Wait | Choice | Succeed | Fail, Field(discriminator="type")]


class Machine(_Model):
    """A whole definition, checked: every state exists, is reached, and its expressions can be read."""

    query_language: Literal["JSONata"]
    start_at: str
    states: dict[Annotated[str, Field(max_length=80)], State] = Field(min_length=1)
    timeout_seconds: Seconds | None = None
    comment: str = ""
    version: Literal["1.0"] = "1.0"

    @model_validator(mode="after")
    def _is_one_piece(self) -> Self:
        reached = self._reached()
        if unreached := set(self.states) - reached:
            raise ValueError(f"no way leads to {', '.join(sorted(unreached))}")
        if not any(_ends(self.states[name]) for name in reached):
            raise ValueError("no state ends the machine")
        for name, state in self.states.items():
            _check_expressions(name, state)
        return self

    def _reached(self) -> set[str]:
        reached: set[str] = set()
        todo = [("StartAt", self.start_at)]
        while todo:
            source, name = todo.pop()
            if name not in self.states:
                raise ValueError(f"{source}: there is no state '{name}'")
            if name not in reached:
                reached.add(name)
                todo += [(name, following) for following in _followers(self.states[name])]
        return reached


def read_machine(path: Path, substitutions: Mapping[str, str]) -> Machine:
    """A definition file (YAML or JSON) with every `${Name}` replaced, as CloudFormation does.

    Raises `ConfigurationError` for a name without a value, a value that is never used, and everything that
    local mode or AWS would not run.
    """
    text = path.read_text()
    for name, value in substitutions.items():
        if f"${{{name}}}" not in text:
            raise ConfigurationError(f"{path.name} never uses the substitution '{name}'.")
        text = text.replace(f"${{{name}}}", value)
    if "${" in text:
        name = text.split("${", 1)[1].split("}", 1)[0]
        raise ConfigurationError(f"{path.name}: nothing is substituted for '${{{name}}}'.")
    return parse_machine(yaml.safe_load(text), path.name)


def parse_machine(definition: Any, name: str) -> Machine:
    """A definition that has been read already. Raises `ConfigurationError`."""
    try:
        return Machine.model_validate(definition)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(f"{name}: {place or 'definition'}: {first['msg']}") from None


def _followers(state: State) -> Iterator[str]:
    if isinstance(state, _Following) and state.next is not None:
        yield state.next
    if isinstance(state, Task):
        yield from (catcher.next for catcher in state.catch)
    if isinstance(state, Choice):
        yield from (rule.next for rule in state.choices)
        if state.default is not None:
            yield state.default


def _ends(state: State) -> bool:
    return isinstance(state, Succeed | Fail) or (isinstance(state, _Following) and state.end)


def _check_expressions(name: str, state: State) -> None:
    try:
        check(state.model_dump())
    except QueryError as error:
        raise ValueError(f"{name}: {error}") from None
