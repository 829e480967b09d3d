import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import { makeFolder } from "@lorank/checkpoint/disk";
import { openSafetensors, writePeftAdapter } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { CommandSpec, Evaluation, MetricName, TrialResult } from "@lorank/evidence/schema";
import { trialId } from "@lorank/train/spec";
import type { ProgressEvent } from "../plan/events.ts";
import type { JobPlace } from "../plan/job.ts";
import { adapterConfig, adapterWeights } from "../store/adapter-files.ts";
import { outputFile } from "../store/attempt-log.ts";
import { readFileEnds, readJson } from "../store/files.ts";
import type { Attempt, SweepStore } from "../store/store.ts";
import { version } from "../version.ts";
import { secondaryExamplesFile, testExamplesFile } from "./example-files.ts";
import { evaluationFrom } from "./examples.ts";
import { followPoints } from "./follow-points.ts";
import { carryLosses, followLosses, type LossLine, lossFile, readLosses } from "./losses.ts";
import { carryPoints, readPoints } from "./points.ts";
import { type CommandEnd, CommandError, killLeftover, runProcess } from "./run-process.ts";
import { secondaryFrom } from "./secondary-files.ts";
import { takeOver } from "./take-over.ts";
import { assertUnchanged } from "./trainer-files.ts";
import { environmentOf, fillIn, settingsOf, trainingValues } from "./values.ts";

/** Out-of-memory messages from PyTorch, CUDA, HIP, JAX, TensorFlow and NumPy. None appears for another fault. */
const messages = [
  /\bOutOfMemoryError\b/,
  /\b(?:CUDA|HIP|XPU) out of memory\b/,
  /\b(?:CUDA|HIP) error: out of memory\b/,
  /\b(?:CUDA|HIP)_ERROR_OUT_OF_MEMORY\b|\bcudaErrorMemoryAllocation\b/,
  /\bMPS backend out of memory\b/,
  /\bRESOURCE_EXHAUSTED: (?:.*\b)?(?:out of memory|failed to allocate|OOM)\b/i,
  /\bResourceExhaustedError\b.*\bOOM\b/,
  /\bDefaultCPUAllocator: (?:can't|not enough)\b/,
  /^MemoryError\b|\bUnable to allocate \S+ \S+ for an array\b/,
];

/** First line of a Python traceback, which after an out-of-memory message shows another error. */
const anotherError = /^Traceback \(most recent call last\):/;
const ofLauncher = /\b(?:ChildFailedError|CalledProcessError)\b/;
const whileHandling = /^During handling of the above exception/;

/** True if a failing trainer's output ends in an out-of-memory error. */
export function ranOutOfMemory(output: string): boolean {
  const lines = output.split("\n").map((line) => line.replace(/^\[rank\d+\]: ?/, "").trimEnd());
  const last = lines.findLastIndex((line) => messages.some((message) => message.test(line)));
  if (last < 0) return false;
  const after = lines.slice(last + 1);
  const next = after.findIndex((line) => anotherError.test(line));
  if (next < 0) return true;
  const isHandling = after.slice(0, next).some((line) => whileHandling.test(line));
  return isHandling || after.some((line) => ofLauncher.test(line));
}

export interface CommandPlace extends JobPlace {
  readonly command: {
    readonly folder: string;
    readonly timeoutSeconds?: number | undefined;
    /** Metric that each run's outcomes must have. */
    readonly metric: MetricName;
    /** Names of the outcomes beside it that each run must write. (default: none) */
    readonly secondary?: readonly string[] | undefined;
  };
}

/**
 * Runs a trainer's command once, and reads the files it wrote.
 *
 * @throws InputError where another attempt would not help: a changed trainer, no start, a time-out, wrong files.
 * CommandError where the command failed.
 */
export async function runCommandTrial(
  store: SweepStore,
  { command: { folder, timeoutSeconds, metric, secondary: names = [] } }: CommandPlace,
  spec: CommandSpec,
  attempt: Attempt,
  report: (event: ProgressEvent) => void,
): Promise<Omit<TrialResult, "trialId">> {
  const { trainer, lora, seed, evaluateEvery } = spec;
  assertUnchanged(trainer, folder);
  const out = attempt.folder;
  const before = await takeOver(store, attempt);
  if (before !== undefined) {
    carryLosses(before, out);
    if (evaluateEvery !== undefined) carryPoints(before, out);
  }
  const values = trainingValues(spec, { out, trialId: attempt.trialId });
  const run = { rank: lora.rank, seed };
  const rules = { reference: store.path("examples.json"), metric };
  let latest: LossLine | undefined;
  const losses = followLosses(lossFile(out), (line) => {
    latest = line;
    report({ kind: "step", ...line });
  });
  const onTheWay =
    evaluateEvery === undefined
      ? undefined
      : followPoints(out, {
          ...{ ...rules, run, outcomesIn },
          lastStep: () => latest?.step,
          onPoint: (point) => {
            const { steps } = latest ?? {};
            report({ kind: "point", ...point, ...(steps === undefined ? {} : { steps }) });
          },
        });
  const end = await runProcess({
    setting: "command",
    command: fillIn(trainer.command, values),
    folder,
    environment: environmentOf(values),
    attempt: out,
    timeoutSeconds,
  }).finally(() => {
    losses.stop();
    return onTheWay?.stop();
  });
  const status = statusOf(end, trainer, () => printedIn(out));
  const { curve, divergedAtStep } = readLosses(out);
  const measured = measuredOf(end, trainer, join(out, "memory.json"));
  const steps = curve.at(-1)?.step;
  const result = { spec, ...(steps === undefined ? {} : { steps }), lossCurve: curve, measured };
  // Other files of an unfinished trial may be half written.
  if (status !== "completed")
    return status === "diverged" && divergedAtStep !== undefined
      ? { ...result, status, divergedAtStep }
      : { ...result, status };
  const sizes = adapterFacts(join(out, "adapter"), lora.rank);
  const reference = (name: string): string => secondaryExamplesFile(store, name);
  const evaluationIn = async (written: string): Promise<Evaluation> => {
    const evaluation = await evaluationFrom(outcomesIn(written), run, rules);
    return names.length === 0
      ? evaluation
      : { ...evaluation, secondary: await secondaryFrom(written, { names, reference }) };
  };
  const completed = { ...result, ...sizes, status, evaluation: await evaluationIn(out) };
  if (evaluateEvery === undefined) return completed;
  const note = (text: string): void => report({ kind: "note", text });
  const points = await readPoints(out, { evaluationIn, lastStep: steps, note });
  return points.length === 0 ? completed : { ...completed, points };
}

export function outcomesIn(folder: string): string {
  const files = ["outcomes.csv", "outcomes.jsonl"].map((name) => join(folder, name));
  const found = files.find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (found !== undefined) return found;
  throw new InputError(
    "E_OUTCOMES",
    `${files[0]} (or .jsonl) must be there when the command ends with 0: a row for each evaluation example, example,correct[,logLoss]; got none`,
  );
}

/**
 * Trial status, from how the command ended.
 *
 * @param output last output, which may tell that memory ran out.
 * @throws CommandError where the command failed.
 */
export function statusOf(
  { code, signal }: CommandEnd,
  { exitCodes = {} }: CommandSpec["trainer"],
  output: () => string = () => "",
): TrialResult["status"] {
  if (code === 0) return "completed";
  if (code !== null && code === exitCodes.diverged) return "diverged";
  if (code !== null && code === exitCodes.outOfMemory) return "out-of-memory";
  if (ranOutOfMemory(output())) return "out-of-memory";
  throw new CommandError(
    `the command ${signal === null ? `exited with code ${code}` : `was killed by ${signal}`}`,
  );
}

/** Bytes read from the end of a command's output: launchers print every process's error. */
const outputBytes = 65_536;

function printedIn(attempt: string): string {
  const file = outputFile(attempt);
  return existsSync(file) ? readFileEnds(file, 0, outputBytes).tail : "";
}

function measuredOf(
  { seconds }: CommandEnd,
  { command }: CommandSpec["trainer"],
  memoryFile: string,
): TrialResult["measured"] {
  const device = process.env.LORANK_DEVICE;
  return {
    seconds: { total: seconds },
    ...peakIn(memoryFile),
    provenance: {
      lorank: version,
      node: process.version,
      runtime: basename(command[0]!),
      ...(device === undefined ? {} : { device }),
      finishedAt: new Date().toISOString(),
    },
  };
}

/** Peak memory in bytes, from the trainer's `memory.json`, if any. Throws E_MEMORY for an invalid file. */
export function peakIn(file: string): { peakResidentBytes?: number } {
  if (!existsSync(file)) return {};
  const { peakBytes } = (readJson(file) ?? {}) as { readonly peakBytes?: unknown };
  if (Number.isSafeInteger(peakBytes) && Number(peakBytes) > 0)
    return { peakResidentBytes: Number(peakBytes) };
  throw new InputError(
    "E_MEMORY",
    `${file}: peakBytes must be a positive integer, got ${JSON.stringify(peakBytes) ?? "nothing"}`,
  );
}

/**
 * Adapter sizes in bytes and parameters, from the header of a PEFT adapter's weights. `adapter_model.bin`, a pickle, is
 * not read.
 *
 * @throws InputError `E_ADAPTER` for an adapter whose rank is not the trial's, and as `openSafetensors`.
 */
export function adapterFacts(
  folder: string,
  rank: number,
): Pick<TrialResult, "adapterBytes" | "loraParams" | "trainableParams"> {
  const config = join(folder, adapterConfig);
  const weights = adapterWeights.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (!existsSync(config) || weights === undefined) return {};
  const { r } = (readJson(config) ?? {}) as { readonly r?: unknown };
  if (r !== rank)
    throw new InputError(
      "E_ADAPTER",
      `${config}: r must be ${rank}, the trial's rank, got ${JSON.stringify(r) ?? "nothing"}`,
    );
  const adapterBytes = statSync(weights).size;
  if (!weights.endsWith(".safetensors")) return { adapterBytes };
  const file = openSafetensors(weights);
  file.close();
  let [loraParams, trainableParams] = [0, 0];
  for (const [name, { shape }] of file.tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    trainableParams += elements;
    if (/\.lora_(A|B|embedding_A|embedding_B)(\.|$)/.test(name)) loraParams += elements;
  }
  return { adapterBytes, loraParams, trainableParams };
}

/**
 * Evaluates adapters by a trainer's command, each in a temporary folder, on validation examples or the test examples
 * that `testSha256` names.
 *
 * @throws InputError as `runCommandTrial`, `E_TRAINER` for a trainer without such a command.
 */
export async function evaluateByCommand(
  store: SweepStore,
  { command: { folder, timeoutSeconds, metric } }: CommandPlace,
  spec: CommandSpec,
  adapters: readonly PeftAdapter[],
  testSha256?: string,
): Promise<Evaluation[]> {
  const { trainer, seed } = spec;
  const { evaluate } = trainer;
  if (evaluate === undefined)
    throw new InputError("E_TRAINER", "trainer.evaluate must be given to evaluate an adapter, got none");
  assertUnchanged(trainer, folder);
  removeLeftovers(store);
  const reference =
    testSha256 === undefined ? store.path("examples.json") : testExamplesFile(store, testSha256);
  makeFolder(dirname(reference));
  const evaluations: Evaluation[] = [];
  for (const adapter of adapters) {
    const { rank } = adapter;
    const out = mkdtempSync(store.path("attempts", folderPrefix));
    try {
      const adapterFolder = join(out, "adapter");
      writePeftAdapter(adapterFolder, adapter);
      const values = {
        ...settingsOf({ ...spec, lora: { ...spec.lora, rank } }),
        out,
        trialId: trialId(spec),
        adapter: adapterFolder,
        split: testSha256 === undefined ? "validation" : "test",
      };
      const command = fillIn(evaluate, values);
      const environment = environmentOf(values);
      statusOf(
        await runProcess({ setting: "evaluate", command, folder, environment, attempt: out, timeoutSeconds }),
        {
          ...trainer,
          exitCodes: {},
        },
      );
      evaluations.push(await evaluationFrom(outcomesIn(out), { rank, seed }, { reference, metric }));
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
  return evaluations;
}

const folderPrefix = ".evaluate-";

function removeLeftovers(store: SweepStore): void {
  const names = readdirSync(store.path("attempts")).filter((name) => name.startsWith(folderPrefix));
  const folders = names.map((name) => store.path("attempts", name)).filter(killLeftover);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
