"""Types of the package and of a user's code, as mypy and pyright see them in their strict modes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import root

user = """
import lorank
from lorank.documents import FinishedSweepDocument, VerdictDocument

verdict = lorank.verdict("runs.csv", metric="f1", margin=0.01)
if isinstance(verdict, VerdictDocument):
    rank: int | None = verdict.rank
    lows: list[float] = [one.difference_interval[0] for one in verdict.ranks]
else:
    names: list[str] = [one.arm for one in verdict.arms]
lorank.verdict([{"rank": 4, "seed": 1, "f1": 0.8}])
try:
    result = lorank.sweep(trainer={"command": ["python", "train.py"]}, ranks=[4, 8], seeds=3, method="race")
except lorank.FailedTrialsError as error:
    code: str = error.code
else:
    if isinstance(result, FinishedSweepDocument):
        out: str = result.out
page: str = lorank.report("out").html
"""
wrong = """
import lorank

lorank.verdict("runs.csv", margn=0.01)
lorank.sweep(method="rase")
"""


@pytest.fixture
def project(folder: Path) -> Path:
    """A folder with the package and both modes."""
    shutil.copytree(root / "python/src/lorank", folder / "lorank", ignore=shutil.ignore_patterns("__pycache__", "_app"))
    settings = {"typeCheckingMode": "strict", "pythonVersion": "3.10"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    (folder / "user.py").write_text(user)
    (folder / "wrong.py").write_text(wrong)
    return folder


def check(tool: str, project: Path) -> subprocess.CompletedProcess[str]:
    if find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed")
    words = {"mypy": ["--strict", "--python-version=3.10", "."], "pyright": []}[tool]
    return subprocess.run([sys.executable, "-m", tool, *words], cwd=project, capture_output=True, text=True)


@pytest.mark.parametrize("tool", ["mypy", "pyright"])
def test_the_package_and_a_users_code_have_no_error_and_wrong_code_has(tool: str, project: Path) -> None:
    checked = check(tool, project)
    assert checked.returncode == 1
    errors = [line for line in checked.stdout.splitlines() if " error: " in line or " - error" in line]
    assert [line for line in errors if "wrong.py:" not in line] == []
    assert sorted({int(line.split("wrong.py:")[1].split(":")[0]) for line in errors}) == [4, 5], checked.stdout
