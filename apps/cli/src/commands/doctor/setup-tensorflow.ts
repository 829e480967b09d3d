import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { makeFolder, writeFileAtomic } from "@lorank/checkpoint/disk";
import { InputError } from "@lorank/core";
import { checkTensorflowAddon, tensorflowFiles } from "@lorank/graph/devices";
import type { Messages, Page } from "../../output.ts";

const flag = "--setup-tensorflow";
const help = `It is the folder of the Python package, which this prints without importing it:
  python3 -c "import importlib.util; print(importlib.util.find_spec('tensorflow').submodule_search_locations[0])"`;

function checkedDirectory(path: string): string {
  const wrong = (rule: string, got: string): InputError =>
    new InputError("E_TENSORFLOW", `${flag} must ${rule}, got ${got}\n${help}`);
  if (!existsSync(path)) throw wrong("name a folder", `${path}, which does not exist`);
  const missing = tensorflowFiles().missingFrom(path);
  if (missing.length > 0)
    throw wrong("hold TensorFlow's libraries", `${path}, without ${missing.join(" and ")}`);
  if (!existsSync(join(path, "include", "tensorflow", "c", "eager", "c_api.h")))
    throw wrong("hold TensorFlow's headers", `${path}, without include/tensorflow/c/eager/c_api.h`);
  return realpathSync(resolve(path));
}

export interface TensorflowSetupDocument {
  /** Folder with TensorFlow's libraries. */
  readonly directory: string;
  readonly addon: string;
  /** File that records the setup for later commands. */
  readonly remembered: string;
  readonly version: string;
  readonly device: "gpu" | "cpu";
}

/**
 * Builds the Node add-on against TensorFlow in DIR, tries it in a child process, and records both. A failed build
 * leaves nothing.
 */
export async function setupTensorflow(path: string, output: Messages): Promise<TensorflowSetupDocument> {
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
    return { directory, addon, remembered: files.remembered, version, device };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export function viewTensorflow(
  { directory, addon, remembered, version, device }: TensorflowSetupDocument,
  { print }: Page,
): void {
  print(`TensorFlow ${version} works on the ${device.toUpperCase()}.`);
  print(`Libraries   ${directory}`);
  print(`Add-on      ${addon}`);
  print(`Remembered  ${remembered}`);
}

const run = promisify(execFile);

/** Packages with npm's digests: @tensorflow/tfjs-node's sources in the GPU variant, and Node's headers. */
const packages = [
  {
    name: "@tensorflow/tfjs-node-gpu@4.22.0",
    integrity:
      "sha512-p//NN6DGiN4hInUmIkRffaFVMcdTREUMjPyjW04J7OXvB2zBlQimj61eFKSgRrH3f5TnOfKzb0n56he/B6a4bw==",
    folder: "sources",
  },
  {
    name: "node-api-headers@1.9.0",
    integrity:
      "sha512-2oNILP4jXwRB4ywnYKjVk1YyJ96n2D4EOVJO6S3oYZ5PtbJrw3Yt9TpAuX3nBLMuzn74rnfGQrv13pS9vC+YiA==",
    folder: "headers",
  },
];

interface Packed {
  readonly id: string;
  readonly integrity: string;
  readonly filename: string;
}

async function fetchSources(folder: string): Promise<void> {
  const names = packages.map(({ name }) => name);
  const { stdout } = await tool(
    "npm",
    ["pack", ...names, "--json", "--prefer-offline", "--pack-destination", folder],
    {
      missing: "npm comes with Node: https://nodejs.org",
      failed: "Fetching the add-on's sources",
    },
  );
  const packed = JSON.parse(stdout) as readonly Packed[];
  for (const { name, integrity, folder: part } of packages) {
    const archive = packed.find(({ id }) => id === name);
    if (archive?.integrity !== integrity)
      throw new Error(`the digest of ${name} must be ${integrity}, got ${archive?.integrity ?? "nothing"}`);
    mkdirSync(join(folder, part));
    await run("tar", [
      "-xzf",
      join(folder, archive.filename),
      "-C",
      join(folder, part),
      "--strip-components=1",
    ]);
  }
}

async function buildAddon(folder: string, directory: string): Promise<string> {
  const addon = join(folder, "tfjs_binding.node");
  const binding = join(folder, "sources", "binding");
  await tool(
    compiler(),
    [
      ..."-std=c++17 -O2 -fPIC -shared -DNAPI_VERSION=8".split(" "),
      `-I${join(folder, "headers", "include")}`,
      `-I${join(directory, "include")}`,
      join(binding, "tfjs_backend.cc"),
      join(binding, "tfjs_binding.cc"),
      `-L${directory}`,
      "-l:libtensorflow_cc.so.2",
      "-l:libtensorflow_framework.so.2",
      // Absolute path, from which the wheel finds CUDA's libraries.
      `-Wl,-rpath,${directory}`,
      "-o",
      addon,
    ],
    {
      missing: "Install it (apt-get install g++), or name another compiler in CXX.",
      failed: "Building the add-on",
    },
  );
  return addon;
}

/** Checks for a C++ compiler. Throws E_TOOL without one. */
async function checkCompiler(): Promise<void> {
  await tool(compiler(), ["--version"], {
    missing: "Install it (apt-get install g++), or name another compiler in CXX.",
    failed: "Asking the compiler for its version",
  });
}

const compiler = (): string => process.env.CXX || "g++";

interface Trouble {
  readonly missing: string;
  readonly failed: string;
}

async function tool(name: string, args: readonly string[], trouble: Trouble): Promise<{ stdout: string }> {
  try {
    return await run(name, args, { maxBuffer: 2 ** 26 });
  } catch (cause) {
    const { code, stderr = "", message } = cause as Error & { code?: unknown; stderr?: string };
    if (code === "ENOENT")
      throw new InputError("E_TOOL", `${name} must be installed, got no such program\n${trouble.missing}`, {
        cause,
      });
    throw new Error(`${trouble.failed} failed: ${stderr.trim() || message}`, { cause });
  }
}
