import { type OptimizerName, optimizerNames } from "@lorank/core/memory";
import { type Convert, notModelled, type RemarkRow, words } from "./tool-fields.ts";

/** Source: transformers 4.57.6 and 5.13.0, `training_args.py`, `OptimizerNames`; some of older versions and Axolotl. */
export const transformersOptimizer = byName({
  adamw: `adamw_torch adamw_torch_fused adamw_torch_xla adamw_torch_npu_fused adamw_apex_fused
    adamw_hf paged_adamw_32bit`,
  "adamw-8bit": "adamw_8bit adamw_bnb_8bit adamw_torch_8bit ao_adamw_8bit",
  "paged-adamw-8bit": "paged_adamw_8bit",
  sgd: "sgd",
  lion: "lion lion_32bit paged_lion_32bit",
  adafactor: "adafactor",
});

/** Source: the optimisers in torchtune 0.6.1's recipes, and their fellows in the same modules. */
export const torchtuneOptimizer = byName({
  adamw: `torch.optim.AdamW torch.optim.Adam bitsandbytes.optim.AdamW bitsandbytes.optim.PagedAdamW
    bitsandbytes.optim.PagedAdamW32bit`,
  "adamw-8bit": `bitsandbytes.optim.AdamW8bit torchao.optim.AdamW8bit
    torchao.prototype.low_bit_optim.AdamW8bit`,
  "paged-adamw-8bit": "bitsandbytes.optim.PagedAdamW8bit",
  sgd: "torch.optim.SGD",
  lion: "bitsandbytes.optim.Lion",
  adafactor: "torch.optim.Adafactor",
});

/** An optimiser by one of the names that a tool has for it. */
function byName(namesOf: Readonly<Record<OptimizerName, string>>): Convert<OptimizerName> {
  return (raw) =>
    optimizerNames.find((name) => words(namesOf[name]).includes(String(raw))) ?? notModelled("an optimiser");
}

/** Paged states wait in the host's memory when the device's is full, which is modelled for the 8-bit optimiser only. */
export function pagedRemark(path: string): RemarkRow {
  return [
    (fields) => /paged_?(adamw|lion)(_?32bit)?$/i.test(String(fields.get(path))),
    path,
    "its states are counted on the device, which paging may leave",
  ];
}
