// The two commands that serve a sweep's page, as a user runs them.
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { recipesFolder } from "../src/settings/recipes.ts";
import { cli } from "./cli.ts";
import { watchedSweep } from "./watched-sweep.ts";

test("watch prints one address, serves it, and ends well by Ctrl-C", async () => {
  const { out } = watchedSweep();
  const run = await cli(["watch", out, "--json"], {
    onStderr: (text, kill) => {
      if (text.includes("Ctrl-C")) kill("SIGINT");
    },
  });
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout)).toEqual({
    out,
    address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/),
  });
});

test("sweep --watch serves its page from before the first trial to the report, and ends with the sweep", async () => {
  const folder = temporaryFolder();
  cpSync(join(recipesFolder(), "stand-in"), folder, { recursive: true });
  let page: Promise<string> | undefined;
  const words = "sweep sweep.yaml --ranks 1,2 --seeds 1 --epochs 2 --out out --watch --json".split(" ");
  const run = await cli(words, {
    cwd: folder,
    onStderr: (text) => {
      const [address] = /http:\S+(?=\n)/.exec(text) ?? [];
      if (address !== undefined) page ??= fetch(address).then((response) => response.text());
    },
  });
  expect(run.code, run.stderr).toBe(0);
  expect(await page).toMatch(/no trials yet|0 of 2 trials done/);
  expect(JSON.parse(run.stdout)).toMatchObject({ status: "complete", trials: 2 });
  expect(run.stderr.indexOf("http:")).toBeLessThan(run.stderr.indexOf("started"));
  expect(readFileSync(join(folder, "out", "report.html"), "utf8")).toContain('<section id="verdict"');
});
