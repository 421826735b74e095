"""JSONata inside a state machine, as strict as AWS is about it.

The package is a port of the reference implementation, but it answers `None` both for "null" and for
"there is no such thing", and gives lists of its own class. Here a value is JSON or the expression failed.

What stays as JSONata is, on AWS too: a path through a list of one thing gives the thing, not a list of it.
Where a list is wanted, write `[...]` around the path.
"""

import json
import math
import re
import threading
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonata import Jsonata
from jsonata.utils import Utils

Json = Any
"""None, bool, int, float, str, list or dict of the same."""

_EXPRESSION = re.compile(r"\A\{%(.*)%\}\Z", re.DOTALL)
_NOT_ON_AWS = re.compile(r"\$eval\b")
_lock = threading.Lock()  # the package keeps its current expression in shared places


class QueryError(Exception):
    """The expression is wrong, or has no value. On AWS: States.QueryEvaluationError."""


def check(template: Json) -> None:
    """Reads every expression of a template. Raises `QueryError` for one that can't be read."""
    for expression in _expressions(template):
        if _NOT_ON_AWS.search(expression):
            raise QueryError(f"Step Functions has no $eval: {expression}")
        with _lock:
            _compiled(expression)


def evaluate(template: Json, variables: Mapping[str, Json]) -> Json:
    """The template with every string of the form `{% ... %}` replaced by its value.

    Raises `QueryError` where an expression fails, or gives what JSON does not have.
    """
    if isinstance(template, dict):
        return {key: evaluate(each, variables) for key, each in template.items()}
    if isinstance(template, list):
        return [evaluate(each, variables) for each in template]
    expression = _expression(template)
    return template if expression is None else _value(expression, variables)


def _value(expression: str, variables: Mapping[str, Json]) -> Json:
    bindings = {name: _with_nulls(value) for name, value in variables.items()}
    with _lock:
        compiled = _compiled(expression)
        try:
            raw = compiled.evaluate(None, bindings)
        except Exception as error:  # whatever the package raises, the expression has no value
            raise QueryError(f"{expression}: {error}") from error
    return _as_json(raw, expression)


@lru_cache(512)
def _compiled(expression: str) -> Jsonata:
    """Read once: what an evaluation binds lies in a frame of its own."""
    try:
        compiled = Jsonata(expression)
    except Exception as error:
        raise QueryError(f"{expression}: {error}") from error
    compiled.set_output_convert_nulls(False)
    compiled.assign("parse", Jsonata.JLambda(json.loads))  # Step Functions' own; reads the Cause of an error
    return compiled


def _expression(value: Json) -> str | None:
    found = _EXPRESSION.match(value) if isinstance(value, str) else None
    return found[1].strip() if found else None


def _expressions(template: Json) -> Iterator[str]:
    if isinstance(template, dict):
        template = list(template.values())
    if isinstance(template, list):
        for each in template:
            yield from _expressions(each)
    elif (expression := _expression(template)) is not None:
        yield expression


def _with_nulls(value: Json) -> Any:
    """A copy in which null is the package's own, so that it stays apart from "nothing"."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _with_nulls(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_nulls(each) for each in value]
    return value


def _as_json(value: Any, expression: str) -> Json:
    if value is Utils.NULL_VALUE:
        return None
    if isinstance(value, dict):
        return {str(key): _as_json(each, expression) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each, expression) for each in value]
    if isinstance(value, bool | int | str) or (isinstance(value, float) and math.isfinite(value)):
        return value
    found = "nothing" if value is None else f"a {type(value).__name__}"
    raise QueryError(f"{expression} gives {found}, which is not JSON")
