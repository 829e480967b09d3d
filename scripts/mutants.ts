/**
 * `npm run mutants -- --count 200 --seed 1` changes one place of `src` after another and prints the changes that no test notices. The
 * same seed draws the same places of the same sources. It works in a checkout of HEAD of its own.
 *
 * Each mutant is tried on the quick tests of its file's name, on the four others nearest to it, and on all quick tests of its package
 * that reach it. Those that live meet the slow tests of their name, then the quick tests of the packages that use theirs. `--all` tries
 * all slow tests too (processes, browsers). Two shares are printed: killed by the package's quick tests, and by any test tried.
 *
 * `--below FOLDER,FOLDER` draws from parts of the sources; `--print` only draws.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { parseArgs } from "node:util";
import { randomOf } from "./attack/mutate.ts";
import { testsNear } from "./mutants/near.ts";
import { type Mutant, mutantsOf } from "./mutants/points.ts";
import { root, sourceFilesIn, sourceFolders } from "./source-files.mjs";

/** Far above what the nearest tests and those of a package take: a mutant that has not ended by then hangs, which is noticed. */
const MOST_SECONDS = { near: 400, all: 1_800 };

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    below: { type: "string", default: "" },
    all: { type: "boolean", default: false },
    print: { type: "boolean", default: false },
  },
});
const [count, seed] = [values.count, values.seed].map((text) => {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Error(`--count and --seed must be whole numbers, got ${text}`);
}) as [number, number];

/** Words of Vitest that leave out the slow tests. */
const quick = ["--project", "usual"];

const below = values.below.split(",");
const files = sourceFolders.flatMap(sourceFilesIn).sort();
const emptyFolder = below.find((folder) => !files.some((file) => file.startsWith(folder)));
if (emptyFolder !== undefined) throw new Error(`--below must be folders with sources, got ${emptyFolder}`);
const points = files
  .filter((file) => below.some((folder) => file.startsWith(folder)))
  .flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")));
const drawn = drawnFrom(points, Math.min(count, points.length));

if (values.print) for (const mutant of drawn) console.log(shown(mutant));
else process.exitCode = tryAll();

function drawnFrom(from: readonly Mutant[], many: number): Mutant[] {
  const random = randomOf(seed);
  const rest = [...from];
  return Array.from({ length: many }, () => rest.splice(random.below(rest.length), 1)[0]!);
}

function shown({ file, line, before, after }: Mutant): string {
  const inOneLine = (text: string): string => text.replace(/\s+/g, " ").slice(0, 60);
  return `${file}:${line} ${inOneLine(before)} -> ${inOneLine(after)}`;
}

function tryAll(): number {
  const checkout = mkdtempSync(join(tmpdir(), "lorank-mutants-"));
  const pathsOf = (files: readonly string[]): string[] => files.map((file) => join(checkout, file));
  const fails = (name: string, files: readonly string[], projects = quick): boolean =>
    testFailure(checkout, name, ["related", ...pathsOf(files), "--run", ...projects]) !== undefined;
  const failsOf = (home: string, tests: readonly string[], projects: readonly string[]): boolean =>
    tests.length > 0 &&
    testFailure(checkout, home, ["run", ...pathsOf(tests), ...projects], "near") !== undefined;
  const failsNear = (home: string, [file = ""]: readonly string[]): boolean => {
    const { named, others } = testsNear(file, home);
    return failsOf(home, named, quick) || failsOf(home, others.slice(0, 4), quick);
  };
  const failsSlow = (home: string, files: readonly string[]): boolean =>
    values.all ? fails(home, files, []) : failsOf(home, testsNear(files[0]!, home).named, []);
  const homes = new Set(drawn.map(({ file }) => packageOf(file)));
  const drawnIn = (home: string): string[] =>
    drawn.map(({ file }) => file).filter((file) => packageOf(file) === home);
  const mustPass = (name: string, home: string): void => {
    const files = drawnIn(home);
    const named = name === home ? files.flatMap((file) => testsNear(file, home).named) : [];
    for (const words of [
      ["related", ...pathsOf(files), "--run", ...quick],
      ["run", ...pathsOf(named)],
    ]) {
      const failure = words.length > 1 ? testFailure(checkout, name, words) : undefined;
      if (failure !== undefined)
        throw new Error(`tests must pass before ${home} is changed, got\n${failure}`);
    }
  };
  let left: readonly Mutant[] = drawn;
  const sift = (by: string, dead: readonly Mutant[]): void => {
    for (const mutant of dead) console.log(`killed by ${by}: ${shown(mutant)}`);
    left = left.filter((mutant) => !dead.includes(mutant));
  };
  try {
    run("git", ["worktree", "add", "--quiet", "--detach", checkout, "HEAD"], root);
    run("npm", ["run", "-s", "bootstrap"], checkout);
    for (const home of homes) mustPass(home, home);
    const siftEach = (by: string, isNoticed: (home: string, files: readonly string[]) => boolean): void => {
      for (const mutant of left) {
        const home = packageOf(mutant.file);
        sift(
          `${home}, ${by}`,
          killedOf([mutant], checkout, (files) => isNoticed(home, files)),
        );
        if (left.includes(mutant)) console.log(`not killed by ${by}: ${shown(mutant)}`);
      }
    };
    siftEach("near quick tests", failsNear);
    siftEach("all quick tests", fails);
    const quickly = drawn.length - left.length;
    siftEach(values.all ? "all slow tests" : "slow tests of its name", failsSlow);
    const users = usersOf(checkout);
    for (const home of homes) {
      for (const name of users.get(home) ?? []) {
        const ofHome = left.filter(({ file }) => packageOf(file) === home);
        const dead = killedOf(ofHome, checkout, (files) => fails(name, files, values.all ? [] : quick));
        if (dead.length > 0) mustPass(name, home);
        sift(name, dead);
      }
    }
    for (const mutant of left) console.log(`survived: ${shown(mutant)}`);
    const share = (killed: number): string =>
      `${killed} of ${drawn.length} (${Math.round((100 * killed) / drawn.length)} %)`;
    console.log(
      `seed ${seed}: quick tests killed ${share(quickly)}, all that were tried ${share(drawn.length - left.length)}`,
    );
    return 0;
  } finally {
    run("git", ["worktree", "remove", "--force", checkout], root);
  }
}

/** The mutants that a test notices. Those of different places are tried at once; where a test fails, each half of them. */
function killedOf(
  mutants: readonly Mutant[],
  checkout: string,
  fails: (files: readonly string[]) => boolean,
): readonly Mutant[] {
  if (mutants.length === 0) return [];
  const overlaps = (a: Mutant, b: Mutant): boolean => a.file === b.file && a.start < b.end && b.start < a.end;
  const together = mutants.filter(
    (mutant, i) => !mutants.slice(0, i).some((other) => overlaps(mutant, other)),
  );
  const files = [...new Set(together.map(({ file }) => file))];
  const texts = files.map((file) => readFileSync(join(checkout, file), "utf8"));
  for (const [i, file] of files.entries()) {
    const ofFile = together.filter((mutant) => mutant.file === file).sort((a, b) => b.start - a.start);
    const replaced = (text: string, { start, end, after }: Mutant) =>
      text.slice(0, start) + after + text.slice(end);
    writeFileSync(join(checkout, file), ofFile.reduce(replaced, texts[i]!));
  }
  const isNoticed = fails(files);
  for (const [i, file] of files.entries()) writeFileSync(join(checkout, file), texts[i]!);
  const middle = Math.ceil(together.length / 2);
  const halves = isNoticed ? [together.slice(0, middle), together.slice(middle)] : [];
  const killed =
    isNoticed && together.length === 1 ? together : halves.flatMap((half) => killedOf(half, checkout, fails));
  const others = mutants.filter((mutant) => !together.includes(mutant));
  return [...killed, ...killedOf(others, checkout, fails)];
}

/** Runs the tests of a package that these words of Vitest name; gives the output if one fails. */
function testFailure(
  checkout: string,
  name: string,
  words: readonly string[],
  limit: keyof typeof MOST_SECONDS = "all",
): string | undefined {
  const program = join(checkout, "node_modules/vitest/vitest.mjs");
  const { pid, status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...words, "--bail", "1", "--passWithNoTests"],
    {
      cwd: join(checkout, name),
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: MOST_SECONDS[limit] * 1000,
      killSignal: "SIGKILL",
      detached: true,
    },
  );
  // A worker in an endless loop does not notice that Vitest has ended.
  if (status === null) spawnSync("kill", ["-KILL", "--", `-${pid}`]);
  return status === 0 ? undefined : `${name}: ${stdout}${stderr}`;
}

/** The folders of the packages that depend on each package, by its folder. */
function usersOf(checkout: string): Map<string, string[]> {
  const manifests = sourceFolders.map((folder) => {
    const text = readFileSync(join(checkout, dirname(folder), "package.json"), "utf8");
    return { folder: dirname(folder), ...(JSON.parse(text) as { name: string; dependencies?: object }) };
  });
  const users = ({ name }: { name: string }): string[] =>
    manifests.filter(({ dependencies = {} }) => name in dependencies).map(({ folder }) => folder);
  return new Map(manifests.map((manifest) => [manifest.folder, users(manifest)]));
}

function packageOf(file: string): string {
  return file.split(sep).slice(0, 2).join(sep);
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status } = spawnSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}
