import type { LoraLayer, Matrix, PeftAdapter } from "../../src/index.ts";

/** A matrix of 0, 1, 2, … times `step`. */
export function counting(rows: number, columns: number, step = 1): Matrix {
  return { shape: [rows, columns], data: Float32Array.from({ length: rows * columns }, (_, i) => i * step) };
}

/** Rank 2 on q_proj [6, 4] and v_proj [3, 4] of two layers, with a trained head of two classes. */
export function smallAdapter(changes: Partial<PeftAdapter> = {}): PeftAdapter {
  const layers = new Map<string, LoraLayer>();
  for (const layer of [0, 1]) {
    for (const [name, out] of [
      ["q_proj", 6],
      ["v_proj", 3],
    ] as const) {
      layers.set(`model.layers.${layer}.self_attn.${name}`, {
        loraA: counting(2, 4),
        loraB: counting(out, 2, 0.5),
        alpha: 16,
      });
    }
  }
  return {
    rank: 2,
    alpha: 16,
    scalingRule: "lora",
    dropout: 0.05,
    dora: false,
    fanInFanOut: false,
    targetModules: ["q_proj", "v_proj"],
    taskType: "SEQ_CLS",
    baseModel: "tiny",
    layers,
    heads: new Map([["score.weight", counting(2, 4)]]),
    ...changes,
  };
}

/** The same as DoRA, with magnitudes 1, 2, 3, … */
export function withMagnitudes(adapter: PeftAdapter): PeftAdapter {
  const layers = [...adapter.layers].map(
    ([path, layer]) =>
      [
        path,
        { ...layer, magnitude: Float32Array.from({ length: layer.loraB.shape[0] }, (_, i) => i + 1) },
      ] as const,
  );
  return { ...adapter, dora: true, layers: new Map(layers) };
}
