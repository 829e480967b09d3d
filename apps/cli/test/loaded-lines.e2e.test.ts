// Lines of source that a command loads while it runs, `await import()` included, are at most those of scripts/reach.json.
// `npm run lint` holds its static imports.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import ceilings from "../../../scripts/reach.json" with { type: "json" };
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { nodeOptions, onItsOwn } from "./cli.ts";
import { watchedSweep } from "./watched-sweep.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Lines of all source files that a run of Node loads. */
function linesLoadedBy(args: readonly string[]): number {
  const log = join(temporaryFolder(), "loaded");
  execFileSync(
    process.execPath,
    [...nodeOptions, "--import", import.meta.resolve("./loaded-files.mjs"), ...args],
    {
      // From here `@lorank/sweep` is found.
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: { ...process.env, ...onItsOwn, LORANK_LOADED: log },
      stdio: "ignore",
    },
  );
  const files = new Set(readFileSync(log, "utf8").trim().split("\n").map(withoutQuery));
  const texts = [...files].map((file) => readFileSync(fileURLToPath(file), "utf8"));
  return texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
}

/** tsx adds a query to the address of a file that it loads again. */
function withoutQuery(url: string): string {
  return url.replace(/\?.*/, "");
}

/** A table with one score a run. */
function tableOfRuns(): string {
  const file = join(temporaryFolder(), "runs.csv");
  const rows = [4, 8, 16].flatMap((rank) => [1, 2, 3].map((seed) => `${rank},${seed},0.8${rank}${seed}`));
  writeFileSync(file, `rank,seed,accuracy\n${rows.join("\n")}\n`);
  return file;
}

async function finishedSweep(): Promise<string> {
  const { out, plan, finish, complete } = watchedSweep();
  await finish(plan.specs.length);
  complete();
  return out;
}

const runs: Readonly<Record<keyof typeof ceilings, () => readonly string[] | Promise<readonly string[]>>> = {
  verdict: () => [main, "verdict", tableOfRuns()],
  "verdict of a sweep": async () => [main, "verdict", await finishedSweep()],
  status: async () => [main, "status", await finishedSweep()],
  memory: () => [main, "memory", "starter"],
  plan: () => [main, "plan", "--seeds", "3"],
  sweep: () => [main, "sweep", "--dry-run"],
  "@lorank/train": () => ["--input-type=module", "--eval", 'import "@lorank/train"'],
  "@lorank/sweep": () => ["--input-type=module", "--eval", 'import "@lorank/sweep"'],
};

test.each(Object.entries(runs))("%s", async (name, run) => {
  const loaded = linesLoadedBy(await run());
  expect(loaded).toBeLessThanOrEqual(ceilings[name as keyof typeof ceilings].run);
  expect(loaded).toBeGreaterThan(1000); // the lines of a run that was counted
});
