"""Writes packages/core/test/memory/fixtures/objectives.json: peaks of preference, reward and GRPO training, byte by byte.

Trainers of TRL and LLaMA-Factory run two steps on the CPU, under autocast, on a small Llama; `peft` is a loop of one's
own with `modules_to_save`. The bytes are counted as in memory_peaks.py. Each stack has versions of its own, so an
argument names one, and the other rows stay.

On CUDA a Triton kernel of TRL scores a row of logits at a time. On the CPU this script does so too, in place of a whole
tile in fp32, and the tile is 512 columns wide, so that it does not hide the rest.

    pip install torch==2.15.0 transformers==5.24.0 peft==0.21.2 bitsandbytes==0.50.2 datasets==5.2.0 numpy
    pip install trl==1.16.0 && python scripts/reference/memory_objectives.py trl
    pip install trl==1.9.0 && python scripts/reference/memory_objectives.py trl-1.9
    python scripts/reference/memory_objectives.py peft
    pip install --no-deps trl==0.24.0 llamafactory==0.9.5 && DISABLE_VERSION_CHECK=1 python scripts/reference/memory_objectives.py llama-factory
"""

import gc
import json
import sys
import tempfile
import uuid
from pathlib import Path
from types import SimpleNamespace

import peft
import torch
import transformers
from memory_peaks import ALL, QV, LiveBytes, add_model, peak_of_second, write_rows

OUT = Path(__file__).parents[2] / "packages/core/test/memory/fixtures/objectives.json"
TILE_COLUMNS = 512
BASE = {
    "hidden": 256, "inner": 704, "layers": 3, "heads": 4, "kvHeads": 4, "vocab": 600, "batch": 2, "seq": 256,
    "prompt": 4, "checkpointing": "on", "rank": 4, "targets": QV, "objective": "sft", "reference": "none",
    "generations": 0, "trainedModules": [], "tied": False, "optimizerInBackward": False,
}
DPO = {"objective": "dpo", "reference": "adapters-off"}
KTO = {"objective": "kto", "reference": "adapters-off", "batch": 4}
GRPO = {"objective": "grpo", "batch": 4, "generations": 4, "prompt": 64, "seq": 192}
LOGITS = {"vocab": 6000}
CASES = {
    "trl": {
        "DPO, adapters off": DPO,
        "DPO, all linear layers": {**DPO, "targets": ALL, "checkpointing": "off"},
        "DPO, a second model": {**DPO, "reference": "model"},
        "DPO, precomputed": {**DPO, "reference": "precomputed"},
        "KTO": KTO,
        "ORPO": {"objective": "orpo", **LOGITS},
        "reward model": {"objective": "reward"},
        "reward model, no checkpointing": {"objective": "reward", "checkpointing": "off"},
        "GRPO": GRPO,
        "GRPO, a second model": {**GRPO, "reference": "model"},
        "GRPO, many completions": {**GRPO, "generations": 64, "prompt": 64, "seq": 128},
    },
    "trl-1.9": {"DPO": {**DPO, **LOGITS}, "DPO, no checkpointing": {**DPO, **LOGITS, "checkpointing": "off"}, "KTO": {**KTO, **LOGITS}},
    "llama-factory": {
        "DPO": {**DPO, **LOGITS},
        "DPO, a second model": {**DPO, **LOGITS, "reference": "model"},
        "ORPO": {"objective": "orpo", **LOGITS},
        "KTO": {**KTO, **LOGITS},
        "ORPO, embedding and head": {"objective": "orpo", **LOGITS, "trainedModules": ["embed_tokens", "lm_head"]},
        "ORPO, head, no checkpointing": {"objective": "orpo", "trainedModules": ["lm_head"], "checkpointing": "off"},
        "ORPO, embedding, no checkpointing": {"objective": "orpo", "trainedModules": ["embed_tokens"], "checkpointing": "off"},
    },
    "peft": {
        "embedding": {"trainedModules": ["embed_tokens"], **LOGITS},
        "head": {"trainedModules": ["lm_head"], **LOGITS},
        "embedding and head": {"trainedModules": ["embed_tokens", "lm_head"], **LOGITS},
        "embedding and head, no checkpointing": {"trainedModules": ["embed_tokens", "lm_head"], **LOGITS, "checkpointing": "off"},
        "embedding and head, tied": {"trainedModules": ["embed_tokens", "lm_head"], **LOGITS, "tied": True, "seq": 64},
        "embedding model": {"objective": "embedding"},
        "embedding model, no checkpointing": {"objective": "embedding", "checkpointing": "off", "targets": ALL},
        "optimiser in the backward pass": {"optimizerInBackward": True, **LOGITS, "seq": 64},
        "head, short": {"trainedModules": ["lm_head"], **LOGITS, "seq": 32},
    },
}


def build(case, labels=None):
    config = transformers.LlamaConfig(
        hidden_size=case["hidden"], intermediate_size=case["inner"], num_hidden_layers=case["layers"],
        num_attention_heads=case["heads"], num_key_value_heads=case["kvHeads"], vocab_size=case["vocab"],
        tie_word_embeddings=case["tied"], pad_token_id=case["vocab"] - 3, eos_token_id=case["vocab"] - 2,
    )
    if case["objective"] == "embedding":
        return transformers.LlamaModel(config).to(torch.bfloat16)
    if labels is None:
        return transformers.LlamaForCausalLM(config).to(torch.bfloat16)
    config.num_labels = labels
    return transformers.LlamaForSequenceClassification(config).to(torch.bfloat16)


def lora(case, task="CAUSAL_LM"):
    modules = case["trainedModules"] or None
    return peft.LoraConfig(r=case["rank"], target_modules=case["targets"], task_type=task, modules_to_save=modules)


def tokenizer(vocab):
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {**{f"t{i}": i for i in range(vocab - 3)}, "<pad>": vocab - 3, "<eos>": vocab - 2, "<unk>": vocab - 1}
    found = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    found.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return transformers.PreTrainedTokenizerFast(tokenizer_object=found, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>")


def text(tokens, vocab):
    return " ".join(f"t{int(i)}" for i in torch.randint(0, vocab - 3, (tokens,)))


def arguments(case):
    return {
        "output_dir": tempfile.mkdtemp(), "per_device_train_batch_size": case["batch"], "max_steps": 2, "bf16": True,
        "use_cpu": True, "report_to": [], "save_strategy": "no", "logging_steps": 1000, "disable_tqdm": True,
        "optim": "adamw_torch_fused", "gradient_checkpointing": case["checkpointing"] == "on",
        "dataloader_pin_memory": False, "max_grad_norm": 0.0, "gradient_checkpointing_kwargs": {"use_reentrant": False},
    }


def score_rows_in_turn():
    """Gives TRL's kernel on the CPU the memory of the one on CUDA: tiles of one row, products in place."""
    from trl.kernels import chunked_logprob
    from trl.trainer import utils

    utils._CHUNKED_LOGPROB_CHUNK_SIZE = TILE_COLUMNS
    for name, rowwise in (("_forward_tile", range(2, 10)), ("_backward_tile", range(2, 7))):
        whole = getattr(chunked_logprob, name)

        def in_turn(tile, stride, *args, whole=whole, rowwise=rowwise, **kwargs):
            for row in range(len(tile)):
                part = [arg[row : row + 1] if index + 2 in rowwise else arg for index, arg in enumerate(args)]
                whole(tile[row : row + 1], stride, *part, **kwargs)

        setattr(chunked_logprob, name, in_turn)

    def product(total, a, b):
        for row in range(0, len(a), 32):
            for column in range(0, b.shape[1], 32):
                total[row : row + 32, column : column + 32].addmm_(a[row : row + 32].float(), b[:, column : column + 32].float())

    chunked_logprob._addmm_fp32 = product


def trl_trainer(case):
    import datasets
    import trl

    # dill cannot pickle what fingerprints of data sets are made of under this pyarrow.
    datasets.fingerprint.Hasher.hash = classmethod(lambda cls, value: uuid.uuid4().hex[:16])
    objective, vocab, args = case["objective"], case["vocab"], arguments(case)
    prompt, completion = case["prompt"], case["seq"] - case["prompt"]
    answer = lambda: " " + text(completion - 1, vocab)
    rows = 4 * max(case["batch"], case["generations"])
    data = datasets.Dataset.from_list([
        {
            "prompt": text(prompt, vocab),
            **({"chosen": answer(), "rejected": answer()} if objective in ("dpo", "orpo", "reward") else {}),
            **({"completion": answer(), "label": row % 2 == 0} if objective == "kto" else {}),
        }
        for row in range(rows)
    ])
    common = {"train_dataset": data, "processing_class": tokenizer(vocab)}
    precomputed = {"precompute_ref_log_probs": case["reference"] == "precomputed"}
    second = build(case) if case["reference"] == "model" else None
    if objective == "dpo":
        config = trl.DPOConfig(**args, max_length=case["seq"], **precomputed)
        return trl.DPOTrainer(build(case), second, args=config, peft_config=lora(case), **common)
    if objective == "kto":
        config = trl.KTOConfig(**args, max_length=case["seq"], **precomputed)
        return trl.KTOTrainer(build(case), second, args=config, peft_config=lora(case), **common)
    if objective == "orpo":
        from trl.experimental.orpo import ORPOConfig, ORPOTrainer

        config = ORPOConfig(**args, max_length=case["seq"], remove_unused_columns=False)
        return ORPOTrainer(build(case), args=config, peft_config=lora(case), **common)
    if objective == "reward":
        config = trl.RewardConfig(**args, max_length=case["seq"])
        return trl.RewardTrainer(build(case, 1), args=config, peft_config=lora(case, "SEQ_CLS"), **common)
    steps = case["generations"] // case["batch"]
    config = trl.GRPOConfig(
        **args, num_generations=4, max_completion_length=completion, gradient_accumulation_steps=steps,
        generation_kwargs={"min_new_tokens": completion},
    )
    reward = lambda completions, **_: [float(len(each)) for each in completions]
    trainer = trl.GRPOTrainer(build(case), args=config, reward_funcs=reward, peft_config=lora(case), **common)
    if second is not None:
        trainer.beta, trainer.ref_model = 0.1, second
        from trl.trainer.utils import add_fused_lm_head

        add_fused_lm_head(second)
    return trainer


class Rows(torch.utils.data.Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, index):
        return {"index": index}


def llama_factory_trainer(case):
    from llamafactory.train.dpo.trainer import CustomDPOTrainer
    from llamafactory.train.kto.trainer import CustomKTOTrainer

    objective, sequences = case["objective"], case["batch"] * (1 if case["objective"] == "kto" else 2)
    finetuning = SimpleNamespace(
        pref_beta=0.1, pref_loss="orpo" if objective == "orpo" else "sigmoid", pref_ftx=0.0, pref_bco_weight=0.0,
        dpo_label_smoothing=0.0, simpo_gamma=0.5, ld_alpha=None, use_badam=False, use_ref_model=objective != "orpo",
        disable_shuffling=True, kto_chosen_weight=1.0, kto_rejected_weight=1.0, use_galore=False, use_apollo=False,
        loraplus_lr_ratio=None, use_adam_mini=False, use_muon=False, use_swanlab=False,
    )

    def batch(_):
        ids = torch.randint(0, case["vocab"] - 3, (sequences, case["seq"]))
        found = {"input_ids": ids, "labels": ids.clone(), "attention_mask": torch.ones_like(ids)}
        if objective != "kto":
            return found
        tags = torch.tensor([index % 2 == 0 for index in range(sequences)])
        return {**found, **{f"kl_{name}": each.clone() for name, each in found.items()}, "kto_tags": tags}

    model = build(case)
    model.enable_input_require_grads()
    model = peft.get_peft_model(model, lora(case))
    for each in model.parameters():  # llamafactory 0.9.5, `_setup_lora_tuning`
        if each.requires_grad:
            each.data = each.data.float()
    trainer = CustomKTOTrainer if objective == "kto" else CustomDPOTrainer
    return trainer(
        model=model, ref_model=build(case) if case["reference"] == "model" else None,
        finetuning_args=finetuning, processor=None, tokenizer=None, train_dataset=Rows(), data_collator=batch,
        args=transformers.TrainingArguments(**arguments(case), remove_unused_columns=False),
    )


def peak_of_trainer(trainer):
    with LiveBytes() as live:
        add_model(live, trainer.model)
        if getattr(trainer, "ref_model", None) is not None:
            add_model(live, trainer.ref_model)
        trainer.train()
        gc.collect()
    return live.peak


def peak_of_loop(case):
    model = build(case)
    if case["checkpointing"] == "on":
        model.enable_input_require_grads()
        model.gradient_checkpointing_enable()
    embeds = case["objective"] == "embedding"
    if case["optimizerInBackward"]:  # torchtune 0.6.1, `register_optim_in_bwd_hooks`: all weights, an optimiser each
        optimizers = {each: torch.optim.AdamW([each], fused=True) for each in model.train().parameters()}

        def step(parameter):
            optimizers[parameter].step()
            optimizers[parameter].zero_grad()

        for each in optimizers:
            each.register_post_accumulate_grad_hook(step)
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)])
    else:
        model = peft.get_peft_model(model, lora(case, "FEATURE_EXTRACTION" if embeds else "CAUSAL_LM")).train()
        optimizer = torch.optim.AdamW([each for each in model.parameters() if each.requires_grad], fused=True)
    ids = torch.randint(0, case["vocab"], (case["batch"], case["seq"]))

    def step():
        if embeds:  # query and passage, as in MultipleNegativesRankingLoss of sentence-transformers
            vectors = [model(input_ids=ids, use_cache=False).last_hidden_state[:, -1] for _ in range(2)]
            torch.nn.functional.cross_entropy(vectors[0] @ vectors[1].T, torch.arange(len(ids))).backward()
            del vectors
        else:
            outputs = model(input_ids=ids, labels=ids, use_cache=False)
            outputs.loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    with LiveBytes() as live:
        add_model(live, model)
        return peak_of_second(live, step)


def main():
    (stack,) = sys.argv[1:]
    torch.manual_seed(0)
    old = json.loads(OUT.read_text()) if OUT.exists() else []
    rows = [row for row in old if row["stack"] != stack]
    if stack == "trl":
        score_rows_in_turn()
    for name, more in CASES[stack].items():
        case = {"stack": stack, "name": name, **BASE, **more}
        make = llama_factory_trainer if stack == "llama-factory" else trl_trainer
        peak = peak_of_loop(case) if stack == "peft" else peak_of_trainer(make(case))
        rows.append({**case, "tileColumns": TILE_COLUMNS, "peakBytes": peak})
        print(stack, name, peak, flush=True)
    rows.sort(key=lambda row: list(CASES).index(row["stack"]))
    write_rows(OUT, rows)


if __name__ == "__main__":
    main()
