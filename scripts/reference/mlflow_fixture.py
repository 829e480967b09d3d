"""Writes packages/evidence/test/fixtures/trackers/mlflow.csv: the runs of an experiment as `mlflow experiments csv` exports them.

    python scripts/reference/mlflow_fixture.py

One of the seven runs failed, and has no accuracy.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

# Runs note neither this checkout nor this machine.
os.environ.update(LOGNAME="user")

import mlflow  # noqa: E402

out = Path(__file__).parents[2] / "packages/evidence/test/fixtures/trackers/mlflow.csv"
out.parent.mkdir(parents=True, exist_ok=True)
with tempfile.TemporaryDirectory() as folder:
    store = f"sqlite:///{folder}/runs.db"
    mlflow.set_tracking_uri(store)
    tags = {"mlflow.source.git.branch": "main", "mlflow.source.git.commit": "0" * 40}
    experiment = mlflow.create_experiment("ranks", artifact_location=f"{folder}/artifacts")
    for rank in (4, 8):
        for seed in (0, 1, 2):
            with mlflow.start_run(experiment_id=experiment, run_name=f"r{rank}-s{seed}", tags=tags):
                mlflow.log_params({"lora_r": rank, "seed": seed, "learning_rate": 2e-4})
                for epoch in range(2):
                    accuracy = 0.80 + 0.01 * epoch + 0.004 * rank + 0.003 * (seed * rank % 5)
                    mlflow.log_metrics({"eval_accuracy": accuracy, "train_loss": 0.5 - 0.1 * epoch}, step=epoch)
    run = mlflow.start_run(experiment_id=experiment, run_name="r8-s3", tags=tags)
    mlflow.log_params({"lora_r": 8, "seed": 3, "learning_rate": 2e-4})
    mlflow.end_run(status="FAILED")
    command = [sys.executable, "-m", "mlflow", "experiments", "csv", "--experiment-id", experiment, "--filename", str(out)]
    subprocess.run(command, check=True, env={**os.environ, "MLFLOW_TRACKING_URI": store})
    text = out.read_text().replace(str(Path(__file__).resolve()), Path(__file__).name).replace(folder, "mlruns")
    out.write_text(text)
