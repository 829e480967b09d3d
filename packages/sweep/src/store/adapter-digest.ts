import { join } from "node:path";
import { digestOfFile, readTextFile, throwIfUnreadable, writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError, isInputError } from "@lorank/core";
import { adapterFiles, isAdapterFile } from "./adapter-files.ts";
import type { Attempt } from "./store.ts";

const digestName = "adapter.sha256";

/**
 * Writes the SHA-256 of each of PEFT's files of an attempt's adapter to `adapter.sha256` beside it, in the form of `sha256sum`: weights
 * with a wrong bit look like others, and no figure of a result tells.
 */
export async function writeAdapterDigest(attemptFolder: string): Promise<void> {
  const folder = join(attemptFolder, "adapter");
  const lines: string[] = [];
  for (const name of adapterFiles(folder).files)
    lines.push(`${await digestOfFile(join(folder, name))}  adapter/${name}\n`);
  writeFileAtomic(join(attemptFolder, digestName), lines.join(""));
}

/**
 * What is wrong with the files of an attempt's adapter, or with a copy of them in `folder`; undefined where nothing is, and
 * for an attempt of an earlier version, which has no digest. Throws as {@link throwIfUnreadable}.
 */
export async function adapterDamage(
  attemptFolder: string,
  folder = join(attemptFolder, "adapter"),
  signal?: AbortSignal,
): Promise<string | undefined> {
  const digest = join(attemptFolder, digestName);
  let text: string;
  try {
    text = readTextFile(digest);
  } catch (error) {
    throwIfUnreadable(digest, error);
    const { code } = error as NodeJS.ErrnoException;
    if (isInputError(error)) return error.message;
    return code === "ENOENT" ? undefined : `${digest} must be a file, got ${code}`;
  }
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}adapter\/([^/]+)$/.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || !text.endsWith("\n"))
      return `${digest} must have lines of a SHA-256 and a file, got ${JSON.stringify(line.slice(0, 80))}`;
    if (!isAdapterFile(name)) continue; // of an earlier version, which noted whatever was there
    const file = join(folder, name);
    const got = await sha256Of(file, signal);
    if (got !== sha256) return `${file} must have the SHA-256 ${sha256} of ${digestName}, got ${got}`;
  }
  return undefined;
}

/** @throws InputError `E_ADAPTER_DAMAGED` with the file, and what to do. */
export async function assertAdapterWhole({ folder, trialId }: Attempt): Promise<void> {
  const damage = await adapterDamage(folder);
  if (damage !== undefined) throw damagedAdapter(damage, trialId);
}

export function damagedAdapter(damage: string, trialId: string): InputError {
  return new InputError(
    "E_ADAPTER_DAMAGED",
    `${damage}\nDelete results/${trialId}.json and attempts/${trialId} to have it trained again.`,
  );
}

async function sha256Of(file: string, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await digestOfFile(file, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throwIfUnreadable(file, error);
    if (isInputError(error)) return "a folder or device";
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}
