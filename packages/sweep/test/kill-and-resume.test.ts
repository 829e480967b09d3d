import { readFileSync, rmSync, statSync } from "node:fs";
import { trialId } from "@lorank/train/spec";
import { beforeAll, expect, onTestFailed, test } from "vitest";
import { isNightly } from "../../../scripts/nightly.ts";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { whileRunning } from "../../../scripts/while-running.ts";
import type { SweepConfig } from "../src/index.ts";
import { SweepStore } from "../src/store/store.ts";
import { buildPrograms } from "./helpers/build.ts";
import {
  comparable,
  datasetText,
  type ExampleSweep,
  exampleConfig,
  examplePlan,
  filesUnder,
  runExample,
  workplace,
} from "./helpers/example.ts";
import { misbehaving, numbersFrom } from "./helpers/fake-trainer.ts";
import * as processes from "./helpers/sweep-process.ts";
import { type SweepProcess, trialProcesses, until } from "./helpers/sweep-process.ts";

// Real processes are killed, found again by their command lines in /proc, and must be gone.
const linux = test.runIf(process.platform === "linux");

const built = temporaryFolder();
let programs: Awaited<ReturnType<typeof buildPrograms>>;
beforeAll(async () => {
  programs = await buildPrograms(built);
});

function startSweep(config: SweepConfig, { testExamples: _, ...place }: ExampleSweep): SweepProcess {
  return processes.startSweep(programs.sweepProgram, { config, place: { ...place, dataset: datasetText } });
}

const config = { ...exampleConfig, ranks: [1, 2, 4], seeds: [0, 1], evaluateEvery: 2 };

/** Every JSON file parses, and no temporary file is left. */
function expectWhole(out: string): void {
  for (const file of filesUnder(out)) {
    expect(file).not.toMatch(/\.tmp$/);
    if (file.endsWith(".json")) expect(() => JSON.parse(readFileSync(file, "utf8")), file).not.toThrow();
  }
}

/** The adapters' bytes by file name below `out`. */
function adapterBytes(out: string): Map<string, string> {
  const files = filesUnder(out).filter((file) => file.startsWith(`${out}/adapters/`));
  return new Map(files.map((file) => [file.slice(out.length), readFileSync(file).toString("base64")]));
}

/** Half of them of the whole group. */
const killCount = isNightly ? 10 : 4;

linux("kills at random moments, each resumed, leave the bytes of an undisturbed sweep", async () => {
  const seed = process.env.KILL_SEED ?? "1";
  const random = numbersFrom(seed);
  onTestFailed(() => console.error(`The moments were drawn with KILL_SEED=${seed}.`));
  const quiet = workplace();
  const startedAt = Date.now();
  const undisturbed = startSweep(config, quiet);
  expect(await undisturbed.ended).toMatchObject({ code: 0 });
  // A whole sweep; on a machine that was busy just now, what it takes on an idle one.
  const wholeMs = Math.min(Date.now() - startedAt, 2_000);

  let kills = 0;
  while (kills < killCount) {
    const place: ExampleSweep = workplace();
    for (;;) {
      const { child, ended } = startSweep(config, place);
      // Half of the time the parent alone is killed; its children must notice by themselves.
      const target = kills % 2 === 0 ? -child.pid! : child.pid!;
      const kill = () => kills < killCount && process.kill(target, "SIGKILL");
      const timer = setTimeout(kill, random() * wholeMs * 0.9);
      const { code, signal, stderr } = await ended;
      clearTimeout(timer);
      if (signal === "SIGKILL") {
        kills++;
        continue;
      }
      expect(code, stderr).toBe(0);
      break;
    }
    await until(() => trialProcesses(place.out).length === 0, "no trial of a killed sweep runs");
    expect(comparable(place.out)).toBe(comparable(quiet.out));
    expect(adapterBytes(place.out)).toEqual(adapterBytes(quiet.out));
    expectWhole(place.out);
    const { disagreements, results } = await runExample(examplePlan(config), place);
    expect(disagreements).toEqual([]);
    const steps = results!.trials.map(({ points = [] }) => points.map(({ step }) => step));
    expect(steps).toEqual(Array(6).fill([2, 4]));
  }
});

linux("the children of a parent killed by SIGKILL end by themselves", async () => {
  const place = workplace();
  const { child, ended } = startSweep({ ...config, seeds: [misbehaving.takesForever] }, place);
  await whileRunning(
    ended,
    until(() => trialProcesses(place.out).length === 2, "two trials run"),
  );
  child.kill("SIGKILL");
  await ended;
  await until(() => trialProcesses(place.out).length === 0, "they are gone");
});

linux("Ctrl-C interrupts with 75 and leaves nothing running, and the sweep can be resumed", async () => {
  const place = workplace();
  const { child, ended } = startSweep(config, place);
  const store = new SweepStore(place.out);
  await whileRunning(
    ended,
    until(() => store.readResults().length > 0, "a first trial is done"),
  );
  process.kill(-child.pid!, "SIGINT"); // the terminal signals the whole group, children first or last
  expect(await ended).toMatchObject({ code: 75, stderr: "" });
  expect(trialProcesses(place.out)).toEqual([]);
  const done = store.readResults().length;
  const resumed = await runExample(examplePlan(config), place);
  expect(resumed.finishedNow).toBe(6 - done);
  expectWhole(place.out);
});

linux(
  "of two sweeps on one folder the second says who is at work, and the first is not disturbed",
  async () => {
    const place = workplace();
    const first = startSweep(config, place);
    await whileRunning(
      first.ended,
      until(() => trialProcesses(place.out).length > 0, "the first works"),
    );
    const second = await startSweep(config, place).ended;
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${first.child.pid} on `);
    expect(await first.ended).toMatchObject({ code: 0 });
    const attempts = examplePlan(config).specs.map(
      (spec) => new SweepStore(place.out).attempts(trialId(spec)).length,
    );
    expect(attempts).toEqual([1, 1, 1, 1, 1, 1]);
  },
);

linux(
  "a sweep that stood still while another one took over goes on to the same end, and commits nothing twice",
  async () => {
    const place = workplace();
    const first = startSweep(config, place);
    const store = new SweepStore(place.out);
    await whileRunning(
      first.ended,
      until(() => trialProcesses(place.out).length > 0, "the first works"),
    );
    first.child.kill("SIGSTOP");
    // What a process on another host does once the lock has not been renewed for 30 seconds: this host sees that it is there.
    rmSync(store.path("sweep.lock"));
    expect(await startSweep(config, place).ended).toMatchObject({ code: 0 });
    const results = filesUnder(store.path("results")).map((file) => [file, statSync(file).ino]);
    const text = readFileSync(store.path("results.json"), "utf8");
    first.child.kill("SIGCONT");
    expect(await first.ended).toMatchObject({ code: 0, stderr: "" });
    expect(filesUnder(store.path("results")).map((file) => [file, statSync(file).ino])).toEqual(results);
    expect(readFileSync(store.path("results.json"), "utf8")).toBe(text);
    await until(() => trialProcesses(place.out).length === 0, "no trial runs");
    expect((await runExample(examplePlan(config), place)).disagreements).toEqual([]);
    expectWhole(place.out);
  },
);

linux("two sweeps that both took the folder do double work and no harm", async () => {
  const place = workplace();
  const first = startSweep(config, place);
  const store = new SweepStore(place.out);
  await whileRunning(
    first.ended,
    until(() => trialProcesses(place.out).length > 0, "the first works"),
  );
  // As on a network file system that lost it.
  rmSync(store.path("sweep.lock"));
  const second = startSweep(config, place);
  expect(await first.ended).toMatchObject({ code: 0 });
  expect(await second.ended).toMatchObject({ code: 0 });
  const outcome = await runExample(examplePlan(config), place);
  expect(outcome).toMatchObject({ finishedNow: 0, disagreements: [] });
  expect(outcome.results!.trials).toHaveLength(6);
  expectWhole(place.out);
});
