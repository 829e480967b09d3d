import { closeSync, fstatSync, readFileSync, statSync } from "node:fs";
import { modelAt, openRegularFile } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { openJudgeFile } from "@lorank/judge/node";
import { assertAtMost, type Row, standardInput } from "../data/rows.ts";
import { type ReadOptions, tableRows } from "../data/table-file.ts";
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

/**
 * The rows of a data file of any kind that is read here, `.parquet` included; `-` is standard input.
 *
 * @throws InputError E_DATA for a file that is not what its name says.
 */
export async function readDataRows(path: string, options: ReadOptions = {}): Promise<Row[]> {
  return tableRows(path, readData, options);
}

/**
 * The bytes of a file.
 *
 * @param most bytes that are read.
 * @param advice the way round for a file that has more.
 * @throws InputError `E_DATA` for a file that cannot be read or has more, and for a pipe, which might never end.
 */
export function readBytes(path: string, most: number, advice?: string): Uint8Array {
  try {
    const stats = statSync(path);
    if (!stats.isFile() && !stats.isDirectory())
      throw new InputError(
        "E_DATA",
        `${path} must be a file, got a pipe or device\nWhere data is -, it is read from ${standardInput}.`,
      );
    assertAtMost(path, stats.size, most, advice);
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError("E_DATA", `${path} must be a readable file: ${(cause as Error).message}`, { cause });
  }
}

/** All bytes of standard input. Throws InputError `E_DATA` where that is a terminal, which nobody would end. */
export async function readStandardInput(
  stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean } = process.stdin,
): Promise<Uint8Array> {
  if (stdin.isTTY === true)
    throw new InputError(
      "E_DATA",
      `${standardInput} must be a file or a pipe where data is -, got a terminal`,
    );
  const pieces: Uint8Array[] = [];
  for await (const piece of stdin) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The bytes of a data file, or of standard input for `-`. */
export function readData(path: string, most: number, advice?: string): Uint8Array | Promise<Uint8Array> {
  return path === "-" ? readStandardInput() : readBytes(path, most, advice);
}
