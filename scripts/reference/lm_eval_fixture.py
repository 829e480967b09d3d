"""Writes packages/evidence/test/fixtures/lm-eval: samples that lm-evaluation-harness logs of tiny random adapters.

    python -m venv venv && venv/bin/pip install lm-eval==0.4.13 torch==2.15.0 transformers==5.24.0 peft==0.21.2
    venv/bin/python scripts/reference/lm_eval_fixture.py

Two tasks of our own: parity is multiple choice with two metrics, digits generates text and has two filters.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}

import tiny_adapters

OUT = Path(__file__).resolve().parents[2] / "packages/evidence/test/fixtures/lm-eval"
DATASET = """
dataset_path: json
dataset_kwargs:
  data_files: {{test: {data}}}
test_split: test
"""
PARITY = """
task: parity
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_choice: [even, odd]
doc_to_target: "{{number % 2}}"
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: acc_norm, aggregation: mean, higher_is_better: true}
"""
DIGITS = """
task: digits
output_type: generate_until
doc_to_text: "{{question}}"
doc_to_target: "{{answer}}"
generation_kwargs: {max_gen_toks: 4, do_sample: false, until: ["?"]}
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true}
filter_list:
  - name: strict-match
    filter:
      - {function: regex, regex_pattern: "^ ?([0-9])"}
      - {function: take_first}
  - name: flexible-extract
    filter:
      - {function: regex, group_select: -1, regex_pattern: "([0-9])"}
      - {function: take_first}
"""


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tiny_adapters.write(folder)
        numbers = [(a, b) for a in range(5) for b in range(4)]
        docs = [{"question": f"{a} + {b} =", "number": a + b, "answer": str(a + b)} for a, b in numbers]
        (folder / "docs.jsonl").write_text("".join(f"{json.dumps(doc)}\n" for doc in docs))
        for task, text in (("parity", PARITY), ("digits", DIGITS)):
            (folder / f"{task}.yaml").write_text(DATASET.format(data=folder / "docs.jsonl") + text)
        for run in ("r4-s1", "r4-s2", "r16-s1", "r16-s2"):
            command = [sys.executable, "-m", "lm_eval", "--model", "hf", "--device", "cpu", "--log_samples"]
            command += ["--model_args", f"pretrained=base,peft={run},dtype=float32", "--include_path", "."]
            command += ["--tasks", "parity,digits", "--output_path", f"out/{run}"]
            subprocess.run(command, check=True, cwd=folder)
            (written,) = (folder / "out" / run).iterdir()
            (OUT / run).mkdir(parents=True)
            for file in written.glob("samples_*.jsonl"):
                shutil.copy(file, OUT / run)
        # The results beside one run, without what they say of this machine, for the adapter that they name.
        (file,) = written.glob("results_*.json")
        results = json.loads(file.read_text())
        results.pop("pretty_env_info")
        (OUT / run / file.name).write_text(json.dumps(results, indent=2))


main()
