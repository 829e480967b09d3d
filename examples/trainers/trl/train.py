"""Trains one adapter with TRL's SFTTrainer and evaluates it: one trial of a LoRAnk sweep. Checked with trl 1.16.0.

    python train.py --model MODEL --data data.jsonl --rank 8 --seed 1 --out OUT

Under one seed every rank has the same order of examples, dropout masks and first rows of A.
"""

import argparse
from pathlib import Path

from datasets import Dataset
from peft import LoraConfig
from transformers import AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer

from evaluate import add_data_flags, read_rows, tokens_of, write_scores
from lorank_points import Points
from lorank_trial import (
    Losses, Stopped, StopSignal, named_exits, newest_checkpoint, pair_initial_a, parse_trial, write_memory,
)  # fmt: skip


class Reporter(TrainerCallback):
    """Writes losses.jsonl, and on SIGTERM lets the trainer save and stop."""

    def __init__(self, out: Path, stop: StopSignal):
        self.out, self.stop, self.losses = out, stop, None

    def on_train_begin(self, args, state, control, **_):
        earlier = [(entry["loss"], entry["learning_rate"]) for entry in state.log_history if "loss" in entry]
        self.losses = Losses(self.out, state.max_steps, earlier)

    def on_log(self, args, state, control, logs=None, **_):
        if "loss" in (logs or {}):
            self.losses.add(float(logs["loss"]), float(logs["learning_rate"]))

    def on_step_end(self, args, state, control, **_):
        if self.stop.came:
            control.should_save = control.should_training_stop = True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_data_flags(parser)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--accumulate", type=int, default=1, help="batches in one step")
    parser.add_argument("--save-every", type=int, default=200, help="steps between two checkpoints in resume/")
    settings = parse_trial(parser)

    parts = read_rows(settings.data)
    tokenizer = AutoTokenizer.from_pretrained(settings.model)
    tokens = [tokens_of(row, tokenizer, settings.max_length) for row in parts["train"]]
    stop = StopSignal()
    resume = settings.out / "resume"
    config = SFTConfig(
        output_dir=str(resume),
        seed=settings.seed,
        learning_rate=settings.learning_rate,
        num_train_epochs=settings.epochs,
        max_steps=settings.max_steps or -1,
        per_device_train_batch_size=settings.batch_size,
        gradient_accumulation_steps=settings.accumulate,
        warmup_steps=0.06,  # below 1 it is a share
        lr_scheduler_type="linear",
        max_length=settings.max_length,
        completion_only_loss=True,
        bf16=settings.device == "cuda",
        use_cpu=settings.device == "cpu",
        model_init_kwargs={"dtype": "float32" if settings.device == "cpu" else "bfloat16"},
        logging_steps=1,
        logging_nan_inf_filter=False,  # a loss that is not finite must be seen
        save_steps=settings.save_every,
        save_total_limit=2,
        report_to="none",
    )
    trainer = SFTTrainer(
        model=settings.model,
        args=config,
        train_dataset=Dataset.from_dict({
            "input_ids": [ids for ids, _ in tokens],
            "completion_mask": [learned for _, learned in tokens],
        }),
        processing_class=tokenizer,
        peft_config=LoraConfig(
            task_type="CAUSAL_LM", r=settings.rank, lora_alpha=settings.alpha, use_rslora=settings.scaling == "rslora",
            lora_dropout=0.0, target_modules="all-linear",
        ),
        callbacks=[Reporter(settings.out, stop)],
    )  # fmt: skip
    pair_initial_a(trainer.model, settings.seed)
    score = lambda out: write_scores(out, trainer.model, parts["validation"], tokenizer, settings)  # noqa: E731
    trainer.add_callback(Points(settings, score).callback())
    with named_exits():
        trainer.train(resume_from_checkpoint=newest_checkpoint(resume))
        if stop.came:
            raise Stopped
        stop.end()
        trainer.model.save_pretrained(settings.out / "adapter")
        write_memory(settings.out)
        score(settings.out)


if __name__ == "__main__":
    main()
