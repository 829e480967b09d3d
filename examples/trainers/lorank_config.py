"""Runs a trainer that is told everything by a config file: Axolotl, LLaMA-Factory and others on transformers' Trainer."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

from lorank_trial import OUT_OF_MEMORY, Losses, Stopped, initial_rows, newest_checkpoint


def write_start_adapter(settings, folder: Path) -> None:
    """Writes a PEFT adapter to begin with: B zero, and the first rows of A the same at every rank of a seed.

    The trainer's own draw would begin at another A for each rank. No weights of the base are loaded.
    """
    import torch
    from peft import LoraConfig, get_peft_model
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForCausalLM

    lora = LoraConfig(
        task_type="CAUSAL_LM", r=settings.rank, lora_alpha=settings.alpha, use_rslora=settings.scaling == "rslora",
        lora_dropout=0.0, target_modules="all-linear", base_model_name_or_path=str(settings.model),
    )  # fmt: skip
    with torch.device("meta"):
        model = get_peft_model(AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(settings.model)), lora)
    tensors = {}
    for name, module in model.named_modules():
        for key, layer in (getattr(module, "lora_A", None) or {}).items():
            tensors[f"{name}.lora_A.weight"] = initial_rows(name, settings.seed, *layer.weight.shape)
            tensors[f"{name}.lora_B.weight"] = torch.zeros(module.lora_B[key].weight.shape)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors")
    model.peft_config["default"].save_pretrained(folder)


def write_texts(path: Path, rows, keys) -> None:
    """Writes the training data as JSON Lines: `keys` makes a line of prompt and completion as the model reads them."""
    with open(path, "w", encoding="utf-8") as file:
        for prompt, completion in rows:
            print(json.dumps(keys(prompt, completion)), file=file)


def run_trainer(command, out: Path) -> None:
    """Runs the trainer, shows what it prints, and takes the losses from that. Ends the process where it did not finish."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    stopped = False

    def stop(*_):
        nonlocal stopped
        stopped = True
        process.terminate()  # the last checkpoint is what the next attempt goes on from

    signal.signal(signal.SIGTERM, stop)
    checkpoint = newest_checkpoint(out / "resume")
    losses = Losses(out, total_steps(checkpoint), losses_until(checkpoint))
    out_of_memory = False
    for line in process.stdout:
        print(line, end="", flush=True)
        out_of_memory |= "OutOfMemoryError" in line or "CUDA out of memory" in line
        for loss, rate in re.findall(r"\{'loss': '?([^',]+).*?'learning_rate': '?([^',}]+)", line):
            try:
                losses.add(float(loss), float(rate))
            except Exception:
                process.kill()
                raise
    code = process.wait()
    if stopped:
        raise Stopped
    if code != 0:
        sys.exit(OUT_OF_MEMORY if out_of_memory else 1)


def state_of(checkpoint: str | None):
    return {} if checkpoint is None else json.loads((Path(checkpoint) / "trainer_state.json").read_text())


def losses_until(checkpoint: str | None):
    return [(entry["loss"], entry["learning_rate"]) for entry in state_of(checkpoint).get("log_history", []) if "loss" in entry]


def total_steps(checkpoint: str | None):
    """Unknown, and left out of losses.jsonl, before there is a checkpoint."""
    return state_of(checkpoint).get("max_steps")
