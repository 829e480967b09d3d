import { type ChildProcess, spawn } from "node:child_process";
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
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TestExamplesFile } from "@lorank/train";
import type { TestContext } from "vitest";
import type { Executor, Submission, WorkEvent } from "../../src/executor/executor.ts";
import type { RunOptions } from "../../src/executor/run-options.ts";
import { runTasks, type TaskEvent, type TasksOutcome } from "../../src/executor/run-tasks.ts";
import type { Work } from "../../src/plan/job.ts";
import type { SweepConfig } from "../../src/plan/sweep-config.ts";
import { trainingTask } from "../../src/stages/run-stages.ts";
import { SweepStore } from "../../src/store/store.ts";
import { bundle } from "./build.ts";
import type { DriverJob, ExecutorModule } from "./contract-driver.ts";
import { examplePlan, exampleTest } from "./example.ts";
import type { FakePlace } from "./fake-trainer.ts";
import { staged } from "./staged.ts";
import { until } from "./sweep-process.ts";

/** An executor, and what it needs. */
export interface ExecutorUnderTest {
  /** Path of a module that exports `startExecutor(settings): StartExecutor`. It is bundled, worker and all. */
  readonly module: string;
  /** Programs that the executor starts from beside its bundle: name of the built file → source. The worker is one already. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Packages that are not bundled. */
  readonly external?: readonly string[];
  /** Starts servers. `dist` is the folder of the bundles. */
  readonly setUp?: (dist: string) => Promise<RunningServers>;
}

export interface RunningServers {
  /** What `startExecutor` is given: JSON. */
  readonly settings?: unknown;
  /** Starts what has to run beside a driver for this results folder, and returns how to end it. */
  readonly attend?: (place: FakePlace, trialsAtOnce: number) => Promise<() => Promise<void>>;
  readonly tearDown?: () => Promise<void>;
}

/** Bundles the executor and the worker side by side, as tsup lays out the package, into a new folder. */
export async function buildContract({
  module,
  programs = {},
  external = [],
}: ExecutorUnderTest): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-contract-"));
  writeFileSync(join(folder, "package.json"), '{"type":"module","version":"0.0.0"}');
  const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const entryPoints = {
    "executor-under-test": module,
    worker: path("./worker.ts"),
    "contract-driver": path("./contract-driver.ts"),
    "local-executor-module": path("./local-executor-module.ts"),
    ...programs,
  };
  await bundle(entryPoints, join(folder, "dist"), external);
  return join(folder, "dist");
}

export interface SceneOptions extends Pick<Partial<SweepConfig>, "ranks" | "seeds"> {
  readonly trialsAtOnce?: number;
  readonly maxAttempts?: number;
  readonly signals?: RunOptions["signals"];
  /** Name of the results folder. */
  readonly name?: string;
}

/** Makes a scene that ends with its test. */
export type MakeScene = (context: TestContext, options?: SceneOptions) => Scene;

/** One results folder with the trials of a plan, a desk where they leave notes, and an executor. */
export class Scene {
  readonly folder: string;
  readonly desk: string;
  readonly store: SweepStore;
  readonly ids: readonly string[];
  readonly place: FakePlace;
  readonly events: TaskEvent[] = [];
  readonly #dist: string;
  readonly #servers: RunningServers;
  readonly #options: SceneOptions;
  readonly #executors: Executor[] = [];
  readonly #drivers: ChildProcess[] = [];
  #leave: (() => Promise<void>) | undefined;

  constructor(dist: string, servers: RunningServers, options: SceneOptions) {
    this.#dist = dist;
    this.#servers = servers;
    this.#options = options;
    this.folder = mkdtempSync(join(tmpdir(), "lorank-scene-"));
    this.store = new SweepStore(join(this.folder, options.name ?? "out"));
    // Where every machine that sees the results folder has the data.
    this.desk = this.store.path("data");
    mkdirSync(this.desk);
    const { ranks = [2], seeds = [0] } = options;
    this.ids = examplePlan({ ranks, seeds }).specs.map((spec) => this.store.addSpec(spec));
    const resources = { modelPath: "", datasetFile: join(this.desk, "data.json"), threads: 1 };
    this.place = { out: this.store.out, resources, fake: { staged: true } };
  }

  get trialsAtOnce(): number {
    return this.#options.trialsAtOnce ?? 2;
  }

  async executor(): Promise<Executor> {
    await this.#attend();
    const { startExecutor } = (await import(pathToFileURL(this.#module).href)) as ExecutorModule;
    const start = startExecutor(this.#servers.settings as never);
    const executor = await start(this.place, { trialsAtOnce: this.trialsAtOnce });
    this.#executors.push(executor);
    return executor;
  }

  /** A process for the first trial that the executor knows nothing of, as one of an earlier run that was taken for dead. */
  async stray(): Promise<Submission> {
    const module = pathToFileURL(join(this.#dist, "local-executor-module.js")).href;
    const { startExecutor } = (await import(module)) as ExecutorModule;
    const executor = await startExecutor(undefined as never)(this.place, { trialsAtOnce: 1 });
    return executor.submit(this.train(this.ids[0]!), () => {});
  }

  /** Runs the trials to their end. */
  async run(onEvent: (event: TaskEvent) => void = () => {}): Promise<TasksOutcome> {
    const { signals = {}, maxAttempts = 3 } = this.#options;
    const tasks = this.ids.map((id) => trainingTask(this.store, id));
    return runTasks(await this.executor(), tasks, { signals, maxAttempts }, (event) => {
      this.events.push(event);
      onEvent(event);
    });
  }

  /** Starts a driver in a process of its own. Settles with its exit code, and what it printed. */
  async driver(): Promise<{ child: ChildProcess; ended: Promise<{ code: number | null; outcome: string }> }> {
    await this.#attend();
    const { place, ids, trialsAtOnce } = this;
    const job: DriverJob = {
      module: this.#module,
      settings: this.#servers.settings,
      place,
      ids,
      trialsAtOnce,
    };
    const program = join(this.#dist, "contract-driver.js");
    const child = spawn(process.execPath, [program, JSON.stringify(job)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#drivers.push(child);
    let outcome = "";
    child.stdout.on("data", (text) => {
      outcome += text;
    });
    const ended = new Promise<{ code: number | null; outcome: string }>((resolve) =>
      child.once("close", (code) => resolve({ code, outcome })),
    );
    return { child, ended };
  }

  train(trialId: string): Work {
    return { kind: "train", trialId };
  }

  kinds(trialId = this.ids[0]!): string[] {
    const own = this.events.filter((event) => event.trialId === trialId);
    return own.map(({ kind }) => kind).filter((kind) => kind !== "progress");
  }

  /** What the trials wrote into a file on the desk, line by line. */
  notes(name: string): string[] {
    const file = join(this.desk, name);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  }

  /** Pids of the trials that have started, by their attempts' logs. */
  pids(trialId = this.ids[0]!): number[] {
    return this.store.attempts(trialId).flatMap(({ folder }) => {
      const log = join(folder, "log.jsonl");
      const [first = "", rest] = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
      return rest === undefined ? [] : [(JSON.parse(first) as { pid: number }).pid];
    });
  }

  /** Waits until a process of this trial runs. */
  async started(trialId = this.ids[0]!, processes = 1): Promise<number[]> {
    await until(() => this.pids(trialId).length >= processes, "the trial's process has started");
    return this.pids(trialId);
  }

  /** Waits until the first start of a trial that waits is known as the first. */
  waits(): Promise<void> {
    return until(() => existsSync(join(this.desk, `started-${staged.firstWaits}`)), "the first start waits");
  }

  temporaryFiles(): string[] {
    const names = readdirSync(this.store.out, { recursive: true, encoding: "utf8" });
    return names.filter((name) => name.endsWith(".tmp"));
  }

  async close(): Promise<void> {
    for (const child of this.#drivers) child.kill("SIGKILL");
    await Promise.all(this.#executors.map((executor) => executor.close?.()));
    await this.#leave?.();
    for (const pid of this.ids.flatMap((id) => this.pids(id))) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  get #module(): string {
    return join(this.#dist, "executor-under-test.js");
  }

  async #attend(): Promise<void> {
    this.#leave ??= await this.#servers.attend?.(this.place, this.trialsAtOnce);
  }
}

/** Whether a process with this pid is there. One that has ended and is not waited for yet is not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !(existsSync(stat) && /^\d+ \(.*\) [ZX]/.test(readFileSync(stat, "utf8")));
  } catch {
    return false;
  }
}

export function collectEvents(): {
  readonly events: WorkEvent[];
  readonly onEvent: (event: WorkEvent) => void;
} {
  const events: WorkEvent[] = [];
  return { events, onEvent: (event) => events.push(event) };
}

/** The file of test examples in a scene's folder. */
export function testExamples({ store }: Scene): TestExamplesFile {
  const file = store.path("data", `${exampleTest.sha256}.json`);
  writeFileSync(file, '{"examples":20}\n');
  return { file, sha256: exampleTest.sha256 };
}
