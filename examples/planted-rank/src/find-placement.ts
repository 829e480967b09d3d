import { join } from "node:path";
import { layerScaling } from "@lorank/checkpoint";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { allocateRanks, spectrumOf } from "@lorank/core/spectrum";
import type { Decision } from "@lorank/evidence/results";
import { type EngineArm, planSweep, runPlan } from "@lorank/sweep";
import type { LoraSettings } from "@lorank/train/spec";
import { type PlantedSweepOptions, plantedSweep } from "./planted-sweep.ts";

export interface FindPlacementOptions extends Omit<PlantedSweepOptions, "ranks" | "targetModules"> {
  /** Rank of the uniform arm, on every layer; the other arms have at most its parameters. */
  readonly uniformRank: number;
  /** Rank of the adapter on every layer, whose spectrum tells where the ranks go. */
  readonly probedRank: number;
}

export interface FoundPlacement {
  readonly decision: Decision;
  /** Ranks by layer of the arm `allocation`. */
  readonly allocation: ReadonlyMap<string, number>;
  readonly teacherLogLoss: number;
}

const linears = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];
const isOfMlp = (name: string): boolean => /^(gate|up|down)_proj$/.test(name);

/**
 * Plants changes in a few layers, trains one adapter on every layer, and gives the ranks of its spectrum to the layers
 * that changed. A sweep then compares that allocation with uniform ranks of as many parameters.
 */
export async function findPlacement(options: FindPlacementOptions): Promise<FoundPlacement> {
  const { uniformRank, probedRank, folder } = options;
  const probe = await plantedSweep({ ...options, ranks: [probedRank], seeds: [100], targetModules: linears });
  const { adapters } = await runPlan(
    { plan: planSweep(probe.config), ...probe.files },
    { out: join(folder, "probe") },
    probe.run,
  );
  const adapter = readPeftAdapter(adapters[0]!.folder);
  const layers = [...adapter.layers].map(([path, layer]) => ({
    path,
    ...spectrumOf({ ...layer, scaling: layerScaling(adapter, path) }),
    inDim: layer.loraA.shape[1],
    outDim: layer.loraB.shape[0],
  }));
  const sizeOf = (of: typeof layers): number =>
    of.reduce((sum, { inDim, outDim }) => sum + inDim + outDim, 0);
  const budget = uniformRank * sizeOf(layers);
  const allocation = allocateRanks(layers, budget);
  const { lora } = probe.config;
  const uniform = (name: string, isIn: (path: string) => boolean): EngineArm => {
    const rank = Math.floor(budget / sizeOf(layers.filter(({ path }) => isIn(path))));
    return armOf(name, rank, { ...lora, targetModules: linears.filter(isIn) });
  };
  const parts = [...allocation.keys()];
  const arms = [
    uniform("all linear", () => true),
    uniform("mlp", (path) => isOfMlp(path.split(".").at(-1)!)),
    armOf("allocation", Math.max(...allocation.values()), {
      ...lora,
      targetModules: parts,
      rankPattern: parts.map((pattern) => ({ pattern, rank: allocation.get(pattern)! })),
    }),
  ];
  const { results } = await runPlan(
    { plan: planSweep({ ...probe.config, arms, seeds: options.seeds }), ...probe.files },
    { out: probe.out },
    probe.run,
  );
  if (!results) throw new Error("the sweep did not finish");
  return { decision: results.decision, allocation, teacherLogLoss: probe.task.teacherLogLoss };
}

/** Arm whose cost is 1: all have the parameters of one budget, but for what is left of it. */
function armOf(name: string, rank: number, lora: LoraSettings): EngineArm {
  return { name, lora: { rank, ...lora }, cost: { of: "budget", value: 1 } };
}
