import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { type ProcessVariables, userCache } from "../user-cache.ts";

/** TensorFlow installation, or the reason why none is found; {@link checkTensorflowAddon} tests it. */
export type TensorflowPlace =
  | {
      readonly found: true;
      readonly addon: string;
      /** Library folder; undefined if the add-on brings libraries. */
      readonly directory: string | undefined;
    }
  | {
      readonly found: false;
      readonly reason: string;
      readonly fix: string;
    };

/** Libraries in a wheel's `tensorflow` folder, to which the add-on is linked. */
const LIBRARIES = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

/** Package with an add-on and TensorFlow's libraries, if the install script could fetch them. */
const ADDON_PACKAGE = "@tensorflow/tfjs-node-gpu";

/** Files that `lorank doctor --setup-tensorflow` writes, in the user's cache. */
export interface TensorflowFiles {
  /** File that holds the directory set up last. */
  readonly remembered: string;
  addonFor(directory: string): string;
  missingFrom(directory: string): string[];
}

export function tensorflowFiles(environment: ProcessVariables = process.env): TensorflowFiles {
  const folder = userCache("tensorflow", environment);
  return {
    remembered: join(folder, "directory"),
    // Add-ons contain their libraries' path, so each folder has a separate add-on.
    addonFor: (directory) => {
      const key = createHash("sha256").update(realpathSync(directory)).digest("hex").slice(0, 16);
      return join(folder, key, "tfjs_binding.node");
    },
    missingFrom: (directory) => LIBRARIES.filter((name) => !existsSync(join(directory, name))),
  };
}

/**
 * Looks for TensorFlow in `directory`, `LORANK_TENSORFLOW`, and the directory set up last: the first that is set
 * decides, even if unfit. Without any, takes an installed @tensorflow/tfjs-node-gpu.
 */
export function findTensorflow(
  directory?: string,
  environment: ProcessVariables = process.env,
): TensorflowPlace {
  const files = tensorflowFiles(environment);
  const source =
    named("directory", directory) ??
    named("LORANK_TENSORFLOW", environment.LORANK_TENSORFLOW) ??
    named("the directory that was set up", rememberedIn(files));
  if (source) return placeOf(source, files);
  const addon = packagedAddon();
  if (addon) return { found: true, addon, directory: undefined };
  return {
    found: false,
    reason: "TensorFlow is not set up",
    fix: "pip install tensorflow-cpu (or 'tensorflow[and-cuda]'), then lorank doctor --setup-tensorflow DIR",
  };
}

interface NamedPath {
  readonly name: string;
  readonly path: string;
}

function named(name: string, path: string | undefined): NamedPath | undefined {
  return path ? { name, path: resolve(path) } : undefined;
}

function rememberedIn({ remembered }: TensorflowFiles): string | undefined {
  return existsSync(remembered) ? readFileSync(remembered, "utf8").trim() : undefined;
}

function placeOf({ name, path }: NamedPath, files: TensorflowFiles): TensorflowPlace {
  const missing = files.missingFrom(path);
  if (missing.length > 0) {
    const reason = `${name} must hold TensorFlow's libraries, got ${path}, without ${missing.join(" and ")}`;
    return { found: false, reason, fix: "lorank doctor --setup-tensorflow DIR" };
  }
  const addon = files.addonFor(path);
  if (existsSync(addon)) return { found: true, addon, directory: path };
  const reason = `${name} must be set up once, got ${path} without its add-on`;
  return { found: false, reason, fix: `lorank doctor --setup-tensorflow ${path}` };
}

function packagedAddon(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${ADDON_PACKAGE}/package.json`);
    // node-pre-gyp fills lib/napi-v{napi_build_version}; the last version is 8.
    const addon = join(dirname(manifest), "lib", "napi-v8", "tfjs_binding.node");
    return existsSync(addon) ? addon : undefined;
  } catch {
    return undefined; // not installed
  }
}
