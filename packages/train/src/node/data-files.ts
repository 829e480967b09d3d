import { closeSync, fstatSync, readFileSync } from "node:fs";
import { openRegularFile } from "@lorank/checkpoint/disk";
import { modelAt } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { openJudgeFile } from "@lorank/judge/node";
import { readData } from "@lorank/tables/node";
import type { PrepareInputs } from "../prepare/prepare-training.ts";

interface NodeInputOptions {
  /** Import a judge file, so that a missing function is found before training. (default: true) */
  readonly runsJudge?: boolean | undefined;
}

/**
 * File access for `prepareTraining` on this machine.
 * @param pathOf path to a model folder or `.gguf` file. (default: the name)
 */
export function nodeInputs(
  pathOf: (model: string) => string | Promise<string> = (model) => model,
  { runsJudge = true }: NodeInputOptions = {},
): Pick<PrepareInputs, "findModel" | "readData" | "readJudge"> {
  return {
    findModel: async (model) => modelAt(await pathOf(model)),
    readData,
    readJudge: (path) => readJudge(path, runsJudge),
  };
}

/** Judge file limit in bytes, far above a judge bundled with packages. */
const MOST_JUDGE_BYTES = 2 ** 26;

/**
 * Reads a judge file; its code runs only with `runsJudge`.
 * @throws InputError `E_JUDGE` for a missing file, more than 64 MiB, or no exported function.
 */
async function readJudge(path: string, runsJudge: boolean): Promise<Uint8Array> {
  if (runsJudge) await (await openJudgeFile(path)).close();
  try {
    const descriptor = openRegularFile(path);
    try {
      const { size } = fstatSync(descriptor);
      if (size <= MOST_JUDGE_BYTES) return readFileSync(descriptor);
      throw new Error(`at most ${MOST_JUDGE_BYTES} bytes are read, it has ${size}`);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const got = (cause as Error).message;
    throw new InputError("E_JUDGE", `${path} must be a file that can be read, got the error ${got}`, {
      cause,
    });
  }
}
