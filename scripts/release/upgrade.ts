/**
 * The next version in the place of the last one: installed over it, and on folders that 0.1.0 wrote.
 *
 * `folders-0.1.0.tar.gz` has four results folders, made on the commit that cut 0.1.0:
 *
 *     lorank sweep --ranks 1,2 --seeds 2 --train-examples 32 --validation-examples 40 --test-examples 40 --targets q_proj --out engine
 *     lorank sweep trained.yaml --out trained
 *
 * `stopped` was begun as `engine` and `race` by race.yaml; SIGTERM ended both after some trials. Their reports are left out, and
 * so are the adapters that `engine` hands out.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Registry } from "./registry.ts";
import { inPlace, npx, type Place } from "./use-package.ts";
import { type PublicPackage, run } from "./workspace.ts";

/** What a registry knows of one version. */
interface PublishedVersion {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly dist: { readonly tarball: string };
}

/** The command line, and a package that is installed beside it. */
const installed = ["lorank", "@lorank/bullmq"];

/**
 * Publishes what was published as `after` under its versions of `before` too, which name each other. Done by hand for a tenth of the
 * processor time that npm takes.
 */
export async function publishBefore(
  { url }: Registry,
  before: readonly PublicPackage[],
  after: readonly PublicPackage[],
): Promise<void> {
  const earlier = versionsOf(before);
  const later = versionsOf(after);
  const changed = after.filter(({ manifest: { name, version } }) => version !== earlier.get(name));
  for (const { manifest } of changed) {
    const { name } = manifest;
    const version = earlier.get(name)!;
    const address = `${url}${name.replace("/", "%2f")}`;
    const known = (await (await fetch(address)).json()) as { versions: Record<string, PublishedVersion> };
    const published = known.versions[later.get(name)!]!;
    const dependencies = Object.fromEntries(
      Object.entries(published.dependencies ?? {}).map(([needed, range]) => {
        const isChanged = earlier.has(needed) && earlier.get(needed) !== later.get(needed);
        return [needed, isChanged ? range.replace(later.get(needed)!, earlier.get(needed)!) : range];
      }),
    );
    const tarball = Buffer.from(await (await fetch(published.dist.tarball)).arrayBuffer());
    const packed = await packedAs(tarball, { version, dependencies });
    const file = `${name}-${version}.tgz`;
    const dist = {
      tarball: `${url}${name}/-/${file}`,
      shasum: createHash("sha1").update(packed).digest("hex"),
      integrity: `sha512-${createHash("sha512").update(packed).digest("base64")}`,
    };
    const answer = await fetch(address, {
      method: "PUT",
      headers: { "content-type": "application/json", authorization: "Bearer rehearsal" },
      body: JSON.stringify({
        _id: name,
        name,
        "dist-tags": { before: version },
        versions: { [version]: { ...published, _id: `${name}@${version}`, version, dependencies, dist } },
        _attachments: {
          [file]: {
            content_type: "application/octet-stream",
            data: packed.toString("base64"),
            length: packed.length,
          },
        },
      }),
    });
    if (!answer.ok) throw new Error(`${name}@${version}: ${answer.status} ${await answer.text()}`);
  }
}

/** A package's archive with these members of its package.json. */
async function packedAs(tarball: Buffer, members: object): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-pack-"));
  try {
    const [archive, manifest] = [join(folder, "package.tgz"), join(folder, "package/package.json")];
    writeFileSync(archive, tarball);
    await run("tar", ["-xzf", archive], folder);
    writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), ...members }));
    await run("tar", ["-czf", archive, "package"], folder);
    return readFileSync(archive);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Installs the versions `before`, then the latest over them: each package is then there once, in its version of `after`. */
export async function installOver(
  place: Place,
  before: readonly PublicPackage[],
  after: readonly PublicPackage[],
): Promise<string> {
  const earlier = versionsOf(before);
  mkdirSync(place.folder, { recursive: true });
  writeFileSync(join(place.folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await npmInstall(place, (name) => earlier.get(name)!);
  const was = await npx(place, "lorank --version");
  if (!was.startsWith(`lorank ${earlier.get("lorank")},`))
    throw new Error(`the version before must be ${earlier.get("lorank")}, got ${was}`);
  await npmInstall(place, () => "latest");
  const mixed = mixedVersions(place, versionsOf(after));
  if (mixed.length > 0)
    throw new Error(`no version may stay behind or be there twice, got\n${mixed.join("\n")}`);
  return `${earlier.get("lorank")}, then ${versionsOf(after).get("lorank")}`;
}

/** Opens the folders of 0.1.0: two have results, two go on where they were stopped. */
export async function openFolders(place: Place): Promise<string> {
  await run("tar", ["-xzf", join(import.meta.dirname, "folders-0.1.0.tar.gz")], place.folder);
  const finished = attemptsOf(place, "stopped").filter((file) => file.endsWith("result.json"));
  const before = finished.map((file) => readFileSync(join(place.folder, file), "utf8"));

  await says(place, "lorank verdict engine", "No rank is shown to be better than the class prior.");
  await says(
    place,
    "lorank verdict trained",
    "Use rank 4: it loses at most 2.9 points, within the 3 that you accept.",
  );
  await says(place, "lorank report trained", "report.html");
  await says(place, "lorank status stopped", "2 of 4 trials done");
  await says(place, "lorank sweep --out stopped", "Verdict: inconclusive.");
  await says(place, "lorank sweep race.yaml --out race", "Use rank 2: it loses at most 3.9 points");

  // Both have the trials of one sweep.
  await says(place, "lorank compare engine stopped", "are copies of each other, so nothing is compared.");
  if (!readFileSync(join(place.folder, "stopped/results.json"), "utf8").includes('"examplesSha256":'))
    throw new Error("results of a sweep that goes on must have a digest of its examples, got none");

  const after = finished.map((file) => readFileSync(join(place.folder, file), "utf8"));
  if (finished.length !== 2 || before.join() !== after.join())
    throw new Error("the trials that 0.1.0 finished must stay as they are");
  const trials = (name: string) =>
    readdirSync(join(place.folder, name, "attempts"))
      .toSorted()
      .join();
  if (trials("stopped") !== trials("engine"))
    throw new Error(
      `the ids of trials must be those of 0.1.0, got\n${trials("stopped")}\n${trials("engine")}`,
    );
  for (const file of ["trained/report.html", "stopped/results.json", "race/results.json"])
    if (!existsSync(join(place.folder, file))) throw new Error(`a command must leave ${file}, got none`);
  return "4 folders of 0.1.0";
}

function versionsOf(packages: readonly PublicPackage[]): Map<string, string> {
  return new Map(packages.map(({ manifest: { name, version } }) => [name, version]));
}

async function npmInstall(place: Place, version: (name: string) => string): Promise<void> {
  await inPlace(place, "npm", [
    "install",
    "--prefer-offline",
    ...installed.map((name) => `${name}@${version(name)}`),
  ]);
}

/** The installed packages of `versions` that have another version, or lie below another package. */
function mixedVersions({ folder }: Place, versions: ReadonlyMap<string, string>): string[] {
  const lock = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  return Object.entries(lock.packages)
    .map(([path, { version }]) => ({ path, version, name: path.replace(/^.*node_modules\//, "") }))
    .filter(({ name }) => versions.has(name))
    .filter(({ path, version, name }) => path !== `node_modules/${name}` || version !== versions.get(name))
    .map(({ path, version }) => `${path} ${version}`);
}

function attemptsOf({ folder }: Place, name: string): string[] {
  const files = readdirSync(join(folder, name, "attempts"), { recursive: true, encoding: "utf8" });
  return files.map((file) => join(name, "attempts", file));
}

/** Throws unless a command line prints these words, on one line or broken over several. */
async function says(place: Place, line: string, words: string): Promise<void> {
  const printed = (await npx(place, line)).replaceAll(/\s+/g, " ");
  if (!printed.includes(words)) throw new Error(`${line} must print "${words}", got ${printed}`);
}
