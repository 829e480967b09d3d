/** Uploads the Python wheels to an index of its own, and uses them from there as a stranger would. */
import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { pythonTool } from "../python/tools.ts";
import { buildWheels, platforms } from "../python/wheels.ts";
import { startPythonIndex } from "./python-index.ts";
import { type PublicPackage, run } from "./workspace.ts";

/**
 * Builds wheels of the packages that a registry's `storage` has, uploads them, and runs `lorank` by pip's download and by uvx.
 * All platforms' wheels where `full`, else the one of this machine. Returns what it did in a few words.
 */
export async function useWheels(
  folder: string,
  storage: string,
  packages: readonly PublicPackage[],
  full: boolean,
): Promise<string> {
  const own = `${process.platform}-${process.arch}`;
  const wanted = full ? platforms : platforms.filter((platform) => platform === own);
  if (!wanted.includes(own)) return `left out: no wheel is for ${own}`;
  const tools = await Promise.all([pythonTool("twine"), pythonTool("uv"), pythonTool("hatchling")]).catch(
    (error: Error) => error,
  );
  if (tools instanceof Error) return `left out: no Python with pip and the package index: ${tools.message}`;
  const [twine, uv] = tools;
  const wheels = await buildWheels(join(folder, "wheels"), wanted, published(folder, storage, packages));
  const index = await startPythonIndex();
  try {
    const to = ["--repository-url", index.upload, "--username", "__token__", "--password", "rehearsal"];
    const quiet = ["--non-interactive", "--disable-progress-bar"];
    await run("python3", ["-m", "twine", "upload", ...quiet, ...to, ...wheels], folder, twine);
    const { version } = packages.find(({ manifest }) => manifest.name === "lorank")!.manifest;
    const wheel = `lorank==${version}`;
    const only = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--dest", "downloaded"];
    await run("python3", ["-m", "pip", "download", ...only, "--index-url", index.simple, wheel], folder);
    const [downloaded] = readdirSync(join(folder, "downloaded"));
    if (!wheels.some((path) => basename(path) === downloaded))
      throw new Error(`pip must download a wheel of ${wheels.join(", ")}, got ${downloaded}`);
    const from = ["--index", index.simple, "--refresh-package", "lorank", "--from", wheel];
    const said = await run("uvx", ["--quiet", ...from, "lorank", "--version"], folder, uv);
    if (!said.startsWith(`lorank ${version}, Node `))
      throw new Error(`uvx lorank --version must begin with lorank ${version}, got ${said}`);
    return `${wheels.length} uploaded; ${said.trim()}`;
  } finally {
    await index.close();
  }
}

/** Copies the tarballs that were published, under the names that `pnpm pack` gives them, and returns their folder. */
function published(folder: string, storage: string, packages: readonly PublicPackage[]): string {
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs, { recursive: true });
  for (const { manifest } of packages) {
    const { name, version } = manifest;
    const file = join(storage, name, `${basename(name)}-${version}.tgz`);
    const packed = `${name.replace("@", "").replace("/", "-")}-${version}.tgz`;
    if (existsSync(file)) cpSync(file, join(tarballs, packed));
  }
  return tarballs;
}
