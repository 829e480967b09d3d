"""The notebook of examples/, cell by cell."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import root

nbclient: Any = pytest.importorskip("nbclient", reason="nbclient is not installed")
nbformat: Any = pytest.importorskip("nbformat", reason="nbformat is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

peft_python = os.environ.get("LORANK_PEERS_PYTHON")


def ran(folder: Path, with_peft: bool) -> Any:
    """The notebook after its run in a copy of what lies beside it."""
    examples = root / "examples"
    shutil.copy(examples / "messages.csv", folder)
    shutil.copytree(examples / "trainers/peft", folder / "trainers/peft")
    notebook = nbformat.read(examples / "lorank.ipynb", as_version=4)
    notebook.cells = [one for one in notebook.cells if with_peft or "peft" not in one.metadata.get("tags", [])]
    # The environment's Python, a model that is here, and less training.
    replaced = {
        "sys.executable": repr(peft_python),
        '"sentence-transformers/all-MiniLM-L6-v2"': repr(str(root / "packages/starter/model")),
        '"labelled.csv"]': '"labelled.csv", "--max-length", "16"]',
        "epochs=2": "epochs=1",
    }
    for cell in notebook.cells:
        for words, others in replaced.items():
            if cell.cell_type == "code":
                cell.source = cell.source.replace(words, others)
    nbclient.NotebookClient(notebook, timeout=1200, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def printed(cell: Any) -> str:
    return "".join(one.text for one in cell.outputs if one.get("name") == "stdout")


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_five_cells_and_those_that_train_nothing_print_what_the_file_shows(folder: Path) -> None:
    kept = code_cells(nbformat.read(root / "examples/lorank.ipynb", as_version=4))
    assert len(kept) == 5
    cells = code_cells(ran(folder, with_peft=False))
    assert [printed(cell) for cell in cells] == [printed(cell) for cell in kept[:4]]
    assert all(printed(cell) for cell in (cells[0], cells[2], cells[3]))
    html = cells[1].outputs[-1]["data"]["text/html"]
    assert html.startswith("<iframe ") and "&lt;svg" in html


@pytest.mark.skipif(
    not peft_python, reason="the PEFT cell needs LORANK_PEERS_PYTHON, a Python with torch, transformers and peft"
)
def test_the_peft_cell_trains_a_sweep(folder: Path) -> None:
    cells = code_cells(ran(folder, with_peft=True))
    assert "srcdoc" in cells[-1].outputs[-1]["data"]["text/html"]
    assert (folder / "lorank-notebook/results.json").exists()
