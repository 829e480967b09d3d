"""The training step in PyTorch + PEFT, as a process that waits to be told how many steps to do.

    python step.py '{"stack": "peft", "task": "classification", "model": FOLDER, "base": "float32", "batch": 4,
                     "seq": 128, "rank": 8, "threads": 2, "recompute": false}'

Each line on stdin is a number of steps; the answer is a line of JSON: seconds and loss of each step, CPU
seconds of all of them, peak memory so far.
The first line that it writes says what it trains.
"""

import json
import resource
import sys
import time
import warnings
from importlib.metadata import version

import torch
import transformers
from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, BitsAndBytesConfig

CLASSES = {
    "classification": ("SEQ_CLS", AutoModelForSequenceClassification),
    "causal-lm": ("CAUSAL_LM", AutoModelForCausalLM),
}


def in_4_bits(work):
    return work["base"].startswith("nf4")


def load(work):
    """A base with LoRA on all linear layers, as PEFT's guides write it."""
    task_type, model_class = CLASSES[work["task"]]
    options = {}
    if in_4_bits(work):
        # float32 arithmetic on both sides; bfloat16 has no hardware on most CPUs and is slower there
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=work["base"] == "nf4-dq",
            bnb_4bit_compute_dtype=torch.float32,
            # A classifier that is trained cannot be in 4 bits; the other side keeps the pooler whole too.
            llm_int8_skip_modules=["bert.pooler.dense", "classifier"] if work["task"] == "classification" else None,
        )
    base = model_class.from_pretrained(work["model"], dtype=torch.float32, **options)
    if in_4_bits(work):
        base = prepare_model_for_kbit_training(base, use_gradient_checkpointing=work["recompute"])
    elif work["recompute"]:
        base.gradient_checkpointing_enable()
        base.enable_input_require_grads()
    lora = LoraConfig(
        task_type=task_type, r=work["rank"], lora_alpha=32, lora_dropout=0.0, target_modules="all-linear"
    )
    model = get_peft_model(base, lora)
    model.train()
    return model


def inputs_of(work, vocab_size):
    """The same tokens as lorank/step.ts."""
    batch, seq = work["batch"], work["seq"]
    ids = (torch.arange(batch * seq) * 7919 % vocab_size).view(batch, seq)
    labels = torch.arange(batch) % 2 if work["task"] == "classification" else ids
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}


def reply(message):
    print(json.dumps(message), flush=True)


def loop(work, model, trained, inputs):
    """A step of a plain loop, compiled where asked."""
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01)
    forward = torch.compile(model) if work["stack"] == "peft-compile" else model

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=work["base"] == "autocast"):
            loss = forward(**inputs).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        return loss.item()

    def run(count):
        seconds, losses = [], []
        for _ in range(count):
            start = time.perf_counter()
            losses.append(step())
            seconds.append(time.perf_counter() - start)
        return seconds, losses

    return run


def trainer_loop(work, model, inputs):
    """Steps of transformers' Trainer with its defaults, from the end of one to the end of the next."""
    from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

    batch = work["batch"]
    rows = [{name: values[row] for name, values in inputs.items()} for row in range(batch)]

    class Clock(TrainerCallback):
        def on_step_begin(self, *_, **__):
            self.last = self.last or time.perf_counter()

        def on_step_end(self, *_, **__):
            now = time.perf_counter()
            self.seconds.append(now - self.last)
            self.last = now

        def on_log(self, _, state, control, logs=None, **__):
            if "loss" in (logs or {}):
                self.losses.append(logs["loss"])

    clock = Clock()

    def run(count):
        clock.last, clock.seconds, clock.losses = None, [], []
        options = {"max_steps": count, "per_device_train_batch_size": batch, "learning_rate": 1e-4}
        # What is said and kept is off but for the loss; how it trains is as it comes.
        quiet = {"report_to": "none", "save_strategy": "no", "logging_steps": 1, "disable_tqdm": True}
        arguments = TrainingArguments(output_dir="/tmp/lorank-peers/trainer", **options, **quiet)
        trainer = Trainer(model=model, args=arguments, train_dataset=rows, callbacks=[clock])
        trainer.remove_callback(PrinterCallback)  # stdout is for replies
        trainer.train()
        return clock.seconds, clock.losses

    return run


def main():
    work = json.loads(sys.argv[1])
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(work["threads"])
    torch.manual_seed(0)
    model = load(work)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    inputs = inputs_of(work, model.config.vocab_size)
    trainer = work["stack"] == "peft-trainer"
    run = trainer_loop(work, model, inputs) if trainer else loop(work, model, trained, inputs)

    packages = ["torch", "transformers", "peft"] + (["bitsandbytes"] if in_4_bits(work) else [])
    reply({
        "trained": sum(parameter.numel() for parameter in trained),
        "versions": ", ".join(f"{package} {version(package)}" for package in packages),
    })  # fmt: skip
    for line in sys.stdin:
        cpu_start = time.process_time()
        seconds, losses = run(int(line))
        cpu_seconds = time.process_time() - cpu_start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # reported in KiB
        reply({"seconds": seconds, "cpuSeconds": cpu_seconds, "losses": losses, "peakBytes": peak})


main()
