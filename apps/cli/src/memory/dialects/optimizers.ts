import type { OptimizerName } from "@lorank/core";
import { defaultOf, type Reading } from "./reading.ts";

/** `paged`: its states wait in the host's memory when the device's is full, which is not modelled. */
type Known = readonly [name: OptimizerName, paged?: "paged"];

/** Source: transformers 4.57.6 and 5.13.0, `training_args.py`, `OptimizerNames`. */
const transformersOptimizers: Readonly<Record<string, Known>> = {
  adamw_torch: ["adamw"],
  adamw_torch_fused: ["adamw"],
  adamw_torch_xla: ["adamw"],
  adamw_torch_npu_fused: ["adamw"],
  adamw_apex_fused: ["adamw"],
  adamw_hf: ["adamw"], // of older versions
  paged_adamw_32bit: ["adamw", "paged"],
  adamw_8bit: ["adamw-8bit"],
  adamw_bnb_8bit: ["adamw-8bit"],
  adamw_torch_8bit: ["adamw-8bit"],
  ao_adamw_8bit: ["adamw-8bit"], // of Axolotl
  paged_adamw_8bit: ["paged-adamw-8bit"],
  sgd: ["sgd"],
  lion: ["lion"],
  lion_32bit: ["lion"],
  paged_lion_32bit: ["lion", "paged"],
  adafactor: ["adafactor"],
};

/** Source: the optimisers in torchtune 0.6.1's recipes, and their fellows in the same modules. */
const torchtuneOptimizers: Readonly<Record<string, Known>> = {
  "torch.optim.AdamW": ["adamw"],
  "torch.optim.Adam": ["adamw"],
  "torch.optim.SGD": ["sgd"],
  "torch.optim.Adafactor": ["adafactor"],
  "bitsandbytes.optim.AdamW": ["adamw"],
  "bitsandbytes.optim.AdamW8bit": ["adamw-8bit"],
  "bitsandbytes.optim.PagedAdamW": ["adamw", "paged"],
  "bitsandbytes.optim.PagedAdamW32bit": ["adamw", "paged"],
  "bitsandbytes.optim.PagedAdamW8bit": ["paged-adamw-8bit"],
  "bitsandbytes.optim.Lion": ["lion"],
  "torchao.optim.AdamW8bit": ["adamw-8bit"],
  "torchao.prototype.low_bit_optim.AdamW8bit": ["adamw-8bit"],
};

/** Reads an optimiser by the name that transformers' trainer has for it. */
export function readTransformersOptimizer(reading: Reading, path: string, tool: string): void {
  read(reading, path, transformersOptimizers, tool);
}

export function readTorchtuneOptimizer(reading: Reading, path: string): void {
  read(reading, path, torchtuneOptimizers, undefined);
}

function read(
  reading: Reading,
  path: string,
  known: Readonly<Record<string, Known>>,
  tool: string | undefined,
): void {
  const name = reading.text(path);
  if (name === undefined) {
    if (tool !== undefined && reading.raw(path) === undefined)
      reading.set("optimizer", "adamw", `${defaultOf(tool)} (${path})`);
    return;
  }
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (found === undefined) {
    reading.unread("optimizer", `${path} ${name} is an optimiser that is not modelled`);
    return;
  }
  reading.set("optimizer", found[0], reading.at(path));
  if (found[1] === "paged") {
    reading.remark(`${reading.at(path)}: its states are counted on the device, which paging may leave`);
  }
}
