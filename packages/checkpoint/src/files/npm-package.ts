import { readFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join } from "node:path";
import { type JsonObject, parseJsonObject } from "../json.ts";
import type { NpmFolder } from "../peft/model-card.ts";

/** The npm package that publishes a model folder: the package.json beside it lists the folder. Undefined for any other. */
export function npmPackageOf(model: string): NpmFolder | undefined {
  const manifest = isAbsolute(model) ? readManifest(join(dirname(model), "package.json")) : undefined;
  const { name, version, files, private: isPrivate } = manifest ?? {};
  const folder = basename(model);
  if (isPrivate === true || !Array.isArray(files) || !files.includes(folder)) return undefined;
  return typeof name === "string" && typeof version === "string"
    ? { packageName: name, version, folder }
    : undefined;
}

function readManifest(path: string): JsonObject | undefined {
  try {
    return parseJsonObject(readFileSync(path, "utf8"), path);
  } catch {
    return undefined; // none, or not npm's
  }
}
