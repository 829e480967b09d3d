/** In tests, what `trainers/engine.ts` has for `@lorank/train`. Whose trials run, the name of their base model says. */
import type { EngineSpec } from "@lorank/evidence/results";
import type * as train from "@lorank/train";

type Trials = Pick<typeof train, "runTrial" | "measureTrial" | "evaluateAdapters">;

async function trialsOf({ base }: EngineSpec): Promise<Trials> {
  switch (base.name) {
    case "tiny":
      return import("./fake-trial.ts");
    case "staged":
      return import("./contract-trial.ts");
    case "quick":
      return { ...(await import("@lorank/train")), ...(await import("./quick-trial.ts")) };
    case "spoilt":
      return { ...(await import("@lorank/train")), ...(await import("./spoilt-trial.ts")) };
    default:
      return base.name.startsWith("{")
        ? { ...(await import("./fake-trial.ts")), ...(await import("./curved-trial.ts")) }
        : import("@lorank/train");
  }
}

export const runTrial: Trials["runTrial"] = async (spec, ...rest) =>
  (await trialsOf(spec)).runTrial(spec, ...rest);

export const measureTrial: Trials["measureTrial"] = async (spec, ...rest) =>
  (await trialsOf(spec)).measureTrial(spec, ...rest);

export const evaluateAdapters: Trials["evaluateAdapters"] = async (spec, ...rest) =>
  (await trialsOf(spec)).evaluateAdapters(spec, ...rest);
