/**
 * Uses published packages as a stranger would. Each is installed by its README's own line in an empty folder, in
 * which nothing else is. Every function returns what it did in a few words, and throws if that failed.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { codeBlocks, promisesOf } from "../code-blocks.ts";
import { missingFiles } from "./declared-files.ts";
import { type Manifest, type PublicPackage, readManifest, root, run } from "./workspace.ts";

/** Where and with what a package is used. */
export interface Place {
  /** The folder that it is installed in. */
  readonly folder: string;
  /** Path of the Node that runs it, and npm. */
  readonly node: string;
  /** Of the registry that has it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Entry points that must run in a browser. */
export const forBrowsers = [
  "@lorank/core",
  "@lorank/core/models",
  "@lorank/core/spectrum",
  "@lorank/core/memory",
  "@lorank/core/memory-names",
  "@lorank/core/measured",
  "@lorank/core/time",
  "@lorank/evidence",
  "@lorank/evidence/results",
  "@lorank/evidence/methods",
  "@lorank/evidence/compare",
  "@lorank/evidence/names",
  "@lorank/evidence/parse",
  "@lorank/evidence/schema",
  "@lorank/core/chapter",
  "@lorank/checkpoint",
  "@lorank/checkpoint/sha256",
  "@lorank/quant",
  "@lorank/quant/checkpoint",
  "@lorank/graph",
  "@lorank/judge",
  "@lorank/tables",
  "@lorank/tables/names",
  "@lorank/train/browser",
  "@lorank/report",
];

/**
 * Packages whose types name classes of a browser or of Node, because those of a dependency do: onnxruntime-common has images
 * and WebGL textures, bullmq has streams. TypeScript 6 and later load the types of Node only where a program asks for them.
 */
const typesNeeded: Readonly<Record<string, "dom" | "node">> = {
  "@lorank/onnxruntime": "dom",
  "@lorank/bullmq": "node",
};

/** A sweep of a few seconds, of the built-in model and e-mails. */
const shortSweep =
  "lorank sweep --ranks 2,4 --seeds 2 --train-examples 32 --validation-examples 40 --test-examples 0 --out short";

/** Installs what the README's first `npm install` names of `published`, and the package itself, which publint checks. */
export async function installAlone(
  { path, manifest }: PublicPackage,
  place: Place,
  published: ReadonlySet<string>,
): Promise<string> {
  const readme = readFileSync(join(path, "README.md"), "utf8");
  const named = /^\s*npm install (.+)$/m.exec(readme)?.[1]?.split(/\s+/) ?? [];
  const wanted = [...new Set([manifest.name, ...named.filter((name) => published.has(name))])];
  mkdirSync(place.folder, { recursive: true });
  writeFileSync(join(place.folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await inPlace(place, "npm", ["install", "--prefer-offline", ...wanted]);
  const installed = join(place.folder, "node_modules", manifest.name);
  const { version } = readManifest(installed);
  if (version !== manifest.version) throw new Error(`version must be ${manifest.version}, got ${version}`);
  for (const file of ["README.md", "LICENSE"])
    if (!existsSync(join(installed, file))) throw new Error(`${file} must be in the package, got none`);
  const missing = missingFiles(installed, readManifest(installed));
  if (missing.length > 0)
    throw new Error(`the package must have what its package.json names, got none of\n${missing.join("\n")}`);
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, level: "warning", strict: true });
  if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg)).join("\n"));
  return wanted.map((name) => (name === manifest.name ? `${name}@${version}` : name)).join(" ");
}

/** Loads every entry point, then runs the first `ts` block of the README that can run, which must print what it says. */
export async function runExample({ path, manifest }: PublicPackage, place: Place): Promise<string> {
  const entries = manifest.main === undefined ? entryPoints(manifest) : [manifest.name];
  await runModule(place, "entries.mjs", entries.map((entry) => `await import("${entry}");`).join("\n"));
  const example = codeBlocks(pathToFileURL(join(path, "README.md"))).find(
    ({ language, notRun = "rehearse-release" }) => language === "ts" && notRun.includes("rehearse-release"),
  );
  if (example === undefined) return `${entries.length} entry points, no ts example`;
  const { code } = await transform(example.code, { loader: "ts", format: "esm" });
  const printed = (await runModule(place, "example.mjs", code)).trimEnd().split("\n");
  const promised = promisesOf(example.code);
  if (promised.length > 0 && promised.join("\n") !== printed.map((line) => line.trimEnd()).join("\n"))
    throw new Error(`it says it prints\n${promised.join("\n")}\nbut it prints\n${printed.join("\n")}`);
  return `${entries.length} entry points, ${example.code.trimEnd().split("\n").length} lines`;
}

/** By npx: the version, the first `sh run` block of the command line's README, and a short sweep with its report. */
export async function runCommands({ path, manifest }: PublicPackage, place: Place): Promise<string> {
  const version = (await npx(place, "lorank --version")).trim();
  if (!version.startsWith(`lorank ${manifest.version},`))
    throw new Error(`lorank --version must begin with lorank ${manifest.version}, got ${version}`);
  const blocks = codeBlocks(pathToFileURL(join(path, "README.md")));
  const lines = blocks
    .find(({ language }) => language === "sh run")!
    .code.trim()
    .split("\n");
  for (const line of [...lines, shortSweep]) await npx(place, line);
  for (const file of ["results.json", "report.html"])
    if (!existsSync(join(place.folder, "short", file))) throw new Error(`the sweep left no ${file}`);
  return `${lines.length + 2} commands`;
}

/** Queue and tools are refused with the lines that install their packages, and are found once these are installed. */
export async function runOptionalPackages(place: Place): Promise<string> {
  const installed = ["bullmq", "ioredis", "@modelcontextprotocol/sdk"].filter((name) =>
    existsSync(join(place.folder, "node_modules", name)),
  );
  if (installed.length > 0)
    throw new Error(`an install of lorank alone must have no ${installed.join(" and no ")}`);
  const queue = `${shortSweep} --executor bullmq --redis redis://127.0.0.1:1`;
  await refuses(place, queue, "npm install @lorank/bullmq");
  await refuses(place, "lorank mcp", "npm install @lorank/mcp");
  await inPlace(place, "npm", ["install", "--prefer-offline", "@lorank/bullmq", "@lorank/mcp"]);
  await refuses(place, queue, "--redis must be the address of a Redis or Valkey server");
  return "with @lorank/bullmq and @lorank/mcp alone";
}

/** Throws unless a command line ends with these words. */
async function refuses(place: Place, line: string, words: string): Promise<void> {
  const stderr = await npx(place, line).then(
    () => "",
    (error: { readonly stderr?: string }) => error.stderr ?? "",
  );
  if (!stderr.includes(words)) throw new Error(`${line} must end with "${words}", got "${stderr}"`);
}

/** The command line where a platform has no native build of ONNX Runtime, or npm left an optional dependency out. */
export async function runWithoutNative(place: Place): Promise<string> {
  const native = `@lorank/onnxruntime-${process.platform}-${process.arch}`;
  rmSync(join(place.folder, "node_modules", native), { recursive: true });
  const { works, auto } = JSON.parse(await npx(place, "lorank doctor --json")) as {
    works: boolean;
    auto: string;
  };
  if (!works || !auto.startsWith("wasm: ")) throw new Error(`auto must begin with "wasm: ", got ${auto}`);
  return auto;
}

/** Type-checks an import of every entry point, each in the folder that its package is alone in. */
export async function checkTypes(
  used: readonly { readonly pkg: PublicPackage; readonly place: Place }[],
  resolution: "nodenext" | "bundler",
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-types-"));
  let checked = 0;
  try {
    for (const needed of [undefined, "dom", "node"]) {
      const files = used
        .filter(({ pkg }) => typesNeeded[pkg.manifest.name] === needed)
        .map(({ pkg, place }) => {
          const lines = entryPoints(pkg.manifest).map((entry, i) => `export * as entry${i} from "${entry}";`);
          checked += lines.length;
          const file = join(place.folder, "entries.ts");
          writeFileSync(file, `${lines.join("\n")}\nexport {};\n`);
          return file;
        });
      const compilerOptions = {
        noEmit: true,
        strict: true,
        skipLibCheck: false,
        module: resolution === "nodenext" ? "nodenext" : "esnext",
        moduleResolution: resolution,
        target: "es2023",
        lib: needed === "dom" ? ["es2023", "dom"] : ["es2023"],
        types: needed === "node" ? ["node"] : [],
        typeRoots: [join(root, "node_modules/@types")],
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder], folder);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return `${checked} entry points`;
}

/** Bundles `entry` for a browser. Returns how large it is. */
export async function bundle(entry: string, place: Place): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from "${entry}";`, resolveDir: place.folder },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  const { contents } = outputFiles[0]!;
  return `${kilobytes(contents.length)} minified, ${kilobytes(gzipSync(contents).length)} gzip`;
}

export function entryPoints(manifest: Manifest): string[] {
  return Object.keys(manifest.exports ?? {})
    .filter((key) => !key.endsWith(".json"))
    .map((key) => manifest.name + key.slice(1));
}

async function runModule(place: Place, name: string, code: string): Promise<string> {
  writeFileSync(join(place.folder, name), code);
  return inPlace(place, "node", [name]);
}

/** Runs a command line by npx, without asking the registry for its program. Returns what it printed. */
export function npx(place: Place, line: string): Promise<string> {
  return inPlace(place, "npx", ["--no", "--", ...line.split(/\s+/)]);
}

export function inPlace(place: Place, program: string, args: readonly string[]): Promise<string> {
  const path = dirname(place.node) + delimiter + process.env.PATH;
  return run(program, args, place.folder, { ...place.env, PATH: path });
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
