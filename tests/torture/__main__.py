"""python -m tests.torture [--kills 200] [--seed N]. Ctrl-C ends it early: what was done is compared all the same."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.torture.harness import seed_of_today, torture


def _print(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description="Kills a server again and again, and looks for what was lost.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=seed_of_today())
    parser.add_argument("--keep", type=Path, help="a folder for the data, which is kept")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        stopped = threading.Event()
        signal.signal(signal.SIGINT, lambda *_: stopped.set())
        outcome = torture(folder, options.kills, options.seed, told=_print, stop=stopped.is_set)
    print(
        f"{outcome.kills} kills in {time.monotonic() - started:.0f} s: {outcome.acknowledged:,} events acknowledged, "
        f"{outcome.quarantined:,} in quarantine, {outcome.unknown:,} without an answer"
    )
    for fault in outcome.faults:
        print(f"FAULT: {fault}")
    print("nothing lost, nothing doubled, nothing invented" if not outcome.faults else f"{len(outcome.faults)} faults")
    return int(bool(outcome.faults))


if __name__ == "__main__":
    sys.exit(main())
