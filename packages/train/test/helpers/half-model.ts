import { type ComputeDtype, floats, type Runtime, referenceRuntime, type Tensor } from "@lorank/graph";
import { noAdapter, resolveTargets } from "../../src/adapter/shape.ts";
import { initialAdapter, randomBase } from "../../src/base/initial-weights.ts";
import { padBatch } from "../../src/batches/batches.ts";
import { familyOf } from "../../src/families/families.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { asLanguage, tinyConfig, tinyDataset } from "./tiny.ts";

const family = familyOf(tinyConfig);
const head = family.head({ kind: "causal-lm" });
const targets = resolveTargets(head, { targetModules: "all-linear", rank: 2 });

/** The largest relative error of rounding to a two-byte type: it has 10 or 7 bits of fraction. */
export const unitRoundoff = { float16: 2 ** -11, bfloat16: 2 ** -8 };

/** A tiny language model with adapters on all linear layers, products in some type, what it trains, and a batch. */
export function halfModel(
  compute: ComputeDtype,
  {
    scaling = 0.5,
    runtime = referenceRuntime({ computeDtype: compute }),
  }: { scaling?: number; runtime?: Runtime } = {},
) {
  const trained = initialAdapter(targets, 1);
  const parameters = new Map<string, Tensor>([...randomBase(family, head, 4), ...trained]);
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter: {
      ...noAdapter,
      modules: new Map(targets.map(({ path }) => [path, { rank: 2, scaling }])),
    },
    parameters,
  });
  const batch = padBatch([...asLanguage(tinyDataset()).train.slice(0, 4)]);
  return { model, parameters, batch, trained: new Map([...trained].map(([name, t]) => [name, floats(t)])) };
}
