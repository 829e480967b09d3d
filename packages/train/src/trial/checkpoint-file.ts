import { type FileSource, safetensorsIn, safetensorsParts } from "@lorank/checkpoint";
import { InputError, parseJson } from "@lorank/core";
import { canonicalJson, type EngineSpec } from "@lorank/evidence/schema";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { LossScaleState } from "../optimizer/optimizer-step.ts";
import { version } from "../version.ts";
import type { BestStep, EarlierTraining, EnginePoint, Learner } from "./learner.ts";
import type { TrainingPoints } from "./points.ts";

const format = "lorank-checkpoint";
/** File format version; other versions are refused. */
const formatVersion = "1";

export interface CheckpointOwner {
  /** Trial spec, which names data, base and tokenizer by hash. */
  readonly spec: EngineSpec;
  /** Runtime, device and threads in words: others round differently. */
  readonly computer: string;
}

interface CheckpointPlace extends EarlierTraining {
  readonly step: number;
}

/**
 * Training state as JSON in the file's metadata. Each list has one entry; version 1 of the format allowed several
 * trials.
 */
interface State extends CheckpointPlace {
  readonly specs: readonly EngineSpec[];
  readonly computer: string;
  /** LoRAnk version that wrote the file. */
  readonly lorank: string;
  /** Data position: epoch, and place in that epoch's order, counted from 0. */
  readonly cursor: { readonly epoch: number; readonly example: number };
  readonly learners: readonly LearnerState[];
}

interface LearnerState {
  readonly optimizerSteps: number;
  readonly lossScale?: LossScaleState;
  readonly losses: readonly number[];
  readonly trainTokens: number;
  readonly divergedAtStep?: number;
  /** Seconds of the evaluations on the way; absent without any, like the best step. */
  readonly pointSeconds?: number;
  readonly bestStep?: number;
}

/**
 * Checkpoint file in parts: safetensors, whose metadata hold the state as JSON and a SHA-256 over JSON and tensors. The
 * tensors' byte arrays are the learner's own, not copies.
 */
export function checkpointParts(
  { spec, computer }: CheckpointOwner,
  learner: Learner,
  place: CheckpointPlace,
): Uint8Array[] {
  const state: State = {
    lorank: version,
    specs: [spec],
    computer,
    ...place,
    cursor: cursorOf(learner, place.step),
    learners: [stateOf(learner)],
  };
  const json = JSON.stringify(state);
  const tensors = storedArrays(learner);
  const described = new Map([...tensors].map(([name, data]) => [name, describedTensor(data)]));
  return safetensorsParts(described, {
    format,
    version: formatVersion,
    state: json,
    sha256: checksum(json, tensors),
  });
}

function describedTensor(data: Float32Array | Uint8Array) {
  const shape = [data.length];
  return data instanceof Uint8Array ? ({ shape, data, dtype: "U8" } as const) : { shape, data };
}

/**
 * Restores a new learner from a checkpoint that belongs to `owner`.
 * @param points of the training, which the checkpoint must have up to its step.
 * @throws InputError `E_CHECKPOINT` with the reason to refuse it: damaged, another format, another training. The
 * learner is then unchanged.
 */
export function restoreCheckpoint(
  open: () => FileSource,
  owner: CheckpointOwner,
  learner: Learner,
  points?: TrainingPoints,
): CheckpointPlace {
  const { json, tensors, points: taken } = readWhole(open);
  const state = parseJson(json, "the checkpoint", "E_CHECKPOINT") as State;
  if (canonicalJson(state.specs) !== canonicalJson([owner.spec])) throw refused("it is of another trial");
  if (state.computer !== owner.computer)
    throw refused(`it was computed with ${state.computer}, not ${owner.computer}`);
  assertFits(state, learner, tensors);
  const best = bestOf(state.learners[0]!, learner, tensors);
  const unfitness = points?.unfitness(state.step, { points: taken, ...(best && { best }) });
  if (unfitness !== undefined) throw refused(unfitness);
  restoreLearner(learner, state.learners[0]!, tensors);
  learner.points.push(...taken);
  if (best !== undefined) learner.best = best;
  const { step, seconds, peakResidentBytes } = state;
  return { step, seconds, peakResidentBytes };
}

interface WholeFile {
  readonly json: string;
  readonly tensors: ReadonlyMap<string, Float32Array>;
  readonly points: EnginePoint[];
}

/** Reads a checkpoint file and checks that it is undamaged. */
function readWhole(open: () => FileSource): WholeFile {
  try {
    const file = safetensorsIn(open());
    try {
      const { metadata } = file;
      if (metadata.format !== format) throw refused("it is no checkpoint");
      if (metadata.version !== formatVersion)
        throw refused(`its format is version ${metadata.version}, not ${formatVersion}`);
      const all = new Map(
        [...file.tensors.keys()].map((name) => [
          name,
          name === pointsName ? file.readBytes(name) : file.readFloat32(name),
        ]),
      );
      const { state: json = "", sha256 } = metadata;
      if (sha256 !== checksum(json, all)) throw refused("it is damaged: its SHA-256 is another");
      const points = all.get(pointsName);
      all.delete(pointsName);
      const tensors = all as ReadonlyMap<string, Float32Array>;
      return { json, tensors, points: points === undefined ? [] : pointsFrom(points as Uint8Array) };
    } finally {
      file.close();
    }
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "E_CHECKPOINT") throw cause;
    throw refused(`it cannot be read: ${(cause as Error).message}`, cause);
  }
}

function restoreLearner(
  learner: Learner,
  { optimizerSteps, lossScale, losses, trainTokens, divergedAtStep, pointSeconds = 0 }: LearnerState,
  tensors: ReadonlyMap<string, Float32Array>,
): void {
  const saved = (slot: Slot) =>
    new Map([...learner.parameters.keys()].map((name) => [name, tensors.get(tensorName(slot, name))!]));
  for (const [name, numbers] of saved("parameter")) learner.parameters.get(name)!.set(numbers);
  const [firstMoments, secondMoments] = [saved("firstMoment"), saved("secondMoment")];
  learner.optimizer.load({ steps: optimizerSteps, firstMoments, secondMoments });
  if (lossScale !== undefined) learner.lossScale!.load(lossScale);
  for (const [i, loss] of losses.entries())
    learner.lossCurve.push({ step: i + 1, loss, learningRate: learner.plan.learningRate(i) });
  learner.trainTokens = trainTokens;
  learner.pointSeconds = pointSeconds;
  if (divergedAtStep !== undefined) learner.divergedAtStep = divergedAtStep;
}

/** Step whose parameters the file keeps, and these. */
function bestOf(
  { bestStep }: LearnerState,
  { parameters }: Learner,
  tensors: ReadonlyMap<string, Float32Array>,
): BestStep | undefined {
  if (bestStep === undefined) return undefined;
  const best = [...parameters.keys()].map((name) => [name, tensors.get(tensorName("best", name))!] as const);
  return { step: bestStep, parameters: new Map(best) };
}

/** Checks that tensors and data position fit: another LoRAnk version may read the spec differently. */
function assertFits(
  { step, cursor, learners: [state] }: State,
  learner: Learner,
  tensors: ReadonlyMap<string, Float32Array>,
): void {
  const own = tensorsOf(learner);
  if (state?.bestStep !== undefined)
    for (const [name, data] of learner.parameters) own.set(tensorName("best", name), data);
  const fits =
    canonicalJson(cursor) === canonicalJson(cursorOf(learner, step)) &&
    own.size === tensors.size &&
    [...own].every(([name, { length }]) => tensors.get(name)?.length === length);
  if (!fits) throw refused("it was made by a version that trains in another way");
}

type Slot = "parameter" | "firstMoment" | "secondMoment" | "best";

const tensorName = (slot: Slot, name: string): string => `0.${slot}.${name}`;

/** Tensor with the evaluations on the way, as JSON in UTF-8: a header has no room for generated answers. */
const pointsName = "0.points";

function pointsFrom(bytes: Uint8Array): EnginePoint[] {
  return parseJson(new TextDecoder().decode(bytes), "the checkpoint", "E_CHECKPOINT") as EnginePoint[];
}

/** Arrays of a checkpoint by name: those that training changes, and what evaluations on the way found. */
function storedArrays(learner: Learner): Map<string, Float32Array | Uint8Array> {
  const { points, best } = learner;
  return new Map<string, Float32Array | Uint8Array>([
    ...tensorsOf(learner),
    ...[...(best?.parameters ?? [])].map(([name, data]) => [tensorName("best", name), data] as const),
    ...(points.length > 0 ? ([[pointsName, utf8ToBytes(JSON.stringify(points))]] as const) : []),
  ]);
}

/** Arrays that training changes, by name in the file; not copies. */
function tensorsOf({ parameters, optimizer }: Learner): Map<string, Float32Array> {
  const { firstMoments, secondMoments } = optimizer.state();
  const named = (slot: Slot, arrays: ReadonlyMap<string, Float32Array>) =>
    [...arrays].map(([name, data]) => [tensorName(slot, name), data] as const);
  return new Map([
    ...named("parameter", parameters),
    ...named("firstMoment", firstMoments),
    ...named("secondMoment", secondMoments),
  ]);
}

function stateOf(learner: Learner): LearnerState {
  const { optimizer, lossScale, lossCurve, trainTokens, divergedAtStep, pointSeconds, best } = learner;
  return {
    optimizerSteps: optimizer.state().steps,
    ...(lossScale && { lossScale: lossScale.state() }),
    losses: lossCurve.map(({ loss }) => loss),
    trainTokens,
    ...(divergedAtStep === undefined ? {} : { divergedAtStep }),
    ...(pointSeconds > 0 ? { pointSeconds } : {}),
    ...(best && { bestStep: best.step }),
  };
}

function cursorOf({ plan: { steps, lengths } }: Learner, step: number): State["cursor"] {
  const examples = steps.slice(0, step).reduce((sum, { length }) => sum + length, 0);
  return { epoch: Math.floor(examples / lengths.length), example: examples % lengths.length };
}

function checksum(json: string, tensors: ReadonlyMap<string, Float32Array | Uint8Array>): string {
  const hash = sha256.create().update(utf8ToBytes(json));
  for (const name of [...tensors.keys()].sort()) {
    const { buffer, byteOffset, byteLength } = tensors.get(name)!;
    hash.update(utf8ToBytes(`\0${name}\0`)).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return bytesToHex(hash.digest());
}

function refused(reason: string, cause?: unknown): InputError {
  return new InputError("E_CHECKPOINT", reason, cause === undefined ? undefined : { cause });
}
