import type { Reading } from "./reading.ts";

/** Source: peft 0.21.2, `config.py` and `tuners/lora/config.py`. */
const notModelled = {
  bias: "biases are trained too",
  use_dora: "a magnitude for each row of an adapted weight is trained too",
  modules_to_save: "a copy of these modules is trained in full",
  trainable_token_indices: "rows of the embedding are trained too",
  rank_pattern: "these layers have other ranks",
  layers_to_transform: "only these layers get an adapter",
  exclude_modules: "these layers get no adapter",
  target_parameters: "these parameters get an adapter too",
  layer_replication: "layers are repeated",
  lora_bias: "B has a bias",
  use_qalora: "A reads pooled inputs",
  use_bdlora: "A and B are block-diagonal",
  velora_config: "inputs of adapters are kept compressed",
  arrow_config: "several adapters are in memory",
  kasa_config: "there is more than A and B to train",
  monteclora_config: "there is more than A and B to train",
};

/** Reads PEFT's `adapter_config.json`, which says nothing of the batch, the optimiser or the base's format. */
export function readPeft(reading: Reading): void {
  const kind = reading.text("peft_type");
  if (kind !== undefined && kind !== "LORA") reading.problem("peft_type", "LORA");
  reading.set(
    "method",
    "lora",
    kind === "LORA" ? reading.at("peft_type") : reading.at("r", "target_modules"),
  );
  const model = reading.text("base_model_name_or_path");
  if (model !== undefined) reading.set("model", model, reading.at("base_model_name_or_path"));
  reading.setOr("rank", "r", reading.count("r"), { value: 8, of: "PEFT" });
  reading.setOr("dropout", "lora_dropout", reading.share("lora_dropout"), { value: 0, of: "PEFT" });
  readPeftTargets(reading, "target_modules");
  reading.notModelled(notModelled);
  reading.remark(
    "an adapter_config.json does not say the base's format, the batch, the length or the optimiser",
  );
}

/** Layers as PEFT takes them: a list, `all-linear`, or a regular expression. */
export function readPeftTargets(reading: Reading, path: string): void {
  const targets = reading.names(path);
  if (targets === "all-linear") reading.set("targets", "all-linear", reading.at(path));
  else if (typeof targets === "string") {
    reading.unread("targets", `${path} ${JSON.stringify(targets)} is a regular expression`);
  } else if (targets !== undefined) reading.set("targets", targets, reading.at(path));
  else if (reading.raw(path) === undefined) {
    reading.unread("targets", `without ${path} they depend on the model`);
  }
}
