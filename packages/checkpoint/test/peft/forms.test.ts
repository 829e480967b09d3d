import { describe, expect, test } from "vitest";
import {
  consumerWarnings,
  layerScaling,
  type PeftAdapter,
  portableAdapter,
  truncateAdapter,
  vllmRankNote,
} from "../../src/index.ts";
import { counting, smallAdapter, withMagnitudes } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

describe("a portable adapter", () => {
  const uneven = smallAdapter({
    scalingRule: "rslora",
    layers: new Map([
      ["a.q_proj", { loraA: counting(2, 4), loraB: counting(6, 2), alpha: 16 }],
      ["b.q_proj", { loraA: counting(3, 4), loraB: counting(6, 3), alpha: 5 }],
    ]),
  });

  /** scaling · B · A of a layer, by the definition. */
  function update(adapter: PeftAdapter, path: string): number[] {
    const { loraA, loraB } = adapter.layers.get(path)!;
    const [rank, inDim] = loraA.shape;
    const scaling = layerScaling(adapter, path);
    return Array.from({ length: loraB.shape[0] * inDim }, (_, index) => {
      const [i, j] = [Math.floor(index / inDim), index % inDim];
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += loraB.data[i * rank + k]! * loraA.data[k * inDim + j]!;
      return scaling * sum;
    });
  }

  describe("portableAdapter", () => {
    test("has one rank, alpha = rank, no rsLoRA and no head, and the same update", () => {
      const portable = portableAdapter(uneven);
      expect(portable).toMatchObject({ rank: 3, alpha: 3, scalingRule: "lora" });
      expect(portable.heads.size).toBe(0);
      for (const [path, { loraA, loraB, alpha }] of portable.layers) {
        expect([loraA.shape, loraB.shape, alpha]).toEqual([[3, 4], [6, 3], 3]);
        expect(layerScaling(portable, path)).toBe(1);
        const before = update(uneven, path);
        for (const [i, value] of update(portable, path).entries())
          expect(Math.abs(value - before[i]!)).toBeLessThan(1e-6 * Math.max(...before));
      }
    });

    test("keeps the names of the classes", () => {
      const classNames = ["ham", "spam"];
      expect(portableAdapter({ ...uneven, classNames }).classNames).toBe(classNames);
    });

    test("keeps a head when asked to", () => {
      expect([...portableAdapter(uneven, { keepHeads: true }).heads.keys()]).toEqual(["score.weight"]);
    });

    test("has nothing left that a consumer warns of, but mlx-lm, which reads no PEFT folder", () => {
      const portable = portableAdapter({ ...uneven, taskType: "CAUSAL_LM" });
      expect(consumerWarnings(portable).map(({ consumer }) => consumer)).toEqual(["mlx-lm"]);
    });

    test("refuses DoRA and says what to do", () => {
      expect(caught(() => portableAdapter(withMagnitudes(smallAdapter())))).toMatchObject({
        code: "E_PEFT",
        message:
          "a portable adapter must be without DoRA, got one with magnitudes\nMerge it into its base instead.",
      });
    });
  });
});

describe("a truncated adapter", () => {
  describe("truncateAdapter", () => {
    // A = I and B has orthogonal columns of length 3 and 1, scaling 16 / 2 = 8: singular values 24 and 8
    const layer = {
      loraA: { shape: [2, 2] as const, data: Float32Array.of(1, 0, 0, 1) },
      loraB: { shape: [3, 2] as const, data: Float32Array.of(3, 0, 0, 1, 0, 0) },
      alpha: 16,
    };
    const adapter = smallAdapter({ layers: new Map([["m.q_proj", layer]]) });

    test("keeps the largest singular values, with the scaling in the factors", () => {
      const { adapter: lower, errors } = truncateAdapter(adapter, 1);
      expect(lower).toMatchObject({ rank: 1, alpha: 1, scalingRule: "lora", heads: adapter.heads });
      expect(layerScaling(lower, "m.q_proj")).toBe(1);
      const { loraA, loraB } = lower.layers.get("m.q_proj")!;
      expect([loraA.shape, loraB.shape]).toEqual([
        [1, 2],
        [3, 1],
      ]);
      expect(loraB.data[0]! * loraA.data[0]!).toBeCloseTo(24, 5);
      expect(errors.get("m.q_proj")!.error).toBeCloseTo(8, 12);
      expect(errors.get("m.q_proj")!.norm).toBeCloseTo(Math.hypot(24, 8), 12);
    });

    test("a layer of a lower rank keeps its own", () => {
      const wide = { loraA: counting(4, 5), loraB: counting(6, 4), alpha: 16 };
      const layers = new Map([
        ["m.q_proj", layer],
        ["m.v_proj", wide],
      ]);
      const { adapter: lower, errors } = truncateAdapter(smallAdapter({ rank: 4, layers }), 3);
      const facts = [...lower.layers.values()].map(({ loraA, alpha }) => [loraA.shape[0], alpha]);
      expect(facts).toEqual([
        [2, 2],
        [3, 3],
      ]);
      expect(errors.get("m.q_proj")!.error).toBe(0);
    });

    test("keeps DoRA's magnitudes", () => {
      const dora = withMagnitudes(adapter);
      const { adapter: lower } = truncateAdapter(dora, 1);
      expect(lower.dora).toBe(true);
      expect(lower.layers.get("m.q_proj")!.magnitude).toEqual(dora.layers.get("m.q_proj")!.magnitude);
    });

    test("of the adapter's own rank changes nothing but the factors", () => {
      const { adapter: same, errors } = truncateAdapter(adapter, 2);
      const { loraA, loraB } = same.layers.get("m.q_proj")!;
      const update = (row: number, column: number): number =>
        loraB.data[2 * row]! * loraA.data[column]! + loraB.data[2 * row + 1]! * loraA.data[2 + column]!;
      expect(
        [0, 1, 2].map((row) => [0, 1].map((column) => Math.round(update(row, column) * 1e4) / 1e4 + 0)),
      ).toEqual([
        [24, 0],
        [0, 8],
        [0, 0],
      ]);
      expect(errors.get("m.q_proj")!.error).toBe(0);
    });

    test("refuses a rank above the adapter's", () => {
      expect(caught(() => truncateAdapter(adapter, 3))).toMatchObject({
        code: "E_RANK",
        message: "rank must be at most the adapter's own, 2, got 3",
      });
    });
  });
});

describe("programs that read adapters", () => {
  const plain = smallAdapter({ heads: new Map(), taskType: "CAUSAL_LM" });
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
      expect(of(adapter).includes(mlx)).toBe(adapter.taskType !== "SEQ_CLS");
    });

    test("a program that refuses the adapter is not told how to serve it", () => {
      const large = { rank: 17, scalingRule: "rslora", layers: new Map([["q", layer(17, 16)]]) } as const;
      expect(of(smallAdapter({ ...large, baseModel: "" }))).toEqual([
        "vLLM: refuses modules_to_save (1 trained tensor of a head)",
        "llama.cpp: fails on tensors that are no LoRA, such as the trained head",
        "PEFT: cannot find the base by itself: the config names none",
      ]);
    });

    test("nothing is said of vLLM's ranks and mlx-lm where the model writes no text", () => {
      const encoder = {
        ...plain,
        taskType: "SEQ_CLS",
        rank: 17,
        layers: new Map([["q", layer(17, 16)]]),
      } as const;
      expect(of(encoder)).toEqual([]);
    });
  });

  describe("vllmRankNote", () => {
    test("names each rank that is none of vLLM's, the next one and the memory of a slot", () => {
      // 1000 × 12 × 2 bytes = 24 kB in a slot of 1000 × 16 × 2
      expect(vllmRankNote({ ranks: [0, 8, 12, 600], sizePerRank: 1000 })).toBe(
        "vLLM's --max-lora-rank is one of 1, 8, 16, 32, 64, 128, 256, 320, 512: rank 12 needs 16, 32.0 kB for each of " +
          "--max-loras instead of 24.0 kB; rank 600 is too large for it.",
      );
    });

    test("is silent about ranks that vLLM has", () => {
      expect(vllmRankNote({ ranks: [1, 8, 512], sizePerRank: 1000 })).toBeUndefined();
    });

    test("of an adapter is that of its largest rank", () => {
      // Σ (in + out) of two layers [6, 4] and two [3, 4] is 34
      expect(vllmRankNote(plain)).toBe(vllmRankNote({ ranks: [2], sizePerRank: 34 }));
      const own = { ...plain, layers: new Map([...plain.layers, ["q", layer(12, 16)]]) };
      expect(vllmRankNote(own)).toBe(vllmRankNote({ ranks: [12], sizePerRank: 44 }));
    });

    test.each<[string, PeftAdapter]>([
      ["a rank that vLLM has", { ...plain, rank: 8, layers: new Map([["q", layer(8, 16)]]) }],
      ["a trained head", { ...smallAdapter(), taskType: "CAUSAL_LM" }],
      ["DoRA", withMagnitudes(plain)],
      ["a classifier without its head", { ...plain, taskType: "SEQ_CLS" }],
    ])("is silent about %s", (_, adapter) => {
      expect(vllmRankNote(adapter)).toBeUndefined();
    });
  });
});
