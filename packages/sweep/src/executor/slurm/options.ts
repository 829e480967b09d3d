import { assertOptions, InputError, type OptionNames } from "@lorank/core";
import { brokenRules } from "@lorank/train/spec";

export interface SlurmOptions {
  /** `sbatch` options by long name: `{ partition: "gpu", exclusive: true }`. */
  readonly sbatch?: Readonly<Record<string, string | number | true>>;
  /** Shell lines before each job, such as `module load cuda`. */
  readonly setup?: readonly string[];
  /** Most concurrent tasks, among those submitted together. (default: as many as Slurm starts) */
  readonly parallel?: number | undefined;
  /** Seconds between polls of Slurm's queue. (default 10) */
  readonly pollSeconds?: number;
  /** Most requeues of a task interrupted by Slurm's time limit. (default 100) */
  readonly mostRequeues?: number;
  /** Effect of stopping the sweep on its jobs: they go on, or are cancelled. (default "detach") */
  readonly onStop?: "detach" | "cancel";
  /** Receives sentences for the user. (default: none) */
  readonly report?: (sentence: string) => void;
}

const slurmNames: OptionNames<SlurmOptions> = {
  sbatch: false,
  setup: false,
  parallel: false,
  pollSeconds: false,
  mostRequeues: false,
  onStop: false,
  report: false,
};

export const slurmDefaults = { pollSeconds: 10, mostRequeues: 100 } as const;

const ownOptions = new Set([
  "array",
  "chdir",
  "error",
  "input",
  "job-name",
  "open-mode",
  "output",
  "parsable",
  "signal",
  "test-only",
  "wait",
  "wrap",
]);

/**
 * Checks Slurm options.
 *
 * @throws InputError `E_SLURM_OPTIONS` with every wrong option, one per line.
 */
export function assertSlurmOptions(options: SlurmOptions): void {
  assertOptions(options, "the options of slurmExecutor", slurmNames, "refused");
  const {
    sbatch = {},
    setup = [],
    parallel,
    pollSeconds = slurmDefaults.pollSeconds,
    mostRequeues = slurmDefaults.mostRequeues,
  } = options;
  const problems = Object.entries(sbatch).flatMap(([key, value]) => sbatchProblem(key, value));
  if (setup.some((line) => typeof line !== "string" || /[\r\n\0]/.test(line)))
    problems.push(`setup must be single lines of shell, got ${JSON.stringify(setup)}`);
  const ofNumbers = brokenRules((must) => {
    if (parallel !== undefined) must.count("parallel", parallel);
    must(pollSeconds > 0, "pollSeconds", "a positive number", pollSeconds);
    const isWhole = Number.isSafeInteger(mostRequeues) && mostRequeues >= 0;
    must(isWhole, "mostRequeues", "an integer of at least 0", mostRequeues);
  });
  problems.push(...ofNumbers);
  if (problems.length > 0) throw new InputError("E_SLURM_OPTIONS", problems.join("\n"));
}

function sbatchProblem(key: string, value: unknown): string[] {
  if (!/^[a-z][a-z0-9-]*$/.test(key))
    return [`sbatch must name options by their long names without dashes, got ${JSON.stringify(key)}`];
  if (ownOptions.has(key)) return [`sbatch must not set ${key}, which LoRAnk sets, got ${String(value)}`];
  const isText = typeof value === "string" && value !== "" && !/[\r\n\0]/.test(value);
  if (isText || Number.isFinite(value) || value === true) return [];
  return [`sbatch.${key} must be a text, a number or true, got ${JSON.stringify(value)}`];
}
