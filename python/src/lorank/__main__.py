"""`lorank` on the PATH, and ``python -m lorank``."""

from __future__ import annotations

import os
import sys

from lorank._program import command, environment


def main() -> int:
    """Runs the command line with this process's arguments, terminal and working directory.

    On POSIX the program takes the place of this process, so signals and exit codes need no help.

    Returns:
        The program's exit code.
    """
    try:
        words = [*command(), *sys.argv[1:]]
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if os.name == "posix":
        os.execvpe(words[0], words, environment())
    return run_as_child(words)


def run_as_child(words: list[str]) -> int:
    """Runs the program below this process, as Windows needs it, and returns its exit code."""
    import signal
    import subprocess

    child = subprocess.Popen(words, env=environment())
    # Windows sends Ctrl-C to both processes. What it means is the program's to say, so this one only waits.
    for name in ("SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _wait_on)
    return child.wait()


def _wait_on(number: int, frame: object) -> None:
    """Lets the program answer an interrupt."""


if __name__ == "__main__":
    sys.exit(main())
