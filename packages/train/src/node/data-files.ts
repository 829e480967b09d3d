import { closeSync, fstatSync, readFileSync } from "node:fs";
import { openRegularFile } from "@lorank/checkpoint/disk";
import { modelAt } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { openJudgeFile } from "@lorank/judge/node";
import { readData } from "@lorank/tables/node";
import type { PrepareInputs } from "../prepare/prepare-training.ts";

interface NodeInputOptions {
  /** Import a judge in a file, so that one which exports no function is found now. (default: true) */
  readonly runsJudge?: boolean | undefined;
}

/**
 * The inputs of `prepareTraining` on this machine: models and data by their paths.
 *
 * @param pathOf the path of a model's folder or `.gguf` file, by its name. (default: the name is the path)
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

/** Far more than a judge has that was bundled with its packages. */
const MOST_JUDGE_BYTES = 2 ** 26;

/**
 * The bytes of a judge's file, which a spec names by their hash. No code of the file runs without `runsJudge`.
 *
 * @throws InputError `E_JUDGE` for what is no file or has more than 64 MiB, and for one that exports no function.
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
