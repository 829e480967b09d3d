"""A task of lighteval for lighteval_fixture.py, which names its documents in LIGHTEVAL_DOCS."""

import os

from lighteval.metrics.metrics import Metrics
from lighteval.metrics.normalizations import LogProbCharNorm
from lighteval.tasks.lighteval_task import LightevalTaskConfig
from lighteval.tasks.requests import Doc


def prompt(line, task_name=None):
    return Doc(
        task_name=task_name, query=line["question"], choices=[" even", " odd"], gold_index=line["number"] % 2
    )


TASKS_TABLE = [
    LightevalTaskConfig(
        name="parity",
        prompt_function=prompt,
        hf_repo=os.environ["LIGHTEVAL_DOCS"],
        hf_subset="default",
        hf_avail_splits=["test"],
        evaluation_splits=["test"],
        metrics=[
            Metrics.loglikelihood_acc,
            Metrics.loglikelihood_acc(sample_params={"logprob_normalization": LogProbCharNorm()}),
            Metrics.loglikelihood_f1,
        ],
    )
]
