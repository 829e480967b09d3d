/**
 * Builds an archive that checks a machine's GPUs: `npm run gpu-check:build -- [--out FOLDER] [--cuda ENVIRONMENT]`. On a
 * bare Linux machine it is unpacked and `./check.sh` is run; scripts/gpu-check/README.md says what that does. The packages must be
 * built (`npm run build`). With --cuda, a Python environment with onnxruntime-gpu, the CUDA provider follows as a second
 * archive in parts. For Linux on x64, with tar and xz. --level is that of xz: 0 is quick.
 */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { findProvider, providerFiles } from "../../apps/cli/src/commands/doctor/cuda-libraries.ts";
import { readManifest, root, run } from "../release/workspace.ts";
import { copyDependencies } from "./node-modules.ts";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, "out") },
    cuda: { type: "string" },
    level: { type: "string", default: "6" },
  },
});
/** Small enough for most mail systems. */
const PART_BYTES = 60_000_000;
/** Libraries of this machine for one that lacks them; its own come first, see check.sh. */
const spareLibraries = { "libvulkan.so.1": "lib/vulkan", "libstdc++.so.6": "lib", "libgcc_s.so.1": "lib" };

const out = resolve(values.out);
const work = mkdtempSync(join(tmpdir(), "lorank-gpu-check-"));
try {
  if (`${process.platform}-${process.arch}` !== "linux-x64")
    throw new Error(`the archive must be built on linux-x64, got ${process.platform}-${process.arch}`);
  mkdirSync(out, { recursive: true });
  const folder = join(work, "gpu-check");
  await assemble(folder);
  report(pack(folder, join(out, "gpu-check.tar.xz")));
  if (values.cuda !== undefined) for (const part of packCuda(values.cuda)) report(part);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function assemble(folder: string): Promise<void> {
  const app = join(folder, "app");
  mkdirSync(join(app, "programs"), { recursive: true });
  const cli = join(root, "apps/cli");
  const native = "@lorank/onnxruntime-linux-x64"; // is filled when it is packed
  copyDependencies(cli, app, new Set([native]));
  cpSync(join(cli, "dist"), join(app, "node_modules/lorank/dist"), { recursive: true });
  cpSync(join(cli, "package.json"), join(app, "node_modules/lorank/package.json"));
  await placeNativeBuild(join(app, "node_modules", native));
  for (const group of ["llama-tiny", "families"])
    cpSync(join(root, "packages/train/test/fixtures", group), join(app, "fixtures", group), {
      recursive: true,
    });
  await build({
    entryPoints: {
      check: join(root, "scripts/gpu-check/check.ts"),
      parity: join(root, "packages/train/bench/parity.ts"),
      step: join(root, "packages/train/bench/run.ts"),
    },
    outdir: join(app, "programs"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["@lorank/*", "onnxruntime-node"], // those of node_modules
    logLevel: "error",
  });
  copyFileSync(join(root, "scripts/gpu-check/torch_step.py"), join(app, "programs/torch_step.py"));
  copyFileSync(process.execPath, join(folder, "node"));
  mkdirSync(join(folder, "lib/vulkan"), { recursive: true });
  for (const [name, place] of Object.entries(spareLibraries)) {
    const found = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64"]
      .map((system) => join(system, name))
      .find(existsSync);
    if (found === undefined) console.log(`without ${name}, which is not here`);
    else copyFileSync(found, join(folder, place, name));
  }
  copyFileSync(join(root, "scripts/gpu-check/check.sh"), join(folder, "check.sh"));
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  for (const name of ["check.sh", "node"]) chmodSync(join(folder, name), 0o755);
  const commit = (await run("git", ["describe", "--always", "--dirty"], root)).trim();
  writeFileSync(join(folder, "commit"), `${commit}\n`);
}

/** The package of this platform, as it is filled before it is published. */
async function placeNativeBuild(place: string): Promise<void> {
  const name = "linux-x64";
  const source = join(root, "packages/onnxruntime/platforms", name);
  // The script resolves onnxruntime-node from where it lies and writes into a folder of the platform's name.
  const stage = join(work, name);
  mkdirSync(stage);
  copyFileSync(join(source, "package.json"), join(stage, "package.json"));
  const tsx = createRequire(import.meta.url).resolve("tsx");
  await run(
    process.execPath,
    ["--import", tsx, join(root, "packages/onnxruntime/scripts/platform.ts")],
    stage,
  );
  rmSync(place, { recursive: true, force: true });
  renameSync(stage, place);
  const { version } = readManifest(place);
  console.log(`ONNX Runtime ${version}, Node ${process.versions.node}`);
}

function pack(folder: string, archive: string): string {
  const tar = ["-C", join(folder, ".."), "--owner=0", "--group=0", "--sort=name", "-cJf", archive];
  execFileSync("tar", [...tar, "gpu-check"], { env: { ...process.env, XZ_OPT: `-T2 -${values.level}` } });
  return archive;
}

/** The provider's two files, to be unpacked over the first archive. */
function packCuda(environment: string): string[] {
  const provider = findProvider(resolve(environment), "pip install --no-deps onnxruntime-gpu");
  const folder = join(work, "parts/gpu-check");
  mkdirSync(join(folder, "cuda"), { recursive: true });
  for (const name of providerFiles) copyFileSync(join(provider.folder, name), join(folder, "cuda", name));
  const whole = pack(folder, join(work, "cuda.tar.xz"));
  const prefix = "gpu-check-cuda.tar.xz.";
  for (const name of readdirSync(out)) if (name.startsWith(prefix)) rmSync(join(out, name));
  execFileSync("split", [`--bytes=${PART_BYTES}`, "--numeric-suffixes", whole, join(out, prefix)]);
  return readdirSync(out)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(out, name));
}

function report(path: string): void {
  console.log(`${(statSync(path).size / 1e6).toFixed(1)} MB  ${path}`);
}
