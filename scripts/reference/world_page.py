"""Writes packages/evidence/test/fixtures/world-page.json: what standard tests claim of sweeps over equal ranks.

Two judges: SciPy's paired t tests of the runs' accuracies with Holm's correction (statsmodels), and statsmodels' least
squares on the differences of outcomes with standard errors clustered by seed and by example, at Bonferroni's level. Of
the first sweep of each file their figures are kept too. Run with the versions in requirements.txt:

    (cd packages/evidence && node --conditions=@lorank/source --import tsx bench/world-draws.ts /tmp/draws)
    python scripts/reference/world_page.py /tmp/draws
"""

import json
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests

OUT = Path(__file__).parents[2] / "packages/evidence/test/fixtures/world-page.json"
RANKS = 4
LEVEL = 0.05


def pair_of(first, second):
    """Judges outcomes [seeds, examples] of two ranks."""
    differences = first - second
    seeds, examples = differences.shape
    groups = np.column_stack([np.repeat(np.arange(seeds), examples), np.tile(np.arange(examples), seeds)])
    values = differences.ravel()
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
    )
    with np.errstate(all="ignore"):
        paired = stats.ttest_rel(first.mean(axis=1), second.mean(axis=1))
    p = 1.0 if np.isnan(paired.pvalue) else float(paired.pvalue)
    error = float(fit.bse[0])
    return {
        "mean": float(values.mean()),
        "p": p,
        "clustered": None if np.isnan(error) else error,
    }


def judge(file):
    name, seeds = file.name.rsplit(", ", 1)
    claims = {"paired t, Holm": 0, "clustered, Bonferroni": 0}
    kept = None
    lines = file.read_text().splitlines()
    for line in lines:
        runs = np.array([np.frombuffer(word.encode(), dtype=np.uint8) - 48.0 for word in line.split()])
        by_rank = runs.reshape(RANKS, int(seeds), -1)
        pairs = [pair_of(by_rank[i], by_rank[j]) for i, j in combinations(range(RANKS), 2)]
        kept = kept or pairs
        claims["paired t, Holm"] += bool(multipletests([pair["p"] for pair in pairs], LEVEL, "holm")[0].any())
        limit = stats.norm.isf(LEVEL / 2 / len(pairs))
        claims["clustered, Bonferroni"] += any(
            pair["clustered"] is not None and abs(pair["mean"]) > limit * pair["clustered"] for pair in pairs
        )
    shares = {judge: count / len(lines) for judge, count in claims.items()}
    return {"world": name, "seeds": int(seeds), "sweeps": len(lines), "claims": shares, "firstSweep": kept}


if __name__ == "__main__":
    files = sorted(Path(sys.argv[1]).iterdir(), key=lambda file: (file.name.rsplit(", ")[0], int(file.name.rsplit(", ")[1])))
    rows = [judge(file) for file in files]
    OUT.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    for row in rows:
        print(row["world"], row["seeds"], row["claims"])
