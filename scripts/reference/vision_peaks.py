"""Writes packages/core/test/memory/fixtures/vision-peaks.json: the peak memory of small models that read images.

Counted as in memory_peaks.py, with an image or more in each sequence and its pixels in float32, as processors give them.

    pip install torch==2.15.0 transformers==5.24.0 peft==0.21.2 bitsandbytes==0.50.2 numpy
    python scripts/reference/vision_peaks.py
"""

from pathlib import Path

import peft
import torch
import transformers
from memory_peaks import LiveBytesOnCuda, add_model, peak_of_second, prepared, step_of, write_rows

OUT = Path(__file__).parents[2] / "packages/core/test/memory/fixtures/vision-peaks.json"
IMAGE = 60
TEXT = {"hidden_size": 128, "intermediate_size": 352, "num_hidden_layers": 3, "num_attention_heads": 4,
        "num_key_value_heads": 2, "vocab_size": 64, "pad_token_id": None, "bos_token_id": 1, "eos_token_id": 2}
MROPE = {"rope_type": "default", "mrope_section": [4, 6, 6], "rope_theta": 10000.0}
QWEN = {"image_token_id": IMAGE, "video_token_id": 61, "vision_start_token_id": 62, "vision_end_token_id": 63,
        "tie_word_embeddings": False}
QWEN_TOWER = {"depth": 4, "hidden_size": 192, "intermediate_size": 512, "num_heads": 4, "patch_size": 4,
              "spatial_merge_size": 2, "temporal_patch_size": 2, "out_hidden_size": 128}
CONFIGS = {
    "qwen2_5_vl": {
        "model_type": "qwen2_5_vl", **QWEN,
        "text_config": {"model_type": "qwen2_5_vl_text", **TEXT, "rope_parameters": MROPE},
        "vision_config": {**QWEN_TOWER, "window_size": 32, "fullatt_block_indexes": [3]},
    },
    "qwen3_vl": {
        "model_type": "qwen3_vl", **QWEN,
        "text_config": {"model_type": "qwen3_vl_text", **TEXT, "head_dim": 32, "rope_parameters": {**MROPE, "mrope_interleaved": True}},
        "vision_config": {**QWEN_TOWER, "num_position_embeddings": 64, "deepstack_visual_indexes": [1, 2]},
    },
    "gemma3": {
        "model_type": "gemma3", "image_token_index": IMAGE, "boi_token_index": 61, "eoi_token_index": 62,
        "mm_tokens_per_image": 16, "tie_word_embeddings": True,
        "text_config": {"model_type": "gemma3_text", **TEXT, "head_dim": 32, "sliding_window": 4096},
        "vision_config": {"model_type": "siglip_vision_model", "hidden_size": 192, "intermediate_size": 512, "num_hidden_layers": 4,
                          "num_attention_heads": 4, "patch_size": 4, "image_size": 64, "vision_use_head": False},
    },
}
QV, QKVO = ["q_proj", "v_proj"], ["q_proj", "k_proj", "v_proj", "o_proj"]
BASE = {"batch": 2, "seq": 256, "imageTokens": 128, "base": "bf16", "kbitPrepare": False, "checkpointing": "on", "rank": 4,
        "targets": QV}
KBIT = {"base": "nf4", "kbitPrepare": True}
CASES = {
    "q and v": {},
    "q and v, without checkpoints": {"checkpointing": "off"},
    "all linear layers": {"targets": "all-linear"},
    "all linear layers, without checkpoints": {"targets": "all-linear", "checkpointing": "off"},
    "prepared": {**KBIT, "targets": QKVO},
    "few images, many tokens": {"imageTokens": 16, "seq": 512, "checkpointing": "off"},
}
# On CUDA no fused kernel takes float32 queries in groups, and the CPU has one: prepared models have no groups.
UNGROUPED = {"num_key_value_heads": TEXT["num_attention_heads"]}
MORE = {"gemma3": {"4-bit, all linear layers": {"base": "nf4", "targets": "all-linear", "checkpointing": "off"}}}
PATCHES = {"qwen2_5_vl": 4, "qwen3_vl": 4, "gemma3": 16}


def pixels_of(kind, config, case):
    """Images of 16 tokens each, and what tells their places."""
    images = case["batch"] * case["imageTokens"] // 16
    tower = config["vision_config"]
    if kind == "gemma3":
        return {"pixel_values": torch.randn(images, 3, tower["image_size"], tower["image_size"])}
    elements = 3 * tower["temporal_patch_size"] * tower["patch_size"] ** 2
    return {
        "pixel_values": torch.randn(images * 16 * PATCHES[kind], elements),
        "image_grid_thw": torch.tensor([[1, 8, 8]] * images),
    }


def build(config, case):
    config = transformers.AutoConfig.for_model(**config, use_cache=False)
    model = transformers.AutoModelForImageTextToText.from_config(config, dtype=torch.bfloat16)
    model = prepared(model, case)
    return peft.get_peft_model(model, peft.LoraConfig(r=case["rank"], target_modules=case["targets"], task_type="CAUSAL_LM"))


def peak_of(kind, config, case):
    torch.manual_seed(0)
    model = build(config, case).train()
    ids = torch.randint(3, IMAGE, (case["batch"], case["seq"]))
    for start in range(0, case["imageTokens"], 16):
        ids[:, start + start // 16 : start + start // 16 + 16] = IMAGE
    inputs = {"input_ids": ids, "labels": ids, **pixels_of(kind, config, case)}
    image = (ids == IMAGE).int()
    inputs["token_type_ids" if kind == "gemma3" else "mm_token_type_ids"] = image
    with LiveBytesOnCuda(False) as live:
        add_model(live, model)
        live.add(inputs["pixel_values"])
        peak = peak_of_second(live, step_of(model, inputs))
    return peak, sum(each.numel() for each in model.parameters() if each.requires_grad)


def main():
    rows = []
    for kind, config in CONFIGS.items():
        for name, more in {**CASES, **MORE.get(kind, {})}.items():
            case = {"name": f"{kind}: {name}", "model": kind, **BASE, **more}
            own = {**config, "text_config": {**config["text_config"], **(UNGROUPED if case["kbitPrepare"] else {})}}
            peak, trained = peak_of(kind, own, case)
            rows.append({**case, "config": own, "trained": trained, "peakBytes": peak})
            print(rows[-1]["name"], trained, peak, flush=True)
    write_rows(OUT, rows)


if __name__ == "__main__":
    main()
