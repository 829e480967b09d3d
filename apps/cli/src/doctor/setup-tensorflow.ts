import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { makeFolder, writeFileAtomic } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import { checkTensorflowAddon, missingLibraries, tensorflowFiles } from "@lorank/graph/devices";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type OutputFlags } from "../output.ts";
import { buildAddon, checkCompiler, fetchSources } from "./build-addon.ts";

const flag = "--setup-tensorflow";
const help = `It is the folder of the Python package, which this prints without importing it:
  python3 -c "import importlib.util; print(importlib.util.find_spec('tensorflow').submodule_search_locations[0])"`;

/** The folder with TensorFlow's libraries and headers, by its real path. */
function checkedDirectory(path: string): string {
  const wrong = (rule: string, got: string): InputError =>
    new InputError("E_TENSORFLOW", `${flag} must ${rule}, got ${got}\n${help}`);
  if (!existsSync(path)) throw wrong("name a folder", `${path}, which does not exist`);
  const missing = missingLibraries(path);
  if (missing.length > 0)
    throw wrong("hold TensorFlow's libraries", `${path}, without ${missing.join(" and ")}`);
  if (!existsSync(join(path, "include", "tensorflow", "c", "eager", "c_api.h")))
    throw wrong("hold TensorFlow's headers", `${path}, without include/tensorflow/c/eager/c_api.h`);
  return realpathSync(resolve(path));
}

/**
 * `lorank doctor --setup-tensorflow DIR`: builds the add-on against DIR, tries it in a child process, and remembers both.
 * Nothing is kept of a build that does not work.
 */
export async function runSetupTensorflow(path: string, flags: OutputFlags): Promise<number> {
  const output = createOutput(flags);
  if (process.platform !== "linux")
    throw new InputError("E_TENSORFLOW", `${flag} must be used on linux, got ${process.platform}`);
  const directory = checkedDirectory(path);
  await checkCompiler();
  const files = tensorflowFiles();
  const addon = files.addonFor(directory);
  const work = mkdtempSync(join(tmpdir(), "lorank-tensorflow-"));
  try {
    output.note("Fetching the add-on's sources with npm");
    await fetchSources(work);
    output.note("Building the add-on");
    const built = await buildAddon(work, directory);
    output.note("Trying it in a process of its own");
    const { version, gpu } = await checkTensorflowAddon(built, { device: "gpu", threads: 1 });
    makeFolder(dirname(addon));
    writeFileAtomic(addon, readFileSync(built));
    writeFileAtomic(files.remembered, `${directory}\n`);
    const device = gpu ? "gpu" : "cpu";
    output.document({ directory, addon, version, device });
    output.print(`TensorFlow ${version} works on the ${device.toUpperCase()}.`);
    output.print(`Libraries   ${directory}`);
    output.print(`Add-on      ${addon}`);
    output.print(`Remembered  ${files.remembered}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return exitCode.done;
}
