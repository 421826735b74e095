"""A stage whose parameters say how it behaves. Called as `diorama.run` is."""

import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> int:
    stage, folder = sys.argv[1], Path(sys.argv[2])
    inputs, outputs = folder / "inputs", folder / "outputs"
    params = json.loads((folder / "params.json").read_text())
    seen = sorted(
        str(path.relative_to(inputs))
        for each in inputs.iterdir()
        for path in each.rglob("*")
        if path.is_file()
    )
    checkpoint = outputs / "checkpoint" / "step.txt"
    step = int(checkpoint.read_text()) if checkpoint.exists() else 0
    print("a word on stdout that is no progress", flush=True)
    print(json.dumps({"percent": 50, "message": "half way", "metrics": {"step": step}}), flush=True)
    print(f"{stage} begins", file=sys.stderr, flush=True)
    how = params.get("how", "succeed")
    if how == "crash":
        raise RuntimeError("a bug")
    if how == "exhaust":
        return 3
    if how == "checkpoint":
        checkpoint.write_text(str(step + 1))
    if how == "die" or (how == "checkpoint" and step == 0):
        os.kill(os.getpid(), signal.SIGKILL)
    if how in ("hang", "hang and ignore"):
        if how == "hang and ignore":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        Path(params["started"]).write_text(str(os.getpid()))
        time.sleep(600)
    (outputs / "result.txt").write_text(f"{stage} of {seen} from step {step}")
    report = {"outcome": "succeeded", "seen": seen}
    if how == "refuse":
        report = {
            "outcome": "refused",
            "code": "too_dark",
            "message": "It is too dark.",
            "advice": "Add light.",
        }
    (outputs / "report.json").write_text(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
