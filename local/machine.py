"""Walks through a state machine, one execution at a time.

What an execution touches (the clock, functions, other machines, task tokens) it asks its `Host` for, so that
this file is only about the language: data, variables, choices, errors, retries and limits.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from local.expressions import Json, QueryError, evaluate
from local.states import Catcher, Choice, Fail, Machine, Pass, Retrier, Rule, State, Succeed, Task, Wait

DATA_LIMIT_BYTES = 256 * 1024
_NEVER_CAUGHT_BY_ALL = {"States.DataLimitExceeded", "States.Runtime"}


class StateError(Exception):
    """A state, or with no catcher the whole execution, failed with an error name and a cause."""

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(f"{error}: {cause}")
        self.error, self.cause = error, cause


class OutOfTimeError(Exception):
    """The machine's own `TimeoutSeconds` ran out. No state can catch it."""


@dataclass(frozen=True)
class Call:
    """What a task asks for. `deadline`: Unix seconds after which nobody waits for it any more."""

    resource: str
    arguments: Json
    token: str | None
    deadline: float | None


class Host(Protocol):
    """What an execution stands on. Every method may raise to end the execution at once."""

    def now(self) -> float: ...

    def wait_until(self, moment: float) -> None: ...

    def new_token(self) -> str: ...

    def perform(self, call: Call) -> Json:
        """The task's result. Raises `StateError`; past the deadline with `States.Timeout`."""
        ...


@dataclass(frozen=True)
class Step:
    """Where a state leads: its output, the variables it sets, the next state (None: the end)."""

    output: Json
    assigned: dict[str, Json]
    following: str | None


@dataclass
class Run:
    """One execution of a machine. `context` is `$states.context` without what changes from state to state."""

    machine: Machine
    host: Host
    context: Mapping[str, Json]
    chance: Callable[[], float] = random.random
    variables: dict[str, Json] = field(default_factory=dict)
    _ends_at: float | None = None

    def result(self, data: Json) -> Json:
        """Runs to the end; the output. Raises `StateError`, `OutOfTimeError`, or what the host raises."""
        limit_s = self.machine.timeout_seconds
        self._ends_at = None if limit_s is None else self.host.now() + limit_s
        name: str | None = self.machine.start_at
        limited(data)
        while name is not None:
            step = self._visit(name, data)
            limited(step.output)
            self.variables |= limited(step.assigned)
            data, name = step.output, step.following
        return data

    def _visit(self, name: str, data: Json) -> Step:
        state = self.machine.states[name]
        visit = Visit(self, name, state, data, self.host.now())
        if isinstance(state, Task):
            return _with_retries(visit, state)
        try:
            return _step(visit)
        except QueryError as error:
            raise StateError("States.QueryEvaluationError", f"{name}: {error}") from None

    def wait_until(self, moment: float) -> None:
        """Waits, but never past the end of the whole execution."""
        if self._ends_at is not None and moment >= self._ends_at:
            self.host.wait_until(self._ends_at)
            raise OutOfTimeError
        self.host.wait_until(moment)

    def perform(self, call: Call) -> Json:
        """Has a task done, within the time that the task and the whole execution have."""
        whole = self._ends_at
        if whole is None or (call.deadline is not None and call.deadline < whole):
            return self.host.perform(call)
        try:
            return self.host.perform(replace(call, deadline=whole))
        except StateError:
            if self.host.now() >= whole:
                raise OutOfTimeError from None
            raise


@dataclass
class Visit:
    """One stay in a state, over all its retries."""

    run: Run
    name: str
    state: State
    data: Json
    entered: float
    retries: int = 0
    token: str | None = None

    def value(self, template: Json, **extra: Json) -> Json:
        """The template's value for this state; `extra` joins `$states`."""
        states = {"input": self.data, "context": self._context(), **extra}
        return evaluate(template, {**self.run.variables, "states": states})

    def seconds(self, template: int | str) -> int:
        """The template's value, which must be a whole number of seconds."""
        value = self.value(template)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0 or value % 1:
            raise QueryError(f"{template} must give a number of seconds, and gave {json.dumps(value)}")
        return int(value)

    def _context(self) -> Json:
        state = {"Name": self.name, "EnteredTime": timestamp(self.entered), "RetryCount": self.retries}
        task = {} if self.token is None else {"Task": {"Token": self.token}}
        return {**self.run.context, "State": state, **task}


def limited(value: Json) -> Json:
    """The value, if it is as small as a state machine may carry. Raises `StateError`."""
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    if size > DATA_LIMIT_BYTES:
        raise StateError(
            "States.DataLimitExceeded", f"{size} bytes between two states; the limit is {DATA_LIMIT_BYTES}."
        )
    return value


def timestamp(moment: float) -> str:
    """Unix seconds as Step Functions writes them."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _step(visit: Visit) -> Step:
    """One try at the state that is visited."""
    state = visit.state
    match state:
        case Task():
            return _task(visit, state)
        case Wait():
            visit.run.wait_until(visit.entered + visit.seconds(state.seconds))
            return _onward(visit, state, state.next)
        case Pass():
            return _onward(visit, state, state.next)
        case Choice():
            return _chosen(visit, state)
        case Succeed():
            return _onward(visit, state, None)
        case Fail():
            raise StateError(str(visit.value(state.error)), str(visit.value(state.cause)))


def _task(visit: Visit, state: Task) -> Step:
    run = visit.run
    limit_s = None if state.timeout_seconds is None else visit.seconds(state.timeout_seconds)
    visit.token = run.host.new_token() if state.resource.endswith(".waitForTaskToken") else None
    arguments = limited(visit.value(state.arguments))
    deadline = None if limit_s is None else run.host.now() + limit_s
    result = limited(run.perform(Call(state.resource, arguments, visit.token, deadline)))
    return _onward(visit, state, state.next, default=result, result=result)


def _chosen(visit: Visit, state: Choice) -> Step:
    for rule in state.choices:
        holds = visit.value(rule.condition)
        if not isinstance(holds, bool):
            raise QueryError(f"{rule.condition} must be true or false, and is {json.dumps(holds)}")
        if holds:
            return _onward(visit, rule, rule.next)
    if state.default is None:
        raise StateError("States.NoChoiceMatched", f"{visit.name}: no rule holds, and there is no default.")
    return _onward(visit, state, state.default)


_NOTHING = object()


def _onward(
    visit: Visit,
    part: Task | Wait | Pass | Choice | Succeed | Rule | Catcher,
    following: str | None,
    default: Json = _NOTHING,
    **extra: Json,
) -> Step:
    """Output and variables, both by the old variables. No `Output`: the default, or else the input."""
    unchanged = visit.data if default is _NOTHING else default
    output = visit.value(part.output, **extra) if "output" in part.model_fields_set else unchanged
    assigned = {} if isinstance(part, Succeed) else visit.value(part.assign, **extra)
    return Step(output, assigned, following)


# --- Errors ---------------------------------------------------------------------------------------


def _with_retries(visit: Visit, task: Task) -> Step:
    tries = [0] * len(task.retry)
    while True:
        try:
            return _step(visit)
        except QueryError as error:
            failure = StateError("States.QueryEvaluationError", f"{visit.name}: {error}")
        except StateError as error:
            failure = error
        number = _first_match([retrier.error_equals for retrier in task.retry], failure.error)
        if number is None or tries[number] >= task.retry[number].max_attempts:
            return _caught(visit, task, failure)
        tries[number] += 1
        visit.retries += 1
        delay_s = _delay_s(task.retry[number], tries[number], visit.run.chance)
        visit.run.wait_until(visit.run.host.now() + delay_s)


def _delay_s(retrier: Retrier, attempt: int, chance: Callable[[], float]) -> float:
    """Seconds before the attempt (from 1); `FULL` jitter is anything between nothing and that."""
    delay_s = retrier.interval_seconds * retrier.backoff_rate ** (attempt - 1)
    delay_s = min(delay_s, retrier.max_delay_seconds or delay_s)
    return delay_s * chance() if retrier.jitter_strategy == "FULL" else delay_s


def _caught(visit: Visit, task: Task, failure: StateError) -> Step:
    number = _first_match([catcher.error_equals for catcher in task.catch], failure.error)
    if number is None:
        raise failure
    catcher = task.catch[number]
    error = {"Error": failure.error, "Cause": failure.cause}
    try:
        return _onward(visit, catcher, catcher.next, default=error, errorOutput=error)
    except QueryError as wrong:
        raise StateError("States.QueryEvaluationError", f"{visit.name}: {wrong}") from None


def _first_match(rules: Sequence[Sequence[str]], error: str) -> int | None:
    return next((number for number, names in enumerate(rules) if _matches(names, error)), None)


def _matches(names: Sequence[str], error: str) -> bool:
    if error in names:
        return True
    if error in _NEVER_CAUGHT_BY_ALL:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and error != "States.Timeout")
