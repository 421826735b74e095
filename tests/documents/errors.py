"""docs/errors.md, made from the code: every place that raises or answers a problem, by its stable code.

`python -m tests.documents.errors > docs/errors.md`; a test fails where the file is not current.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from diorama import errors
from local.links import LinkRefused

ROOT = Path(__file__).parents[2]
CONTAINERS = ROOT / "sagemaker_containers"
SOURCES = (
    *(ROOT / "layers/core/diorama").rglob("*.py"),
    *(ROOT / "functions").rglob("*.py"),
    *CONTAINERS.rglob("*.py"),
    *(ROOT / "local" / name for name in ("gateway.py", "links.py", "store_server.py")),
)
CLASSES: dict[str, type[errors.DioramaError]] = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.DioramaError)
} | {"LinkRefused": LinkRefused}
OUR_OWN = ("error", "configuration")
"""What the API answers as `internal`: it is nobody's business."""
WORDINGS = 3


@dataclass(frozen=True)
class Wording:
    """One place where a problem is told. `status` is None for what ends a job instead of a request."""

    code: str
    status: int | None
    message: str
    advice: str


def found() -> list[Wording]:
    """Every wording in the code, each once, in order of code and text."""
    wordings = {wording for path in SOURCES for wording in _Reader(path).wordings()}
    told = [wording for wording in wordings if wording.code not in OUR_OWN]
    return sorted(told, key=lambda one: (one.code, one.status or 0, one.message, one.advice))


class _Reader:
    """Reads one file. A name stands for what was last assigned to it above."""

    def __init__(self, path: Path) -> None:
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.of_a_stage = path.is_relative_to(CONTAINERS)
        self.assigned = [
            (node.lineno, node.targets[0].id, node.value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        ]

    def wordings(self) -> Iterator[Wording]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield from self._told(node)

    def _told(self, call: ast.Call) -> Iterator[Wording]:
        name, arguments = _name(call.func), list(call.args)
        if name in ("partial", "always") and arguments:
            name, arguments = _name(arguments[0]), arguments[1:]
        named = {keyword.arg: self._text(keyword.value) for keyword in call.keywords}
        texts = [*(self._text(argument) for argument in arguments), "", "", "", ""]
        wording = None
        if name in ("_answer", "problem"):
            status = arguments[0] if arguments else None
            if isinstance(status, ast.Constant) and isinstance(status.value, int):
                wording = Wording(texts[1], status.value, texts[2], texts[3])
        elif name == "Problem":
            wording = Wording(named.get("code", ""), None, named.get("message", ""), named.get("advice", ""))
        elif name in CLASSES and (name == "StageError" or self.of_a_stage):
            wording = Wording(texts[0], None, texts[1], texts[2])
        elif name in CLASSES:
            code = named.get("code") or texts[2] or CLASSES[name].code
            wording = Wording(code, CLASSES[name].status, texts[0], named.get("advice") or texts[1])
        if wording and wording.code and wording.message:
            yield wording

    def _text(self, node: ast.expr) -> str:
        """What a text says, with an ellipsis for what is filled in; empty where it is no text."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.JoinedStr):
            return "".join(
                self._text(part) if isinstance(part, ast.Constant) else "…" for part in node.values
            )
        if isinstance(node, ast.IfExp):
            return self._text(node.body) or self._text(node.orelse)
        if isinstance(node, ast.Name):
            above = [each for each in self.assigned if each[1] == node.id and each[0] < node.lineno]
            return self._text(max(above, key=lambda each: each[0])[2]) if above else ""
        return ""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def document() -> str:
    """The whole page."""
    wordings = found()
    of_requests = [one for one in wordings if one.status is not None]
    of_jobs = [one for one in wordings if one.status is None]
    return "\n".join(
        [
            "# What can go wrong, and what to do",
            "",
            "Made from the code by `make documents`; do not edit. An ellipsis stands for what is filled in. Codes are",
            "stable: programs may rely on them, not on the words.",
            "",
            "## Answers of the API",
            "",
            "`application/problem+json` with `code`, `detail` (what happened), `advice` (what to do) and",
            "`correlation_id`. A cell without advice: nothing can be done about it.",
            "What is not yours is not there: 404, never 403.",
            "",
            *_table(of_requests, "status"),
            "",
            "## Why a job could not be finished",
            "",
            "In `problem` of a job or a stage; refusals of stages are written for whoever uploaded.",
            "",
            *_table(of_jobs, ""),
            "",
        ]
    )


def _table(wordings: list[Wording], status: str) -> Iterator[str]:
    head = ["code", *([status] if status else []), "what happened", "what to do"]
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for code, number in sorted({(one.code, one.status or 0) for one in wordings}):
        some = [one for one in wordings if (one.code, one.status or 0) == (code, number)]
        for place, one in enumerate(some[:WORDINGS]):
            first = [f"`{code}`", str(number)] if place == 0 else ["", ""]
            more = f" (and {len(some) - WORDINGS} more)" if place == WORDINGS - 1 < len(some) - 1 else ""
            cells = [*first[: len(head) - 2], _cell(one.message) + more, _cell(one.advice)]
            yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


if __name__ == "__main__":
    sys.stdout.write(document())
