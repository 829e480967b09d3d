"""Writes packages/core/test/model/fixtures/vision-counts.json: parameters of models that read images, and PEFT's of them.

Models have the catalogue's configs and no weights (device "meta"), as peft_counts_fixture.py has text models.

    python scripts/reference/vision_counts_fixture.py    # versions in requirements.txt
"""

import json
import subprocess

import peft
import torch
import transformers
from peft_counts_fixture import CONFIGS, RANK, ROOT

OUT = ROOT / "packages/core/test/model/fixtures/vision-counts.json"
TARGETS = ["all-linear", ["q_proj", "k_proj", "v_proj", "o_proj"], ["gate_proj", "down_proj"]]


def model_of(config):
    """The model with its vision tower; its mergers give hidden states as wide as the text's."""
    vision = {**config["vision_config"], "out_hidden_size": config["text_config"]["hidden_size"]}
    with torch.device("meta"):
        whole = transformers.AutoConfig.for_model(**{**config, "vision_config": vision})
        return transformers.AutoModelForImageTextToText.from_config(whole, dtype=torch.bfloat16)


def main():
    configs = json.loads(subprocess.check_output(["npx", "tsx", "--conditions=@lorank/source", "-e", CONFIGS], cwd=ROOT))
    rows = []
    for name, config in configs.items():
        if "vision_config" not in config:
            continue
        total = sum(each.numel() for each in model_of(config).parameters())
        is_mixture = "moe" in config["model_type"]  # whose experts are parameters, without such layers
        for targets in TARGETS[:-1] if is_mixture else TARGETS:
            model = peft.get_peft_model(model_of(config), peft.LoraConfig(r=RANK, target_modules=targets, task_type="CAUSAL_LM"))
            rows.append([name, total, targets, model.get_nb_trainable_parameters()[0]])
            print(*rows[-1], flush=True)
    OUT.parent.mkdir(exist_ok=True)
    body = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    OUT.write_text(f'{{\n  "rank": {RANK},\n  "counts": [\n{body}\n  ]\n}}\n')


if __name__ == "__main__":
    main()
