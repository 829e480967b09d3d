import { modelConfig } from "@lorank/checkpoint";
import { checkOutputFolder } from "@lorank/checkpoint/disk";
import { modelAt } from "@lorank/checkpoint/files";
import { counted, formatBytes, formatCount } from "@lorank/core";
import { type BlockSize, quantizeDefaults as d, type Format4bit } from "@lorank/quant";
import { familyOf } from "@lorank/train/engine";
import { type QuantizedLayer, type QuantizeSummary, quantizeModel } from "@lorank/train/quantize";
import { figure } from "../../adapter/spectra.ts";
import type { Input } from "../../command.ts";
import { inFlagWords } from "../../flags/flag-names.ts";
import { resolveModelPath } from "../../model/resolve.ts";
import type { Messages, Page } from "../../output.ts";
import { progressLine } from "../../progress/progress.ts";
import { plainText } from "../../text.ts";
import type { QuantizeSettings as TypedSettings } from "./command.ts";

type QuantizeInput = Input<TypedSettings, readonly [model: string]>;

export async function run(
  { settings: typed, names: [model] }: QuantizeInput,
  output: Messages,
): Promise<QuantizeDocument> {
  const settings = withDefaults(typed);
  checkOutputFolder(settings.out, { force: settings.force });
  // Config first, to refuse an unknown model before its weights are fetched.
  familyOf(modelConfig(modelAt(await resolveModelPath(model, output, { files: "config" }))).config);
  const path = await resolveModelPath(model, output);
  const summary = writeQuantized(path, settings, output);
  return documentOf(model, settings, summary);
}

export interface QuantizeDocument extends Omit<QuantizeSummary, "bytes"> {
  readonly model: string;
  readonly out: string;
  readonly format: Format4bit;
  readonly blockSize: BlockSize;
  readonly doubleQuant: boolean;
  readonly keepLayers: string;
  readonly bytesAfter: number;
  readonly bitsPerWeight: number;
  /** @nullable */
  readonly signalToNoiseDb: number;
  readonly kinds: readonly KindFigures[];
}

function documentOf(model: string, settings: QuantizeSettings, summary: QuantizeSummary): QuantizeDocument {
  const { out, format, blockSize, doubleQuant, keepLayers } = settings;
  const { kept, bytesBefore, bytes, layers, tensors, files, tokenizerProblem } = summary;
  const all = together("all", layers);
  return {
    ...{ model, out, format, blockSize, doubleQuant, keepLayers: keepLayers.join(","), kept },
    ...{ bytesBefore, bytesAfter: bytes, bitsPerWeight: (8 * all.bytesAfter) / all.params },
    ...{ signalToNoiseDb: all.signalToNoiseDb, kinds: kindFigures(layers) },
    ...{ layers, tensors, files, tokenizerProblem },
  };
}

function writeQuantized(
  path: string,
  { dtype, ...settings }: QuantizeSettings,
  output: Messages,
): QuantizeSummary {
  const progress = progressLine(output);
  try {
    return quantizeModel({
      model: path,
      ...settings,
      ...(dtype === undefined ? {} : { dtype }),
      onTensor: ({ done, total, name }) => progress.show(`${done} of ${total} tensors: ${name}`),
    });
  } catch (error) {
    throw inFlagWords(error, ["keepLayers"]);
  } finally {
    progress.end();
  }
}

export function view(quantized: QuantizeDocument, output: Page, { settings }: QuantizeInput): void {
  const { layers, kinds, kept, files, tokenizerProblem } = quantized;
  const { format, blockSize, doubleQuant, out } = quantized;
  if (settings.layers === true) printLayers(layers, output);
  else printKinds([...kinds, together("all", layers)], output);
  output.print();
  output.say(
    `${counted(layers.length, "linear layer")} in ${format.toUpperCase()}, blocks of ${blockSize}` +
      `${doubleQuant ? ", double quantisation" : ""}: ${quantized.bitsPerWeight.toFixed(3)} bits a weight, ` +
      `${quantized.signalToNoiseDb.toFixed(1)} dB signal to noise.` +
      (kept.length > 0 ? ` Left as they are: ${counted(kept.length, "layer")}.` : ""),
  );
  output.say(
    `The model is in ${out}: ${formatBytes(quantized.bytesAfter)} in ${counted(files.length, "file")}, ` +
      `${formatBytes(quantized.bytesBefore)} before.`,
  );
  if (tokenizerProblem !== null)
    output.note(`warning: the model has no tokenizer: ${plainText(tokenizerProblem)}`);
}

type QuantizeSettings = ReturnType<typeof withDefaults>;

export function withDefaults(typed: TypedSettings) {
  return {
    out: typed.out,
    format: typed.format ?? d.format,
    blockSize: typed["block-size"] ?? d.blockSize,
    doubleQuant: typed["double-quant"] ?? d.doubleQuant,
    keepLayers: typed["keep-layers"] ?? [],
    dtype: typed.dtype,
    force: typed.force ?? false,
  } as const;
}

/** Quantisation errors over the layers of one kind, or over all layers. */
export interface KindFigures {
  readonly kind: string;
  readonly layers: number;
  readonly params: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly maximum: number;
  /** Root mean squared quantisation error over all weights. */
  readonly rms: number;
  /** Signal-to-noise ratio over all weights, in decibels: 10 · log10(Σ weight² / Σ error²). */
  readonly signalToNoiseDb: number;
  /** Smallest signal-to-noise ratio of a layer, in decibels. */
  readonly worstSignalToNoiseDb: number;
}

export function kindFigures(layers: readonly QuantizedLayer[]): KindFigures[] {
  const kinds = [...new Set(layers.map(({ kind }) => kind))];
  return kinds.map((kind) =>
    together(
      kind,
      layers.filter((layer) => layer.kind === kind),
    ),
  );
}

export function together(kind: string, layers: readonly QuantizedLayer[]): KindFigures {
  const sum = (of: (layer: QuantizedLayer) => number): number =>
    layers.reduce((total, layer) => total + of(layer), 0);
  const params = sum(({ params }) => params);
  const noise = sum(noiseOf);
  const signal = sum((layer) => noiseOf(layer) * 10 ** (layer.error.signalToNoiseDb / 10) || 0);
  return {
    kind,
    layers: layers.length,
    params,
    bytesBefore: sum(({ bytesBefore }) => bytesBefore),
    bytesAfter: sum(({ bytesAfter }) => bytesAfter),
    maximum: Math.max(...layers.map(({ error }) => error.maximum)),
    rms: Math.sqrt(noise / params),
    signalToNoiseDb: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
    worstSignalToNoiseDb: Math.min(...layers.map(({ error }) => error.signalToNoiseDb)),
  };
}

function noiseOf({ error, params }: QuantizedLayer): number {
  return error.rms ** 2 * params;
}

export function printKinds(kinds: readonly KindFigures[], output: Page): void {
  output.table<KindFigures>(
    [
      { title: "module", align: "left", cell: ({ kind }) => plainText(kind) },
      { title: "layers", cell: ({ layers }) => String(layers) },
      { title: "weights", cell: ({ params }) => formatCount(params) },
      { title: "before", cell: ({ bytesBefore }) => formatBytes(bytesBefore) },
      { title: "after", cell: ({ bytesAfter }) => formatBytes(bytesAfter) },
      { title: "largest error", cell: ({ maximum }) => figure(maximum) },
      { title: "RMS error", cell: ({ rms }) => figure(rms) },
      { title: "signal to noise", cell: ({ signalToNoiseDb }) => decibels(signalToNoiseDb) },
      { title: "worst layer", cell: ({ worstSignalToNoiseDb }) => decibels(worstSignalToNoiseDb) },
    ],
    kinds,
  );
}

export function printLayers(layers: readonly QuantizedLayer[], output: Page): void {
  const worstFirst = layers.toSorted((a, b) => a.error.signalToNoiseDb - b.error.signalToNoiseDb);
  output.table<QuantizedLayer>(
    [
      { title: "layer", align: "left", cell: ({ path }) => plainText(path) },
      { title: "weights", cell: ({ params }) => formatCount(params) },
      { title: "before", cell: ({ bytesBefore }) => formatBytes(bytesBefore) },
      { title: "after", cell: ({ bytesAfter }) => formatBytes(bytesAfter) },
      { title: "largest error", cell: ({ error }) => figure(error.maximum) },
      { title: "RMS error", cell: ({ error }) => figure(error.rms) },
      { title: "signal to noise", cell: ({ error }) => decibels(error.signalToNoiseDb) },
    ],
    worstFirst,
  );
}

function decibels(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(1)} dB` : "no error";
}
