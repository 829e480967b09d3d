# Written by `npm run generate` from the commands and their schemas; not to be edited.
"""Functions for the commands. Settings are the commands' flags and keys of a sweep's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from lorank._call import Path, Source, call, paths, report_of, sources
from lorank._frames import Frame
from lorank._report import Report
from lorank.documents import (
    AnsweredPlan,
    CompareDocument,
    CompareDocumentByArm,
    DryRunDocument,
    EngineMemoryDocument,
    FinishedSweepDocument,
    FinishedSweepDocumentByArm,
    MemoryListDocument,
    OneModelDocument,
    SeveralModelsDocument,
    VerdictDocument,
    VerdictDocumentByArm,
)


def verdict(
    results: Source | Sequence[Source],
    *,
    task: str | None = None,
    filter: str | None = None,
    score: str | None = None,
    group_column: str | None = None,
    where: Sequence[str] | None = None,
    average_over: str | None = None,
    suite: Sequence[str] | None = None,
    by: Sequence[str] | None = None,
    cost: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    higher: bool | None = None,
    lower: bool | None = None,
    margin: float | None = None,
    condition: Sequence[str] | None = None,
    outcome: Sequence[str] | None = None,
    confidence: float | None = None,
    require_conclusive: bool | None = None,
    quiet: bool = False,
) -> VerdictDocument | VerdictDocumentByArm:
    """Decide from a sweep's or any trainer's outcomes.

    :param results: a sweep's folder, a file, a pattern of runs, or a frame of runs or
    outcomes; or several
    :param task: the task, where runs have a file for each of several
    :param filter: filter of lm-evaluation-harness, where it has several
    :param score: metric, scorer or named score that says what is right, where there are
    several
    :param group_column: column, or field of the documents, with the group of an example;
    none: no groups (default: a column named group)
    :param where: of a table: only rows with this value; may be repeated, of one column for
    any of several values
    :param average_over: of a table: means over the values of this column, within rank and
    seed
    :param suite: tasks whose mean decides: a table's column that names them, or one for each;
    of an evaluator's files their names, or task for all
    :param by: of a table: compare this column's values, such as models, in place of ranks;
    repeat it for combinations
    :param cost: with --by: the column with the cost of each, by which the cheapest that is
    good enough is named
    :param metric: what the verdict rests on: accuracy, log-loss, f1, macro-f1, mcc or auroc;
    of a table of runs, the column of the score (default: the sweep's, else accuracy)
    :param positive: of a table with labels, by --metric f1, macro-f1, mcc or auroc: the class
    that counts as positive (default: the second of two in order)
    :param higher: of a table of runs: more is better, if not known
    :param lower: of a table of runs: less is better, if not known
    :param margin: loss of quality that you still accept: a share, or nats of log loss
    (default: the sweep's, else 0.02 of log loss, 0.01 of others)
    :param condition: of a table: name no rank without this column's mean within a limit: <=
    or >=; may be repeated
    :param outcome: of a table: show this column's means; side: lower or higher; may be
    repeated
    :param confidence: of the intervals and the verdict (default: the sweep's, else 0.95)
    :param require_conclusive: exit with 4 if the verdict is inconclusive
    :param quiet: prints no remarks
    """
    document = call(
        "verdict",
        sources(results),
        {
            "task": task,
            "filter": filter,
            "score": score,
            "group-column": group_column,
            "where": where,
            "average-over": average_over,
            "suite": suite,
            "by": by,
            "cost": cost,
            "metric": metric,
            "positive": positive,
            "higher": higher,
            "lower": lower,
            "margin": margin,
            "condition": condition,
            "outcome": outcome,
            "confidence": confidence,
            "require-conclusive": require_conclusive,
        },
        VerdictDocument,
        VerdictDocumentByArm,
        quiet=quiet,
    )
    return cast("VerdictDocument | VerdictDocumentByArm", document)


def plan(
    file: Path | None = None,
    *,
    power: float | None = None,
    results: Path | Frame | None = None,
    measure: bool | None = None,
    examples: int | None = None,
    model: Path | None = None,
    weights: Literal["pretrained", "random"] | None = None,
    quantize: Literal["none", "nf4", "nf4-dq", "fp4", "fp4-dq"] | None = None,
    data: Path | Frame | None = None,
    encoding: Literal["utf-8", "utf-16le", "utf-16be", "windows-1252"] | None = None,
    delimiter: Literal[",", ";", "|", "tab"] | None = None,
    quote: Literal["double", "none"] | None = None,
    skip_invalid: bool | None = None,
    merge_labels: bool | None = None,
    keep_overlap: bool | None = None,
    task: Literal["classification", "instruction"] | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    prompt_column: str | None = None,
    response_column: str | None = None,
    messages_column: str | None = None,
    group_column: str | None = None,
    template: str | None = None,
    train_examples: int | None = None,
    validation_examples: int | None = None,
    test_examples: int | None = None,
    test_data: Path | None = None,
    max_length: int | str | None = None,
    ranks: Sequence[int] | None = None,
    arms: Sequence[Mapping[str, Any]] | None = None,
    seeds: int | Sequence[int] | None = None,
    method: Literal["grid", "probe", "race"] | None = None,
    until: Literal["settled"] | None = None,
    max_seeds: int | None = None,
    robustness: bool | None = None,
    metric: str | None = None,
    max_new_tokens: int | None = None,
    margin: float | None = None,
    retain: Path | None = None,
    max_forgetting: float | None = None,
    outcomes: Sequence[Mapping[str, Any]] | None = None,
    confidence: float | None = None,
    filter: str | None = None,
    score: str | None = None,
    where: Sequence[str] | None = None,
    average_over: str | None = None,
    trainer: Mapping[str, Any] | None = None,
    alpha: float | Literal["rank", "auto"] | None = None,
    scaling: Literal["lora", "rslora", "auto"] | None = None,
    dora: bool | None = None,
    dropout: float | None = None,
    targets: Sequence[str] | Literal["all-linear", "mlp", "attention", "auto"] | None = None,
    portable: bool | None = None,
    learning_rate: float | Literal["auto"] | None = None,
    lora_plus: float | None = None,
    schedule: Literal["constant", "linear", "cosine"] | None = None,
    warmup: float | None = None,
    epochs: float | Literal["auto"] | None = None,
    batch_size: int | None = None,
    micro_batch: int | None = None,
    weight_decay: float | None = None,
    clip: float | None = None,
    evaluate_every: int | float | None = None,
    jobs: int | None = None,
    threads: int | None = None,
    device: Literal["auto", "cpu", "wasm", "webgpu", "dml", "coreml", "cuda", "tensorflow", "tensorflow-cpu"] | None = None,
    compute: Literal["float32", "float16", "bfloat16"] | None = None,
    quiet: bool = False,
) -> AnsweredPlan:
    """What a sweep can show and what it costs, before it is run.

    :param file: the YAML file of the sweep; settings given here win over it
    :param power: probability that a true difference is found, or that an equal rank is shown
    to be within the margin (default: 0.8)
    :param results: runs to learn from: a sweep's folder, finished or not, or outcomes of
    single examples as for verdict
    :param measure: time a few steps of the smallest and the largest rank
    :param examples: evaluation examples of another trainer: the statistics alone
    :param model: starter, a folder, a .gguf file or a hub id (org/name) (default: starter)
    :param weights: pretrained, or random ones of the same shapes as a control (default:
    pretrained)
    :param quantize: keep the base's linear layers in 4 bits (QLoRA); dq is double
    quantisation (default: none)
    :param data: spam-assassin; a .csv, .tsv, .txt, .json, .jsonl or .parquet file; or - for
    standard input (default: spam-assassin)
    :param encoding: encoding of the data (default: found from the bytes and reported)
    :param delimiter: what stands between two cells of the data: ",", ";", "|" or tab
    (default: found from the header and reported)
    :param quote: double: double quotes enclose a cell that opens with one; none: each is a
    character (default: double, as in RFC 4180)
    :param skip_invalid: leave out rows that lack a text, a label, a prompt, a response or a
    group, and say how many
    :param merge_labels: take labels for one class that differ only in case or in spaces
    around them
    :param keep_overlap: keep validation texts that are also in training, or whose group is; a
    sweep of an earlier version goes on with them
    :param task: learn a text's class, or the response to a prompt (default: by the columns)
    :param text_column: column with the text (default: inferred and reported)
    :param label_column: column with the class (default: inferred and reported)
    :param prompt_column: column with the prompt (default: inferred and reported)
    :param response_column: column with the response that is learned (default: inferred and
    reported)
    :param messages_column: column with whole conversations (default: inferred and reported)
    :param group_column: column with the document, thread or person that a text comes from:
    parts and intervals keep to whole groups (default: group, where it names 10 or more; none:
    no groups)
    :param template: prompt and response in one text: {prompt}, {response} (default: the
    model's chat template)
    :param train_examples: training texts (default: 600; of a file all that are left)
    :param validation_examples: texts to compare ranks on (default: 800; of a file those that
    split names, else a fifth)
    :param test_examples: texts to score the recommended rank on once, 0 for none (default: of
    spam-assassin as many as of validation; of a file none)
    :param test_data: a file of such texts, with the columns of --data
    :param max_length: tokens of a text that are read; 8k is 8192 (default: 96; of
    instructions 512)
    :param ranks: ranks (default: 4,8,16,32)
    :param arms: what is compared in place of ranks: a list of names, each with settings of
    its own
    :param seeds: how many seeds, or which ones (1,2,3) (default: 5)
    :param method: trials to run: grid (all), probe or race (fewer) (default: grid)
    :param until: add seeds until the verdict is settled (within the margin, or still rising),
    or what is left would hardly improve it
    :param max_seeds: with --until: the most seeds of a rank (default: 12)
    :param robustness: 5 more trials: does the rank decide, or the learning rate or the
    scaling?
    :param metric: what the verdict rests on; from equals on, metrics of generated answers by
    promptfoo's names (default: accuracy; of instructions log-loss)
    :param max_new_tokens: with a metric of answers: most tokens of one (default: 64)
    :param margin: loss of quality that you still accept: a share, or nats of log loss
    (default: 0.02 of log loss, 0.01 of others)
    :param retain: texts to measure forgetting on, by a language-model head: general
    (shipped), or a file (default: general with --max-forgetting, else none)
    :param max_forgetting: condition on a rank: how much its adapter may raise the log loss of
    these texts, in nats a token
    :param outcomes: outcomes beside the metric, which a trainer's command writes, as
    outcomes.NAME.csv: a list of name, better, unit, limit
    :param confidence: of the intervals and the verdict (default: 0.95)
    :param filter: filter of lm-evaluation-harness, where it has several
    :param score: metric, scorer or named score that says what is right, where there are
    several
    :param where: of a table: only rows with this value; may be repeated, of one column for
    any of several values
    :param average_over: of a table: means over the values of this column, within rank and
    seed
    :param trainer: another trainer's commands: command, evaluate, files, test, timeout,
    exit-codes, name
    :param alpha: numerator of the scaling, or rank; auto: searched (default: 32)
    :param scaling: alpha/rank, or rslora: alpha/√rank; auto: searched (default: lora)
    :param dora: train a magnitude for each row of a weight too
    :param dropout: probability that an element of the adapter's input is zeroed (default: 0)
    :param targets: layers with an adapter, such as q_proj,v_proj, or attention, or mlp; auto:
    searched (default: all-linear)
    :param portable: write adapters as vLLM and llama.cpp read them: alpha = rank, no rsLoRA
    :param learning_rate: of AdamW; auto: searched (default: 0.003 for the starter, 0.0005 for
    other models)
    :param lora_plus: LoRA+: B learns this many times as fast as A (default: 1)
    :param schedule: how the learning rate goes down (default: linear)
    :param warmup: share of the steps in which the learning rate rises (default: 0.06)
    :param epochs: passes over the texts; auto: doubled while a rank improves (default: 2)
    :param batch_size: texts in one step (default: 8)
    :param micro_batch: texts in one pass through the model (default: 8)
    :param weight_decay: of AdamW (default: 0.01)
    :param clip: largest gradient norm, 0 for none (default: 1)
    :param evaluate_every: evaluate on the way too: after every so many steps, or such a share
    of them (default: at the end alone)
    :param jobs: trials side by side (default: cores / threads; 1 on a GPU)
    :param threads: threads of one trial (default: 1)
    :param device: what to run on; auto takes a GPU that passes its self-test and is faster
    (default: auto)
    :param compute: number format of matrix products, where the device has it (default:
    float32)
    :param quiet: prints no remarks
    """
    document = call(
        "plan",
        paths(file),
        {
            "power": power,
            "results": results,
            "measure": measure,
            "examples": examples,
            "model": model,
            "weights": weights,
            "quantize": quantize,
            "data": data,
            "encoding": encoding,
            "delimiter": delimiter,
            "quote": quote,
            "skip-invalid": skip_invalid,
            "merge-labels": merge_labels,
            "keep-overlap": keep_overlap,
            "task": task,
            "text-column": text_column,
            "label-column": label_column,
            "prompt-column": prompt_column,
            "response-column": response_column,
            "messages-column": messages_column,
            "group-column": group_column,
            "template": template,
            "train-examples": train_examples,
            "validation-examples": validation_examples,
            "test-examples": test_examples,
            "test-data": test_data,
            "max-length": max_length,
            "ranks": ranks,
            "arms": arms,
            "seeds": seeds,
            "method": method,
            "until": until,
            "max-seeds": max_seeds,
            "robustness": robustness,
            "metric": metric,
            "max-new-tokens": max_new_tokens,
            "margin": margin,
            "retain": retain,
            "max-forgetting": max_forgetting,
            "outcomes": outcomes,
            "confidence": confidence,
            "filter": filter,
            "score": score,
            "where": where,
            "average-over": average_over,
            "trainer": trainer,
            "alpha": alpha,
            "scaling": scaling,
            "dora": dora,
            "dropout": dropout,
            "targets": targets,
            "portable": portable,
            "learning-rate": learning_rate,
            "lora-plus": lora_plus,
            "schedule": schedule,
            "warmup": warmup,
            "epochs": epochs,
            "batch-size": batch_size,
            "micro-batch": micro_batch,
            "weight-decay": weight_decay,
            "clip": clip,
            "evaluate-every": evaluate_every,
            "jobs": jobs,
            "threads": threads,
            "device": device,
            "compute": compute,
        },
        AnsweredPlan,
        quiet=quiet,
    )
    return cast("AnsweredPlan", document)


def memory(
    models: Path | Sequence[Path] = (),
    *,
    list: bool | None = None,
    as_: str | None = None,
    config: Path | None = None,
    ranks: Sequence[int] | None = None,
    targets: Sequence[str] | Literal["all-linear"] | None = None,
    expert_rank: Literal["whole", "by-active-experts"] | None = None,
    base: Literal["fp32", "bf16", "fp16", "int8", "gptq", "nf4", "nf4-dq"] | None = None,
    quantize: Literal["nf4", "nf4-dq", "fp4", "fp4-dq"] | None = None,
    method: Literal["lora", "qlora", "full", "compare"] | None = None,
    labels: int | None = None,
    trained_modules: Sequence[Literal["embeddings", "head"]] | None = None,
    objective: Literal["sft", "dpo", "kto", "orpo", "simpo", "reward", "grpo", "embedding"] | None = None,
    reference: Literal["none", "adapters-off", "model", "precomputed"] | None = None,
    completion: int | str | None = None,
    generator: Literal["transformers", "vllm", "vllm-asleep", "server"] | None = None,
    generations: int | None = None,
    vllm_share: float | None = None,
    gpu: str | None = None,
    strategy: Literal["ddp", "zero1", "zero2", "zero3", "fsdp"] | None = None,
    micro_batch: int | None = None,
    image_tokens: int | None = None,
    seq: int | str | None = None,
    tokens: int | str | None = None,
    examples: int | None = None,
    epochs: float | None = None,
    price: float | None = None,
    profile: Literal["peft", "peft-2024", "trl", "trl-2024", "trl-2025", "trl-2026", "axolotl", "llama-factory", "unsloth", "qwen-2023", "torchtune", "torchtune-2024", "litgpt", "litgpt-2023", "lorank"] | None = None,
    variant: Literal["lora", "dora", "lora-fa", "bd-lora"] | None = None,
    loss: Literal["full", "chunked", "fused"] | None = None,
    attention: Literal["eager", "sdpa", "flash"] | None = None,
    checkpointing: Literal["on", "off", "offload"] | None = None,
    optimizer: Literal["adamw", "adamw-fused", "adamw-8bit", "paged-adamw-8bit", "adamw-4bit", "sgd", "lion", "adafactor"] | None = None,
    adapter_dtype: Literal["fp32", "fp16", "bf16"] | None = None,
    lora_kernels: Literal["on", "attention", "feed-forward", "off"] | None = None,
    fused_norms: bool | None = None,
    dropout: float | None = None,
    kbit_prepare: bool | None = None,
    bnb_version: str | None = None,
    packing: bool | None = None,
    padding: bool | None = None,
    compile: bool | None = None,
    accumulation: bool | None = None,
    optimizer_in_backward: bool | None = None,
    svg: Path | None = None,
    quiet: bool = False,
) -> OneModelDocument | SeveralModelsDocument | EngineMemoryDocument | MemoryListDocument:
    """What each rank costs before you train.

    :param models: one or several: a name, starter, a folder, a .gguf file, a hub id, a
    config.json, or a training config
    :param list: print the models that are known without their files
    :param as_: read a config.json of a model_type that is not known as this one, such as
    llama
    :param config: a config of PEFT (adapter_config.json), TRL, Axolotl, LLaMA-Factory,
    torchtune or accelerate; flags win over it
    :param ranks: ranks (default: 4,8,16,32,64)
    :param targets: layers with an adapter, such as q_proj,v_proj (default: all-linear)
    :param expert_rank: rank on a mixture's experts: whole (PEFT), or divided by the experts
    that a token visits (NeMo Automodel's moe_rank_scaling, Megatron-Bridge's
    normalize_moe_lora) (default: whole)
    :param base: number format of the frozen weights (default: bf16)
    :param quantize: a 4-bit --base, by the flag of the other commands
    :param method: lora, qlora (on nf4-dq, with what the stack's guides set), full (all
    weights) or compare: all three side by side (default: lora)
    :param labels: classes of a trained classification head (default: no such head; 1 for a
    reward model)
    :param trained_modules: modules trained in full beside the adapters, PEFT's
    modules_to_save (default: none)
    :param objective: sft, or pairs (dpo, orpo, simpo, reward, embedding), rated texts (kto),
    or groups of generated ones (grpo) (default: sft)
    :param reference: what gives reference log-probabilities (default: for dpo and kto the
    model with its adapters off)
    :param completion: tokens of a sequence that are scored, or generated (default: all of
    --seq)
    :param generator: what writes GRPO's completions; vllm is on the same card (default:
    transformers)
    :param generations: completions that a card writes at once (default: the micro-batch)
    :param vllm_share: share of the card that vLLM reserves (default: 0.3)
    :param gpu: a card (t4, 4090, a100-80gb) or its memory (24GB), several as 2x24GB: what
    fits, how far it goes, what to change where it does not
    :param strategy: what several cards share: ddp nothing, zero1 optimiser states, zero2
    gradients too, zero3 and fsdp weights too (default: ddp, where --gpu has several cards;
    fsdp under torchtune)
    :param micro_batch: sequences in one pass (default: 1)
    :param image_tokens: tokens of each sequence that come from images; counts the part that
    reads them (Qwen2.5-VL, Qwen3-VL, Gemma 3) (default: none, and the language model alone)
    :param seq: tokens of the longest sequence; 8k is 8192 (default: 1024, or what the model
    takes if less)
    :param tokens: tokens in the data, padding included: 500k, 2M, 1.5B
    :param examples: examples in the data, each counted as --seq tokens
    :param epochs: passes over the data (default: 1, with --tokens or --examples)
    :param price: what a card costs an hour, in your currency: adds what each rank costs
    :param profile: stack; lorank is this engine on the CPU (default: peft)
    :param variant: form of the adapter: DoRA's magnitudes, LoRA-FA's frozen A, or BD-LoRA in
    two blocks
    :param loss: how the loss is computed
    :param attention: how attention is computed
    :param checkpointing: of gradients; offload keeps block inputs on the host
    :param optimizer: sgd has no momentum
    :param adapter_dtype: number format of A and B
    :param lora_kernels: layers that fused kernels compute with their adapters
    :param fused_norms: norms in one kernel, such as Liger's
    :param dropout: on the adapter's inputs
    :param kbit_prepare: prepare_model_for_kbit_training before adapters are added
    :param bnb_version: of bitsandbytes: before 0.43.2 it kept more
    :param packing: texts fill the length
    :param padding: texts differ in length, or share a row with positions of their own: sdpa
    reads a mask
    :param compile: torch.compile on each block
    :param accumulation: several passes before a step: gradients of earlier ones stay
    :param optimizer_in_backward: each weight steps when its gradient is there (--method full)
    :param svg: a picture of the peaks and their parts
    :param quiet: prints no remarks
    """
    document = call(
        "memory",
        paths(models),
        {
            "list": list,
            "as": as_,
            "config": config,
            "ranks": ranks,
            "targets": targets,
            "expert-rank": expert_rank,
            "base": base,
            "quantize": quantize,
            "method": method,
            "labels": labels,
            "trained-modules": trained_modules,
            "objective": objective,
            "reference": reference,
            "completion": completion,
            "generator": generator,
            "generations": generations,
            "vllm-share": vllm_share,
            "gpu": gpu,
            "strategy": strategy,
            "micro-batch": micro_batch,
            "image-tokens": image_tokens,
            "seq": seq,
            "tokens": tokens,
            "examples": examples,
            "epochs": epochs,
            "price": price,
            "profile": profile,
            "variant": variant,
            "loss": loss,
            "attention": attention,
            "checkpointing": checkpointing,
            "optimizer": optimizer,
            "adapter-dtype": adapter_dtype,
            "lora-kernels": lora_kernels,
            "fused-norms": fused_norms,
            "dropout": dropout,
            "kbit-prepare": kbit_prepare,
            "bnb-version": bnb_version,
            "packing": packing,
            "padding": padding,
            "compile": compile,
            "accumulation": accumulation,
            "optimizer-in-backward": optimizer_in_backward,
            "svg": svg,
        },
        OneModelDocument,
        SeveralModelsDocument,
        EngineMemoryDocument,
        MemoryListDocument,
        quiet=quiet,
    )
    return cast("OneModelDocument | SeveralModelsDocument | EngineMemoryDocument | MemoryListDocument", document)


def sweep(
    file: Path | None = None,
    *,
    model: Path | None = None,
    weights: Literal["pretrained", "random"] | None = None,
    quantize: Literal["none", "nf4", "nf4-dq", "fp4", "fp4-dq"] | None = None,
    data: Path | Frame | None = None,
    encoding: Literal["utf-8", "utf-16le", "utf-16be", "windows-1252"] | None = None,
    delimiter: Literal[",", ";", "|", "tab"] | None = None,
    quote: Literal["double", "none"] | None = None,
    skip_invalid: bool | None = None,
    merge_labels: bool | None = None,
    keep_overlap: bool | None = None,
    task: Literal["classification", "instruction"] | None = None,
    text_column: str | None = None,
    label_column: str | None = None,
    prompt_column: str | None = None,
    response_column: str | None = None,
    messages_column: str | None = None,
    group_column: str | None = None,
    template: str | None = None,
    train_examples: int | None = None,
    validation_examples: int | None = None,
    test_examples: int | None = None,
    test_data: Path | None = None,
    max_length: int | str | None = None,
    ranks: Sequence[int] | None = None,
    arms: Sequence[Mapping[str, Any]] | None = None,
    seeds: int | Sequence[int] | None = None,
    method: Literal["grid", "probe", "race"] | None = None,
    until: Literal["settled"] | None = None,
    max_seeds: int | None = None,
    robustness: bool | None = None,
    metric: str | None = None,
    max_new_tokens: int | None = None,
    margin: float | None = None,
    retain: Path | None = None,
    max_forgetting: float | None = None,
    outcomes: Sequence[Mapping[str, Any]] | None = None,
    confidence: float | None = None,
    trainer: Mapping[str, Any] | None = None,
    alpha: float | Literal["rank", "auto"] | None = None,
    scaling: Literal["lora", "rslora", "auto"] | None = None,
    dora: bool | None = None,
    dropout: float | None = None,
    targets: Sequence[str] | Literal["all-linear", "mlp", "attention", "auto"] | None = None,
    portable: bool | None = None,
    learning_rate: float | Literal["auto"] | None = None,
    lora_plus: float | None = None,
    schedule: Literal["constant", "linear", "cosine"] | None = None,
    warmup: float | None = None,
    epochs: float | Literal["auto"] | None = None,
    batch_size: int | None = None,
    micro_batch: int | None = None,
    weight_decay: float | None = None,
    clip: float | None = None,
    evaluate_every: int | float | None = None,
    out: Path | None = None,
    executor: Literal["local", "slurm", "bullmq"] | None = None,
    redis: str | None = None,
    partition: str | None = None,
    account: str | None = None,
    time: str | float | None = None,
    parallel: int | None = None,
    slurm: Mapping[str, Any] | None = None,
    jobs: int | None = None,
    threads: int | None = None,
    device: Literal["auto", "cpu", "wasm", "webgpu", "dml", "coreml", "cuda", "tensorflow", "tensorflow-cpu"] | None = None,
    compute: Literal["float32", "float16", "bfloat16"] | None = None,
    devices: Sequence[str] | None = None,
    max_attempts: int | None = None,
    checkpoint_every: str | None = None,
    max_time: str | None = None,
    extend: bool | None = None,
    retry_out_of_memory: bool | None = None,
    watch: bool | None = None,
    port: int | None = None,
    require_conclusive: bool | None = None,
    dry_run: bool | None = None,
    progress: bool = True,
    quiet: bool = False,
) -> FinishedSweepDocument | FinishedSweepDocumentByArm | DryRunDocument:
    """Train the ranks on your data and decide which one to take.

    :param file: YAML file with settings; those given here win over it
    :param model: starter, a folder, a .gguf file or a hub id (org/name) (default: starter)
    :param weights: pretrained, or random ones of the same shapes as a control (default:
    pretrained)
    :param quantize: keep the base's linear layers in 4 bits (QLoRA); dq is double
    quantisation (default: none)
    :param data: spam-assassin; a .csv, .tsv, .txt, .json, .jsonl or .parquet file; or - for
    standard input (default: spam-assassin)
    :param encoding: encoding of the data (default: found from the bytes and reported)
    :param delimiter: what stands between two cells of the data: ",", ";", "|" or tab
    (default: found from the header and reported)
    :param quote: double: double quotes enclose a cell that opens with one; none: each is a
    character (default: double, as in RFC 4180)
    :param skip_invalid: leave out rows that lack a text, a label, a prompt, a response or a
    group, and say how many
    :param merge_labels: take labels for one class that differ only in case or in spaces
    around them
    :param keep_overlap: keep validation texts that are also in training, or whose group is; a
    sweep of an earlier version goes on with them
    :param task: learn a text's class, or the response to a prompt (default: by the columns)
    :param text_column: column with the text (default: inferred and reported)
    :param label_column: column with the class (default: inferred and reported)
    :param prompt_column: column with the prompt (default: inferred and reported)
    :param response_column: column with the response that is learned (default: inferred and
    reported)
    :param messages_column: column with whole conversations (default: inferred and reported)
    :param group_column: column with the document, thread or person that a text comes from:
    parts and intervals keep to whole groups (default: group, where it names 10 or more; none:
    no groups)
    :param template: prompt and response in one text: {prompt}, {response} (default: the
    model's chat template)
    :param train_examples: training texts (default: 600; of a file all that are left)
    :param validation_examples: texts to compare ranks on (default: 800; of a file those that
    split names, else a fifth)
    :param test_examples: texts to score the recommended rank on once, 0 for none (default: of
    spam-assassin as many as of validation; of a file none)
    :param test_data: a file of such texts, with the columns of --data
    :param max_length: tokens of a text that are read; 8k is 8192 (default: 96; of
    instructions 512)
    :param ranks: ranks (default: 4,8,16,32)
    :param arms: what is compared in place of ranks: a list of names, each with settings of
    its own
    :param seeds: how many seeds, or which ones (1,2,3) (default: 5)
    :param method: trials to run: grid (all), probe or race (fewer) (default: grid)
    :param until: add seeds until the verdict is settled (within the margin, or still rising),
    or what is left would hardly improve it
    :param max_seeds: with --until: the most seeds of a rank (default: 12)
    :param robustness: 5 more trials: does the rank decide, or the learning rate or the
    scaling?
    :param metric: what the verdict rests on; from equals on, metrics of generated answers by
    promptfoo's names (default: accuracy; of instructions log-loss)
    :param max_new_tokens: with a metric of answers: most tokens of one (default: 64)
    :param margin: loss of quality that you still accept: a share, or nats of log loss
    (default: 0.02 of log loss, 0.01 of others)
    :param retain: texts to measure forgetting on, by a language-model head: general
    (shipped), or a file (default: general with --max-forgetting, else none)
    :param max_forgetting: condition on a rank: how much its adapter may raise the log loss of
    these texts, in nats a token
    :param outcomes: outcomes beside the metric, which a trainer's command writes, as
    outcomes.NAME.csv: a list of name, better, unit, limit
    :param confidence: of the intervals and the verdict (default: 0.95)
    :param trainer: another trainer's commands: command, evaluate, files, test, timeout,
    exit-codes, name
    :param alpha: numerator of the scaling, or rank; auto: searched (default: 32)
    :param scaling: alpha/rank, or rslora: alpha/√rank; auto: searched (default: lora)
    :param dora: train a magnitude for each row of a weight too
    :param dropout: probability that an element of the adapter's input is zeroed (default: 0)
    :param targets: layers with an adapter, such as q_proj,v_proj, or attention, or mlp; auto:
    searched (default: all-linear)
    :param portable: write adapters as vLLM and llama.cpp read them: alpha = rank, no rsLoRA
    :param learning_rate: of AdamW; auto: searched (default: 0.003 for the starter, 0.0005 for
    other models)
    :param lora_plus: LoRA+: B learns this many times as fast as A (default: 1)
    :param schedule: how the learning rate goes down (default: linear)
    :param warmup: share of the steps in which the learning rate rises (default: 0.06)
    :param epochs: passes over the texts; auto: doubled while a rank improves (default: 2)
    :param batch_size: texts in one step (default: 8)
    :param micro_batch: texts in one pass through the model (default: 8)
    :param weight_decay: of AdamW (default: 0.01)
    :param clip: largest gradient norm, 0 for none (default: 1)
    :param evaluate_every: evaluate on the way too: after every so many steps, or such a share
    of them (default: at the end alone)
    :param out: results folder; a sweep in it is resumed with its saved settings (default:
    ./lorank-sweep)
    :param executor: where trials run: on this machine, on a Slurm cluster, or wherever lorank
    worker takes them from a queue (default: local)
    :param redis: the queue's server, redis://host:6379 (default: LORANK_REDIS in the
    environment, where nobody sees its password)
    :param partition: partition of the jobs
    :param account: account that the jobs are charged to
    :param time: time limit of a job, as sbatch takes it: 2:00:00
    :param parallel: trials side by side (default: as many as Slurm starts)
    :param slurm: setup: lines of shell that each job begins with; sbatch: more options of
    sbatch
    :param jobs: trials side by side (default: cores / threads; 1 on a GPU)
    :param threads: threads of one trial (default: 1)
    :param device: what to run on; auto takes a GPU that passes its self-test and is faster
    (default: auto)
    :param compute: number format of matrix products, where the device has it (default:
    float32)
    :param devices: devices of this machine, such as cuda:0,cuda:1: one trial on each at a
    time
    :param max_attempts: starts of a trial before it counts as failed (default: 3)
    :param checkpoint_every: save a trial so often, to go on from there after a kill: 5m, 90s,
    200 steps or off; never in a trial's first minute (default: 5m)
    :param max_time: with --until: start no seeds that would end after this time
    :param extend: add these ranks or seeds to the sweep in the folder, or go on with another
    method
    :param retry_out_of_memory: run trials again that ran out of memory
    :param watch: serve a page of the sweep while it runs, on 127.0.0.1: lorank watch beside
    it
    :param port: port of the page (default: a free one)
    :param require_conclusive: exit with 4 if the verdict is inconclusive
    :param dry_run: say what would run and stop
    :param progress: shows a bar, by tqdm if it is installed
    :param quiet: prints no remarks
    """
    document = call(
        "sweep",
        paths(file),
        {
            "model": model,
            "weights": weights,
            "quantize": quantize,
            "data": data,
            "encoding": encoding,
            "delimiter": delimiter,
            "quote": quote,
            "skip-invalid": skip_invalid,
            "merge-labels": merge_labels,
            "keep-overlap": keep_overlap,
            "task": task,
            "text-column": text_column,
            "label-column": label_column,
            "prompt-column": prompt_column,
            "response-column": response_column,
            "messages-column": messages_column,
            "group-column": group_column,
            "template": template,
            "train-examples": train_examples,
            "validation-examples": validation_examples,
            "test-examples": test_examples,
            "test-data": test_data,
            "max-length": max_length,
            "ranks": ranks,
            "arms": arms,
            "seeds": seeds,
            "method": method,
            "until": until,
            "max-seeds": max_seeds,
            "robustness": robustness,
            "metric": metric,
            "max-new-tokens": max_new_tokens,
            "margin": margin,
            "retain": retain,
            "max-forgetting": max_forgetting,
            "outcomes": outcomes,
            "confidence": confidence,
            "trainer": trainer,
            "alpha": alpha,
            "scaling": scaling,
            "dora": dora,
            "dropout": dropout,
            "targets": targets,
            "portable": portable,
            "learning-rate": learning_rate,
            "lora-plus": lora_plus,
            "schedule": schedule,
            "warmup": warmup,
            "epochs": epochs,
            "batch-size": batch_size,
            "micro-batch": micro_batch,
            "weight-decay": weight_decay,
            "clip": clip,
            "evaluate-every": evaluate_every,
            "out": out,
            "executor": executor,
            "redis": redis,
            "partition": partition,
            "account": account,
            "time": time,
            "parallel": parallel,
            "slurm": slurm,
            "jobs": jobs,
            "threads": threads,
            "device": device,
            "compute": compute,
            "devices": devices,
            "max-attempts": max_attempts,
            "checkpoint-every": checkpoint_every,
            "max-time": max_time,
            "extend": extend,
            "retry-out-of-memory": retry_out_of_memory,
            "watch": watch,
            "port": port,
            "require-conclusive": require_conclusive,
            "dry-run": dry_run,
        },
        FinishedSweepDocument,
        FinishedSweepDocumentByArm,
        DryRunDocument,
        progress=progress,
        quiet=quiet,
    )
    return cast("FinishedSweepDocument | FinishedSweepDocumentByArm | DryRunDocument", document)


def compare(
    first: Source | Sequence[float],
    second: Source | Sequence[float],
    *,
    task: str | None = None,
    filter: str | None = None,
    score: str | None = None,
    group_column: str | None = None,
    where: Sequence[str] | None = None,
    average_over: str | None = None,
    suite: Sequence[str] | None = None,
    by: Sequence[str] | None = None,
    cost: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    higher: bool | None = None,
    lower: bool | None = None,
    margin: float | None = None,
    condition: Sequence[str] | None = None,
    outcome: Sequence[str] | None = None,
    confidence: float | None = None,
    rank: int | None = None,
    paired: bool | None = None,
    each: bool | None = None,
    out: Path | None = None,
    quiet: bool = False,
) -> CompareDocument | CompareDocumentByArm:
    """Tell whether two results differ by more than noise.

    :param first: a sweep's folder, a file, a frame, or a list of scores
    :param second: the other one
    :param task: the task, where runs have a file for each of several
    :param filter: filter of lm-evaluation-harness, where it has several
    :param score: metric, scorer or named score that says what is right, where there are
    several
    :param group_column: column, or field of the documents, with the group of an example;
    none: no groups (default: a column named group)
    :param where: of a table: only rows with this value; may be repeated, of one column for
    any of several values
    :param average_over: of a table: means over the values of this column, within rank and
    seed
    :param suite: tasks whose mean decides: a table's column that names them, or one for each;
    of an evaluator's files their names, or task for all
    :param by: of a table: compare this column's values, such as models, in place of ranks;
    repeat it for combinations
    :param cost: with --by: the column with the cost of each, by which the cheapest that is
    good enough is named
    :param metric: what the verdict rests on: accuracy, log-loss, f1, macro-f1, mcc or auroc;
    of a table of runs, the column of the score (default: the sweep's, else accuracy)
    :param positive: of a table with labels, by --metric f1, macro-f1, mcc or auroc: the class
    that counts as positive (default: the second of two in order)
    :param higher: of a table of runs: more is better, if not known
    :param lower: of a table of runs: less is better, if not known
    :param margin: loss of quality that you still accept: a share, or nats of log loss
    (default: the sweep's, else 0.02 of log loss, 0.01 of others)
    :param condition: of a table: name no rank without this column's mean within a limit: <=
    or >=; may be repeated
    :param outcome: of a table: show this column's means; side: lower or higher; may be
    repeated
    :param confidence: of the intervals and the verdict (default: the sweep's, else 0.95)
    :param rank: compare both at this rank, in place of the ranks that their verdicts name
    :param paired: of two lists of scores: the first ones share a seed, the second ones
    another, and so on
    :param each: also each rank that both have, at a confidence that holds for all at once
    :param out: one HTML file of the comparison, which needs no network
    :param quiet: prints no remarks
    """
    document = call(
        "compare",
        sources(first) + sources(second),
        {
            "task": task,
            "filter": filter,
            "score": score,
            "group-column": group_column,
            "where": where,
            "average-over": average_over,
            "suite": suite,
            "by": by,
            "cost": cost,
            "metric": metric,
            "positive": positive,
            "higher": higher,
            "lower": lower,
            "margin": margin,
            "condition": condition,
            "outcome": outcome,
            "confidence": confidence,
            "rank": rank,
            "paired": paired,
            "each": each,
            "out": out,
        },
        CompareDocument,
        CompareDocumentByArm,
        quiet=quiet,
    )
    return cast("CompareDocument | CompareDocumentByArm", document)


def report(
    results: Source,
    *,
    task: str | None = None,
    filter: str | None = None,
    score: str | None = None,
    group_column: str | None = None,
    where: Sequence[str] | None = None,
    average_over: str | None = None,
    suite: Sequence[str] | None = None,
    by: Sequence[str] | None = None,
    cost: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    higher: bool | None = None,
    lower: bool | None = None,
    margin: float | None = None,
    condition: Sequence[str] | None = None,
    outcome: Sequence[str] | None = None,
    confidence: float | None = None,
    out: Path | None = None,
    quiet: bool = False,
) -> Report:
    """Write results as one HTML file.

    :param results: a sweep's folder, a file, a pattern of runs, or a frame
    :param task: the task, where runs have a file for each of several
    :param filter: filter of lm-evaluation-harness, where it has several
    :param score: metric, scorer or named score that says what is right, where there are
    several
    :param group_column: column, or field of the documents, with the group of an example;
    none: no groups (default: a column named group)
    :param where: of a table: only rows with this value; may be repeated, of one column for
    any of several values
    :param average_over: of a table: means over the values of this column, within rank and
    seed
    :param suite: tasks whose mean decides: a table's column that names them, or one for each;
    of an evaluator's files their names, or task for all
    :param by: of a table: compare this column's values, such as models, in place of ranks;
    repeat it for combinations
    :param cost: with --by: the column with the cost of each, by which the cheapest that is
    good enough is named
    :param metric: what the verdict rests on: accuracy, log-loss, f1, macro-f1, mcc or auroc;
    of a table of runs, the column of the score (default: the sweep's, else accuracy)
    :param positive: of a table with labels, by --metric f1, macro-f1, mcc or auroc: the class
    that counts as positive (default: the second of two in order)
    :param higher: of a table of runs: more is better, if not known
    :param lower: of a table of runs: less is better, if not known
    :param margin: loss of quality that you still accept: a share, or nats of log loss
    (default: the sweep's, else 0.02 of log loss, 0.01 of others)
    :param condition: of a table: name no rank without this column's mean within a limit: <=
    or >=; may be repeated
    :param outcome: of a table: show this column's means; side: lower or higher; may be
    repeated
    :param confidence: of the intervals and the verdict (default: the sweep's, else 0.95)
    :param out: where to write it (default: report.html beside the results)
    :param quiet: prints no remarks
    """
    return report_of(
        sources(results),
        {
            "task": task,
            "filter": filter,
            "score": score,
            "group-column": group_column,
            "where": where,
            "average-over": average_over,
            "suite": suite,
            "by": by,
            "cost": cost,
            "metric": metric,
            "positive": positive,
            "higher": higher,
            "lower": lower,
            "margin": margin,
            "condition": condition,
            "outcome": outcome,
            "confidence": confidence,
            "out": out,
        },
        quiet=quiet,
    )
