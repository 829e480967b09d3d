import { dirname, join } from "node:path";
import { makeFolder, replaceFile } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { isOutcomes } from "@lorank/sweep/outcomes";
import { exitCode } from "../exit-codes.ts";
import { type CommandFlags, createOutput } from "../output.ts";
import { readTrials } from "../plan/read-runs.ts";
import { readFlags } from "../settings/read.ts";
import { counted, shellWord } from "../text.ts";
import { tensorboardFiles } from "./tensorboard.ts";

/** Runs `lorank runs` and returns what to exit with. */
export async function runRunsCommand(path: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const { out } = readFlags("runs", flags);
  if (isOutcomes(path))
    throw new InputError(
      "E_RESULTS",
      `results must be a sweep's folder or its results.json, got the outcomes ${path}`,
    );
  const trials = readTrials(path);
  const files = tensorboardFiles(trials);
  for (const file of files) {
    const to = join(out, file.path);
    makeFolder(dirname(to));
    replaceFile(to, file.bytes);
  }
  const next = `tensorboard --logdir ${shellWord(out)}`;
  output.document({ out, runs: trials.length, files: files.map((file) => file.path), next });
  output.print(`${out}: ${counted(trials.length, "run")}`);
  output.print(`\nNext: ${next}`);
  return exitCode.done;
}
