import { formatBytes, formatCount } from "@lorank/core";
import type { QuantizedLayer } from "@lorank/train/quantize";
import { figure } from "../adapter/figures.ts";
import type { Output } from "../output.ts";
import { plainText } from "../text.ts";

/** The layers of one kind together, or all of them. */
export interface KindFigures {
  readonly kind: string;
  readonly layers: number;
  readonly params: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly maximum: number;
  /** √(mean of squared errors) over all weights. */
  readonly rms: number;
  /** Signal to noise of all weights together, in decibels: 10 · log10(Σ weight² / Σ error²). */
  readonly signalToNoiseDb: number;
  /** The smallest of the layers'. */
  readonly worstSignalToNoiseDb: number;
}

/** A row a kind, in the order of the model. */
export function kindFigures(layers: readonly QuantizedLayer[]): KindFigures[] {
  const kinds = [...new Set(layers.map(({ kind }) => kind))];
  return kinds.map((kind) =>
    together(
      kind,
      layers.filter((layer) => layer.kind === kind),
    ),
  );
}

/** The figures of several layers as if they were one. */
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

/** Σ error². */
function noiseOf({ error, params }: QuantizedLayer): number {
  return error.rms ** 2 * params;
}

/** Prints a row a kind of layer. */
export function printKinds(kinds: readonly KindFigures[], output: Output): void {
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

/** Prints a row a layer, the one with the most noise in its signal first. */
export function printLayers(layers: readonly QuantizedLayer[], output: Output): void {
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
