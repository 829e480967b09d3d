import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "./helpers/example.ts";

const source = fileURLToPath(new URL("../src/child-program.ts", import.meta.url));

/** Runs a program whose job is `body`, with `job` as its argument. */
function run(body: string, job: string) {
  const file = join(temporaryFolder(), "program.mjs");
  writeFileSync(
    file,
    `import { runChildProgram } from ${JSON.stringify(source)};\nawait runChildProgram(async (job) => {${body}});\n`,
  );
  return spawnSync(process.execPath, [...process.execArgv, file, job], { encoding: "utf8" });
}

test("gets its job from the first argument, and ends although something would keep it", () => {
  const { status, stdout } = run("setInterval(() => {}, 1000); console.log(job.word);", '{"word":"here"}');
  expect([status, stdout]).toEqual([0, "here\n"]);
});

test("says what is wrong with its input in a line, and of anything else where it happened", () => {
  const input = run(
    'throw Object.assign(new Error("rank must be 1"), { code: "E_RANK", name: "InputError" })',
    "{}",
  );
  const other = run('throw new Error("broken")', "{}");
  expect(other.status).toBe(1);
  expect(other.stderr).toMatch(/Error: broken\n\s+at /);
  expect([input.status, input.stderr]).toEqual([2, "E_RANK: rank must be 1\n"]);
  expect(run("", "not json").status).toBe(1);
});
