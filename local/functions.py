"""Calls the handlers of the template's functions as Lambda would.

Events and results cross as JSON, a function serves one invocation at a time, and what a handler raises comes
back as the error that Lambda makes of it.
"""

import importlib
import json
import logging
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.expressions import Json
from local.template import Function

Handler = Callable[[Any, "Context"], Any]
_log = logging.getLogger("local.functions")


class FunctionError(Exception):
    """A handler raised, or its result was not JSON. `error` is what a machine's Retry and Catch match."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(f"{error}: {message}")
        self.error, self.message = error, message

    @property
    def cause(self) -> str:
        """As Step Functions tells it."""
        return json.dumps({"errorMessage": self.message, "errorType": self.error})


@dataclass(frozen=True)
class Context:
    """What Lambda hands a handler beside the event."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str
    ends_at: float
    """On the monotonic clock."""
    function_version: str = "$LATEST"
    invoked_function_arn: str = ""
    log_group_name: str = "local"
    log_stream_name: str = "local"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.ends_at - time.monotonic()) * 1000))


@dataclass
class _Loaded:
    handler: Handler | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class Functions:
    """The template's functions, each loaded when it is first called."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions
        # By handler, not by function: a handler keeps the event it works on in its module.
        self._loaded = {function.handler: _Loaded() for function in functions.values()}
        # One at a time: threads that import modules of the same package at once run into each other.
        self._loading = threading.Lock()
        for folder in {str(function.code_folder) for function in functions.values()}:
            if folder not in sys.path:
                sys.path.append(folder)

    def invoke(self, name: str, event: Json) -> Json:
        """The handler's result. Raises `FunctionError`."""
        function = self._functions[name]
        loaded = self._loaded[function.handler]
        payload = json.loads(json.dumps(event))
        with loaded.lock:
            if loaded.handler is None:
                with self._loading:
                    loaded.handler = _load(function)
            result = _call(loaded.handler, payload, _context(function), name)
        return _as_json(result, name)


def _load(function: Function) -> Handler:
    module, _, attribute = function.handler.rpartition(".")
    try:
        handler: Handler = getattr(importlib.import_module(module), attribute)
    except Exception as error:
        _log.exception("function %s can't be loaded", function.name)
        raise FunctionError("Runtime.ImportModuleError", f"Unable to import '{module}': {error}") from error
    return handler


def _context(function: Function) -> Context:
    return Context(
        function_name=function.name,
        memory_limit_in_mb=function.memory_mb,
        aws_request_id=str(uuid.uuid4()),
        ends_at=time.monotonic() + function.timeout_s,
        invoked_function_arn=function.name,
    )


def _call(handler: Handler, event: Json, context: Context, name: str) -> Any:
    try:
        return handler(event, context)
    except Exception as error:
        if _log.isEnabledFor(logging.WARNING):
            _log.warning("function %s: %s", name, "".join(traceback.format_exception(error)))
        raise FunctionError(type(error).__name__, str(error)) from error


def _as_json(result: Any, name: str) -> Json:
    try:
        return json.loads(json.dumps(result))
    except (TypeError, ValueError) as error:
        raise FunctionError(
            "Runtime.MarshalError", f"{name} gave something that is not JSON: {error}"
        ) from None
