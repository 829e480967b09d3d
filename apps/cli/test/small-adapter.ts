import type { LoraLayer, Matrix, PeftAdapter } from "@lorank/checkpoint";

function wave(rows: number, columns: number, step: number): Matrix {
  return {
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(step * (i + 1))),
  };
}

/** Rank 3 on q_proj and v_proj of the tiny model's one layer, with a head of three classes. */
export function smallAdapter(changes: Partial<PeftAdapter> = {}): PeftAdapter {
  const layer = (out: number, step: number): LoraLayer => ({
    loraA: wave(3, 16, step),
    loraB: wave(out, 3, 2 * step),
    alpha: 6,
  });
  return {
    rank: 3,
    alpha: 6,
    scalingRule: "lora",
    dropout: 0,
    dora: false,
    fanInFanOut: false,
    targetModules: ["q_proj", "v_proj"],
    taskType: "SEQ_CLS",
    baseModel: "tiny",
    layers: new Map([
      ["model.layers.0.self_attn.q_proj", layer(16, 1)],
      ["model.layers.0.self_attn.v_proj", layer(8, 1.3)],
    ]),
    heads: new Map([["score.weight", wave(3, 16, 0.7)]]),
    ...changes,
  };
}

/** The same on a layer that the tiny model has not. */
export function foreignAdapter(): PeftAdapter {
  const layers = [...smallAdapter().layers].map(
    ([path, layer]) => [path.replace("layers.0", "layers.7"), layer] as const,
  );
  return smallAdapter({ layers: new Map(layers) });
}
