import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { InputError } from "@lorank/core";
import type { PublishedAdapter } from "@lorank/sweep/folder";

/** Joins paths to show to a user, keeping a leading `./` as typed. */
export function joinShown(folder: string, name: string): string {
  return folder.startsWith("./") ? `./${join(folder, name)}` : join(folder, name);
}

export function shownAdapters(adapters: readonly PublishedAdapter[], out: string): PublishedAdapter[] {
  return adapters.map((one) => ({ ...one, folder: joinShown(out, relative(out, one.folder)) }));
}

/** Throws E_OUT unless `out`, named by `flag`, can be written; an existing file is replaced. */
export function assertOutFile(out: string, flag: string): void {
  const stats = existsSync(out) ? statSync(out) : undefined;
  if (stats !== undefined && !stats.isFile()) {
    const got = stats.isDirectory() ? "the folder" : "the pipe or device";
    throw new InputError("E_OUT", `${flag} must be a file, got ${got} ${out}`);
  }
  const folder = dirname(out);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new InputError("E_OUT", `${flag} must lie in a folder that exists, got ${out}`);
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError(
      "E_OUT",
      `${flag} must lie in a folder that can be written to, got ${out} (${code})`,
      {
        cause,
      },
    );
  }
}
