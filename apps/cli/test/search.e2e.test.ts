// A sweep that finds its learning rate first: what it says, where it stops and goes on, what it refuses.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Results } from "@lorank/evidence/results";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { cliHere } from "./here.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
writeTinyModel(join(folder, "tiny"));
const inFolder = { cwd: folder };
const sweep = [
  ..."sweep --model tiny --ranks 2 --seeds 1 --train-examples 24 --validation-examples 20".split(" "),
  ..."--max-length 32 --epochs 1 --jobs 1 --learning-rate auto --out out".split(" "),
];
const read = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));

describe("a sweep with --learning-rate auto", () => {
  test("says beforehand that it will search", async () => {
    const { stdout } = await cliHere([...sweep, "--dry-run", "--json"], inFolder);
    expect(JSON.parse(stdout)).toMatchObject({ dryRun: true, toSearch: ["learning rate"] });
    expect(existsSync(join(folder, "out"))).toBe(false);
  });

  test("stops in its search, goes on there, and keeps what was found", async () => {
    let asked = false;
    const stopped = await cli(sweep, {
      ...inFolder,
      onStderr: (text, kill) => {
        if (asked || !/^learning rate .*: log loss \d/m.test(text)) return;
        asked = true;
        kill("SIGINT");
      },
    });
    expect(stopped.code).toBe(75);
    expect(stopped.stderr).toContain(`To go on where it stopped:\n  lorank sweep --out out`);
    expect(existsSync(join(folder, "out", "sweep.json"))).toBe(false);
    const before = readdirSync(join(folder, "out", "search", "results")).length;
    expect(before).toBeGreaterThan(0);

    const whole = await cliHere(sweep, inFolder);
    expect(whole.code).toBe(0);
    expect(whole.stdout.replaceAll("\n", " ")).toMatch(
      /Learning rate \S+, found by a search over .* on 12 training examples: /,
    );
    const { optimizer } = read("out/sweep.json");
    const { search } = (read("out/results.json") as Results).sweep;
    expect(search).toMatchObject({
      ranks: [2],
      judgedExamples: 7, // of 18 ham 4.5 and of 6 spam 1.5, each rounded
      learningRate: { chosen: optimizer.learningRate },
    });
    expect(search!.epochs).toBeUndefined();
    const lines = whole.stderr.match(/^learning rate .*, rank 2: /gm) ?? [];
    expect(lines).toHaveLength(search!.learningRate!.tried.length - before);
    expect(readdirSync(join(folder, "out", "results"))).toHaveLength(1);

    const again = await cliHere([...sweep, "--json"], inFolder);
    expect(again.code).toBe(0);
    expect(again.stderr).not.toContain("Searching");
    expect(JSON.parse(again.stdout)).toMatchObject({ status: "complete", finishedNow: 0, search });
  });

  test.each([
    ["other data", ["--max-length", "16"], /--out must be .* search\/search\.json:\n {2}data\.sha256: /],
    ["other ranks", ["--ranks", "2,4"], /\n {2}ranks: \[2\] -> \[2,4\]/],
    ["another search", ["--epochs", "auto"], /\n {2}search\.epochs: false -> true/],
    ["another rate", ["--learning-rate", "123"], /\n {2}optimizer\.learningRate: \S+ -> 123\n/],
  ])("refuses %s in the same folder", async (_, more, message) => {
    const run = await cliHere([...sweep, ...more], inFolder);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(message);
  });

  test("says what failed in the search, and starts nothing else", async () => {
    const imports = [import.meta.resolve("./failing-worker.mjs")];
    const run = await cli([...sweep, "--out", "damaged", "--json"], { ...inFolder, imports });
    expect(run.code).toBe(3);
    expect(run.stderr).toMatch(
      /The search failed; nothing else was started\.\n {2}damaged\/search\/attempts\//,
    );
    expect(JSON.parse(run.stdout)).toMatchObject({ status: "failed", failed: { length: 3 } });
    expect(existsSync(join(folder, "damaged", "sweep.json"))).toBe(false);
  });

  test("takes more seeds without another search", async () => {
    const run = await cliHere([...sweep, "--seeds", "2", "--extend", "--json"], inFolder);
    expect(JSON.parse(run.stdout)).toMatchObject({ status: "complete", finishedNow: 1, trials: 2 });
    expect(run.stderr).not.toContain("Searching");
  });
});
