import { type FileSource, safetensorsIn, safetensorsParts } from "@lorank/checkpoint";
import { sha256OfParts } from "@lorank/checkpoint/sha256";
import { InputError, parseJson } from "@lorank/core";
import { canonicalJson, type EngineSpec } from "@lorank/evidence/schema";
import type { LossScaleState } from "../optimizer/optimizer-step.ts";
import { version } from "../version.ts";
import type { EarlierTraining, Learner } from "./learner.ts";
import type { SavedBeside } from "./saved-beside.ts";

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
}

/**
 * Checkpoint file in parts: safetensors, whose metadata hold the state as JSON and a SHA-256 over JSON and tensors. The
 * tensors' byte arrays are the learner's own, not copies.
 */
export function checkpointParts(
  { spec, computer }: CheckpointOwner,
  learner: Learner,
  place: CheckpointPlace,
  beside?: SavedBeside,
): Uint8Array[] {
  const saved = beside?.saved();
  const state: State = {
    lorank: version,
    specs: [spec],
    computer,
    ...place,
    cursor: cursorOf(learner, place.step),
    learners: [{ ...stateOf(learner), ...saved?.members }],
  };
  const json = JSON.stringify(state);
  const others = [...(saved?.arrays ?? [])].map(([name, data]) => [`${prefix}${name}`, data] as const);
  const tensors = new Map<string, Float32Array | Uint8Array>([...tensorsOf(learner), ...others]);
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
 * @param beside what the training keeps beside the learner, which takes its part of the checkpoint.
 * @throws InputError `E_CHECKPOINT` with the reason to refuse it: damaged, another format, another training. The
 * learner is then unchanged.
 */
export function restoreCheckpoint(
  open: () => FileSource,
  owner: CheckpointOwner,
  learner: Learner,
  beside?: SavedBeside,
): CheckpointPlace {
  const { json, tensors } = readWhole(open);
  const state = parseJson(json, "the checkpoint", "E_CHECKPOINT") as State;
  if (canonicalJson(state.specs) !== canonicalJson([owner.spec])) throw refused("it is of another trial");
  if (state.computer !== owner.computer)
    throw refused(`it was computed with ${state.computer}, not ${owner.computer}`);
  const others = otherArrays(state, learner, tensors);
  if (beside === undefined && others.size > 0) throw refused(trainsAnotherWay);
  const [members] = state.learners;
  const unfitness = beside?.take({ members: { ...members }, arrays: others }, state.step, learner);
  if (unfitness !== undefined) throw refused(unfitness);
  restoreLearner(learner, members!, tensors);
  const { step, seconds, peakResidentBytes } = state;
  return { step, seconds, peakResidentBytes };
}

interface WholeFile {
  readonly json: string;
  readonly tensors: ReadonlyMap<string, Float32Array | Uint8Array>;
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
      const tensors = new Map(
        [...file.tensors].map(([name, { dtype }]) => [
          name,
          dtype === "U8" ? file.readBytes(name) : file.readFloat32(name),
        ]),
      );
      const { state: json = "", sha256 } = metadata;
      if (sha256 !== checksum(json, tensors)) throw refused("it is damaged: its SHA-256 is another");
      return { json, tensors };
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
  { optimizerSteps, lossScale, losses, trainTokens, divergedAtStep }: LearnerState,
  tensors: WholeFile["tensors"],
): void {
  const saved = (slot: Slot) =>
    new Map(
      [...learner.parameters.keys()].map((name) => [
        name,
        tensors.get(tensorName(slot, name)) as Float32Array,
      ]),
    );
  for (const [name, numbers] of saved("parameter")) learner.parameters.get(name)!.set(numbers);
  const [firstMoments, secondMoments] = [saved("firstMoment"), saved("secondMoment")];
  learner.optimizer.load({ steps: optimizerSteps, firstMoments, secondMoments });
  if (lossScale !== undefined) learner.lossScale!.load(lossScale);
  for (const [i, loss] of losses.entries())
    learner.lossCurve.push({ step: i + 1, loss, learningRate: learner.plan.learningRate(i) });
  learner.trainTokens = trainTokens;
  if (divergedAtStep !== undefined) learner.divergedAtStep = divergedAtStep;
}

/** Reason to refuse what another LoRAnk version wrote, which may read the spec differently. */
export const trainsAnotherWay = "it was made by a version that trains in another way";

/** Arrays beside the learner's, by their own names. Throws unless the learner's and the data position fit. */
function otherArrays(
  { step, cursor }: State,
  learner: Learner,
  tensors: WholeFile["tensors"],
): Map<string, Float32Array | Uint8Array> {
  const own = tensorsOf(learner);
  const fits =
    canonicalJson(cursor) === canonicalJson(cursorOf(learner, step)) &&
    [...own].every(([name, { length }]) => tensors.get(name)?.length === length);
  if (!fits) throw refused(trainsAnotherWay);
  const others = [...tensors].filter(([name]) => !own.has(name));
  return new Map(others.map(([name, data]) => [name.slice(prefix.length), data]));
}

type Slot = "parameter" | "firstMoment" | "secondMoment";

/** Beginning of all tensors' names: version 1 of the format allowed several trials. */
const prefix = "0.";

const tensorName = (slot: Slot, name: string): string => `${prefix}${slot}.${name}`;

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
  const { optimizer, lossScale, lossCurve, trainTokens, divergedAtStep } = learner;
  return {
    optimizerSteps: optimizer.state().steps,
    ...(lossScale && { lossScale: lossScale.state() }),
    losses: lossCurve.map(({ loss }) => loss),
    trainTokens,
    ...(divergedAtStep === undefined ? {} : { divergedAtStep }),
  };
}

function cursorOf({ plan: { steps, lengths } }: Learner, step: number): State["cursor"] {
  const examples = steps.slice(0, step).reduce((sum, { length }) => sum + length, 0);
  return { epoch: Math.floor(examples / lengths.length), example: examples % lengths.length };
}

type Tensors = ReadonlyMap<string, Float32Array | Uint8Array>;

function checksum(json: string, tensors: Tensors): string {
  return sha256OfParts(checkedParts(json, tensors));
}

function* checkedParts(json: string, tensors: Tensors): Generator<Uint8Array | string> {
  yield json;
  for (const name of [...tensors.keys()].sort()) {
    const { buffer, byteOffset, byteLength } = tensors.get(name)!;
    yield `\0${name}\0`;
    yield new Uint8Array(buffer, byteOffset, byteLength);
  }
}

function refused(reason: string, cause?: unknown): InputError {
  return new InputError("E_CHECKPOINT", reason, cause === undefined ? undefined : { cause });
}
