import type { FloatDType } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";

const dtypes: Readonly<Record<string, FloatDType>> = { fp32: "F32", fp16: "F16", bf16: "BF16" };

/** The type that `--dtype` names; undefined without the flag. Throws InputError E_CONFIG. */
export function readDType(text: string | boolean | undefined): FloatDType | undefined {
  if (typeof text !== "string") return undefined;
  const dtype = Object.hasOwn(dtypes, text) ? dtypes[text] : undefined;
  if (dtype !== undefined) return dtype;
  throw new InputError("E_CONFIG", `--dtype must be fp32, fp16 or bf16, got ${JSON.stringify(text)}`);
}
