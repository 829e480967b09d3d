"""Writes packages/evidence/test/fixtures/trackers/trackio.json: runs as `trackio query` gives them.

    pip install trackio==0.43.0 && python scripts/reference/trackio_fixture.py

The query is that of docs/guides/evidence.md.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).parents[2]
guide = (root / "docs/guides/evidence.md").read_text()
query = " ".join(re.search(r"--sql \"(SELECT .*?)\" --json", guide, re.S)[1].split())

with tempfile.TemporaryDirectory() as folder:
    os.environ["TRACKIO_DIR"] = folder
    import trackio

    for rank in (4, 8):
        for seed in (0, 1, 2):
            trackio.init(project="ranks", name=f"r{rank}-s{seed}", config={"lora_r": rank, "seed": seed})
            for step in range(3):
                trackio.log({"train/loss": 1 / (step + 1)})
            accuracy = 0.80 + 0.004 * rank + 0.003 * (seed * rank % 5)
            trackio.log({"eval/accuracy": round(accuracy, 4), "eval/samples": 500})
            trackio.finish()
    trackio.init(project="ranks", name="r8-s3", config={"lora_r": 8, "seed": 3})
    trackio.log({"train/loss": 1.0})
    trackio.finish()
    command = [Path(sys.executable).with_name("trackio"), "query", "project", "--project", "ranks"]
    table = subprocess.run([*command, "--sql", query, "--json"], check=True, capture_output=True, text=True)
    (root / "packages/evidence/test/fixtures/trackers/trackio.json").write_text(table.stdout)
