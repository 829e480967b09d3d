"""Tests of the API against the command line from its sources, unless LORANK_PROGRAM names another."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

root = Path(__file__).parents[2]

os.environ.setdefault(
    "LORANK_PROGRAM",
    json.dumps(
        [
            "node",
            "--conditions=@lorank/source",
            "--import",
            str(root / "node_modules/tsx/dist/esm/index.mjs"),
            str(root / "apps/cli/src/main.ts"),
        ]
    ),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of a test, empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
