"""Writes packages/checkpoint/test/fixtures/peft-classifier: an adapter of a tiny Llama as PEFT itself saves it.

    python scripts/reference/peft_adapter_fixture.py [OUT_FOLDER]

With a second argument, an adapter folder, PEFT loads that one and the fixture into the same base and both print
their logits, which must be the same when the folder is the fixture read and written again:

    python scripts/reference/peft_adapter_fixture.py OUT_FOLDER ADAPTER_FOLDER
"""

import sys
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaConfig, LlamaForSequenceClassification

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "packages/checkpoint/test/fixtures/peft-classifier"


def base() -> LlamaForSequenceClassification:
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=16, hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, num_labels=2, pad_token_id=0,
    )
    return LlamaForSequenceClassification(config)


def logits(model: torch.nn.Module) -> list[float]:
    model.eval()
    with torch.no_grad():
        return model(input_ids=torch.tensor([[3, 1, 4, 1, 5]])).logits.ravel().tolist()


def write() -> None:
    config = LoraConfig(
        r=2, lora_alpha=8, lora_dropout=0.05, target_modules=["q_proj", "v_proj"], task_type="SEQ_CLS", use_rslora=True
    )
    model = get_peft_model(base(), config)
    torch.manual_seed(2)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name or "modules_to_save" in name:
                parameter.normal_()
    model.base_model.model.config.name_or_path = "tiny-llama"
    model.peft_config["default"].base_model_name_or_path = "tiny-llama"
    model.save_pretrained(OUT)
    (OUT / "README.md").unlink()  # a template with blanks


def check(folder: str) -> None:
    model = PeftModel.from_pretrained(base(), folder)
    print("logits with the adapter of", folder, logits(model))


if len(sys.argv) > 2:
    check(sys.argv[2])
else:
    write()
check(str(OUT))
