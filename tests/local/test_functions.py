import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.functions import FunctionError, Functions
from local.template import Function

ROOM = '''
import threading, time
inside = []
most = 0

def handler(event, context):
    """Says how many were in here at once."""
    global most
    inside.append(1)
    most = max(most, len(inside))
    time.sleep(0.01)
    inside.pop()
    return {"event": event, "most": most, "name": context.function_name,
            "left_ms": context.get_remaining_time_in_millis(), "id": context.aws_request_id}

def broken(event, context):
    raise LookupError("the reason")

def odd(event, context):
    return {1, 2}

def meddling(event, context):
    event["changed"] = True
'''


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    monkeypatch.setattr("sys.path", ["", *__import__("sys").path])
    folder = tmp_path / "code"
    folder.mkdir()
    module = f"room_{tmp_path.name.replace('-', '_')}"
    (folder / f"{module}.py").write_text(ROOM)
    names = {"Good": "handler", "Twin": "handler", "Broken": "broken", "Odd": "odd", "Meddling": "meddling"}
    found = {name: Function(name, f"{module}.{handler}", folder, 29, 512) for name, handler in names.items()}
    found["Missing"] = Function("Missing", "no_such_module.handler", folder, 29, 512)
    yield Functions(found)
    __import__("sys").modules.pop(module, None)


def test_a_handler_gets_event_and_context(functions: Functions) -> None:
    result = functions.invoke("Good", {"a": [1]})
    assert result["event"] == {"a": [1]}
    assert result["name"] == "Good"
    assert 0 < result["left_ms"] <= 29_000
    assert result["id"] != functions.invoke("Good", {})["id"]


def test_what_a_handler_raises_is_told_as_lambda_tells_it(functions: Functions) -> None:
    with pytest.raises(FunctionError) as caught:
        functions.invoke("Broken", {})
    assert caught.value.error == "LookupError"
    assert caught.value.cause == '{"errorMessage": "the reason", "errorType": "LookupError"}'


def test_a_result_that_is_not_json_is_an_error(functions: Functions) -> None:
    with pytest.raises(FunctionError, match=r"Runtime\.MarshalError"):
        functions.invoke("Odd", {})


def test_a_module_that_is_not_there_is_an_error_of_the_call_only(functions: Functions) -> None:
    with pytest.raises(FunctionError, match=r"Runtime\.ImportModuleError"):
        functions.invoke("Missing", {})
    assert functions.invoke("Good", {})


def test_a_handler_can_not_change_what_the_caller_holds(functions: Functions) -> None:
    event: dict[str, Any] = {}
    functions.invoke("Meddling", event)
    assert event == {}


def test_a_handler_serves_one_invocation_at_a_time_even_under_two_names(functions: Functions) -> None:
    most: list[int] = []

    def call(number: int) -> None:
        most.append(functions.invoke("Twin" if number % 2 else "Good", {"n": number})["most"])

    threads = [threading.Thread(target=call, args=(number,)) for number in range(12)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 12
    assert time.monotonic() - started >= 0.12
