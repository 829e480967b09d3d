"""Writes packages/evidence/test/fixtures/set-metrics.json: F1, macro F1, Matthews correlation, AUROC, balanced accuracy and log loss by scikit-learn.

Balanced accuracy is the mean over tasks where each class is a task, as is log loss under balanced weights. Its
probabilities are the logistic function of the scores.

    pip install scikit-learn==1.7.2
    python scripts/reference/set_metrics_fixture.py

Cases have rare positives, ties among scores, classes that are never predicted, and three classes.
"""

import json
from pathlib import Path

import numpy
import sklearn
from sklearn.metrics import balanced_accuracy_score, f1_score, log_loss, matthews_corrcoef, roc_auc_score
from sklearn.utils.class_weight import compute_sample_weight

out = Path(__file__).parents[2] / "packages/evidence/test/fixtures/set-metrics.json"
random = numpy.random.default_rng(7)


def case(name, truth, prediction, scores=None):
    truth, prediction = numpy.asarray(truth), numpy.asarray(prediction)
    binary = set(truth.tolist()) | set(prediction.tolist()) <= {0, 1}
    found = {
        "macro-f1": f1_score(truth, prediction, average="macro", zero_division=0),
        "mcc": matthews_corrcoef(truth, prediction),
        "task-mean": balanced_accuracy_score(truth, prediction),
    }
    if binary:
        found["f1"] = f1_score(truth, prediction, zero_division=0)
    if scores is not None:
        found["auroc"] = roc_auc_score(truth, scores)
        probabilities = 1 / (1 + numpy.exp(-numpy.asarray(scores)))
        weights = compute_sample_weight("balanced", truth)
        found["task-log-loss"] = log_loss(truth, probabilities, sample_weight=weights)
    columns = {"truth": truth.tolist(), "prediction": prediction.tolist()}
    if scores is not None:
        columns["positiveScore"] = numpy.asarray(scores).tolist()
    return {"name": name, **columns, "values": {key: float(value) for key, value in found.items()}}


def binary(name, count, share, digits):
    truth = (random.random(count) < share).astype(int)
    truth[:2] = [0, 1]
    scores = numpy.round(random.normal(size=count) + 1.5 * truth, digits)
    return case(name, truth, (scores > 1.2).astype(int), scores)


three = random.integers(0, 3, 60)
cases = [
    binary("half positive", 80, 0.5, 6),
    binary("rare positives", 300, 0.03, 6),
    binary("scores with ties", 120, 0.3, 0),
    case("all scores equal", [0, 1, 1, 0, 0], [0, 0, 1, 0, 1], [0.5] * 5),
    case("no positive predicted", [0, 0, 1, 0, 1, 0], [0] * 6, [0.1, 0.2, 0.3, 0.1, 0.05, 0.4]),
    case("all right", [0, 1, 1, 0], [0, 1, 1, 0], [0.1, 0.9, 0.8, 0.2]),
    case("three classes", three, numpy.where(random.random(60) < 0.7, three, random.integers(0, 3, 60))),
    case("a class never predicted", [0, 1, 2, 2, 1, 0, 0], [0, 1, 1, 0, 1, 0, 0]),
    case("a class predicted that no label has", [0, 1, 1, 0, 0], [0, 2, 1, 0, 1]),
]
out.write_text(json.dumps({"scikitLearn": sklearn.__version__, "cases": cases}, indent=1) + "\n")
