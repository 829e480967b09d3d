import type { LoraSpec } from "@lorank/evidence/results";
import { referenceRuntime } from "@lorank/graph";
import { afterEach, expect, test, vi } from "vitest";
import { randomBase, untrainedAdapter } from "../../src/base/initial-weights.ts";
import { padBatch } from "../../src/batches/batches.ts";
import { familyOf } from "../../src/families/families.ts";
import { generate } from "../../src/generate/generate.ts";
import { Ledger } from "../../src/memory/ledger.ts";
import { planAnswers } from "../../src/memory/planned-answers.ts";
import { PlannedModel, shapeOf } from "../../src/memory/planned-model.ts";
import { dropoutMasks } from "../../src/transformer/dropout-masks.ts";
import { Programs } from "../../src/transformer/programs.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { asLanguage, tinyBertConfig, tinyConfig, tinyDataset } from "../helpers/tiny.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** The programs that are asked for while `run` runs, in order. */
async function programsOf(run: () => Promise<unknown>): Promise<unknown[]> {
  const asked: unknown[] = [];
  for (const part of ["embeddingNorm", "block", "blockPiece", "head"] as const) {
    const original = Programs.prototype[part] as (...asked: unknown[]) => never;
    vi.spyOn(Programs.prototype, part).mockImplementation(function (this: Programs, ...what: unknown[]) {
      asked.push([part, ...what]);
      return original.apply(this, what);
    });
  }
  await run();
  vi.restoreAllMocks();
  return asked;
}

const classes = { kind: "classification", labels: 2 } as const;
const decoder = { config: tinyConfig, targetModules: ["q_proj", "k_proj", "down_proj"] };

test.each([
  { name: "a decoder that classifies", ...decoder, kind: classes, dropout: 0.1 },
  { name: "a language model", ...decoder, kind: { kind: "causal-lm" } as const, dropout: 0.1 },
  {
    name: "a decoder with ranks by layer",
    ...decoder,
    kind: classes,
    dropout: 0.1,
    rankPattern: [{ pattern: "1.self_attn.q_proj", rank: 4 }],
  },
  { name: "an encoder", config: tinyBertConfig, targetModules: ["query"], kind: classes, dropout: 0 },
])("memory is predicted from the programs that the engine runs: $name", async (trial) => {
  const { config, targetModules, kind, dropout } = trial;
  const { rankPattern = [] }: Partial<LoraSpec> = trial;
  const family = familyOf(config);
  const head = family.head(kind);
  const weights = randomBase(family, head, 1);
  const lora = { rank: 2, alpha: 2, scalingRule: "lora", dropout, targetModules, rankPattern } as const;
  const { shape: adapter, parameters } = untrainedAdapter(lora, { family, head, weights }, 0);
  const all = new Map([...weights, ...parameters]);
  const model = new Transformer({ family, head, runtime: referenceRuntime(), adapter, parameters: all });
  const options = { family, head, adapter, recompute: "cheap", quantization: () => undefined } as const;
  const planned = new PlannedModel(options, new Ledger());

  const data = kind.kind === "causal-lm" ? asLanguage(tinyDataset()) : tinyDataset();
  const batch = padBatch(data.train.slice(0, 5) as typeof data.train);
  const shape = shapeOf(batch, family, head);
  const train = await programsOf(() => model.trainStep(batch, 1, new Map(), dropoutMasks(dropout, 0, 0, 0)));
  expect(await programsOf(() => planned.pass(shape, { trains: true }))).toEqual(train);
  const evaluate = await programsOf(() => model.losses(batch));
  expect(await programsOf(() => planned.pass(shape, { trains: false }))).toEqual(evaluate);

  if (kind.kind !== "causal-lm") return;
  const prompts = [new Array<number>(5).fill(9), new Array<number>(20).fill(9)];
  const answer = await programsOf(async () => {
    for await (const _ of generate({ family, head: kind, model }, prompts, {
      maxNewTokens: 3,
      endTokens: [],
    }));
  });
  const asked = { prompts: prompts.map(({ length }) => length), maxNewTokens: 3, batch: 8 };
  expect(await programsOf(() => planAnswers(planned, asked))).toEqual(answer);
});
