import { formatBytes, formatCount } from "@lorank/core";
import type { QuantizedLayer } from "@lorank/train/quantize";
import { figure } from "../adapter/figures.ts";
import type { Output } from "../output.ts";
import { plainText } from "../text.ts";
import type { KindFigures } from "./kinds.ts";

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
