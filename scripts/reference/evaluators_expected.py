"""Writes expected-*.csv beside the files of evaluators in packages/evidence/test/fixtures: their outcomes as Python reads them.

    venv/bin/pip install inspect-ai==0.3.260 pyarrow==26.0.1
    venv/bin/python scripts/reference/evaluators_expected.py
"""

import json
from pathlib import Path

import pyarrow.parquet
from inspect_ai.log import read_eval_log
from inspect_ai.scorer import value_to_float

ROOT = Path(__file__).resolve().parents[2] / "packages/evidence/test/fixtures"


def write(tool, name, outcomes_of):
    """Only examples with an outcome in all runs, as every run is compared on the same ones."""
    runs = {}
    for folder in sorted((ROOT / tool).glob("r*-s*")):
        rank, seed = folder.name[1:].split("-s")
        runs[rank, seed] = dict(outcomes_of(folder))
    common = set.intersection(*(set(outcomes) for outcomes in runs.values()))
    rows = [
        f"{rank},{seed},{example},{float(correct):g}"
        for (rank, seed), outcomes in runs.items()
        for example, correct in outcomes.items()
        if example in common
    ]
    (ROOT / tool / f"expected-{name}.csv").write_text("\n".join(["rank,seed,example,correct", *rows, ""]))


def lines_of(folder, pattern):
    (file,) = folder.glob(pattern)
    return [json.loads(line) for line in file.read_text().splitlines()]


def lm_eval(task, metric, filter_name):
    def outcomes(folder):
        rows = lines_of(folder, f"samples_{task}_*.jsonl")
        return [(row["doc_id"], row[metric]) for row in rows if row["filter"] == filter_name]

    return outcomes


def inspect(scorer):
    def outcomes(folder):
        (file,) = [*folder.glob("*.eval"), *folder.glob("*.json")]
        samples = read_eval_log(str(file)).samples
        return [(one.id, value_to_float()(one.scores[scorer].value)) for one in samples if one.error is None]

    return outcomes


def promptfoo(score_of):
    def outcomes(folder):
        file = folder / "results.json"
        results = json.loads(file.read_text())["results"]["results"] if file.exists() else lines_of(folder, "*.jsonl")
        return [(one["testIdx"], score_of(one)) for one in results if one["failureReason"] != 2]

    return outcomes


def lighteval(metric):
    def outcomes(folder):
        (file,) = folder.glob("*.parquet")
        return [(row["doc"]["id"], row["metric"][metric]) for row in pyarrow.parquet.read_table(file).to_pylist()]

    return outcomes


write("lm-eval", "parity-acc", lm_eval("parity", "acc", "none"))
write("lm-eval", "digits-flexible-extract", lm_eval("digits", "exact_match", "flexible-extract"))
for scorer in ("match", "near"):
    write("inspect", scorer, inspect(scorer))
write("promptfoo", "success", promptfoo(lambda result: result["success"]))
write("promptfoo", "score", promptfoo(lambda result: result["score"]))
write("promptfoo", "contains", promptfoo(lambda result: result["namedScores"]["contains"]))
write("lighteval", "acc", lighteval("acc"))
