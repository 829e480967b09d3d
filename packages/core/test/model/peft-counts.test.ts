import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { type ExpertAdapters, expertStacks } from "../../src/model/expert-adapters.ts";
import { countLoraParams } from "../../src/model/lora.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { selectTargets } from "../../src/model/targets.ts";

type Counted = readonly [model: string, targets: readonly string[] | "all-linear", trained: number];

/** Written by scripts/reference/peft_counts_fixture.py: what PEFT trains in the catalogue's configs. */
const { rank, counts } = JSON.parse(
  readFileSync(new URL("../fixtures/peft-counts.json", import.meta.url), "utf8"),
) as { readonly rank: number; readonly counts: Readonly<Record<string, readonly Counted[]>> };

const stacks = {
  stacked: "peft 0.21.2, transformers 5.24.0",
  "linear-only": "peft 0.18.1, transformers 5.6.0",
  separate: "peft 0.18.1, transformers 4.57.6",
} satisfies Partial<Record<ExpertAdapters, string>>;

const shapeOf = (id: string) => modelShapeFromConfig(findCatalogueModel(id)!.config);
const isMixture = (id: string): boolean => shapeOf(id).experts.length > 0;

describe.each(Object.entries(stacks))("parameters of adapters, experts %s", (experts, stack) => {
  const rows = counts[stack]!;

  test.each(rows)(`equal those of PEFT: %s, %j (${stack})`, (id, targets, trained) => {
    const selected = selectTargets(shapeOf(id), targets, { experts: experts as ExpertAdapters });
    expect(countLoraParams(selected, rank)).toBe(trained);
  });

  test("are compared for 14 models and five mixtures at least", () => {
    const models = [...new Set(rows.map(([id]) => id))];
    expect(models.length).toBeGreaterThanOrEqual(14);
    expect(models.filter(isMixture).length).toBeGreaterThanOrEqual(5);
    const [, peft, transformers] = /^peft (.+), transformers (\d+\.\d+)\./.exec(stack)!;
    expect(expertStacks[experts as ExpertAdapters]).toBe(`PEFT ${peft} with transformers ${transformers}`);
  });
});
