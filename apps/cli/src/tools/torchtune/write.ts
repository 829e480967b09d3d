import type { Adapted, ToolWriting } from "../tool.ts";
import type { Recipe, Values } from "../writing.ts";
import { attentionNames, mlpNames, torchtuneModels } from "./names.ts";

const cosine = "torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup";

/**
 * Keys of torchtune's recipes, to write a config. Layers are selected by place; there is no rsLoRA, and only a cosine
 * schedule.
 */
export const writing: ToolWriting = {
  lora: {
    model: "model._component_",
    rank: "model.lora_rank",
    alpha: "model.lora_alpha",
    dora: "model.use_dora",
    dropout: "model.lora_dropout",
    targets: "model.lora_attn_modules",
  },
  training: {
    optimizer: "optimizer._component_",
    learningRate: "optimizer.lr",
    weightDecay: "optimizer.weight_decay",
    epochs: "epochs",
    microBatch: "batch_size",
    accumulation: "gradient_accumulation_steps",
    schedule: "lr_scheduler._component_",
    warmup: "lr_scheduler.num_warmup_steps",
    clip: "clip_grad_norm",
  },
  adapt,
};

function adapt(recipe: Recipe, { rslora: _, ...values }: Values): Adapted {
  const remarks: string[] = [];
  const layers = layersOf(recipe, remarks);
  return {
    values: {
      ...values,
      ...builderOf(recipe, remarks),
      ...alphaOf(recipe, remarks),
      ...scheduleOf(recipe, remarks),
      ...epochsOf(recipe, remarks),
      ...(values.optimizer ? { optimizer: "torch.optim.AdamW" } : {}),
      targets: layers?.attention,
      ...(values.clip === 0 ? { clip: undefined } : {}),
    },
    lora: layers
      ? [
          ["model.apply_lora_to_mlp", layers.mlp],
          ["model.apply_lora_to_output", layers.output],
        ]
      : [],
    remarks,
  };
}

function builderOf({ model, quantization }: Recipe, remarks: string[]): Values {
  const known = Object.entries(torchtuneModels).find(([, id]) => id.toLowerCase() === model?.toLowerCase());
  if (quantization)
    remarks.push("The sweep's base was in 4 bits: torchtune's own NF4 is that of a qlora_ builder.");
  if (known !== undefined) {
    const [family, name] = known[0].split(".");
    return { model: `torchtune.models.${family}.${quantization ? "qlora_" : "lora_"}${name}` };
  }
  remarks.push(`model._component_ is yours to name: the lora_ builder of ${model ?? "your model"}.`);
  return { model: undefined };
}

function alphaOf({ alpha, rank, scalingRule }: Recipe, remarks: string[]): Values {
  if (alpha === undefined || scalingRule !== "rslora") return {};
  remarks.push(`torchtune has no rsLoRA: its alpha / rank is here the sweep's ${alpha} / √${rank}.`);
  return { alpha: Number((alpha * Math.sqrt(rank)).toPrecision(12)) };
}

function scheduleOf({ optimizer, steps }: Recipe, remarks: string[]): Values {
  const { schedule, warmupRatio = 0 } = optimizer;
  const unsaid: Values = { schedule: undefined, warmup: undefined };
  if (schedule === undefined || (schedule === "constant" && warmupRatio === 0)) return unsaid;
  const warmup = steps === undefined ? undefined : Math.ceil(steps * warmupRatio);
  const ofSteps = warmup === undefined ? "of its steps" : `of its ${steps} steps`;
  if (schedule !== "cosine") {
    remarks.push(
      `torchtune has no ${schedule} schedule with warm-up; the sweep had one, with a share of ${warmupRatio} ${ofSteps} to warm up.`,
    );
    return unsaid;
  }
  remarks.push(
    `num_warmup_steps is to be a share of ${warmupRatio} of your steps; the sweep took it ${ofSteps}.`,
  );
  return { schedule: cosine, warmup };
}

function epochsOf({ optimizer: { epochs } }: Recipe, remarks: string[]): Values {
  if (epochs === undefined || Number.isInteger(epochs)) return {};
  remarks.push(`torchtune counts whole epochs; the sweep had ${epochs}.`);
  return { epochs: Math.ceil(epochs) };
}

function layersOf({ targetModules }: Recipe, remarks: string[]) {
  if (targetModules === undefined) return undefined;
  const ours = Object.entries(attentionNames);
  const mlp = mlpNames.every((name) => targetModules.includes(name));
  const others = targetModules.filter(
    (name) =>
      name !== "lm_head" && !ours.some(([, hub]) => hub === name) && !(mlp && mlpNames.includes(name)),
  );
  if (others.length > 0)
    remarks.push(
      `torchtune cannot adapt ${others.join(", ")} alone, or by this name: they are left out here.`,
    );
  const attention = ours.filter(([, hub]) => targetModules.includes(hub)).map(([name]) => name);
  if (attention.length === 0) {
    remarks.push(
      "torchtune wants lora_attn_modules, one at least; the sweep had none of those: the layers are yours to choose.",
    );
    return undefined;
  }
  return {
    attention,
    mlp,
    output: targetModules.includes("lm_head"),
  };
}
