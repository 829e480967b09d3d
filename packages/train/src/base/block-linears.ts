import { InputError } from "@lorank/core";
import type { Family } from "../families/family.ts";
import { problemList } from "../problem-list.ts";

/** A linear layer of a block, and where a checkpoint holds its weight. */
export interface BlockLinear {
  /** In the checkpoint's words, in full: `model.layers.3.self_attn.q_proj`. */
  readonly path: string;
  readonly layer: number;
  /** Inside its block. */
  readonly pathInBlock: string;
  readonly inDim: number;
  readonly outDim: number;
  /** Whether the weight is stored `[inDim, outDim]`. */
  readonly transposed: boolean;
  /** Name of the weight's tensor, which may lack the family's prefix. */
  readonly tensor: string;
}

/**
 * The linear layers of all blocks, in order, as the family knows them, with the tensors of `checkpoint` that hold their
 * weights. Embeddings, norms and heads are none of them.
 *
 * Throws E_WEIGHTS naming those that are missing or have another shape.
 */
export function blockLinears(
  family: Family,
  checkpoint: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): BlockLinear[] {
  const found: BlockLinear[] = [];
  const problems: string[] = [];
  for (let layer = 0; layer < family.layers; layer++) {
    for (const { path: pathInBlock, inDim, outDim, transposed = false } of family.linears) {
      const path = `${family.blockPath(layer)}.${pathInBlock}`;
      const name = `${path}.weight`;
      const tensor = checkpoint.has(name) ? name : name.slice(family.basePrefix.length);
      const shape = checkpoint.get(tensor)?.shape;
      const wanted = transposed ? [inDim, outDim] : [outDim, inDim];
      if (shape === undefined) problems.push(`${name} is missing`);
      else if (shape.join() !== wanted.join())
        problems.push(`${tensor} must be [${wanted.join(", ")}], got [${shape.join(", ")}]`);
      else found.push({ path, layer, pathInBlock, inDim, outDim, transposed, tensor });
    }
  }
  if (problems.length === 0) return found;
  throw new InputError("E_WEIGHTS", problemList(problems));
}
