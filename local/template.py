"""template.yaml, as far as local mode plays AWS: who is called when, with which environment.

Resources that only exist (buckets, roles, alarms) are passed over; what would act on AWS and is not
understood here raises `ConfigurationError`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from diorama.errors import ConfigurationError
from local.intrinsics import Resolver, read_yaml
from local.patterns import Pattern, check_pattern
from local.socket_routes import KINDS, Sockets, read_sockets
from local.states import Machine, Task, read_machine

_ACTING = (
    "AWS::ApiGateway",
    "AWS::Events::",
    "AWS::Lambda::",
    "AWS::Pipes::",
    "AWS::SNS::",
    "AWS::SQS::",
    "AWS::Scheduler::",
    "AWS::Serverless::",
    "AWS::StepFunctions::",
)
_PASSIVE = {
    *KINDS,  # read by `read_sockets`
    "AWS::Serverless::Api",  # read where a route names it
    "AWS::Serverless::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Events::EventBusPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",  # dead letters only: nothing of ours reads a queue
    "AWS::SQS::QueuePolicy",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Account",
}


@dataclass(frozen=True)
class Function:
    """A Lambda function: `handler` is `package.module.name`, found from `code_folder`."""

    name: str
    handler: str
    code_folder: Path
    timeout_s: float
    memory_mb: int


@dataclass(frozen=True)
class Route:
    """`method` may be ANY; the path's last part may be `{proxy+}`."""

    method: str
    path: str
    function: str
    signed_in: bool


@dataclass(frozen=True)
class Target:
    """Who gets an event."""

    kind: Literal["function", "topic"]
    name: str


@dataclass(frozen=True)
class Rule:
    """Events that match the pattern go to the targets."""

    name: str
    pattern: Pattern
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Schedule:
    """Calls a target again and again."""

    name: str
    interval_s: float
    target: Target


@dataclass
class Template:
    """What local mode takes from the template."""

    functions: dict[str, Function] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    authorizer: str = ""
    """The function that says who sends a request."""
    machines: dict[str, Machine] = field(default_factory=dict)
    topics: dict[str, list[str]] = field(default_factory=dict)
    """Topic -> functions subscribed to it."""
    rules: list[Rule] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    sockets: Sockets | None = None


def read_template(path: Path) -> Template:
    """Reads a SAM template and the state machines it names. Raises `ConfigurationError`."""
    return _Reader(path).template()


class _Reader:
    def __init__(self, path: Path) -> None:
        document = read_yaml(path)
        self.root = path.parent
        self.resources: dict[str, Any] = document.get("Resources", {})
        self.globals: dict[str, Any] = document.get("Globals", {})
        self.resolve = Resolver(
            self.resources, document.get("Parameters", {}), document.get("Conditions", {})
        )
        self.found = Template()

    def template(self) -> Template:
        readers: dict[str, Callable[[str, dict[str, Any]], None]] = {
            "AWS::Serverless::Function": self._function,
            "AWS::Serverless::StateMachine": self._machine,
            "AWS::SNS::Topic": self._topic,
            "AWS::SNS::Subscription": self._subscription,
            "AWS::Events::Rule": self._rule,
        }
        for name, resource in self.resources.items():
            kind = resource["Type"]
            if "Condition" in resource and not self.resolve.holds(resource["Condition"]):
                continue
            if kind in readers:
                readers[kind](name, resource.get("Properties", {}))
            elif kind.startswith(_ACTING) and kind not in _PASSIVE:
                raise ConfigurationError(f"{name}: local mode does not know {kind}.")
        self.found.sockets = read_sockets(self.resources, self.resolve)
        self._check_names()
        return self.found

    # --- Functions ------------------------------------------------------------------------------

    def _function(self, name: str, properties: dict[str, Any]) -> None:
        common = self.globals.get("Function", {})
        merged = {**common, **properties}
        self.found.functions[name] = Function(
            name=name,
            handler=merged["Handler"],
            code_folder=(self.root / merged["CodeUri"]).resolve(),
            timeout_s=float(merged.get("Timeout", 3)),
            memory_mb=int(merged.get("MemorySize", 128)),
        )
        for source in (common, properties):
            self._environment(name, source.get("Environment", {}).get("Variables", {}))
        for event_name, event in properties.get("Events", {}).items():
            self._event(name, f"{name}.{event_name}", event["Type"], event.get("Properties", {}))

    def _environment(self, function: str, variables: Mapping[str, Any]) -> None:
        for variable, value in variables.items():
            text = self.resolve.text(value)
            if self.found.environment.setdefault(variable, text) != text:
                raise ConfigurationError(f"{function}: {variable} has another value in another function.")

    def _event(self, function: str, name: str, kind: str, properties: dict[str, Any]) -> None:
        target = Target("function", function)
        if kind == "Api":
            self.found.routes.append(self._route(function, name, properties))
        elif kind == "SNS":
            _known(name, properties, {"Topic"})
            self.found.topics.setdefault(self.resolve.text(properties["Topic"]), []).append(function)
        elif kind in ("EventBridgeRule", "CloudWatchEvent"):
            _known(name, properties, {"Pattern", "RetryPolicy", "DeadLetterConfig", "State", "RuleName"})
            self._add_rule(name, properties["Pattern"], (target,))
        elif kind in ("Schedule", "ScheduleV2"):
            _known(name, properties, _SCHEDULE_KEYS)
            expression = properties.get("Schedule") or properties.get("ScheduleExpression")
            self.found.schedules.append(Schedule(name, interval_s(expression, name), target))
        else:
            raise ConfigurationError(f"{name}: local mode does not know events of type {kind}.")

    def _route(self, function: str, name: str, properties: dict[str, Any]) -> Route:
        _known(name, properties, {"Path", "Method", "RestApiId", "Auth"})
        auth = properties.get("Auth", {})
        _known(name, auth, {"Authorizer", "AuthorizationScopes"})
        authorizer = auth.get("Authorizer", self._default_authorizer(properties))
        if authorizer is None:
            raise ConfigurationError(f"{name}: no authorizer; say NONE where everybody may call.")
        return Route(properties["Method"].upper(), properties["Path"], function, authorizer != "NONE")

    def _default_authorizer(self, properties: dict[str, Any]) -> str | None:
        if "RestApiId" in properties:
            api = self.resources[self.resolve.text(properties["RestApiId"])].get("Properties", {})
        else:
            api = self.globals.get("Api", {})
        auth = api.get("Auth", {})
        name: str | None = auth.get("DefaultAuthorizer")
        if name is not None:
            authorizer = auth.get("Authorizers", {}).get(name, {})
            if authorizer.get("FunctionPayloadType") != "REQUEST":
                raise ConfigurationError(f"{name}: local mode knows authorizers that are given the request.")
            self.found.authorizer = self.resolve.text(authorizer["FunctionArn"])
        return name

    # --- Machines, topics, rules ------------------------------------------------------------------

    def _machine(self, name: str, properties: dict[str, Any]) -> None:
        for key in ("Events", "Definition"):
            if key in properties:
                raise ConfigurationError(f"{name}: local mode does not know {key} of a state machine.")
        substitutions = {
            key: self.resolve.text(value)
            for key, value in properties.get("DefinitionSubstitutions", {}).items()
        }
        self.found.machines[name] = read_machine(self.root / properties["DefinitionUri"], substitutions)

    def _topic(self, name: str, properties: dict[str, Any]) -> None:
        self.found.topics.setdefault(name, [])
        for subscription in properties.get("Subscription", []):
            self._subscription(name, {**subscription, "TopicArn": {"Ref": name}})

    def _subscription(self, name: str, properties: dict[str, Any]) -> None:
        protocol = self.resolve.text(properties["Protocol"])
        if protocol == "lambda":
            _known(name, properties, {"Protocol", "TopicArn", "Endpoint"})
            topic = self.resolve.text(properties["TopicArn"])
            self.found.topics.setdefault(topic, []).append(self.resolve.text(properties["Endpoint"]))
        elif protocol not in ("email", "email-json"):  # letters to the admin: there is none here
            raise ConfigurationError(f"{name}: local mode does not know subscriptions by {protocol}.")

    def _rule(self, name: str, properties: dict[str, Any]) -> None:
        _known(name, properties, {"Name", "Description", "State", "EventPattern", *_SCHEDULE_KEYS, "Targets"})
        targets = tuple(self._target(name, target) for target in properties["Targets"])
        if "EventPattern" in properties:
            self._add_rule(name, properties["EventPattern"], targets)
        else:
            every_s = interval_s(properties.get("ScheduleExpression"), name)
            self.found.schedules += [Schedule(name, every_s, target) for target in targets]

    def _target(self, rule: str, properties: dict[str, Any]) -> Target:
        _known(rule, properties, {"Arn", "Id", "RoleArn", "RetryPolicy", "DeadLetterConfig"})
        name = self.resolve.text(properties["Arn"])
        kind = self.resources.get(name, {}).get("Type")
        if kind == "AWS::Serverless::Function":
            return Target("function", name)
        if kind == "AWS::SNS::Topic":
            return Target("topic", name)
        raise ConfigurationError(f"{rule}: local mode can't send events to {name}.")

    def _add_rule(self, name: str, pattern: Any, targets: tuple[Target, ...]) -> None:
        resolved = self.resolve.value(pattern)
        check_pattern(resolved, name)
        self.found.rules.append(Rule(name, resolved, targets))

    # --- Seams ------------------------------------------------------------------------------------

    def _check_names(self) -> None:
        for topic, functions in self.found.topics.items():
            if self.resources.get(topic, {}).get("Type") != "AWS::SNS::Topic":
                raise ConfigurationError(f"There is no topic {topic}.")
            for function in functions:
                self._must_be_function(topic, function)
        self._check_gateways()
        for name, machine in self.found.machines.items():
            for place, task in _tasks(machine):
                self._check_task(f"{name}, {place}", task)

    def _check_gateways(self) -> None:
        if self.found.authorizer:
            self._must_be_function("the authorizer", self.found.authorizer)
        if self.found.sockets is not None:
            for key, route in self.found.sockets.routes.items():
                self._must_be_function(key, route.function)

    def _check_task(self, place: str, task: Task) -> None:
        arguments = task.arguments if isinstance(task.arguments, dict) else {}
        if "lambda:invoke" in task.resource:
            self._must_be_function(place, arguments.get("FunctionName"))
        elif (machine := arguments.get("StateMachineArn")) not in self.found.machines:
            raise ConfigurationError(f"{place}: there is no state machine {machine}.")

    def _must_be_function(self, place: str, name: Any) -> None:
        if name not in self.found.functions:
            raise ConfigurationError(f"{place}: there is no function {name}.")


_SCHEDULE_KEYS = {"Schedule", "ScheduleExpression", "Description", "Enabled", "State", "Name"}
_SCHEDULE_KEYS |= {"RetryPolicy", "DeadLetterConfig", "FlexibleTimeWindow"}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_UNIT_S = {"minute": 60, "hour": 3600, "day": 86400}


def interval_s(expression: Any, place: str) -> float:
    """Seconds between two runs of a `rate(...)` expression; local mode knows no other."""
    found = _RATE.fullmatch(str(expression))
    if not found or int(found[1]) == 0:
        raise ConfigurationError(f"{place}: local mode does not know the schedule {expression}.")
    return int(found[1]) * _UNIT_S[found[2]]


def _known(place: str, properties: Mapping[str, Any], known: set[str]) -> None:
    if unknown := set(properties) - known:
        raise ConfigurationError(f"{place}: local mode does not know {', '.join(sorted(unknown))}.")


def _tasks(machine: Machine) -> Iterator[tuple[str, Task]]:
    for name, state in machine.states.items():
        if isinstance(state, Task):
            yield name, state
