"""Writes packages/evidence/test/fixtures/trainer-state: what transformers' Trainer leaves of PEFT runs of ranks 2 and 4.

    python scripts/reference/trainer_state_fixture.py

A tiny random BERT learns whether a sequence begins with a token below 50. Each run keeps its last logs and its adapter's
config; weights are removed.
"""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, TaskType, get_peft_model
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments, set_seed

out = Path(__file__).parents[2] / "packages/evidence/test/fixtures/trainer-state"
generator = torch.Generator().manual_seed(7)


def examples(count):
    ids = torch.randint(3, 100, (count, 12), generator=generator)
    labels = (ids[:, 0] < 50).long()
    return [{"input_ids": row, "labels": label} for row, label in zip(ids, labels)]


train, validation = examples(256), examples(200)
shutil.rmtree(out, ignore_errors=True)
for rank in (2, 4):
    for seed in (0, 1):
        set_seed(seed)
        config = BertConfig(
            vocab_size=100,
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=16,
        )
        lora = LoraConfig(task_type=TaskType.SEQ_CLS, r=rank, lora_alpha=16, target_modules="all-linear")
        model = get_peft_model(BertForSequenceClassification(config), lora)
        folder = out / f"r{rank}-s{seed}"
        arguments = TrainingArguments(
            output_dir=str(folder),
            seed=seed,
            num_train_epochs=4,
            per_device_train_batch_size=32,
            learning_rate=2e-2,
            eval_strategy="epoch",
            save_strategy="epoch",
            save_total_limit=1,
            logging_strategy="epoch",
            report_to=[],
            use_cpu=True,
        )
        accuracy = lambda result: {"accuracy": float((result.predictions.argmax(-1) == result.label_ids).mean())}
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=train,
            eval_dataset=validation,
            compute_metrics=accuracy,
        )
        trainer.train()
        trainer.save_state()
        model.save_pretrained(folder)
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in ("trainer_state.json", "adapter_config.json"):
                path.unlink()
        for path in folder.glob("**/adapter_config.json"):
            kept = json.loads(path.read_text())
            path.write_text(json.dumps({**kept, "base_model_name_or_path": "tiny-random-bert"}, indent=2) + "\n")
