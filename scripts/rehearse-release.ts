/**
 * Rehearses a release against a registry on this machine. In a copy of the checkout it makes the versions and publishes
 * all packages; then it installs each of them alone in an empty folder, has publint check it, and uses it as a stranger would:
 *
 * - all entry points load, and the first example of the README prints what it says;
 * - `lorank` runs by npx: its version, the README's first commands and a short sweep; its queue and its tools need one more package each;
 * - all entry points have types under NodeNext and Bundler with `skipLibCheck: false`;
 * - the entry points that need no Node bundle for a browser.
 *
 * Python wheels are built of what was published, uploaded to a package index of its own, and run by uvx from there.
 *
 * Then the same checkout is published under the versions before, too. The next `lorank` is installed over them, and opens folders
 * that 0.1.0 wrote.
 *
 *     npm run rehearse-release              # builds here; with this Node
 *     npm run rehearse-release -- --full    # builds in the copy too; Node 20, 22 and 24
 *
 * Exits 1 when something fails. For Linux and macOS. docs/releasing.md says how long it takes.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { brokenRules } from "./release/check-manifest.ts";
import { type Registry, startRegistry } from "./release/registry.ts";
import { installOver, openFolders, publishBefore } from "./release/upgrade.ts";
import {
  bundle,
  checkTypes,
  entryPoints,
  forBrowsers,
  installAlone,
  type Place,
  runCommands,
  runExample,
  runOptionalPackages,
  runWithoutNative,
} from "./release/use-package.ts";
import { useWheels } from "./release/use-wheels.ts";
import {
  copyBuilds,
  copyCheckout,
  type Manifest,
  type PublicPackage,
  pnpm,
  publicPackages,
  root,
  run,
} from "./release/workspace.ts";

const { full } = parseArgs({ options: { full: { type: "boolean", default: false } } }).values;
const folder = mkdtempSync(join(tmpdir(), "lorank-release-"));
let failures = 0;
let registry: Registry | undefined;
try {
  await rehearse();
} catch (error) {
  failures += 1;
  console.log(`FAILED  ${describe(error)}`);
} finally {
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

async function rehearse(): Promise<void> {
  const before = await publicPackages(root);
  await check("package.json of every public package", async () => {
    const broken = before.flatMap((pkg) => brokenRules(pkg).map((rule) => `${pkg.folder}: ${rule}`));
    if (broken.length > 0) throw new Error(broken.join("\n"));
    return `${before.length} packages`;
  });

  const copy = join(folder, "checkout");
  const names = before.map(({ manifest }) => manifest.name);
  await step("copy of the checkout, and a registry", async () => {
    [registry] = await Promise.all([startRegistry(join(folder, "registry"), names), copyCheckout(copy)]);
  });
  const { env } = registry!;
  const pnpmInCopy = (...args: string[]) => run("npx", ["-y", pnpm, ...args], copy, env);
  await step("versions", () => pnpmInCopy("run", "new-versions"));
  const packages = await publicPackages(copy);
  for (const [index, pkg] of packages.entries())
    await check(`${pkg.manifest.name}@${pkg.manifest.version}`, async () => changelogOf(pkg, before[index]!));
  await step("build of the copy", async () => (full ? pnpmInCopy("run", "build") : copyBuilds(copy, before)));
  await step("publish", () => pnpmInCopy("exec", "changeset", "publish"));
  const python = join(folder, "python");
  mkdirSync(python);
  const storage = join(folder, "registry/storage");
  await check("Python wheels of what was published", () => useWheels(python, storage, packages, full));
  await step("publish it as the versions before", () => publishBefore(registry!, before, packages));
  await use(packages, env);
  const over: Place = { folder: join(folder, "over"), node: process.execPath, env };
  await check("lorank over the version before", () => installOver(over, before, packages));
  await check("lorank on folders of 0.1.0", () => openFolders(over));
}

/** Installs and uses all packages, under every version of Node that is asked for. */
async function use(packages: readonly PublicPackage[], env: Registry["env"]): Promise<void> {
  const parent = join(folder, "alone");
  const published = new Set(packages.map(({ manifest }) => manifest.name));
  const here = packages.filter(({ manifest }) => runsHere(manifest));
  for (const [index, node] of (await nodes(env)).entries()) {
    const version = (await run(node, ["--version"], folder)).trim();
    const used = here.map((pkg) => ({
      pkg,
      place: { folder: join(parent, version, pkg.manifest.name), node, env },
    }));
    const each = (what: string, work: (pkg: PublicPackage, place: Place) => Promise<string>) =>
      inParallel(used, ({ pkg, place }) =>
        check(`${version} ${pkg.manifest.name}: ${what}`, () => work(pkg, place)),
      );
    await each("installed alone", (pkg, place) => installAlone(pkg, place, published));
    if (index === 0) {
      // Neither depends on the version of Node.
      for (const resolution of ["nodenext", "bundler"] as const)
        await check(`types under ${resolution}`, () => checkTypes(used, resolution));
      for (const entry of forBrowsers) {
        const home = used.find(({ pkg }) => entryPoints(pkg.manifest).includes(entry));
        await check(`${entry} for a browser`, async () => bundle(entry, home!.place));
      }
    }
    await each("entry points and first example", runExample);
    for (const { pkg, place } of used)
      if (pkg.manifest.bin?.lorank !== undefined) {
        await check(`${version} ${pkg.manifest.name}: commands`, () => runCommands(pkg, place));
        await check(`${version} ${pkg.manifest.name}: optional packages`, () => runOptionalPackages(place));
        await check(`${version} ${pkg.manifest.name}: without a native build`, () => runWithoutNative(place));
      }
  }
}

/** Paths of the Nodes to try: this one, or 20, 22 and 24 from npm. */
async function nodes(env: Registry["env"]): Promise<string[]> {
  if (!full) return [process.execPath];
  const tools = join(folder, "nodes");
  mkdirSync(tools);
  const majors = ["20", "22", "24"];
  const platform = `${process.platform}-${process.arch}`;
  await npmInstall(
    tools,
    majors.map((major) => `node${major}@npm:node-${platform}@${major}`),
    env,
  );
  return majors.map((major) => join(tools, "node_modules", `node${major}`, "bin/node"));
}

/** Installs into `path/node_modules`, where everything below `path` finds it, without running install scripts. */
async function npmInstall(path: string, specs: readonly string[], env: Registry["env"]): Promise<void> {
  const flags = ["--prefix", ".", "--no-save", "--ignore-scripts", "--prefer-offline"];
  await run("npm", ["install", ...flags, ...specs], path, env);
}

/** Throws where a package has no version to publish, or a new one without an entry in its CHANGELOG.md. */
function changelogOf({ path, manifest: { version } }: PublicPackage, before: PublicPackage): string {
  if (version.startsWith("0.0."))
    throw new Error(`the version must be 0.1.0 or more, got ${version}: a changeset must say "minor"`);
  if (version === before.manifest.version) return "as it is";
  const file = join(path, "CHANGELOG.md");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (!text.includes(`\n## ${version}\n`))
    throw new Error(`CHANGELOG.md must have an entry for ${version}, got none`);
  return `CHANGELOG.md has ${text.trimEnd().split("\n").length} lines`;
}

/** Whether npm installs a package on this machine: one with a native library names its system. */
function runsHere({ os, cpu }: Manifest): boolean {
  const allows = (list: readonly string[] | undefined, own: string) =>
    list === undefined || list.includes(own);
  return allows(os, process.platform) && allows(cpu, process.arch);
}

/** A step that all later ones need. */
async function step(name: string, work: () => unknown): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`ok      ${name} (${seconds(start)})`);
}

async function check(name: string, work: () => Promise<string>): Promise<void> {
  const start = performance.now();
  try {
    const did = await work();
    console.log(`ok      ${name} (${did}; ${seconds(start)})`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${name}\n${describe(error)}`);
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

function describe(error: unknown): string {
  const { message, stdout = "", stderr = "" } = error as Error & { stdout?: string; stderr?: string };
  // The message of a failed process repeats what it wrote to stderr.
  return [stderr === "" ? message : message.split("\n")[0], stdout, stderr].join("\n").trim();
}

function seconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
