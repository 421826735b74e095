"""Runs one stage: input folders in, one output folder out.

    python -m diorama.run solve_poses --inputs IN --outputs OUT [--set mapper=global]

IN holds one folder an input, named as the stage names it. OUT gets the result and `report.json`.
Progress is printed as one JSON object a line. Exit 0: finished, or refused (the report says which);
1: a bug, with its trace on stderr; 2: called wrongly; 3: out of memory.
"""

import argparse
import importlib
import json
import os
import shutil
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from pydantic import ValidationError

from diorama.catalog import STAGES, stage_named
from diorama.errors import BadRequest, DioramaError, StageError
from diorama.ports import JsonObject
from diorama.stage import CHECKPOINT, REPORT, Refusal, Report, Stage, StageFunction

ROOT = Path(__file__).resolve().parents[3]
"""Of the repository, or of what an image holds of it: images keep its layout."""


OUT_OF_MEMORY_EXIT = 3
_WORDS_OF_EXHAUSTION = ("can't allocate memory", "Insufficient memory", "std::bad_alloc")


def container_folder(stage: Stage) -> Path:
    """Where the stage's program lies."""
    return ROOT / "sagemaker_containers" / stage.container


def run_function(stage: Stage) -> StageFunction:
    """The stage's `run`, from its own module."""
    for folder in (str(ROOT / "layers" / "splats"), str(container_folder(stage))):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    return cast(StageFunction, importlib.import_module(stage.name).run)


def _forget(outputs: Path) -> None:
    """Of a refused input, what was begun is of no use to anyone."""
    for path in outputs.iterdir():
        if path.name == CHECKPOINT:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def print_progress(percent: float, message: str, **metrics: float | int | str) -> None:
    """One line of JSON on stdout."""
    line = {"percent": round(percent, 2), "message": message, "metrics": metrics}
    print(json.dumps(line), flush=True)  # noqa: T201 - stdout is this program's interface


def run(stage: Stage, inputs: Path, outputs: Path, params: JsonObject) -> Report | Refusal:
    """Runs a stage and writes its report. Raises what the stage raises, except its refusals."""
    outputs.mkdir(parents=True, exist_ok=True)
    report: Report | Refusal
    try:
        missing = [name for name in stage.inputs if not (inputs / name).exists()]
        if missing:
            raise BadRequest(
                f"{inputs} lacks {', '.join(missing)}.", f"Give it one folder for each of: {stage.inputs}."
            )
        values = stage.params.model_validate(params)
        report = run_function(stage)(inputs, outputs, values, print_progress)
    except StageError as error:
        _forget(outputs)
        found = None if error.found is None else dict(error.found)
        report = Refusal(code=error.stable_code, message=error.message, advice=error.advice, found=found)
    (outputs / REPORT).write_text(report.model_dump_json(indent=2))
    return report


def end_with_parent() -> None:
    """Ends this process when stdin closes, so that no stage outlives a worker that was killed."""

    def wait() -> None:
        while os.read(0, 4096):
            continue
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="diorama.run", description="Run one stage on folders.")
    parser.add_argument("stage", choices=sorted(STAGES))
    parser.add_argument("--inputs", type=Path, required=True, help="folder with one folder an input")
    parser.add_argument("--outputs", type=Path, required=True, help="folder for the result")
    parser.add_argument("--params", type=Path, help="JSON file of parameters")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="one parameter")
    parser.add_argument("--tethered", action="store_true", help="end when stdin closes")
    return parser.parse_args(arguments)


def _params(file: Path | None, settings: Sequence[str]) -> JsonObject:
    params: JsonObject = json.loads(file.read_text()) if file else {}
    for setting in settings:
        name, _, text = setting.partition("=")
        try:
            params[name] = json.loads(text)
        except ValueError:
            params[name] = text
    return params


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    asked = _arguments(arguments)
    if asked.tethered:
        end_with_parent()
    try:
        run(stage_named(asked.stage), asked.inputs, asked.outputs, _params(asked.params, asked.set))
    except (DioramaError, ValidationError) as error:
        print(f"{error}", file=sys.stderr)  # noqa: T201
        return 2
    except Exception as error:
        if not is_exhaustion(error):
            raise
        traceback.print_exc()
        return OUT_OF_MEMORY_EXIT
    return 0


def is_exhaustion(error: Exception) -> bool:
    """Whether this says that memory ran out: torch has a class of its own, OpenCV and C++ have words."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return bool(kinds & {"MemoryError", "OutOfMemoryError"}) or any(
        words in str(error) for words in _WORDS_OF_EXHAUSTION
    )


if __name__ == "__main__":
    sys.exit(main())
