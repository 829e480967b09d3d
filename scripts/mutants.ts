/**
 * `npm run mutants -- --count 200 --seed 1` changes one place of `src` after another and says which changes no test notices. The same
 * seed draws the same places of the same sources. It works in a checkout of HEAD of its own, and ends with the share that was killed.
 *
 * A mutant is tried on the few tests of its package that are nearest to its file, then on all that reach it. What is left of a
 * package is tried together on the tests of the packages that use it. `--all` tries the slow tests too (other processes, browsers);
 * `--below FOLDER` draws from a part of the sources; `--print` only draws.
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

/** Far above what the slowest tests of one file take: a mutant that has not ended by then hangs, which is noticed. */
const MOST_SECONDS = 1_800;

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

const files = sourceFolders.flatMap(sourceFilesIn).filter((file) => file.startsWith(values.below));
const points = files.sort().flatMap((file) => mutantsOf(file, readFileSync(join(root, file), "utf8")));
if (points.length === 0) throw new Error(`--below must be a folder with sources, got ${values.below}`);
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
  const fails = (name: string, files: readonly string[]): boolean =>
    testFailure(checkout, name, ["related", ...pathsOf(files), "--run"]) !== undefined;
  const failsNear = (home: string, [file = ""]: readonly string[]): boolean => {
    const near = testsNear(file, home, 4);
    return near.length > 0 && testFailure(checkout, home, ["run", ...pathsOf(near)]) !== undefined;
  };
  try {
    run("git", ["worktree", "add", "--quiet", "--detach", checkout, "HEAD"], root);
    run("npm", ["run", "-s", "bootstrap"], checkout);
    const users = usersOf(checkout);
    let killed = 0;
    for (const home of new Set(drawn.map(({ file }) => packageOf(file)))) {
      const mutants = drawn.filter(({ file }) => packageOf(file) === home);
      const words = ["related", ...pathsOf(mutants.map(({ file }) => file)), "--run"];
      const mustPass = (name: string): void => {
        const failure = testFailure(checkout, name, words);
        if (failure !== undefined)
          throw new Error(`tests must pass before ${home} is changed, got\n${failure}`);
      };
      mustPass(home);
      let left = mutants;
      const sift = (dead: readonly Mutant[]): void => {
        for (const mutant of dead) console.log(`killed   ${shown(mutant)}`);
        left = left.filter((mutant) => !dead.includes(mutant));
      };
      for (const mutant of mutants)
        sift(killedOf([mutant], checkout, (of) => failsNear(home, of) || fails(home, of)));
      for (const name of users.get(home) ?? []) {
        const dead = killedOf(left, checkout, (of) => fails(name, of));
        if (dead.length > 0) mustPass(name);
        sift(dead);
      }
      for (const mutant of left) console.log(`survived ${shown(mutant)}`);
      killed += mutants.length - left.length;
    }
    const share = Math.round((100 * killed) / drawn.length);
    console.log(`seed ${seed}: ${killed} of ${drawn.length} killed (${share} %)`);
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
function testFailure(checkout: string, name: string, words: readonly string[]): string | undefined {
  const project = values.all ? [] : ["--project", "usual"];
  const program = join(checkout, "node_modules/vitest/vitest.mjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, ...words, "--bail", "1", "--passWithNoTests", ...project],
    {
      cwd: join(checkout, name),
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: MOST_SECONDS * 1000,
      killSignal: "SIGKILL",
    },
  );
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
