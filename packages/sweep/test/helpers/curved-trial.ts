/**
 * A trial whose log loss is a known function of rank, learning rate and epochs, for searches. Which function, its base's
 * name says: a {@link World} as JSON. It takes no time.
 */
import type { EngineSpec } from "@lorank/evidence/results";
import type { TrialOutcome, TrialResources } from "@lorank/train";

export interface World {
  /** The best learning rate of each rank. */
  readonly best: Readonly<Record<number, number>>;
  /** Above this rate the training diverges. (default: never) */
  readonly divergesAbove?: number;
  /** Epochs from which on more bring nothing; each doubling before brings 0.1 nats. (default: none is needed) */
  readonly convergesAt?: number;
  /** Milliseconds that a trial takes. (default 0) */
  readonly milliseconds?: number;
  /** A rank that cannot be trained. */
  readonly breaksAt?: number;
}

/** Nats: 0.1 for each factor of 3 from the best rate, squared, and 0.1 for each doubling that is missing. */
export function lossIn({ best, convergesAt = 1 }: World, { lora, optimizer }: EngineSpec): number {
  const off = Math.log(optimizer.learningRate / best[lora.rank]!) / Math.log(3);
  return 0.2 + 0.1 * off ** 2 + 0.1 * Math.max(0, Math.log2(convergesAt / optimizer.epochs));
}

export async function runTrial(spec: EngineSpec, resources: TrialResources): Promise<TrialOutcome> {
  const { lora, optimizer, base, data } = spec;
  const world = JSON.parse(base.name) as World;
  if (world.milliseconds !== undefined) await new Promise((done) => setTimeout(done, world.milliseconds));
  if (world.breaksAt === lora.rank) throw new Error("this rank is broken");
  const diverged = optimizer.learningRate > (world.divergesAbove ?? Number.POSITIVE_INFINITY);
  // Around the mean by example, alike in all trials: a paired comparison sees nothing of it.
  const logLosses = Array.from(
    { length: data.validationExamples },
    (_, i) => lossIn(world, spec) + (i % 2 === 0 ? 0.1 : -0.1),
  );
  const logLoss = logLosses.reduce((sum, loss) => sum + loss, 0) / logLosses.length;
  const evaluation = { accuracy: 1, logLoss, correct: logLosses.map(() => 1), logLosses };
  const nothing = { load: 0, train: 0, evaluate: 0, total: 0 };
  const config = { ...lora, dora: false, fanInFanOut: false, taskType: "SEQ_CLS" as const, baseModel: "toy" };
  return {
    adapter: { ...config, layers: new Map([["q_proj", layerOf(lora)]]), heads: new Map() },
    result: {
      spec,
      status: diverged ? "diverged" : "completed",
      ...(diverged ? { divergedAtStep: 1 } : { evaluation }),
      loraParams: 0,
      trainableParams: 0,
      adapterBytes: 0,
      gradientBytes: 0,
      optimizerBytes: 0,
      steps: 1,
      trainTokens: 0,
      lossCurve: [],
      measured: {
        seconds: nothing,
        peakResidentBytes: 0,
        provenance: {
          lorank: "0.0.0",
          node: process.version,
          runtime: "none",
          device: resources.device ?? "cpu",
          threads: resources.threads,
          finishedAt: "2026-01-01T00:00:00.000Z",
        },
      },
    },
  };
}

function layerOf({ rank, alpha }: EngineSpec["lora"]) {
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns] as const,
    data: new Float32Array(rows * columns),
  });
  return { loraA: matrix(rank, 2), loraB: matrix(2, rank), alpha };
}
