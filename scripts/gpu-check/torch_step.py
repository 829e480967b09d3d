"""The training step of packages/train/bench/run.ts in PyTorch + PEFT, on the GPU where there is one.

    python torch_step.py '{"config": {...}, "batch": 4, "seq": 128, "rank": 8, "compute": "float32", "steps": 10}'

Prints a line of JSON: milliseconds of the median step, the device and the versions.
"""

import json
import statistics
import sys
import time
import warnings
from importlib.metadata import version

import torch
import transformers
from peft import LoraConfig, get_peft_model

work = json.loads(sys.argv[1])
warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()
device = "cuda" if torch.cuda.is_available() else "cpu"
torch.manual_seed(0)
# As LoRAnk computes: float32 products in float32, not in TF32.
torch.backends.cuda.matmul.allow_tf32 = False
fields = {key: value for key, value in work["config"].items() if key not in ("model_type", "rope_theta")}
config = transformers.LlamaConfig(num_labels=2, pad_token_id=0, **fields)
with torch.device(device):
    base = transformers.LlamaForSequenceClassification(config).to(getattr(torch, work["compute"]))
lora = LoraConfig(task_type="SEQ_CLS", r=work["rank"], lora_alpha=32, lora_dropout=0.0, target_modules="all-linear")
model = get_peft_model(base, lora).train()
batch, seq = work["batch"], work["seq"]
# Token 0 is the pad, of which there is none.
ids = (torch.arange(batch * seq, device=device) * 7919 % (config.vocab_size - 1) + 1).view(batch, seq)
labels = torch.arange(batch, device=device) % 2
milliseconds = []
for _ in range(work["steps"] + 3):
    start = time.perf_counter()
    model.zero_grad()
    model(input_ids=ids, labels=labels).loss.backward()
    if device == "cuda":
        torch.cuda.synchronize()
    milliseconds.append(1000 * (time.perf_counter() - start))
print(json.dumps({
    "milliseconds": statistics.median(milliseconds[3:]),
    "device": torch.cuda.get_device_name(0) if device == "cuda" else "cpu",
    "peakMebibytes": torch.cuda.max_memory_allocated() / 2**20 if device == "cuda" else None,
    "versions": ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "peft")),
}))  # fmt: skip
