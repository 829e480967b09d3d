/**
 * The folder that a Python wheel runs: the command line and all packages that it needs, as Node looks for them. Packages of
 * this repository come from their packed tarballs, others from `node_modules`, where pnpm held them to the lockfile's digests.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Manifest, type PublicPackage, readManifest, run } from "../release/workspace.ts";

/** Licences that `license` of python/pyproject.toml names. */
const licences = ["Apache-2.0", "MIT", "ISC"];

/** What Node does not read, and a user of the program does not either. Licences in Markdown stay. */
const unread = /\.(map|d\.[cm]?ts|[cm]?ts|tsx|flow)$|^(?!licen[cs]e|notice).*\.(md|markdown)$/i;
const unreadFolders = new Set(["test", "tests", "docs", "examples", "node_modules", "umd"]);

/** Licence texts of packages that bring none. */
const textsElsewhere: Readonly<Record<string, string>> = {
  "onnxruntime-common": "@lorank/onnxruntime/NOTICE",
};

/** File of the program in the app. What it says to a user of Python differs from what it says to one of npm. */
const entry = `// Starts the command line, which then names pip where it would name npm.
process.env.LORANK_INSTALLED_BY = "pip";
await import("./node_modules/lorank/dist/main.js");
`;

export interface App {
  /** Runs on each platform but for ONNX Runtime's native build. */
  readonly folder: string;
  /** Folder of ONNX Runtime's native build, by platform such as `linux-x64`. */
  readonly natives: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  /** Lines with name, version and licence of the packages that others wrote. */
  readonly thirdParty: string;
}

/** A package to be put into the app, with the folder where its own dependencies are looked for. */
interface Needed {
  readonly name: string;
  readonly from: string;
}

/** Puts the app together in `folder` from the tarballs in `tarballs`, with the native builds of `platforms` beside it. */
export async function stageApp(
  folder: string,
  tarballs: string,
  packages: readonly PublicPackage[],
  platforms: readonly string[],
): Promise<App> {
  const own = new Map(packages.map((pkg) => [pkg.manifest.name, pkg]));
  const app = join(folder, "app");
  const licenceLines: string[] = [];
  const placed = new Map<string, string>();
  const left: Needed[] = [{ name: "lorank", from: "" }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { name, from } = next;
    const home = own.get(name)?.path ?? installed(name, from);
    const { version } = readManifest(home);
    const before = placed.get(name);
    if (before !== undefined && before !== version)
      throw new Error(`${name} must have one version in the app, got ${before} and ${version}`);
    if (before !== undefined) continue;
    placed.set(name, version);
    const place = join(app, "node_modules", name);
    if (own.has(name)) await unpack(tarballs, name, place);
    else {
      copyRead(home, place);
      licenceLines.push(licenceOf(home));
    }
    for (const dependency of Object.keys(readManifest(place).dependencies ?? {}))
      left.push({ name: dependency, from: home });
  }
  writeFileSync(join(app, "main.mjs"), entry);
  const natives = new Map<string, string>();
  for (const platform of platforms) {
    const place = join(folder, "native", platform);
    await unpack(tarballs, `@lorank/onnxruntime-${platform}`, place);
    natives.set(platform, place);
  }
  const manifest = readManifest(join(app, "node_modules/lorank"));
  return { folder: app, natives, manifest, thirdParty: `${licenceLines.sort().join("\n")}\n` };
}

/** Unpacks the tarball of a package, as npm would install it, but for what is not read. */
async function unpack(tarballs: string, name: string, place: string): Promise<void> {
  const start = `${name.replace("@", "").replace("/", "-")}-`;
  const files = readdirSync(tarballs).filter(
    (file) => file.startsWith(start) && /^\d+\.\d+\.\d+\S*\.tgz$/.test(file.slice(start.length)),
  );
  if (files.length !== 1)
    throw new Error(`${tarballs} must have one ${start}VERSION.tgz, got ${files.length}`);
  const whole = `${place}.packed`;
  mkdirSync(whole, { recursive: true });
  await run("tar", ["-xzf", join(tarballs, files[0]!), "-C", whole], tarballs);
  copyRead(join(whole, "package"), place);
  rmSync(whole, { recursive: true });
}

function copyRead(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => path === from || !(unread.test(basename(path)) || unreadFolders.has(basename(path))),
  });
}

/** Folder of a package that `from`, a package's folder, imports. */
function installed(name: string, from: string): string {
  for (let folder = realpathSync(from); ; folder = dirname(folder)) {
    const place = join(folder, "node_modules", name);
    if (existsSync(place)) return realpathSync(place);
    if (folder === dirname(folder))
      throw new Error(`${name} must be installed for ${from}, got no such package`);
  }
}

/** Name, version, licence, and where its text lies in the app. */
function licenceOf(folder: string): string {
  const { name, version, license } = readManifest(folder);
  if (!licences.includes(String(license)))
    throw new Error(`license of ${name} must be one of ${licences.join(", ")}, got ${String(license)}`);
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? textsElsewhere[name] : `${name}/${file}`;
  if (text === undefined) throw new Error(`${name} must bring the text of its licence, got none`);
  return `${name} ${version}, ${String(license)}: lorank/_app/node_modules/${text}`;
}
