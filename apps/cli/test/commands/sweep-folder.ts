import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import type { SpecMembers, TrialResult, TrialSpec } from "@lorank/evidence/results";
import { type Plan, planSweep, type SweepConfig } from "@lorank/sweep";
import { requestCancel, SweepStore } from "@lorank/sweep/folder";
import { trialId } from "@lorank/train/spec";
import { exampleSha256, exampleSpec } from "../../../../packages/evidence/test/fixtures/spec.ts";
import { isComplete, methodOf, type RequiredTrials } from "../../../../packages/sweep/src/methods/methods.ts";
import { inOrder } from "../../../../packages/sweep/src/plan/checks.ts";
import { planCommand } from "../../../../packages/sweep/src/plan/plan.ts";
import type { CommandConfig } from "../../../../packages/sweep/src/plan/sweep-config.ts";
import { collectResults, decideRequired } from "../../../../packages/sweep/src/results/collect.ts";
import { publishAdapters } from "../../../../packages/sweep/src/results/publish-adapter.ts";
import { commitResult } from "../../../../packages/sweep/src/store/commit-result.ts";
import { reconcileSweepFile } from "../../../../packages/sweep/src/store/reconcile.ts";
import { commandAdapter } from "../../../../packages/sweep/test/helpers/command-example.ts";
import { exampleConfig } from "../../../../packages/sweep/test/helpers/example-config.ts";
import { makeTrial, type TrialScene } from "../../../report/test/fixtures/make-trial.ts";
import { trialOfCommand } from "../../../report/test/fixtures/of-command.ts";
import { timeHere } from "../here.ts";
import type { Terminal } from "./shows.ts";

/** Number of validation examples. */
const exampleCount = 600;

/** A running trial began 41 seconds ago; a lost one 10 minutes ago, and was last heard of 3 minutes ago. */
export interface MadeState {
  readonly state: "done" | "waiting" | "cancelled" | "running" | "lost" | "failed";
  /** End of a trial that is done. (default: completed) */
  readonly status?: TrialResult["status"];
  /** Step of 60. (default: it loads) */
  readonly step?: number;
  /** Why it failed. */
  readonly reason?: string;
  /** What it printed. */
  readonly output?: string;
}

const printed =
  'Traceback (most recent call last):\n  File "train.py", line 7\nRuntimeError: no space left\n';

/** A trial in each state, in a sweep of the usual ranks and seeds. */
export function someOfEach(rank: number, seed: number): MadeState {
  if (seed < 2) return { state: "done", status: rank === 16 && seed === 1 ? "diverged" : "completed" };
  const states: Record<string, MadeState> = {
    "4-2": { state: "running", step: 12 },
    "8-2": { state: "running" },
    "16-2": { state: "lost", step: 40 },
    "4-3": {
      state: "failed",
      reason: "exited with code 1; it last printed:\nRuntimeError: no space left",
      output: printed,
    },
    "8-3": { state: "cancelled" },
  };
  return states[`${rank}-${seed}`] ?? { state: "waiting" };
}

export interface MadeSweep {
  /** Differences from ranks 4, 8 and 16 under seeds 0 to 4, with 600 examples and a margin of 3 points. */
  readonly config?: Partial<SweepConfig>;
  /** Another trainer, which says what it must and no more. (default: this engine) */
  readonly trainer?: CommandConfig["trainer"];
  /** True accuracy of a trial. (default: rank 4 is worse, the others are equal) */
  readonly accuracyOf?: (spec: SpecMembers) => number;
  /** State of a trial. (default: done) */
  readonly state?: (rank: number, seed: number) => MadeState;
  /** Changes what a trial has measured. */
  readonly change?: (result: TrialResult) => TrialResult;
  /** Host of the process that runs the sweep. (default: nobody runs it) */
  readonly host?: string;
}

/**
 * Makes the results folder `swept` of a sweep as its processes would leave it, without training. Times, hosts and numbers are the same
 * on each machine. Where all trials are done, `results.json` and the adapters are there too.
 */
export async function sweepFolder(
  { folder }: Pick<Terminal, "folder">,
  made: MadeSweep = {},
  name = "swept",
): Promise<void> {
  const out = join(folder, name);
  const { state = () => ({ state: "done" }) } = made;
  const plan = planOf(made);
  mkdirSync(out);
  reconcileSweepFile(out, plan, false);
  const store = new SweepStore(out);
  writeExamples(store, plan);
  const known = new Set<string>();
  for (;;) {
    const required = methodOf(plan).required(store);
    const trials = [...required.trials, ...inOrder(required)].filter((spec) => !known.has(trialId(spec)));
    for (const spec of trials) {
      known.add(store.addSpec(spec));
      bring(store, spec, state(spec.lora.rank, spec.seed), made);
    }
    if (trials.length > 0) continue;
    if (isComplete(store, required.trials)) await complete(store, plan, required);
    if (made.host !== undefined) writeLease(out, made.host);
    return;
  }
}

function planOf({ config = {}, trainer }: MadeSweep): Plan {
  const data = {
    name: "mails",
    sha256: exampleSha256,
    trainExamples: 2400,
    validationExamples: exampleCount,
  };
  const whole = {
    ...exampleConfig,
    data,
    ranks: [4, 8, 16],
    seeds: [0, 1, 2, 3, 4],
    margin: 0.03,
    ...config,
  };
  if (trainer === undefined) return planSweep({ ...whole, base: { ...exampleSpec.base, name: "tiny" } });
  const { name, ranks, seeds, metric, margin, confidence } = whole;
  return planCommand({ name, ranks, seeds, metric, margin, confidence, trainer, lora: {}, optimizer: {} });
}

/** Another trainer's first run would write these. */
function writeExamples(store: SweepStore, plan: Plan): void {
  if ("data" in plan) return;
  const names = Array.from({ length: exampleCount }, (_, i) => `e${i}`);
  writeFileSync(store.path("examples.json"), JSON.stringify({ examples: names }));
}

function bring(store: SweepStore, spec: TrialSpec, made: MadeState, sweep: MadeSweep): void {
  const id = trialId(spec);
  if (made.state === "waiting") return;
  if (made.state === "cancelled") {
    requestCancel(store.out, [id]);
    return;
  }
  const attempt = store.claimAttempt(id);
  if (made.output !== undefined) writeFileSync(join(attempt.folder, "output.txt"), made.output);
  if (made.state === "done") {
    const adapter = { ...commandAdapter(spec.lora.rank), baseModel: "tiny", taskType: "SEQ_CLS" as const };
    if (spec.lora.rank > 0) writePeftAdapter(join(attempt.folder, "adapter"), adapter);
    commitResult(store, attempt, resultOf(spec, made.status ?? "completed", sweep));
    return;
  }
  const [began, heard] = { running: [41, 2], failed: [90, 30], lost: [600, 180] }[made.state] as [
    number,
    number,
  ];
  const { step, reason } = made;
  const lines = [
    { kind: "started", host: "node7", pid: 4711, threads: 1, device: "cpu", time: ago(began) },
    ...(step === undefined
      ? []
      : [{ kind: "step", step, steps: 60, loss: 0.4119, learningRate: 1e-3, time: ago(heard) }]),
    ...(reason === undefined ? [] : [{ kind: "ended", reason, time: ago(heard) }]),
  ];
  writeAt(join(attempt.folder, "log.jsonl"), lines, heard);
}

function resultOf(spec: TrialSpec, status: TrialResult["status"], made: MadeSweep): TrialResult {
  const { accuracyOf = ({ lora }) => (lora.rank < 8 ? 0.91 : 0.95), change = (result) => result } = made;
  const { data, task = exampleSpec.task }: SpecMembers = spec;
  const scene: TrialScene = {
    examples: data?.validationExamples ?? exampleCount,
    steps: 60,
    accuracyOf: () => accuracyOf(spec),
    seedNoise: 0.002,
    alphaOf: () => 16,
    task,
    lora: {},
    optimizer: {},
  };
  const { measured, ...run } = makeTrial(scene, spec.lora.rank, spec.seed, status);
  // As a sweep does, all ranks of a seed before the next seed.
  const finishedAt = ago(86_400 - 600 * spec.seed - spec.lora.rank);
  const provenance = { ...measured.provenance, finishedAt };
  const result = { ...run, spec, trialId: trialId(spec), measured: { ...measured, provenance } };
  return change("trainer" in spec ? trialOfCommand(result, spec) : result);
}

async function complete(store: SweepStore, plan: Plan, required: RequiredTrials): Promise<void> {
  const execution = { ...("data" in plan ? { threadsPerTrial: 1 } : {}), trialsAtOnce: 2 };
  const { trials } = collectResults(store, plan, decideRequired(store, plan, required), execution);
  await publishAdapters(store, trials);
}

function writeLease(out: string, host: string): void {
  writeAt(join(out, "sweep.lock"), [{ host, pid: 4700, since: ago(3600), token: "t" }], 2);
}

/** Writes a file of JSON lines that was last written some seconds ago. */
function writeAt(file: string, lines: readonly object[], seconds: number): void {
  writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  utimesSync(file, new Date(ago(seconds)), new Date(ago(seconds)));
}

function ago(seconds: number): string {
  return new Date(timeHere - 1000 * seconds).toISOString();
}
