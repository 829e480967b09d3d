"""Where the rank goes: which layers of the model get an adapter, and how much rank each layer has.

train.py makes its adapter here. `--chooser` names one of PEFT's methods that share a rank out among the layers. It ends with
the parameters of plain LoRA of the same --rank on the same layers, and with the scale of that rank in each layer.
"""

import copy
import json
import math
import re

import torch
from peft import AdaLoraConfig, EvaConfig, LoraConfig, get_eva_state_dict, get_peft_model, initialize_lora_eva_weights
from peft.tuners.adalora import AdaLoraLayer
from peft.tuners.lora import LoraLayer
from peft.tuners.lora.eva import prepare_layer_inputs_fn_language_modeling
from transformers.pytorch_utils import Conv1D

from lorank_trial import pair_initial_a

# Values of an arm: flags, or variables such as LORANK_TARGETS.
FLAGS = [
    ("--targets", str, "all-linear", "attention, mlp, all-linear, or names of layers with commas between"),
    ("--method", str, "lora", "lora or dora"),
    ("--rank-pattern", json.loads, {}, "JSON of PEFT's rank_pattern: layers with a rank of their own"),
    ("--alpha-pattern", json.loads, {}, "JSON of PEFT's alpha_pattern: the alpha of such layers"),
    ("--chooser", str, "none", "none, adalora or eva: what shares the rank out among the layers"),
    ("--start-rank", int, None, "adalora: rank before layers give up some (default: half as much again)"),
    ("--tinit", int, None, "adalora: steps before the first is given up (default: a tenth)"),
    ("--tfinal", int, None, "adalora: steps after the last was given up (default: four tenths)"),
    ("--delta-t", int, None, "adalora: steps between two times (default: a hundredth)"),
    ("--rho", float, 2.0, "eva: a layer has at most this many times the rank"),
    ("--calibration", int, 64, "eva: least training texts in a batch that it looks at"),
]

ATTENTION = re.compile(r"(^|[._])(self_?|cross_?)?att(n|ention)", re.IGNORECASE)
IN_BLOCK = re.compile(r"\.\d+\.")


def targets_of(model, targets):
    """PEFT's target_modules. `attention` and `mlp` are together all linear layers of the blocks."""
    if targets == "all-linear":
        return targets
    if targets not in ("attention", "mlp"):
        return targets.split(",")
    linear = [name for name, module in model.named_modules() if isinstance(module, (torch.nn.Linear, Conv1D))]
    found = [name for name in linear if IN_BLOCK.search(name)]
    found = [name for name in found if (targets == "attention") == bool(ATTENTION.search(name))]
    if not found:
        raise ValueError(f"--targets must match a layer, got {targets}. This model has: {', '.join(linear)}")
    return found


def scale_of(settings):
    """Factor on B A: alpha / rank, or alpha over the root of the rank."""
    return settings.alpha / (math.sqrt(settings.rank) if settings.scaling == "rslora" else settings.rank)


def add_adapter(base, settings, steps, samples, state=None):
    """A PEFT model with untrained adapters. `samples(least, size)` are batches for EVA; `state` is that of a training to go on with."""
    common = {"task_type": "SEQ_CLS", "lora_dropout": 0.0, "target_modules": targets_of(base, settings.targets)}
    own = settings.rank_pattern or settings.alpha_pattern or settings.method != "lora"
    if settings.chooser != "none" and own:
        raise ValueError(f"--rank-pattern, --alpha-pattern and --method dora must be left out with --chooser {settings.chooser}")
    if settings.chooser == "adalora":
        model = get_peft_model(base, adalora_config(settings, steps, common))
    elif settings.chooser == "eva":
        config = LoraConfig(
            r=settings.rank, lora_alpha=scale_of(settings) * settings.rank,
            init_lora_weights="eva", eva_config=EvaConfig(rho=settings.rho), **common,
        )  # fmt: skip
        model = get_peft_model(base, config)
        initialize_eva(model, settings, samples, state)
    elif settings.chooser == "none":
        config = LoraConfig(
            r=settings.rank, lora_alpha=settings.alpha, use_rslora=settings.scaling == "rslora",
            use_dora=settings.method == "dora", rank_pattern=settings.rank_pattern,
            alpha_pattern=settings.alpha_pattern, **common,
        )  # fmt: skip
        model = get_peft_model(base, config)
        pair_initial_a(model, settings.seed)
    else:
        raise ValueError(f"--chooser must be none, adalora or eva, got {settings.chooser}")
    return model


def budget_of(model, settings):
    """Parameters of LoRA of the trial's rank on every layer that has an adapter."""
    return settings.rank * sum(cost for _, _, cost in adapted(model))


def adapted(model):
    """Name, module and parameters of one rank of each layer with an adapter."""
    for name, module in model.named_modules():
        if isinstance(module, LoraLayer):
            yield name, module, module.in_features + module.out_features


# AdaLoRA


def adalora_config(settings, steps, common):
    start = settings.start_rank or math.ceil(1.5 * settings.rank)
    given = lambda value, share: round(share * steps) if value is None else value  # noqa: E731
    # PEFT divides by the rank at the start, also after ranks were given up.
    return AdaLoraConfig(
        init_r=start, target_r=settings.rank, lora_alpha=scale_of(settings) * start, total_step=steps,
        tinit=given(settings.tinit, 0.1), tfinal=given(settings.tfinal, 0.4),
        deltaT=max(1, given(settings.delta_t, 0.01)), **common,
    )  # fmt: skip


class Allocator:
    """AdaLoRA's allocation, whose budget of ranks follows the parameters of the layers that keep them.

    PEFT's budget counts ranks, and ranks of wide layers have more parameters. Nothing happens with another chooser.
    """

    KEPT = ("ipt", "exp_avg_ipt", "exp_avg_unc", "target_bgt")

    def __init__(self, model, settings):
        self.adalora = model.base_model if settings.chooser == "adalora" else None
        if self.adalora:
            self.config = model.peft_config["default"]
            self.budget = budget_of(model, settings)
            self.costs = {name.removeprefix("base_model.model."): cost for name, _, cost in adapted(model)}

    def after(self, step):
        """Call it after the optimiser's step and before gradients are cleared, with the number of finished steps."""
        if not self.adalora:
            return
        self.adalora.update_and_allocate(step)
        masks = self.config.rank_pattern or {}
        ranks = {name.split(".lora_E")[0]: sum(mask) for name, mask in masks.items()}
        parameters = sum(rank * self.costs[name] for name, rank in ranks.items())
        if parameters:
            allocator = self.adalora.rankallocator
            wanted = round(self.budget * sum(ranks.values()) / parameters)
            allocator.target_bgt = min(wanted, allocator.init_bgt - 1)

    def state(self):
        if not self.adalora:
            return None
        kept = {name: getattr(self.adalora.rankallocator, name) for name in self.KEPT}
        return {"kept": kept, "pattern": self.config.rank_pattern}

    def restore(self, state):
        if self.adalora:
            vars(self.adalora.rankallocator).update(state["kept"])
            self.config.rank_pattern = state["pattern"]


@torch.no_grad()
def as_lora(model, settings):
    """AdaLoRA's result as a LoRA adapter with the same update B diag(E) A. E is multiplied into A; its zeros are left out."""
    scale, parts = scale_of(settings), {}
    for name, layer, _ in adapted(model):
        if isinstance(layer, AdaLoraLayer):
            e = layer.lora_E["default"]
            kept = (e != 0).view(-1)
            factor = layer.scaling["default"] / (layer.ranknum["default"] + 1e-5)  # as in PEFT's SVDLinear
            parts[name] = ((layer.lora_A["default"] * e)[kept], layer.lora_B["default"][:, kept] * factor / scale)
    if not parts:
        return model
    ranks = {name.removeprefix("base_model.model."): len(a) for name, (a, _) in parts.items() if len(a) > 0}
    own = {name: rank for name, rank in ranks.items() if rank != settings.rank}
    config = LoraConfig(
        task_type="SEQ_CLS", r=settings.rank, lora_alpha=scale * settings.rank, lora_dropout=0.0,
        target_modules=list(ranks), rank_pattern=own,
        alpha_pattern={name: scale * rank for name, rank in own.items()},
    )  # fmt: skip
    folded = get_peft_model(model.unload(), config)
    for name, layer, _ in adapted(folded):
        layer.lora_A["default"].weight.copy_(parts[name][0])
        layer.lora_B["default"].weight.copy_(parts[name][1])
    return folded


# EVA


def initialize_eva(model, settings, samples, state):
    """Gives each layer the ranks and first A that EVA finds, or those of the saved `state`."""
    if state is None:
        # EVA would look for ever at a layer that reads a row a text, if a batch had fewer texts than the layer may get ranks.
        least = math.ceil(2 * settings.rank * settings.rho)
        parts = eva_parts(model, budget_of(model, settings), samples(least, max(least, settings.calibration)))
    else:
        found = lambda name: state["trained"].get(f"{name}.lora_A.default.weight")  # noqa: E731
        parts = {name: torch.empty(0, layer.in_features) for name, layer, _ in adapted(model)}
        parts.update({name: found(name) for name in parts if found(name) is not None})
    initialize_lora_eva_weights(model, eva_state_dict=parts)


def eva_parts(model, budget, batches):
    """First A of each layer. EVA is asked again until its ranks have the parameters of the budget, three times at most.

    EVA's budget counts ranks, and ranks of wide layers have more parameters.
    """
    costs = {name: cost for name, _, cost in adapted(model)}
    config = copy.deepcopy(model.peft_config["default"])
    most = config.r * config.eva_config.rho
    ranks, best = config.r * len(costs), None
    for _ in range(3):
        each, more = divmod(ranks, len(costs))
        config.rank_pattern = {name: each + (place < more) for place, name in enumerate(costs)}
        config.eva_config.rho = max(1.0, most * len(costs) / ranks)
        found = get_eva_state_dict(
            model, batches, peft_config=config, prepare_layer_inputs_fn=layer_inputs, show_progress_bar=False
        )
        parameters = sum(len(a) * costs[name] for name, a in found.items())
        if best is None or abs(parameters - budget) < abs(best[0] - budget):
            best = (parameters, found)
        wanted = round(ranks * budget / parameters)
        if wanted == ranks:
            break
        ranks = wanted
    return best[1]


def layer_inputs(layer_input, model_input, layer_name):
    """Rows `[tokens, in]` of a layer's input without padding. A pooler reads `[batch, in]`, a row a text."""
    rows = layer_input[0] if isinstance(layer_input, (tuple, list)) else layer_input
    return rows.contiguous() if rows.ndim == 2 else prepare_layer_inputs_fn_language_modeling(rows, model_input, layer_name)
