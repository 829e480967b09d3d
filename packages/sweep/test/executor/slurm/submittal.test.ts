import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { batchesOf, newBatch } from "../../../src/executor/slurm/batch.ts";
import { slurmExecutor } from "../../../src/executor/slurm/slurm-executor.ts";
import { submittal } from "../../../src/executor/slurm/submittal.ts";
import { temporaryFolder } from "../../helpers/example.ts";

test("previews the script and what sbatch is told, and writes nothing", () => {
  const out = temporaryFolder();
  const options = { sbatch: { partition: "gpu", time: "2:00:00", exclusive: true }, parallel: 8 } as const;
  const executor = slurmExecutor({ ...options, setup: ["module load cuda/13"] });
  const preview = executor.preview({ out, threads: 3 }, 12);
  expect(preview.script).toBe(`#!/bin/bash
# A task of a LoRAnk sweep. The command is in the file argv, a word a line; its last word is the number of the task.
words=()
while IFS= read -r word; do words+=("$word"); done < argv
cd -- "\${words[0]}"
module load cuda/13
exec "\${words[@]:1}" "$SLURM_ARRAY_TASK_ID"
`);
  const folder = join(out, "slurm", "lorank-<time>-<random>");
  expect(preview.arguments).toEqual([
    "--parsable",
    "--job-name=lorank-<time>-<random>",
    "--array=0-11%8",
    `--chdir=${folder}`,
    `--output=${folder}/slurm-%a.out`,
    "--open-mode=append",
    "--requeue",
    "--signal=B:USR1@120",
    "--cpus-per-task=3",
    "--partition=gpu",
    "--time=2:00:00",
    "--exclusive",
    join(folder, "script.sh"),
  ]);
  expect(batchesOf(out)).toEqual([]);
});

test("a further array job waits for the one before, beside what was asked for", () => {
  const out = temporaryFolder();
  const batch = newBatch(out);
  const asked = submittal(batch, 2, 3, { sbatch: { dependency: "afterok:5" } }, "17");
  expect(asked.arguments).toContain("--dependency=afterany:17,afterok:5");
});

test("percent signs in a path are not for Slurm to fill in; other marks of its own are refused", () => {
  const at = (out: string) => submittal({ name: "x", folder: out }, 1, 3, {}).arguments;
  expect(at("/50 %a")).toContain("--output=/50 %%a/slurm-%a.out");
  expect(() => at("/a\\b")).toThrow(expect.objectContaining({ code: "E_OUT" }));
  expect(() => at("/a\nb")).toThrow(expect.objectContaining({ code: "E_OUT" }));
});

test.runIf(process.platform === "linux")("the script runs the words of argv as they are", () => {
  const folder = join(temporaryFolder(), 'it\'s "$(id)" `x`');
  mkdirSync(folder);
  const program = join(folder, "program");
  writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$PWD" "$@"\n');
  chmodSync(program, 0o755);
  const words = [folder, program, "$HOME", " two  words ", "a'b\"c\\d", ""];
  writeFileSync(join(folder, "argv"), words.map((word) => `${word}\n`).join(""));
  writeFileSync(join(folder, "script.sh"), slurmExecutor().preview({ out: "/out" }, 1).script);
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: "7" };
  const printed = execFileSync("bash", ["script.sh"], { cwd: folder, env, encoding: "utf8" });
  expect(printed.split("\n").slice(0, -1)).toEqual([folder, ...words.slice(2), "7"]);
});
