/**
 * `npm run mutants -- --count 200 --seed 1` changes one place of `src` after another and says which changes no test notices. The same
 * seed draws the same places of the same sources. It works in a checkout of HEAD of its own, and ends with the share that was killed.
 *
 * A mutant is tried on the tests of its package that reach its file, then on those of the packages that use it. `--all` tries the slow
 * tests too (other processes, browsers); `--below FOLDER` draws from a part of the sources; `--print` only draws.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { parseArgs } from "node:util";
import { randomOf } from "./attack/mutate.ts";
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
  try {
    run("git", ["worktree", "add", "--quiet", "--detach", checkout, "HEAD"], root);
    run("npm", ["run", "-s", "bootstrap"], checkout);
    const users = usersOf(checkout);
    const failureAfter = (mutated: readonly string[], home: string): string | undefined => {
      for (const name of [home, ...(users.get(home) ?? [])]) {
        const failure = testFailure(checkout, name, mutated);
        if (failure !== undefined) return failure;
      }
    };
    for (const home of new Set(drawn.map(({ file }) => packageOf(file)))) {
      const mutated = drawn.map(({ file }) => file).filter((file) => packageOf(file) === home);
      const failure = failureAfter(mutated, home);
      if (failure !== undefined)
        throw new Error(`tests must pass before ${home} is changed, got\n${failure}`);
    }
    let killed = 0;
    for (const mutant of drawn) {
      const path = join(checkout, mutant.file);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.slice(0, mutant.start) + mutant.after + text.slice(mutant.end));
      const isKilled = failureAfter([mutant.file], packageOf(mutant.file)) !== undefined;
      writeFileSync(path, text);
      if (isKilled) killed++;
      console.log(`${isKilled ? "killed  " : "survived"} ${shown(mutant)}`);
    }
    const share = Math.round((100 * killed) / drawn.length);
    console.log(`seed ${seed}: ${killed} of ${drawn.length} killed (${share} %)`);
    return 0;
  } finally {
    run("git", ["worktree", "remove", "--force", checkout], root);
  }
}

/** Runs the tests of a package that reach one of the files; gives the output if one fails. */
function testFailure(checkout: string, name: string, mutated: readonly string[]): string | undefined {
  const project = values.all ? [] : ["--project", "usual"];
  const paths = mutated.map((file) => join(checkout, file));
  const { status, stdout, stderr } = spawnSync(
    "npx",
    ["vitest", "related", ...paths, "--run", "--bail", "1", "--passWithNoTests", ...project],
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
