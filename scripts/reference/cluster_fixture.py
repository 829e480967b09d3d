"""Writes packages/evidence/test/fixtures/cluster-variance.json: standard errors of a mean by statsmodels, clustered by group.

The regression is on a constant alone. With use_correction its variance has the factor G / (G - 1) for G groups. Run with
the versions in requirements.txt:

    python scripts/reference/cluster_fixture.py
"""

import json
from pathlib import Path

import numpy as np
import statsmodels.api as sm

OUT = Path(__file__).parents[2] / "packages/evidence/test/fixtures/cluster-variance.json"


def case(sizes, seed):
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    # Numbers from 0 in the order of the examples.
    first = {group: number for number, group in enumerate(dict.fromkeys(groups.tolist()))}
    groups = np.array([first[group] for group in groups.tolist()])
    values = rng.integers(-1, 2, len(groups)) + (rng.standard_normal(len(sizes)).round(2))[groups]
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
    )
    return {
        "groups": groups.tolist(),
        "values": values.round(2).tolist(),
        "standardError": float(fit.bse[0]),
    }


CASES = [case([5] * 8, 1), case([1, 2, 3, 4, 10], 2), case([1] * 12, 3), case([30, 1, 1, 2, 6], 4)]
OUT.write_text(json.dumps(CASES) + "\n")
