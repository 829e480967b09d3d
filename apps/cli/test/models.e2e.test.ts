import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { claimsOf, type Results } from "@lorank/evidence/results";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cliHere } from "./here.ts";
import { ticketsCsv, ticketsJsonl } from "./tickets.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
for (const type of ["llama", "bert"] as const) writeTinyModel(join(folder, type), type);
writeFileSync(join(folder, "tickets.csv"), ticketsCsv(60));
writeFileSync(join(folder, "tickets.jsonl"), ticketsJsonl(40));

/** Runs a sweep, and returns its document and its results. */
async function swept(line: string) {
  const run = await cliHere(["sweep", ...line.split(" "), "--json"], { cwd: folder });
  expect(run.code, run.stderr).toBe(0);
  const document = JSON.parse(run.stdout);
  const results = JSON.parse(readFileSync(join(folder, document.out, "results.json"), "utf8")) as Results;
  return { document, results };
}

describe("a sweep on a BERT with three classes and alpha = rank", () => {
  const line =
    "--model bert --data tickets.csv --label-column queue --ranks 1,4 --seeds 2 --epochs 1 --max-length 48 --jobs 2 " +
    "--alpha rank --portable --out classes";
  let sweep: Awaited<ReturnType<typeof swept>>;
  beforeAll(async () => {
    sweep = await swept(line);
  });

  test("compares ranks that each have their own alpha", () => {
    const { results } = sweep;
    expect(results.model).toMatchObject({ name: "bert", layers: 1, hiddenSize: 16 });
    const alphas = results.trials.map(({ spec }) => [spec.lora.rank, spec.lora.alpha]);
    expect(alphas).toEqual([1, 1, 4, 4].map((rank) => [rank, rank]));
  });

  test("hands out portable adapters with the names of their classes", () => {
    const adapter = readPeftAdapter(join(folder, "classes/adapters/r4"));
    expect(adapter).toMatchObject({ rank: 4, alpha: 4, classNames: ["billing", "login", "shipping"] });
    expect([...adapter.heads.keys()]).toEqual(["classifier.bias", "classifier.weight"]);
  });

  test("says that the size of a step grows with the rank, and who cannot read the adapters", () => {
    const { document, results } = sweep;
    expect(document).toMatchObject({
      portable: true,
      stepSize: { rule: "alpha-follows-rank", alphaPerRank: 1 },
    });
    expect(claimsOf(results)).toContainEqual(expect.objectContaining({ rule: "alpha-follows-rank" }));
    const problem = expect.stringContaining("refuses modules_to_save");
    expect(document.consumers).toContainEqual({ consumer: "vLLM", problem });
    expect(document.consumers).not.toContainEqual(expect.objectContaining({ consumer: "mlx-lm" }));
  });

  test("has nothing left to do when it is run again", async () => {
    expect((await swept(line)).document).toMatchObject({ finishedNow: 0, portable: true });
  });
});

describe("a sweep on instructions", () => {
  let results: Results;
  beforeAll(async () => {
    const line = "--ranks 2,4 --seeds 2 --epochs 1 --max-length 48 --jobs 2 --model llama --out answers";
    ({ results } = await swept(`--data tickets.jsonl ${line}`));
  });

  test("is judged on the log loss of the response unless told otherwise, and has no majority", () => {
    expect(results.decision).toMatchObject({ metric: "log-loss", margin: 0.02, examples: 8 });
    expect(results.data).not.toHaveProperty("majorityShare");
    expect(results.trials[0]!.spec).toMatchObject({ task: { kind: "causal-lm" } });
  });

  test("hands out adapters without a head", () => {
    const adapter = readPeftAdapter(join(folder, "answers/adapters/r4"));
    expect(adapter).toMatchObject({ rank: 4, alpha: 32, taskType: "CAUSAL_LM" });
    expect(adapter.heads.size).toBe(0);
  });
});
