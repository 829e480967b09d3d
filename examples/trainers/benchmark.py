"""Evaluates an adapter by lm-evaluation-harness, and keeps its samples: pip install lm-eval. Checked with 0.4.13.

    python benchmark.py --model MODEL --task gsm8k --metric exact_match --filter strict-match --adapter ADAPTER --out OUT

Take it as `evaluate` of sweep.yaml in place of evaluate.py. What it writes to lm-eval/ can also be judged without a sweep:
lorank verdict 'runs/r{rank}-s{seed}' --score exact_match --filter strict-match
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

from lorank_trial import trial_device, write_outcomes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a folder or a hub id")
    parser.add_argument("--task", required=True, help="one task, not a group")
    parser.add_argument("--metric", required=True, help="which of the task's metrics says what is right: from 0 to 1")
    parser.add_argument("--filter", default="none", help="which of the task's filters, if it has several")
    parser.add_argument("--adapter", type=Path, required=True, help="folder with adapter_config.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for outcomes.csv")
    parser.add_argument("lm_eval", nargs="*", help="behind --, more for lm_eval: --batch_size 8, --include_path tasks")
    settings = parser.parse_args()
    device = trial_device()
    folder = settings.out / "lm-eval"
    shutil.rmtree(folder, ignore_errors=True)  # of an attempt that was stopped
    dtype = "float32" if device == "cpu" else "bfloat16"
    subprocess.run(
        [sys.executable, "-m", "lm_eval", "--model", "hf", "--device", device]
        + ["--model_args", f"pretrained={settings.model},peft={settings.adapter},dtype={dtype}"]
        + ["--tasks", settings.task, "--log_samples", "--output_path", str(folder), *settings.lm_eval],
        check=True,
    )
    (samples,) = folder.rglob(f"samples_{settings.task}_*.jsonl")
    rows = [json.loads(line) for line in samples.read_text(encoding="utf-8").splitlines()]
    chosen = [row for row in rows if row["filter"] == settings.filter]
    if not chosen:
        sys.exit(f"--filter must be one of {', '.join(sorted({row['filter'] for row in rows}))}, got {settings.filter}")
    if settings.metric not in chosen[0]["metrics"]:
        sys.exit(f"--metric must be one of {', '.join(chosen[0]['metrics'])}, got {settings.metric}")
    write_outcomes(settings.out, ({"example": row["doc_id"], "correct": row[settings.metric]} for row in chosen))


if __name__ == "__main__":
    main()
