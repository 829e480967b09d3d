import { expect, test } from "vitest";
import { assertSlurmOptions } from "../../../src/executor/slurm/options.ts";

test("takes what sbatch knows by its long names", () => {
  const sbatch = { qos: "dev", "gpus-per-node": 1, exclusive: true } as const;
  expect(() => assertSlurmOptions({ sbatch, setup: ["module load cuda/13"], parallel: 8 })).not.toThrow();
});

test("names every option that is wrong", () => {
  const sbatch = { "--qos": "dev", array: "0-3", account: "", comment: "a\nb" };
  const wrong = { sbatch, setup: ["one\ntwo"], parallel: 0, pollSeconds: 0, mostRequeues: -1 };
  expect(() => assertSlurmOptions(wrong)).toThrow(
    expect.objectContaining({
      code: "E_SLURM_OPTIONS",
      message: [
        'sbatch must name options by their long names without dashes, got "--qos"',
        "sbatch must not set array, which LoRAnk sets, got 0-3",
        'sbatch.account must be a text, a number or true, got ""',
        'sbatch.comment must be a text, a number or true, got "a\\nb"',
        'setup must be single lines of shell, got ["one\\ntwo"]',
        "parallel must be a positive integer, got 0",
        "pollSeconds must be a positive number, got 0",
        "mostRequeues must be an integer of at least 0, got -1",
      ].join("\n"),
    }),
  );
});
