"""`python -m local studio`, `... open`, `... stop`, and what one machine makes of files: `... tour PATH`,
`... object PHOTO`, `... inspect VIDEO`, `... export TOUR`.
"""

import argparse
import importlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from diorama.errors import DioramaError, Unavailable
from local.state import DEFAULT_FOLDER, DEFAULT_PORT, StateFolder


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="local", description="Diorama on this machine, without AWS.")
    folder = Path(os.environ.get("DIORAMA_STATE_FOLDER") or DEFAULT_FOLDER)
    parser.add_argument("--state", type=Path, default=folder, help=f"folder of everything [{folder}]")
    commands = parser.add_subparsers(dest="command", required=True)
    studio = commands.add_parser("studio", help="run the studio until it is stopped")
    studio.add_argument("--port", type=int, default=DEFAULT_PORT, help=f"0: any free port [{DEFAULT_PORT}]")
    studio.add_argument("--tethered", action="store_true", help="end when stdin closes")
    opened = commands.add_parser(
        "open", help="print an address that opens the running studio as the demo user"
    )
    opened.add_argument("tour_id", nargs="?", help="open this tour instead of the studio's first page")
    commands.add_parser("stop", help="end the running studio")
    tour = commands.add_parser("tour", help="make a tour of a video or a folder of photos")
    tour.add_argument("path", type=Path)
    tour.add_argument("--json", action="store_true", help="print the job as JSON")
    tour.add_argument(
        "--stay", action="store_true", help="leave the studio running, to walk through the tour"
    )
    tour.add_argument("--name", help="what the tour is called [the file's name]")
    tour.add_argument(
        "--quality", choices=["draft", "standard", "high"], help="how much time is spent on it [standard]"
    )
    tour.add_argument(
        "--set", action="append", default=[], metavar="STAGE.PARAM=VALUE", help="a parameter of a stage"
    )
    lifted = commands.add_parser("object", help="make a 3D object of a photo and a few clicks")
    lifted.add_argument("path", type=Path)
    lifted.add_argument(
        "--click", action="append", default=[], metavar="X,Y", help="a pixel of the object; several help"
    )
    lifted.add_argument(
        "--not", action="append", default=[], dest="no", metavar="X,Y", help="a pixel that is not its"
    )
    lifted.add_argument("--box", metavar="L,T,R,B", help="a box that holds the object")
    lifted.add_argument("--name", help="what it is called [the file's name]")
    lifted.add_argument(
        "--quality", choices=["fast", "balanced", "high"], help="how finely it is made [balanced]"
    )
    lifted.add_argument(
        "--shape",
        choices=["inflated", "lathe", "extruded", "flat"],
        help="how its shape is estimated [as it looks]",
    )
    lifted.add_argument("--folder", type=Path, help="a new folder for its files [PHOTO-object]")
    lifted.add_argument("--stay", action="store_true", help="leave the studio running, to look at it there")
    lifted.add_argument("--json", action="store_true", help="print what was made as JSON")
    inspect = commands.add_parser("inspect", help="say what a tour can expect of a video, before it is made")
    inspect.add_argument("path", type=Path)
    inspect.add_argument("--json", action="store_true", help="print the report as JSON")
    export = commands.add_parser("export", help="take a finished tour out of the studio")
    export.add_argument("tour", help="its id, or a folder with its manifest.json")
    kind = export.add_mutually_exclusive_group()
    kind.add_argument("--folder", type=Path, help="a new folder, for any web server")
    kind.add_argument("--file", type=Path, help="one page that opens offline [the tour's name.html]")
    export.add_argument("--level", help="with --file: the sharpest level that is in it, to make it smaller")
    export.add_argument("--name", help="what the tour is called in it")
    tour.add_argument(
        "--budget", metavar="DOLLARS", help="stop before it costs more; on this machine nothing costs money"
    )
    tour.add_argument(
        "--budget-minutes", type=float, metavar="N", help="stop before it takes more machine time"
    )
    asked = parser.parse_args(arguments)
    # Only what the command needs is imported: the client is to start at once.
    run = {
        "studio": _studio,
        "open": _open,
        "stop": _stop,
        "tour": _tour,
        "object": _object,
        "export": _export,
        "inspect": _inspect,
    }
    try:
        return run[asked.command](asked)
    except DioramaError as error:
        print(f"{error.message} {error.advice}".strip(), file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def _studio(asked: argparse.Namespace) -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    if asked.tethered:
        threading.Thread(target=_leave_with_parent, daemon=True).start()
    importlib.import_module("local.studio").run_studio(asked.state, asked.port)
    return 0


def _leave_with_parent() -> None:
    while os.read(0, 4096):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


def _open(asked: argparse.Namespace) -> int:
    demo = importlib.import_module("local.demo")
    state = StateFolder(asked.state.resolve())
    url = demo.running_url(state)
    if url is None:
        raise Unavailable(f"No studio is running in {asked.state}.", "Start one: make studio.")
    path = f"/view/{asked.tour_id}" if asked.tour_id else "/"
    print(demo.sign_in_link(state, url, path))  # noqa: T201
    return 0


def _stop(asked: argparse.Namespace) -> int:
    stopped = importlib.import_module("local.demo").stop_running(StateFolder(asked.state.resolve()))
    print("The studio has ended." if stopped else f"No studio is running in {asked.state}.")  # noqa: T201
    return 0


def _inspect(asked: argparse.Namespace) -> int:
    code: int = importlib.import_module("local.inspecting").main(asked)
    return code


def _tour(asked: argparse.Namespace) -> int:
    code: int = importlib.import_module("local.tour").main(asked)
    return code


def _object(asked: argparse.Namespace) -> int:
    code: int = importlib.import_module("local.objects").main(asked)
    return code


def _export(asked: argparse.Namespace) -> int:
    code: int = importlib.import_module("local.export").main(asked)
    return code


if __name__ == "__main__":
    sys.exit(main())
