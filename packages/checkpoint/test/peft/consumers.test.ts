import { describe, expect, test } from "vitest";
import { consumerWarnings, type PeftAdapter, vllmRankNote } from "../../src/index.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";

const plain = smallAdapter({ heads: new Map() });
const mlx = "mlx-lm: reads its own format only: merge the adapter into its base instead";
const of = (adapter: PeftAdapter) =>
  consumerWarnings(adapter).map(({ consumer, problem }) => `${consumer}: ${problem}`);
const layer = (rank: number, alpha: number) => ({
  loraA: counting(rank, 4),
  loraB: counting(6, rank),
  alpha,
});

describe("consumerWarnings", () => {
  test.each<[string, PeftAdapter, string[]]>([
    ["a plain adapter", plain, []],
    [
      "a trained head",
      smallAdapter(),
      [
        "vLLM: refuses modules_to_save (1 trained tensor of a head)",
        "llama.cpp: fails on tensors that are no LoRA, such as the trained head",
      ],
    ],
    [
      "rsLoRA",
      { ...plain, scalingRule: "rslora" },
      ["llama.cpp: reads alpha / rank: the update of rsLoRA comes out too small by √rank"],
    ],
    ["DoRA", withMagnitudes(plain), ["vLLM: refuses DoRA", "llama.cpp: fails on DoRA's magnitudes"]],
    [
      "ranks of some layers' own, which llama.cpp reads off B",
      { ...plain, layers: new Map([["q_proj", layer(4, 16)]]) },
      ["vLLM: ignores rank_pattern and alpha_pattern: 1 layer would be scaled wrongly"],
    ],
    [
      "alphas of some layers' own",
      {
        ...plain,
        layers: new Map([
          ["a", layer(2, 4)],
          ["b", layer(2, 16)],
          ["c", layer(2, 4)],
        ]),
      },
      [
        "vLLM: ignores rank_pattern and alpha_pattern: 2 layers would be scaled wrongly",
        "llama.cpp: ignores alpha_pattern: 2 layers would be scaled wrongly",
      ],
    ],
    [
      "a rank above vLLM's default",
      { ...plain, rank: 17, layers: new Map([["q", layer(17, 16)]]) },
      ["vLLM: takes ranks up to 16 unless started with --max-lora-rank 32"],
    ],
    [
      "a rank above vLLM's largest",
      { ...plain, rank: 513, layers: new Map([["q", layer(513, 16)]]) },
      ["vLLM: takes ranks up to 512"],
    ],
    [
      "no names",
      { ...plain, baseModel: "", taskType: null },
      [
        "llama.cpp: needs the base model's name, which the config does not give",
        "PEFT: cannot find the base by itself: the config names none",
        "PEFT: cannot choose the model's class by itself: the config names no task_type",
      ],
    ],
  ])("%s", (_, adapter, expected) => {
    expect(of(adapter).filter((line) => line !== mlx)).toEqual(expected);
    expect(of(adapter)).toContain(mlx);
  });
});

describe("vllmRankNote", () => {
  test("names each rank that is none of vLLM's, the next one and the memory of a slot", () => {
    // 1000 × 12 × 2 bytes = 24 kB in a slot of 1000 × 16 × 2
    expect(vllmRankNote([0, 8, 12, 600], 1000)).toBe(
      "vLLM's --max-lora-rank is one of 1, 8, 16, 32, 64, 128, 256, 320, 512: rank 12 needs 16, 32.0 kB for each of " +
        "--max-loras instead of 24.0 kB; rank 600 is too large for it (max_lora_rank × Σ (in + out) × 2 bytes over " +
        "these layers).",
    );
  });

  test("is silent about ranks that vLLM has", () => {
    expect(vllmRankNote([1, 8, 512], 1000)).toBeUndefined();
  });
});
