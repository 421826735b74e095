"""Every branch of every machine, walked by the interpreter with a script of answers instead of functions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from diorama.catalog import STAGES
from diorama.objects.stages import STAGES as OBJECT_STAGES
from diorama.stage import Stage
from diorama.tours.stages import STAGES as TOUR_STAGES
from local.machine import Call, Run, StateError, Step
from local.states import Machine
from local.template import read_template

ROOT = Path(__file__).parents[2]
MACHINES = read_template(ROOT / "template.yaml").machines

INPUT = {
    "job_id": "job1",
    "attempt": 1,
    "project_id": "p",
    "correlation_id": "c",
    "video": {"uri": "s3://media/raw/clip.mp4", "key": "content"},
    "subject_id": "tour1",
    "params": {stage.name: {} for stage in TOUR_STAGES},
    "stages": [{"stage": "sample_frames", "inputs": {}, "params": {}}],
}
REQUEST = {"work": "job1-1-sample-frames", "stages": ["one of one"]}
DONE = {"decision": "done", "results": {"solve_poses": {"uri": "s3://media/poses"}}}
LAUNCH = {"decision": "launch", "request": REQUEST}
WAIT = {"decision": "wait", "seconds": 7}
PROBLEM = {"code": "too_dark", "message": "It is too dark.", "advice": "Add light."}
RECORDED = {"outcome": "finished", "problem": None}


@dataclass
class ScriptedHost:
    """Answers each function's calls in turn; an exception among the answers is raised."""

    script: Mapping[str, list[Any]]
    time: float = 0
    waits: list[float] = field(default_factory=list)
    calls: list[tuple[str, Any]] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def wait_until(self, moment: float) -> None:
        self.waits.append(moment - self.time)
        self.time = max(self.time, moment)

    def new_token(self) -> str:
        return "token"

    def perform(self, call: Call) -> Any:
        to = call.arguments.get("FunctionName") or call.arguments["StateMachineArn"]
        self.calls.append((to, call.arguments.get("Payload") or call.arguments["Input"]))
        answer = self.script[to].pop(0)
        if isinstance(answer, Exception):
            raise answer
        if call.resource.endswith("waitForTaskToken"):
            return answer
        return {"Output": answer} if "StateMachineArn" in call.arguments else {"Payload": answer}


@dataclass
class WatchedRun(Run):
    """A run that remembers which states it came through."""

    path: list[str] = field(default_factory=list)

    def _visit(self, name: str, data: Any) -> Step:
        self.path.append(name)
        return super()._visit(name, data)


@dataclass
class Walk:
    """What a scenario did."""

    path: list[str]
    output: Any
    error: str
    host: ScriptedHost


def walk(machine: str, script: Mapping[str, list[Any]], start: Mapping[str, Any] = INPUT) -> Walk:
    host = ScriptedHost({name: list(answers) for name, answers in script.items()})
    context = {"Execution": {"Id": "e", "Name": "job1-1", "Input": start}}
    run = WatchedRun(MACHINES[machine], host, context, lambda: 1.0)
    try:
        return Walk(run.path, run.result(start), "", host)
    except StateError as error:
        return Walk(run.path, error.cause, error.error, host)


RUN_STAGES: dict[str, tuple[Mapping[str, list[Any]], list[str], str]] = {
    "everything is finished already": (
        {"PlanFunction": [DONE]},
        ["Plan", "What now?", "Done"],
        "",
    ),
    "the work is done": (
        {"PlanFunction": [LAUNCH, DONE], "LaunchFunction": [{"work": "w"}], "RecordFunction": [RECORDED]},
        ["Plan", "What now?", "Launch", "Record", "How did it go?", "Plan", "What now?", "Done"],
        "",
    ),
    "there is no room yet": (
        {"PlanFunction": [WAIT, DONE]},
        ["Plan", "What now?", "Wait for room", "Plan", "What now?", "Done"],
        "",
    ),
    "a stage refuses": (
        {
            "PlanFunction": [LAUNCH],
            "LaunchFunction": [{"work": "w"}],
            "RecordFunction": [{"outcome": "refused", "problem": PROBLEM}],
        },
        ["Plan", "What now?", "Launch", "Record", "How did it go?", "Refused"],
        "",
    ),
    "the work is interrupted and then done": (
        {
            "PlanFunction": [LAUNCH, DONE],
            "LaunchFunction": [StateError("Interrupted", "spot"), StateError("Unavailable"), {"work": "w"}],
            "RecordFunction": [RECORDED],
        },
        ["Plan", "What now?", "Launch", "Record", "How did it go?", "Plan", "What now?", "Done"],
        "",
    ),
    "memory runs out and then suffices": (
        {
            "PlanFunction": [LAUNCH, LAUNCH, DONE],
            "LaunchFunction": [StateError("OutOfMemory"), {"work": "w"}],
            "RecordFunction": [RECORDED],
        },
        [
            "Plan",
            "What now?",
            "Launch",
            "Plan",
            "What now?",
            "Launch",
            "Record",
            "How did it go?",
            "Plan",
            "What now?",
            "Done",
        ],
        "",
    ),
    "memory never suffices": (
        {
            "PlanFunction": [LAUNCH, {"decision": "refuse", "problem": PROBLEM}],
            "LaunchFunction": [StateError("OutOfMemory")],
        },
        ["Plan", "What now?", "Launch", "Plan", "What now?", "Too large"],
        "",
    ),
    "the work fails": (
        {
            "PlanFunction": [LAUNCH],
            "LaunchFunction": [StateError("WorkFailed", "a bug")],
            "RecordFunction": [{"outcome": "failed"}],
        },
        ["Plan", "What now?", "Launch", "Give up", "Work failed"],
        "WorkFailed",
    ),
    "nobody answers in time": (
        {
            "PlanFunction": [LAUNCH],
            "LaunchFunction": [StateError("States.Timeout")],
            "RecordFunction": [{"outcome": "failed"}],
        },
        ["Plan", "What now?", "Launch", "Give up", "Work failed"],
        "States.Timeout",
    ),
    "the work is interrupted again and again": (
        {
            "PlanFunction": [LAUNCH],
            "LaunchFunction": [StateError("Interrupted", "spot")] * 4,
            "RecordFunction": [{"outcome": "failed"}],
        },
        ["Plan", "What now?", "Launch", "Give up", "Work failed"],
        "Interrupted",
    ),
    "an output is missing": (
        {
            "PlanFunction": [LAUNCH],
            "LaunchFunction": [{"work": "w"}],
            "RecordFunction": [{"outcome": "incomplete", "problem": None}],
        },
        ["Plan", "What now?", "Launch", "Record", "How did it go?", "Output is missing"],
        "OutputMissing",
    ),
    "the job has ended in the meantime": (
        {"PlanFunction": [{"decision": "stop"}]},
        ["Plan", "What now?", "Job has ended"],
        "JobEnded",
    ),
}


def results(*stages: str) -> dict[str, Any]:
    """What run_stages ends with when all went well."""
    made = {
        name: {"output": {"uri": f"s3://media/{name}", "key": f"key of {name}"}, "report": {"of": name}}
        for name in stages
    }
    return {"outcome": "succeeded", "results": made}


CAMERAS = results("sample_frames", "solve_poses")
PLACE = results("train_splats", "optimize_splats", "package_tour")
REFUSED = {"outcome": "refused", "problem": PROBLEM}
TOURS: dict[str, tuple[Mapping[str, list[Any]], list[str], str]] = {
    "the tour is made": (
        {"RunStagesMachine": [CAMERAS, PLACE], "KeepTourFunction": [{"tour_id": "tour1", "made": "A tour"}]},
        [
            "What is asked?",
            "Find the cameras",
            "Enough of them?",
            "Build the place",
            "Can it be walked?",
            "Keep the tour",
            "Done",
        ],
        "",
    ),
    "a capture is judged": (
        {"RunStagesMachine": [results("inspect_capture")]},
        ["What is asked?", "Judge the capture", "Tell what to expect"],
        "",
    ),
    "the video can't be used": (
        {"RunStagesMachine": [REFUSED]},
        ["What is asked?", "Find the cameras", "Enough of them?", "Say what to film better"],
        "",
    ),
    "the place can't be built": (
        {"RunStagesMachine": [CAMERAS, REFUSED]},
        [
            "What is asked?",
            "Find the cameras",
            "Enough of them?",
            "Build the place",
            "Can it be walked?",
            "Say why not",
        ],
        "",
    ),
    "a stage fails": (
        {"RunStagesMachine": [StateError("States.TaskFailed", "a bug")]},
        ["What is asked?", "Find the cameras"],
        "States.TaskFailed",
    ),
}
BUILT = results("embed_photo", "build_object")
KEPT = {"made": "1 object: chair"}
OBJECTS: dict[str, tuple[Mapping[str, list[Any]], list[str], str]] = {
    "a photo is read": (
        {"RunStagesMachine": [results("embed_photo")], "KeepObjectsFunction": [{"made": ""}]},
        ["What is asked?", "Read the photo", "Did it work out?", "Keep the objects", "Done"],
        "",
    ),
    "a photo can't be used": (
        {"RunStagesMachine": [REFUSED]},
        ["What is asked?", "Read the photo", "Did it work out?", "Say why not"],
        "",
    ),
    "objects are made": (
        {"RunStagesMachine": [BUILT], "KeepObjectsFunction": [KEPT]},
        ["What is asked?", "Make the objects", "Did it work out?", "Keep the objects", "Done"],
        "",
    ),
    "an object of a tour is made": (
        {"RunStagesMachine": [BUILT], "KeepObjectsFunction": [KEPT]},
        ["What is asked?", "Make the objects", "Did it work out?", "Keep the objects", "Done"],
        "",
    ),
}
PHOTO = {"uri": "s3://media/raw/photo.jpg", "key": "photo"}
READING = {**INPUT, "photo": PHOTO, "params": {"embed_photo": {}}}
MAKING = {
    **READING,
    "cutouts": {"uri": "s3://media/cutouts", "key": "cutouts"},
    "params": {stage.name: {} for stage in OBJECT_STAGES},
}
BUNDLE = {"uri": "s3://media/tours/bundle", "key": "bundle"}
INPUTS: dict[str, Mapping[str, Any]] = {
    "a capture is judged": {**INPUT, "params": {"inspect_capture": {}}},
    "a photo is read": READING,
    "a photo can't be used": READING,
    "objects are made": MAKING,
    "an object of a tour is made": {**MAKING, "tour": BUNDLE},
}
"""Scenarios that start from something else."""
ALL = {"RunStagesMachine": RUN_STAGES, "ToursMachine": TOURS, "ObjectsMachine": OBJECTS}
SCENARIOS = [(machine, name) for machine, scenarios in ALL.items() for name in scenarios]


def scenario(machine: str, name: str) -> tuple[Mapping[str, list[Any]], list[str], str]:
    return ALL[machine][name]


@pytest.mark.parametrize(("machine", "name"), SCENARIOS)
def test_each_machine_goes_the_way_that_its_answers_lead(machine: str, name: str) -> None:
    script, path, error = scenario(machine, name)
    walked = walk(machine, script, INPUTS.get(name, INPUT))
    assert walked.path == path
    assert walked.error == error


@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_together_the_scenarios_take_every_branch(machine: str) -> None:
    taken: set[tuple[str, str]] = set()
    for name in [name for owner, name in SCENARIOS if owner == machine]:
        path = scenario(machine, name)[1]
        taken |= set(pairwise(path))
    assert taken == set(branches(MACHINES[machine]))


def branches(machine: Machine) -> Iterator[tuple[str, str]]:
    """Every pair of a state and one that may follow it."""
    for name, state in machine.states.items():
        parts = [state, *getattr(state, "choices", []), *getattr(state, "catch", [])]
        for following in [*(getattr(part, "next", None) for part in parts), getattr(state, "default", None)]:
            if following is not None:
                yield name, following


def test_a_refusal_reaches_the_products_machine_as_a_result() -> None:
    walked = walk("RunStagesMachine", RUN_STAGES["a stage refuses"][0])
    assert walked.output == REFUSED
    assert walk("ToursMachine", TOURS["the video can't be used"][0]).output == REFUSED


def test_results_reach_the_products_machine() -> None:
    assert walk("RunStagesMachine", {"PlanFunction": [DONE]}).output["results"] == DONE["results"]


def test_each_launch_after_an_interruption_asks_for_the_same_work() -> None:
    walked = walk("RunStagesMachine", RUN_STAGES["the work is interrupted and then done"][0])
    requests = [payload["request"] for to, payload in walked.host.calls if to == "LaunchFunction"]
    assert requests == [REQUEST] * 3


@pytest.mark.parametrize(
    "cut_off", ["Lambda.Unknown", "Sandbox.Timedout", "Lambda.ClientExecutionTimeoutException"]
)
def test_a_function_that_was_cut_off_is_called_again(cut_off: str) -> None:
    script = {
        "PlanFunction": [StateError(cut_off), LAUNCH, StateError(cut_off), DONE],
        "LaunchFunction": [StateError(cut_off), {"work": "w"}],
        "RecordFunction": [StateError(cut_off), RECORDED],
    }
    assert walk("RunStagesMachine", script).error == ""


def test_waiting_for_room_lasts_as_long_as_plan_says() -> None:
    assert walk("RunStagesMachine", RUN_STAGES["there is no room yet"][0]).host.waits == [7]


def test_what_broke_is_told_to_record_and_ends_the_execution() -> None:
    walked = walk("RunStagesMachine", RUN_STAGES["the work fails"][0])
    assert walked.host.calls[-1][1]["failed"] == {"Error": "WorkFailed", "Cause": "a bug"}
    assert walked.output == "a bug"


def test_a_hiccup_of_lambda_is_tried_again() -> None:
    hiccup = StateError("Lambda.ServiceException")
    assert walk("RunStagesMachine", {"PlanFunction": [hiccup, hiccup, DONE]}).error == ""


def asked_of(walked: Walk) -> list[Any]:
    """The stages that a product's machine asks for."""
    return [item for to, data in walked.host.calls if to == "RunStagesMachine" for item in data["stages"]]


@pytest.mark.parametrize(
    ("machine", "name", "stages"),
    [
        ("ToursMachine", "the tour is made", TOUR_STAGES),
        ("ObjectsMachine", "an object of a tour is made", OBJECT_STAGES),
    ],
)
def test_every_stage_that_a_machine_names_is_in_the_catalogue_with_its_inputs(
    machine: str, name: str, stages: tuple[Stage, ...]
) -> None:
    asked = asked_of(walk(machine, scenario(machine, name)[0], INPUTS.get(name, INPUT)))
    assert [item["stage"] for item in asked] == [stage.name for stage in stages]
    for item in asked:
        stage = STAGES[item["stage"]]
        assert set(item["inputs"]) == {*stage.inputs, *stage.optional_inputs}


def test_the_place_is_built_from_the_cameras_that_were_found_and_the_tour_keeps_it() -> None:
    walked = walk("ToursMachine", TOURS["the tour is made"][0])
    build, keep = walked.host.calls[1][1], walked.host.calls[2][1]
    train = build["stages"][0]
    assert train["inputs"]["frames"] == {"uri": "s3://media/sample_frames", "key": "key of sample_frames"}
    assert keep["tour_id"] == INPUT["subject_id"]
    assert keep["bundle"] == "s3://media/package_tour"
    assert (keep["frames"], keep["poses"]) == ("s3://media/sample_frames", "s3://media/solve_poses")
    assert set(walked.output["results"]) == {stage.name for stage in TOUR_STAGES}


def test_objects_are_built_from_the_photo_and_what_is_cut_out_and_from_a_tour_where_there_is_one() -> None:
    for name, more in (("objects are made", {}), ("an object of a tour is made", {"tour": BUNDLE})):
        read, build = asked_of(walk("ObjectsMachine", OBJECTS[name][0], INPUTS[name]))
        assert read["inputs"] == {"photo": PHOTO}
        assert build["inputs"] == {"embedding": "embed_photo", "cutouts": MAKING["cutouts"], **more}


def test_a_session_keeps_what_was_read_and_built_and_the_letter_says_what_that_is() -> None:
    walked = walk("ObjectsMachine", OBJECTS["objects are made"][0], MAKING)
    keep = walked.host.calls[-1][1]
    assert (keep["session_id"], set(keep["results"])) == ("tour1", {"embed_photo", "build_object"})
    assert walked.output["made"] == "1 object: chair"
