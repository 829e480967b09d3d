// A sweep's folder from outside: status, logs and cancel while it runs; then resume, extension and plan by the folder alone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { cli } from "./cli.ts";
import { writeTinyModel } from "./tiny-model.ts";

const folder = temporaryFolder();
writeTinyModel(join(folder, "tiny"));
const inFolder = { cwd: folder };
const sweep = [
  ..."sweep --model tiny --ranks 1,2 --seeds 2 --train-examples 24 --validation-examples 20".split(" "),
  ..."--max-length 32 --epochs 1 --jobs 1 --out t2".split(" "),
];
const json = async (...words: string[]) => JSON.parse((await cli([...words, "--json"], inFolder)).stdout);

test("a running sweep says how it is, leaves out a trial, and its folder knows the rest", async () => {
  let looked: Promise<unknown[]> | undefined;
  const stopped = await cli(sweep, {
    ...inFolder,
    onStderr: (text) => {
      if (looked !== undefined || !text.includes("started")) return;
      looked = (async () => {
        // While the first trial loads: one that waits is left out.
        const left = await cli(["cancel", "t2", "r2-s2"], inFolder);
        return [left, await json("status", "t2")];
      })();
    },
  });
  const [left, during] = (await looked) as [{ code: number }, { total: number }];
  expect(left.code).toBe(0);
  expect(during).toMatchObject({ ranks: [1, 2], seeds: [1, 2], total: 4 });
  // Where the machine is so slow that all was done before, there was nothing to leave out.
  expect([0, 75]).toContain(stopped.code);

  const resumed = await cli(["sweep", "--out", "t2"], inFolder);
  expect(resumed.code, resumed.stderr).toBe(0);
  const page = await cli(["status", "t2"], inFolder);
  expect(page).toMatchObject({ code: 0, stderr: "" });
  expect(page.stdout).toContain("4 of 4 trials done");

  const refused = await cli(["sweep", "--out", "t2", "--seeds", "3"], inFolder);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain("seeds: [1,2] -> [1,2,3]\nUse --extend");
  const extended = await json("sweep", "--out", "t2", "--seeds", "3", "--extend");
  expect(extended).toMatchObject({ status: "complete", trials: 6, finishedNow: 2 });
  expect(JSON.parse(readFileSync(join(folder, "t2", "settings.json"), "utf8")).settings).toMatchObject({
    model: join(folder, "tiny"),
    seeds: 3,
  });
  expect((await cli(["plan", "--results", "t2", "--all"], inFolder)).stdout).toMatch(/^model +tiny,/);
  expect(await json("logs", "t2", "r1-s3")).toMatchObject({ name: "r1-s3", attempt: 1, output: "" });
  expect(await json("logs", "t2")).toEqual([]);
});
