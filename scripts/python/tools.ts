/** Python programs that build and check wheels, from the Python package index into a cache outside the repository. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { root, run } from "../release/workspace.ts";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "lorank-ci");

/** Versions, and what pip installs of them. */
const tools = {
  hatchling: {
    version: "1.33.0",
    wanted: ["--require-hashes", "--requirement", join(root, "python/build-requirements.txt")],
  },
  uv: { version: "0.13.9", wanted: ["uv==0.13.9"] },
  auditwheel: { version: "6.8.2", wanted: ["auditwheel==6.8.2"] },
  twine: { version: "7.0.0", wanted: ["twine==7.0.0"] },
} as const;

/**
 * Variables with which Python finds a tool, which is installed once.
 * @throws Error where there is no Python 3.11 or newer with pip, or the package index does not answer.
 */
export async function pythonTool(name: keyof typeof tools): Promise<Record<string, string>> {
  const { version, wanted } = tools[name];
  mkdirSync(cache, { recursive: true });
  const python = (
    await run("python3", ["-c", "import sys; print(*sys.version_info[:2], sep='.')"], cache)
  ).trim();
  if (Number(python.replace("3.", "")) < 11) throw new Error(`python3 must be 3.11 or newer, got ${python}`);
  // Some tools have parts that are compiled for one version of Python.
  const folder = join(cache, `${name}-${version}-python${python}`);
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    const quiet = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    const args = ["-m", "pip", "install", ...quiet, "--only-binary=:all:", "--target", partial, ...wanted];
    await run("python3", args, cache);
    try {
      renameSync(partial, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error; // another process was first
      rmSync(partial, { recursive: true });
    }
  }
  const path = [join(folder, "bin"), process.env.PATH].join(delimiter);
  return { PYTHONPATH: folder, PATH: path };
}
