import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertFinite, type Target } from "../../../../scripts/attack/attack.ts";
import { fileOriginal } from "../../../../scripts/attack/corpus.ts";
import {
  eitherOf,
  type Mutator,
  mutatedBytes,
  mutatedEnds,
  mutatedJson,
  mutatedLines,
  mutatedTexts,
} from "../../../../scripts/attack/mutate.ts";
import { decide } from "../../src/index.ts";
import { type ReadOutcomesOptions, readOutcomes } from "../../src/readers/read-outcomes.ts";

/** Files of evaluators, by the real tools. What is read of one as the run of a rank decides on finite numbers. */
export function evaluatorTargets(folder: string): readonly Target[] {
  const target = (name: string, run: string, mutate: Mutator, options: ReadOutcomesOptions): Target => {
    const place = fileURLToPath(new URL(`../fixtures/${run}`, import.meta.url));
    const file = readdirSync(place).find(
      (file) => file.startsWith("samples_p") || /^(sums|results)\./.test(file),
    )!;
    const out = join(folder, name.replaceAll(" ", "-"), "r4-s1");
    mkdirSync(out, { recursive: true });
    return {
      ...{ name, mutate },
      originals: [fileOriginal(join(place, file))],
      read: async (mutant) => {
        writeFileSync(join(out, file), mutant);
        const table = await readOutcomes(join(out, "../r{rank}-s{seed}"), options);
        assertFinite(table);
        if (table.examples > 1) assertFinite(decide(table));
      },
    };
  };
  const score = "match";
  return [
    target("lm-eval samples", "lm-eval/r4-s1", mutatedLines, { score: "acc" }),
    target("Inspect .eval", "inspect/epochs", eitherOf(mutatedBytes, mutatedEnds), { score }),
    target("Inspect .json", "inspect/r16-s2", eitherOf(mutatedJson, mutatedTexts), { score }),
    target("promptfoo .jsonl", "promptfoo/r4-s1", mutatedLines, {}),
  ];
}
