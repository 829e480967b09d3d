import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { executorNamed, executorOf } from "../../src/executors/executors.ts";
import { slurmOptions, slurmPreview } from "../../src/executors/slurm.ts";
import { readSettings } from "../../src/settings/read-file.ts";
import type { SettingsOf } from "../../src/settings/table.ts";

const nobody = () => {};
const sideBySide = (settings: SettingsOf<"sweep">, trials: number) =>
  executorNamed(settings).sideBySide(settings, trials);

let home: string;
const before = process.env.XDG_CONFIG_HOME;
beforeEach(() => {
  home = temporaryFolder();
  process.env.XDG_CONFIG_HOME = home;
});
afterEach(() => {
  if (before === undefined) delete process.env.XDG_CONFIG_HOME;
  else process.env.XDG_CONFIG_HOME = before;
});

function userFile(text: string): string {
  mkdirSync(join(home, "lorank"));
  const file = join(home, "lorank", "slurm.yaml");
  writeFileSync(file, text);
  return file;
}

describe("on a Slurm cluster", () => {
  test("flags win over the sweep's file, and that over the user's own", async () => {
    userFile(
      "setup: [module load cuda/13]\nsbatch: { qos: dev, constraint: a100, partition: cpu, time: 10 }\n",
    );
    const file = join(home, "sweep.yaml");
    writeFileSync(
      file,
      "executor: slurm\ntime: 120\nslurm:\n  sbatch: { qos: long, gpus-per-node: 1, exclusive: true }\n",
    );
    const given = readSettings("sweep", file, { partition: "gpu", account: "ab12", parallel: "8" });
    const out = join(home, "out");
    const { command, script } = await slurmPreview(slurmOptions(given), { out, trials: 12, threads: 2 });
    expect(script).toContain("\nmodule load cuda/13\nexec ");
    for (const option of [
      "--array=0-11%8",
      "--qos=long",
      "--constraint=a100",
      "--partition=gpu",
      "--account=ab12",
      "--time=120",
      "--gpus-per-node=1",
      "--exclusive",
      "--cpus-per-task=2",
    ])
      expect(command.split(" ").map((word) => word.replaceAll("'", ""))).toContain(option);
  });

  test("all trials are handed over at once, unless --parallel says how many", () => {
    expect(sideBySide({ executor: "slurm" }, 12)).toBe(12);
    expect(sideBySide({ executor: "slurm", parallel: 3 }, 12)).toBe(3);
  });

  test("what is wrong in the user's own file is named with it", async () => {
    const file = userFile("sbatch: [qos]\nmodules: []\n");
    await expect(executorOf({ executor: "slurm" }, nobody)).rejects.toMatchObject({
      code: "E_CONFIG",
      message: expect.stringMatching(
        new RegExp(`^${file}\\.sbatch must be options of sbatch.*\n${file}: unknown key "modules"`),
      ),
    });
  });

  test("flags of this machine are refused", async () => {
    await expect(executorOf({ executor: "slurm", jobs: 2, devices: ["cuda:0"] }, nobody)).rejects.toThrow(
      /^--devices must be left out with --executor slurm .*\n--jobs must be left out/,
    );
  });
});

describe("on this machine", () => {
  test("one trial a device", async () => {
    expect(sideBySide({ devices: ["cuda:0", "cuda:1"] }, 12)).toBe(2);
    expect(await executorOf({ devices: ["cuda:0", "cuda:1"] }, nobody)).toBeTypeOf("function");
    await expect(executorOf({ devices: ["cuda:0"], jobs: 2 }, nobody)).rejects.toThrow(
      /^--jobs must be left out with --devices/,
    );
  });

  test("flags of a cluster need --executor slurm", async () => {
    await expect(executorOf({ partition: "gpu", time: "2:00:00" }, nobody)).rejects.toThrow(
      "--partition must come with --executor slurm, got gpu without it\n" +
        "--time must come with --executor slurm, got 2:00:00 without it",
    );
  });

  test("what is not said is as the run options have it", async () => {
    expect(await executorOf({}, nobody)).toBeUndefined();
    expect(sideBySide({}, 12)).toBeUndefined();
    expect(sideBySide({ jobs: 3 }, 12)).toBe(3);
  });
});
