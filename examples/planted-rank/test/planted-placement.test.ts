import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isNightly, onlyNightly } from "../../../scripts/nightly.ts";
import { findPlacement } from "../src/find-placement.ts";

/** The teacher changes two layers of twenty-one: only an adapter on these two reaches it with few parameters. */
const changed = [
  { block: 0, module: "mlp.down_proj" },
  { block: 2, module: "self_attn.o_proj" },
];

test.runIf(isNightly)(
  `ranks by the spectrum go to the two planted layers, and beat uniform ranks${onlyNightly}`,
  async () => {
    const { decision, allocation } = await findPlacement({
      planted: 4,
      task: { blocks: 3, changed },
      uniformRank: 1,
      probedRank: 8,
      seeds: [0, 1, 2],
      folder: mkdtempSync(join(tmpdir(), "lorank-placement-")),
      trialsAtOnce: 2,
      margin: 0.01,
      training: { trainExamples: 1500, validationExamples: 400, epochs: 6, learningRate: 0.01 },
    });
    const byRank = [...allocation].sort(([, a], [, b]) => b - a).map(([path]) => path);
    expect(byRank.slice(0, 2).sort()).toEqual(
      changed.map(({ block, module }) => `model.layers.${block}.${module}`),
    );
    const names = decision.axis!.names;
    expect(names[decision.bestRank! - 1]).toBe("allocation");
    expect(decision.verdict).toBe("adequate");
    expect(names[decision.rank! - 1]).toBe("allocation");
    for (const { rank, differenceInterval } of decision.ranks)
      if (names[rank - 1] !== "allocation")
        expect(Math.min(...differenceInterval), names[rank - 1]).toBeGreaterThan(0.01);
  },
);
