"""`make api-fuzz`: schemathesis asks a real studio on this machine whatever the API document allows, and more.

It fails on an answer of 500 or above, on a status or a body that the document does not know, and on a request that
breaks the document's rules and is taken all the same.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.journey.running_studio import RunningStudio

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
# Of the session that asks: they would end it.
LEFT_OUT = ("log_out", "delete_me", "begin_second_factor")


def main() -> int:
    """The exit status of schemathesis."""
    parser = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    parser.add_argument("schemathesis", type=Path, help="the program")
    parser.add_argument("--seconds", type=int, default=110)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        studio = RunningStudio(Path(folder) / "state")
        studio.start()
        try:
            return subprocess.run(command(studio, asked), cwd=folder, check=False).returncode
        finally:
            studio.kill_everything()


def command(studio: RunningStudio, asked: argparse.Namespace) -> list[str]:
    """schemathesis' command line, signed in as the demo user, who is an admin here."""
    return [
        str(asked.schemathesis.resolve()),
        "run",
        f"{studio.url}/v1/openapi.json",
        f"--header=Authorization: {studio.http.headers['Authorization']}",
        f"--checks={','.join(CHECKS)}",
        f"--max-time={asked.seconds}",
        f"--seed={asked.seed}",
        "--phases=examples,coverage,fuzzing",
        "--continue-on-failure",
        "--request-timeout=20",
        "--warnings=off",
        *(f"--exclude-operation-id={name}" for name in LEFT_OUT),
    ]


if __name__ == "__main__":
    sys.exit(main())
