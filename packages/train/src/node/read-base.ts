import { modelAt } from "@lorank/checkpoint/files";
import type { BaseQuantization } from "@lorank/core/results";
import { type Base, readBase as read } from "../base/base.ts";
import type { Head } from "../families/family.ts";

/**
 * Reads a base from a model path, a tensor at a time; what is to be kept in 4 bits is quantised before the next one is
 * read. Weights that the checkpoint holds in bitsandbytes' 4 bits stay in them. Throws E_WEIGHTS with every tensor
 * that is missing or of the wrong shape, and E_QUANTIZE for a checkpoint in another 4-bit format than the one asked for.
 */
export function readBase(path: string, task: Head, quantization?: BaseQuantization): Base {
  return read(modelAt(path), task, quantization);
}
