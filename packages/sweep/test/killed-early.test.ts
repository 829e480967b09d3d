import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { foreignNames } from "../src/store/own-names.ts";
import { buildPrograms } from "./helpers/build.ts";
import type { EarlySweep } from "./helpers/early-sweep-program.ts";
import { filesUnder, temporaryFolder } from "./helpers/example.ts";
import { searchPlace } from "./helpers/search-example.ts";

const built = temporaryFolder();
let programs: Awaited<ReturnType<typeof buildPrograms>>;
beforeAll(async () => {
  programs = await buildPrograms(built);
});

/** One trial whose every byte is known, in a folder of its own; with `search`, three more that find its rate. */
function earlySweep({ search }: { readonly search: boolean }): EarlySweep {
  const { inputs, out } = searchPlace({ best: { 2: 0.001 } }, { ranks: [2], seeds: [0] });
  const { plan, modelPath, fake } = inputs;
  const dataset = Buffer.from(inputs.dataset).toString();
  return {
    config: plan.config,
    place: { out, modelPath, dataset, fake, trialsAtOnce: 2 },
    wanted: { learningRate: search, epochs: false },
    nth: 0,
  };
}

interface End {
  /** The exit code, or the signal that ended it. */
  readonly end: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function run(sweep: EarlySweep, wrap: readonly string[] = []): Promise<End> {
  const command = [...wrap, process.execPath, programs.earlySweepProgram, JSON.stringify(sweep)];
  return new Promise((resolve) => {
    execFile(command[0]!, command.slice(1), (error, stdout, stderr) => {
      resolve({ end: error === null ? 0 : (error.signal ?? error.code), stdout, stderr });
    });
  });
}

// The paths below are told by their slashes, and Windows knows no SIGKILL.
const posix = test.runIf(process.platform !== "win32");

/** Bytes by path, but of attempts, whose logs have times. */
function contents(out: string): Map<string, string> {
  const files = filesUnder(out).filter((file) => !file.includes("/attempts/"));
  return new Map(files.map((file) => [relative(out, file), readFileSync(file, "base64")]));
}

/** Without what is random or a hash in it. */
function kind(name: string): string {
  return name.replace(/[0-9a-f]{64}/g, "<hash>").replace(/[0-9a-f]{8}-\d+-\d+\.[0-9a-f]{16}\.tmp$/, "tmp");
}

/** Two at a time. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

posix.each<[string, boolean, (call: string) => boolean, string[]]>([
  [
    "from its first folder to its first spec",
    false,
    (call) => !/ (specs\/|attempts\/|adapters|results\/|\.results|sweep\.lock)/.test(call),
    [".settings.json.tmp", ".sweep.json.tmp", ".sweep.lock.tmp", "data/.<hash>.json.tmp"],
  ],
  [
    "in its search",
    true,
    (call) => / search/.test(call) && !/\/(attempts|results)\//.test(call),
    ["search/.data-<hash>.json.tmp", "search/.search.json.tmp", "search/specs/.<hash>.json.tmp"],
  ],
])("a sweep killed before any call that writes, %s, goes on to the same bytes", async (...given) => {
  const [, search, isMeant, temporaryFiles] = given;
  const quiet = earlySweep({ search });
  const undisturbed = await run(quiet);
  expect(undisturbed).toMatchObject({ end: 0, stderr: "" });
  const calls = (JSON.parse(undisturbed.stdout) as string[]).map(kind);
  const points = [...new Set(calls.filter(isMeant))].map((call) => ({ call, nth: calls.indexOf(call) + 1 }));
  expect(points.length).toBeGreaterThan(10);
  const left = new Set<string>();

  await forEach(points, async ({ call, nth }) => {
    const sweep = earlySweep({ search });
    const { out } = sweep.place;
    expect(await run({ ...sweep, nth }), call).toMatchObject({ end: "SIGKILL" });
    expect(foreignNames(out), call).toEqual([]);
    if (nth > 1) for (const path of contents(out).keys()) left.add(kind(path));
    expect(await run(sweep), call).toMatchObject({ end: 0, stderr: "" });
    expect(contents(out), call).toEqual(contents(quiet.place.out));
    expect(filesUnder(out).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });
  expect([...left].filter((path) => path.endsWith(".tmp")).sort()).toEqual(temporaryFiles);
});

test("a sweep that ran out of disk before its first trial goes on to the same bytes when there is room", async ({
  skip,
}) => {
  const mountPoint = temporaryFolder();
  // In a mount namespace of its own: nothing else sees this file system, and it goes with the command.
  const inNamespace = (script: string) => ["unshare", "-m", "sh", "-ec", script, mountPoint];
  try {
    const [command, ...rest] = inNamespace('mount -t tmpfs -o nr_inodes=4 none "$0"');
    execFileSync(command!, rest, { stdio: "pipe" });
  } catch (error) {
    skip(`needs root and unshare(1) to mount a small file system: ${(error as Error).message}`);
  }
  const quiet = earlySweep({ search: false });
  expect(await run(quiet)).toMatchObject({ end: 0 });
  // Inodes: from the root and the results folder alone to all but the first spec. Pages: for the lease; for sweep.json too.
  const limits = [2, 3, 4, 5, 6, 7, 8, 9].map((inodes) => `nr_inodes=${inodes}`);
  await forEach([...limits, "size=4k", "size=8k"], async (limit) => {
    const sweep = earlySweep({ search: false });
    const copy = sweep.place.out;
    mkdirSync(copy);
    const full = { ...sweep, place: { ...sweep.place, out: join(mountPoint, "out") } };
    const script = [
      `mount -t tmpfs -o ${limit} none "$0"`,
      '! "$@" || exit 9',
      'mount -o remount,size=1m,nr_inodes=0 "$0"',
      '"$@"',
      `cp -a "$0/out/." '${copy}'`,
    ].join("\n");
    const { end, stderr } = await run(full, inNamespace(script));
    expect(end, `${limit}: ${stderr}`).toBe(0);
    expect(stderr, limit).toContain("ENOSPC");
    expect(contents(copy), limit).toEqual(contents(quiet.place.out));
    expect(filesUnder(copy).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });
});
