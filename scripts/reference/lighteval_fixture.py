"""Writes packages/evidence/test/fixtures/lighteval: details that lighteval saves of tiny random adapters, merged.

    python -m venv venv && venv/bin/pip install lighteval==0.13.0 "xxhash<4" torch==2.15.0 transformers==5.24.0 peft==0.21.2
    venv/bin/python scripts/reference/lighteval_fixture.py
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

import tiny_adapters
from lighteval.main_accelerate import accelerate
from lighteval.tasks.registry import Registry
from peft import PeftModel
from transformers import AutoModelForCausalLM

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "packages/evidence/test/fixtures/lighteval"


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tiny_adapters.write(folder)
        docs = [{"question": f"{a} + {b} =", "number": a + b} for a in range(5) for b in range(4)]
        # Its own tasks, some of which look into the network as they are loaded, are left out.
        Registry._load_from_files = Registry._load_from_subdirs = staticmethod(lambda *_: {})
        os.environ["LIGHTEVAL_DOCS"] = str(folder / "docs")
        (folder / "docs").mkdir()
        (folder / "docs/test.jsonl").write_text("".join(f"{json.dumps(doc)}\n" for doc in docs))
        for run in ("r4-s1", "r4-s2", "r16-s1", "r16-s2"):
            base = AutoModelForCausalLM.from_pretrained(folder / "base")
            merged = PeftModel.from_pretrained(base, folder / run).merge_and_unload()
            shutil.copytree(folder / "base", folder / f"merged-{run}")
            merged.save_pretrained(folder / f"merged-{run}")
            accelerate(
                f"model_name={folder}/merged-{run},dtype=float32",
                "parity|0",
                custom_tasks=str(HERE / "lighteval_parity.py"),
                save_details=True,
                output_dir=str(folder / "out" / run),
            )
            (written,) = (folder / "out" / run).rglob("details_*.parquet")
            (OUT / run).mkdir(parents=True)
            # Windows has no bar in names.
            shutil.copy(written, OUT / run / written.name.replace("|", "-"))


main()
