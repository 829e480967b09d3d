"""Writes packages/core/test/fixtures/peft-counts.json: the parameters that PEFT trains in models of the catalogue.

Models have the catalogue's configs and no weights (device "meta"). Further runs add the counts of older versions to the
same file: before transformers 5 each expert's matrices are linear layers, and PEFT 0.18.1 gives stacked experts no
adapters. There a list is left out if PEFT would ignore one of its names.

    python scripts/reference/peft_counts_fixture.py    # versions in requirements.txt
    pip install --no-deps --target OLD transformers==4.57.6 peft==0.18.1 huggingface_hub==0.36.2 tokenizers==0.22.2
    PYTHONPATH=OLD python scripts/reference/peft_counts_fixture.py
    pip install --no-deps --target MID transformers==5.6.0 peft==0.18.1 huggingface_hub==1.5.0 tokenizers==0.22.2
    PYTHONPATH=MID python scripts/reference/peft_counts_fixture.py
"""

import importlib.util
import json
import os
import subprocess
import warnings
from pathlib import Path

import peft
import torch
import transformers

warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()
ROOT = Path(__file__).parents[2]
OUT = ROOT / "packages/core/test/fixtures/peft-counts.json"
CONFIGS = """
import { catalogueModels } from "./packages/core/src/memory.ts";
console.log(JSON.stringify(Object.fromEntries(catalogueModels().map(({ id, config }) => [id, config]))));
"""
RANK = 8
QV, MLP = ["q_proj", "v_proj"], ["gate_proj", "up_proj", "down_proj"]
CASES = {
    "meta-llama/Llama-3.1-8B": [QV],
    "meta-llama/Llama-3.2-1B": [QV],
    "mistralai/Mistral-7B-v0.3": [QV, MLP],
    "Qwen/Qwen2.5-7B": [QV],
    "Qwen/Qwen3-8B": [QV],
    "google/gemma-2-9b": [QV],
    "google/gemma-3-1b-pt": [QV],
    "microsoft/phi-2": [QV],
    "mistralai/Mixtral-8x7B-v0.1": [QV, ["w1", "w2", "w3"], [*QV, "w2", "gate"]],
    "Qwen/Qwen1.5-MoE-A2.7B": [QV, [*QV, *MLP], ["shared_expert_gate"]],
    "Qwen/Qwen3-30B-A3B": [QV, [*QV, *MLP], [*QV, "down_proj"]],
    "Qwen/Qwen3-Next-80B-A3B-Instruct": [QV, [*QV, *MLP]],
    "deepseek-ai/DeepSeek-V2-Lite": [["q_proj", "kv_b_proj"], ["q_proj", *MLP]],
    "deepseek-ai/DeepSeek-V3": [["q_a_proj", "kv_b_proj"]],
    "zai-org/GLM-4.5-Air": [QV, [*QV, *MLP]],
    "openai/gpt-oss-20b": [QV],
    "meta-llama/Llama-4-Scout-17B-16E": [QV, [*QV, *MLP], ["router"]],
}
# Parameters instead of modules, by the name that LoRAnk's targets have.
PARAMETERS = {
    "openai/gpt-oss-20b": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"],
    "meta-llama/Llama-4-Scout-17B-16E": ["feed_forward.experts.down_proj"],
}


def model_of(config):
    """The causal language model, of a multimodal config its text part."""
    config = {**config.get("text_config", config)}
    with torch.device("meta"):
        return transformers.AutoModelForCausalLM.from_config(transformers.AutoConfig.for_model(**config), dtype=torch.bfloat16)


def count(config, **targets):
    model = peft.get_peft_model(model_of(config), peft.LoraConfig(r=RANK, task_type="CAUSAL_LM", **targets))
    trained, _ = model.get_nb_trainable_parameters()
    return trained


def matches_all(config, targets):
    linears = [name for name, module in model_of(config).named_modules() if isinstance(module, torch.nn.Linear)]
    return targets == "all-linear" or all(any(name.endswith(f".{target}") for name in linears) for target in targets)


def main():
    converts = importlib.util.find_spec("peft.utils.transformers_weight_conversion") is not None
    stack = f"peft {peft.__version__}, transformers {transformers.__version__}"
    configs = json.loads(subprocess.check_output(["npx", "tsx", "--conditions=@lorank/source", "-e", CONFIGS], cwd=ROOT))
    known = json.loads(OUT.read_text()) if OUT.exists() else {"rank": RANK, "counts": {}}
    rows = []
    for name, lists in CASES.items():
        for targets in ["all-linear", *lists]:
            if not converts and not matches_all(configs[name], targets):
                continue
            rows.append([name, targets, count(configs[name], target_modules=targets)])
            print(*rows[-1], flush=True)
    for name, targets in PARAMETERS.items():
        rows.append([name, targets, count(configs[name], target_modules=[], target_parameters=targets)])
        print(*rows[-1], flush=True)
    counts = {**known["counts"], stack: rows}
    blocks = [
        f"    {json.dumps(stack)}: [\n" + ",\n".join(f"      {json.dumps(row)}" for row in each) + "\n    ]"
        for stack, each in counts.items()
    ]
    OUT.write_text(f'{{\n  "rank": {RANK},\n  "counts": {{\n' + ",\n".join(blocks) + "\n  }\n}\n")


if __name__ == "__main__":
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    main()
