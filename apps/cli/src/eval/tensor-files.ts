import { encodeSafetensors, type Float32Tensor, peftKey } from "@lorank/checkpoint";
import { openSafetensors, replaceFile, type SafetensorsFile } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { TokenEvaluation, TokenTensors } from "@lorank/train";

/**
 * Reads `input_ids` `[batch, seq]`, and where there are such, `attention_mask` and `labels`, of any integer type.
 *
 * @throws InputError E_TENSORS for a tensor that is missing or of another form; of the file, as safetensors.
 */
export function readTokenTensors(path: string): TokenTensors {
  const file = openSafetensors(path);
  try {
    const ids = file.tensors.get("input_ids");
    if (ids === undefined) {
      const names = [...file.tensors.keys()].slice(0, 5).join(", ") || "no tensor";
      throw new InputError("E_TENSORS", `${path} must hold input_ids, got ${names}`);
    }
    const [batch = 0, seq = 0] = ids.shape;
    if (ids.shape.length !== 2 || batch * seq === 0) {
      throw new InputError("E_TENSORS", `input_ids must be [batch, seq], got [${ids.shape.join(", ")}]`);
    }
    return {
      shape: [batch, seq],
      inputIds: integers(file, "input_ids"),
      ...(file.tensors.has("attention_mask") ? { attentionMask: integers(file, "attention_mask") } : {}),
      ...(file.tensors.has("labels") ? { labels: integers(file, "labels") } : {}),
    };
  } finally {
    file.close();
  }
}

function integers(file: SafetensorsFile, name: string): Int32Array {
  const { dtype } = file.tensors.get(name)!;
  if (/^(F|BF)/.test(dtype)) throw new InputError("E_TENSORS", `${name} must hold integers, got ${dtype}`);
  return Int32Array.from(file.readFloat32(name)); // exact up to 2^24, or an error
}

/** Writes `logits`, `loss` and the gradients under their PEFT keys, all float32, in one piece. */
export function writeEvaluation(
  path: string,
  evaluation: TokenEvaluation,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  const tensors = new Map<string, Float32Tensor>([
    ["logits", { shape: evaluation.logitsShape, data: evaluation.logits }],
  ]);
  if (evaluation.loss !== undefined)
    tensors.set("loss", { shape: [], data: Float32Array.of(evaluation.loss) });
  for (const [name, data] of evaluation.gradients ?? []) {
    tensors.set(peftKey(name), { shape: shapes.get(name)!, data });
  }
  replaceFile(path, encodeSafetensors(tensors, { format: "pt" }));
}
