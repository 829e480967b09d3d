/** What the machine of a check is and has. Node's own modules only. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cpus, homedir, release, totalmem } from "node:os";
import { join } from "node:path";
import { said } from "./child.ts";

export function machineFacts(): Readonly<Record<string, string | number | undefined>> {
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return {
    system: /^PRETTY_NAME="?([^"\n]+)/m.exec(readIf("/etc/os-release"))?.[1] ?? "unknown",
    kernel: release(),
    glibc: header.glibcVersionRuntime,
    processor: `${cpus()[0]?.model.trim()}, ${cpus().length} threads`,
    "memory, GiB": totalmem() / 2 ** 30,
    node: process.version,
    "NVIDIA's GPUs": said("nvidia-smi", [
      "--query-gpu=name,memory.total,driver_version,compute_cap",
      "--format=csv,noheader",
    ]),
    "NVIDIA's driver": readIf("/proc/driver/nvidia/version").split("\n")[0] || undefined,
  };
}

/** Where Python environments are: the one that was named, the active ones, the usual ones. */
export function pythonPrefixes(named: string | undefined, env: NodeJS.ProcessEnv): string[] {
  const usual = ["/opt/conda", join(homedir(), ".local"), "/usr/local", "/usr"];
  return [named, env.VIRTUAL_ENV, env.CONDA_PREFIX, ...usual].filter((prefix) => prefix !== undefined);
}

/** Folders of the libraries in NVIDIA's Python packages. */
export function nvidiaLibraries(prefixes: readonly string[]): string[] {
  return prefixes.flatMap((prefix) =>
    ["lib", "lib64"].flatMap((lib) =>
      namesIn(join(prefix, lib))
        .filter((name) => name.startsWith("python3"))
        .flatMap((name) =>
          ["site-packages", "dist-packages"].map((kind) => join(prefix, lib, name, kind, "nvidia")),
        )
        .flatMap((folder) => namesIn(folder).map((name) => join(folder, name, "lib"))),
    ),
  );
}

/** The first Python that has PyTorch, transformers and PEFT, none of which is loaded for it. */
export function pythonWithPeft(prefixes: readonly string[]): string | undefined {
  const asks =
    "import sys; from importlib.util import find_spec as f; sys.exit(not (f('torch') and f('transformers') and f('peft')))";
  return prefixes
    .flatMap((prefix) => ["python3", "python"].map((name) => join(prefix, "bin", name)))
    .find((python) => existsSync(python) && said(python, ["-c", asks]) !== undefined);
}

function readIf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
