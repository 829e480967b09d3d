import { nextLook } from "@lorank/core/decide";
import { type Decision, defaultMetric, metrics } from "@lorank/core/results";
import type { LiveState } from "@lorank/report";
import {
  type Comparison,
  type readSweepFile,
  type StepLoss,
  type SweepConfig,
  type SweepStatus,
  secondsAt,
  type TrialStatus,
} from "@lorank/sweep";
import { resumeWords, shellCommand } from "../settings/command-words.ts";
import { readKept } from "../settings/kept-settings.ts";
import type { Queues } from "../status/jobs.ts";
import { jobFacts, trialWords } from "../status/words.ts";
import { queueNotes } from "./queue-look.ts";

/** What the page of a sweep is made from. */
export interface Seen {
  readonly out: string;
  readonly status: SweepStatus;
  readonly config: ReturnType<typeof readSweepFile>;
  readonly losses: ReadonlyMap<string, readonly StepLoss[]>;
  /** So far, where the method looks at its outcomes before the end. */
  readonly decision: Decision | undefined;
  readonly queues: Queues;
}

/** Members of a sweep's config, whoever trains: model and data are absent where they are a command's affair. */
type SweepMembers = Comparison & Partial<Pick<SweepConfig, "model" | "data">>;

/** What the page of a sweep shows. */
export function liveState({ out, status, config, losses, decision, queues }: Seen): LiveState {
  const { ranks, seeds, metric, trials, done, total, secondsLeft, driver } = status;
  const { name, method = "grid", margin } = config;
  const { model, data }: SweepMembers = config;
  const runs = driver !== undefined || trials.some(({ state }) => state === "running");
  const next = nextLook(method, seeds.length, decision);
  return {
    name,
    ...(model === undefined || data === undefined ? {} : { subject: `${model.name} on ${data.name}` }),
    phase: runs ? "running" : "stopped",
    method,
    ranks,
    seeds,
    metric,
    margin,
    trials: trials.map((trial) => {
      const found = losses.get(trial.trialId);
      const why = whyOf(trial, queues);
      return {
        ...trial,
        ...(found === undefined ? {} : { losses: found }),
        ...(why === undefined ? {} : { why }),
      };
    }),
    queue: queueNotes(queues, trials),
    done,
    total,
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    trialSeconds: trialSeconds(trials),
    ...(decision === undefined ? {} : { decision }),
    ...(next === undefined ? {} : { nextLook: next }),
    commands: commandsOf(out, ranks, seeds),
  };
}

/** That of a folder in which a sweep is still being prepared. */
export function preparingState(name: string, queues: Queues): LiveState {
  return {
    name,
    phase: "preparing",
    method: "grid",
    ranks: [],
    seeds: [],
    metric: defaultMetric,
    margin: metrics[defaultMetric].defaultMargin,
    trials: [],
    queue: queueNotes(queues, []),
    done: 0,
    total: 0,
    trialSeconds: { spent: 0 },
    commands: { resume: "", addSeed: "", addRank: "", stopRank: {} },
  };
}

/** Why a trial has no result, as `lorank status` says it, and what its process printed last; of one that waits, how its job is. */
function whyOf(trial: TrialStatus, { jobs }: Queues): string | undefined {
  switch (trial.state) {
    case "waiting": {
      const job = jobs.find(({ trialId }) => trialId === trial.trialId);
      return job && jobFacts(job);
    }
    case "failed":
      return [trialWords(trial), ...trial.reason.split("\n").slice(1)].join(" ");
    case "lost":
      return trialWords(trial);
    default:
      return undefined;
  }
}

/** What the trials have taken, and what all of them will have, each by the clock on its own. */
function trialSeconds(trials: readonly TrialStatus[]): LiveState["trialSeconds"] {
  const byRank = new Map<number, number[]>();
  for (const trial of trials)
    if (trial.state === "done" && trial.status === "completed")
      byRank.set(trial.rank, [...(byRank.get(trial.rank) ?? []), trial.seconds]);
  const known = [...byRank]
    .map(([rank, all]) => ({ rank, seconds: all.reduce((sum, one) => sum + one, 0) / all.length }))
    .sort((a, b) => a.rank - b.rank);
  let spent = 0;
  let left: number | undefined = 0;
  const add = (seconds: number | undefined): void => {
    left = left === undefined || seconds === undefined ? undefined : left + seconds;
  };
  for (const trial of trials) {
    if (trial.state === "done" || trial.state === "running") spent += trial.seconds;
    if (trial.state === "running") add(trial.secondsLeft);
    if (trial.state === "waiting" || trial.state === "failed" || trial.state === "lost")
      add(secondsAt(trial.rank, known));
  }
  return { spent, ...(left === undefined ? {} : { expected: spent + left }) };
}

/** The commands that change a sweep, as they are typed in the folder that the server was started in. */
function commandsOf(out: string, ranks: readonly number[], seeds: readonly number[]): LiveState["commands"] {
  const sweep = (...more: string[]) => shellCommand([...resumeWords(out), ...more]);
  return {
    resume: sweep(),
    addSeed: sweep(...oneMoreSeed(out, seeds), "--extend"),
    addRank: sweep("--ranks", String(2 * Math.max(1, ...ranks)), "--extend"),
    stopRank: Object.fromEntries(ranks.map((rank) => [rank, shellCommand(["cancel", out, `r${rank}`])])),
  };
}

function oneMoreSeed(out: string, seeds: readonly number[]): string[] {
  if (isUntil(out)) return ["--max-seeds", String(seeds.length + 1)];
  if (seeds.every((seed, i) => seed === i + 1)) return ["--seeds", String(seeds.length + 1)];
  return ["--seeds", [...seeds, Math.max(...seeds) + 1].join(",")];
}

/** Whether the sweep itself says how many seeds it runs. */
function isUntil(out: string): boolean {
  try {
    return readKept(out)?.settings.until !== undefined;
  } catch {
    return false; // damaged: who runs the command is told
  }
}
