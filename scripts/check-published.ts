/**
 * Uses the packages as a stranger would: packs them as npm publishes them, installs the tarballs in an empty folder
 * outside the repository, and there
 *
 * - runs the first example of every README, and the first commands of the command line's;
 * - type-checks an import of every entry point under NodeNext with `skipLibCheck: false`;
 * - bundles the entry points that need no Node for a browser, and prints their sizes.
 *
 * Needs the builds (`pnpm run check:package` makes them). Exits 1 when something fails.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { codeBlocks } from "./code-blocks.ts";
import { promisesOf } from "./readme-examples.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** Entry points that must run in a browser. */
const forBrowsers = [
  "@lorank/core",
  "@lorank/core/memory",
  "@lorank/core/decide",
  "@lorank/core/results",
  "@lorank/core/chapter",
  "@lorank/checkpoint",
  "@lorank/quant",
  "@lorank/graph",
  "@lorank/report",
];

const root = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "lorank-published-"));
const here = `packages/onnxruntime/platforms/${process.platform}-${process.arch}`;
const packages = ["packages", "apps"]
  .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
  .map((path) => ({ path, manifest: readJson(join(path, "package.json")) }))
  .filter(({ manifest }) => manifest.private !== true);
let failures = 0;

try {
  install();
  for (const { path, manifest } of packages)
    await check(`${manifest.name}: first example`, () => runFirst(path));
  await check("lorank: first commands", runCommands);
  await check("lorank without a native ONNX Runtime", withoutNative);
  await check("types under NodeNext, skipLibCheck: false", checkTypes);
  for (const entry of forBrowsers) await check(`${entry} for a browser`, () => bundle(entry));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

function install(): void {
  const tarballs = [...packages.map(({ path }) => path), join(root, here)].map((path) => {
    const out = run("npx", ["-y", "pnpm@10.34.9", "pack", "--pack-destination", folder, "--json"], path);
    return (JSON.parse(out) as { filename: string }).filename;
  });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const { devDependencies } = readJson(join(root, "package.json")) as Manifest & {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const tools = ["typescript", "@types/node"].map((name) => `${name}@${devDependencies[name]}`);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  run("npm", ["install", ...flags, ...tarballs, ...tools], folder);
}

/** The first `ts` block of a README that can run, here at least, which must print what it says. */
async function runFirst(path: string): Promise<string> {
  const example = codeBlocks(pathToFileURL(join(path, "README.md"))).find(
    ({ language, notRun = "check-published" }) => language === "ts" && notRun.includes("check-published"),
  );
  if (example === undefined) return "no ts example";
  const { code } = await transform(example.code, { loader: "ts", format: "esm" });
  writeFileSync(join(folder, "example.mjs"), code);
  const printed = run("node", ["example.mjs"], folder).trimEnd().split("\n");
  const promised = promisesOf(example.code);
  if (promised.length > 0 && promised.join("\n") !== printed.map((line) => line.trimEnd()).join("\n"))
    throw new Error(`it says it prints\n${promised.join("\n")}\nbut it prints\n${printed.join("\n")}`);
  return `${example.code.trimEnd().split("\n").length} lines`;
}

/** The lines of the first `sh run` block of the command line's README. */
function runCommands(): string {
  const readme = readFileSync(join(root, "apps/cli/README.md"), "utf8");
  const lines = /```sh run\n([\s\S]*?)```/.exec(readme)![1]!.trim().split("\n");
  mkdirSync(join(folder, "use"));
  for (const line of lines) run("sh", ["-c", `PATH=../node_modules/.bin:$PATH ${line}`], join(folder, "use"));
  return lines.join("; ");
}

/** As where a platform has no native build, or npm left an optional dependency out. */
function withoutNative(): string {
  const platform = `onnxruntime-${process.platform}-${process.arch}`;
  rmSync(join(folder, "node_modules/@lorank", platform), { recursive: true });
  const report = JSON.parse(run("npx", ["lorank", "doctor", "--json"], folder)) as {
    works: boolean;
    auto: string;
  };
  if (!report.works || !report.auto.startsWith("wasm: "))
    throw new Error(`doctor says ${JSON.stringify(report)}`);
  return report.auto;
}

function checkTypes(): string {
  const entries = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((key) => !key.endsWith(".json"))
      .map((key) => manifest.name + key.slice(1)),
  );
  const lines = entries.map((entry, i) => `export * as entry${i} from "${entry}";`);
  writeFileSync(join(folder, "all.ts"), `${lines.join("\n")}\n`);
  const flags =
    "--noEmit --strict --module nodenext --target es2023 --lib es2023 --types node --skipLibCheck false";
  run("npx", ["tsc", ...flags.split(" "), "all.ts"], folder);
  return `${entries.length} entry points`;
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from "${entry}";`, resolveDir: folder },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  const [{ contents }] = outputFiles as [{ contents: Uint8Array }];
  return `${kilobytes(contents.length)} minified, ${kilobytes(gzipSync(contents).length)} gzip`;
}

async function check(name: string, work: () => string | Promise<string>): Promise<void> {
  try {
    console.log(`ok      ${name} (${await work()})`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${name}\n${describe(error)}`);
  }
}

function describe(error: unknown): string {
  const { message, stdout = "", stderr = "" } = error as Error & { stdout?: string; stderr?: string };
  // The message of a failed process repeats what it wrote to stderr.
  return [stderr === "" ? message : message.split("\n")[0], stdout, stderr].join("\n").trim();
}

function run(program: string, args: readonly string[], cwd: string): string {
  // Without pnpm's own settings, which npm would warn about.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_OPTIONS)/i.test(key)),
  );
  return execFileSync(program, args, { cwd, encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });
}

function readJson(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
