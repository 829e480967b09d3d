import type { Format4bit } from "./formats.ts";

const stateSuffix = ".quant_state.bitsandbytes__";

/** Names of the tensors that hold one quantised weight; the last two are there under double quantisation alone. */
export interface CheckpointNames {
  readonly codes: string;
  readonly absmax: string;
  readonly quantMap: string;
  readonly state: string;
  readonly nestedAbsmax: string;
  readonly nestedQuantMap: string;
}

export function checkpointNames(name: string, format: Format4bit): CheckpointNames {
  return {
    codes: name,
    absmax: `${name}.absmax`,
    quantMap: `${name}.quant_map`,
    state: `${name}${stateSuffix}${format}`,
    nestedAbsmax: `${name}.nested_absmax`,
    nestedQuantMap: `${name}.nested_quant_map`,
  };
}

/** The weight of which `tensor` is the quant state, and its format; undefined for any other tensor. */
export function weightOfState(tensor: string): { name: string; format: Format4bit } | undefined {
  for (const format of ["nf4", "fp4"] as const) {
    const end = `${stateSuffix}${format}`;
    if (tensor.endsWith(end)) return { name: tensor.slice(0, -end.length), format };
  }
  return undefined;
}
