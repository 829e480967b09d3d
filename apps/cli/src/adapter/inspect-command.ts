import { consumerWarnings, type PeftAdapter } from "@lorank/checkpoint";
import { exitCode } from "../exit-codes.ts";
import { readAdapter } from "../model/read-adapter.ts";
import { resolveAdapterPath } from "../model/resolve.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { type RawFlags, readFlags } from "../settings/read.ts";
import { counted, plainText, wholeNumber } from "../text.ts";
import { printWarnings } from "../warnings.ts";
import { figure, rangeText } from "./figures.ts";
import { type KindSpectrum, kindSpectra, type LayerSpectrum, layerSpectra } from "./spectra.ts";

const ENERGY_WARNING =
  "Energy does not choose a rank. On a problem whose rank was known, the smallest rank with 90 % of the energy had ten " +
  "times the error of the next one. To choose, truncate the adapter and evaluate what you get: lorank truncate --rank k.";

/** Runs `lorank inspect` and returns what to exit with. */
export async function runInspectCommand(name: string, flags: OutputFlags & RawFlags): Promise<number> {
  const output = createOutput(flags);
  const adapter = readAdapter(await resolveAdapterPath(name, flags));
  const layers = layerSpectra(adapter);
  const kinds = kindSpectra(layers);
  const warnings = consumerWarnings(adapter);
  output.document({
    adapter: name,
    ...facts(adapter),
    spectrumOf: adapter.dora ? "the low-rank part of DoRA" : "the update",
    warning: ENERGY_WARNING,
    consumers: warnings,
    kinds,
    layers,
  });
  show(name, adapter, layers, kinds, readFlags("inspect", flags).layers === true, output);
  output.print();
  printWarnings(warnings, output);
  return exitCode.done;
}

function facts(adapter: PeftAdapter) {
  const { rank, alpha, scalingRule, dora, dropout, taskType, baseModel, targetModules, heads } = adapter;
  const { classNames = null } = adapter;
  const trainable = [...adapter.layers.values()].reduce(
    (sum, { loraA, loraB, magnitude }) =>
      sum + loraA.data.length + loraB.data.length + (magnitude?.length ?? 0),
    0,
  );
  return {
    baseModel,
    taskType,
    classNames,
    rank,
    alpha,
    scalingRule,
    dora,
    dropout,
    targetModules,
    loraParams: trainable,
    heads: [...heads].map(([tensor, { shape }]) => ({ name: tensor, shape })),
  };
}

function show(
  name: string,
  adapter: PeftAdapter,
  layers: readonly LayerSpectrum[],
  kinds: readonly KindSpectrum[],
  each: boolean,
  output: Output,
): void {
  const { rank, alpha, scalingRule, dora, baseModel, heads, classNames } = adapter;
  const { loraParams } = facts(adapter);
  const rule = scalingRule === "rslora" ? "alpha / √rank" : "alpha / rank";
  output.print(
    plainText(
      `${name}: ${dora ? "DoRA" : "LoRA"} of rank ${rank}, alpha ${alpha} (scaling ${rule}) on ` +
        `${counted(layers.length, "layer")}, ${wholeNumber(loraParams)} parameters` +
        `${baseModel === "" ? "" : `; base ${baseModel}`}`,
    ),
  );
  if (heads.size > 0) output.print(plainText(`Trained whole: ${[...heads.keys()].join(", ")}`));
  if (classNames) output.print(plainText(`Classes: ${classNames.join(", ")}`));
  output.print();
  if (each) printLayers(layers, output);
  else printKinds(kinds, output);
  output.print();
  if (dora) {
    output.say(
      "The spectrum is that of the low-rank part, scaling · B · A; DoRA's magnitudes are not in it.",
    );
  }
  if (!each && kinds.length < layers.length)
    output.say("From–to over the layers of a kind; the norm is of all of them. --layers shows each.");
  output.say(ENERGY_WARNING);
}

function printKinds(kinds: readonly KindSpectrum[], output: Output): void {
  output.table<KindSpectrum>(
    [
      { title: "module", align: "left", cell: ({ kind }) => plainText(kind) },
      { title: "layers", cell: ({ layers }) => String(layers) },
      { title: "rank", cell: (row) => rangeText(row.rank) },
      { title: "alpha", cell: (row) => rangeText(row.alpha) },
      { title: "scaling", cell: (row) => rangeText(row.scaling) },
      { title: "largest σ", cell: (row) => figure(row.largestSingularValue) },
      { title: "norm", cell: (row) => figure(row.frobeniusNorm) },
      { title: "stable rank", cell: (row) => rangeText(row.stableRank) },
      { title: "effective rank", cell: (row) => rangeText(row.effectiveRank) },
      { title: "90 % energy", cell: (row) => rangeText(row.rankAt90) },
    ],
    kinds,
  );
}

function printLayers(layers: readonly LayerSpectrum[], output: Output): void {
  output.table<LayerSpectrum>(
    [
      { title: "layer", align: "left", cell: ({ path }) => plainText(path) },
      { title: "rank", cell: ({ rank }) => String(rank) },
      { title: "alpha", cell: ({ alpha }) => figure(alpha) },
      { title: "scaling", cell: ({ scaling }) => figure(scaling) },
      { title: "largest σ", cell: ({ singularValues }) => figure(singularValues[0] ?? 0) },
      { title: "norm", cell: (row) => figure(row.frobeniusNorm) },
      { title: "stable rank", cell: (row) => figure(row.stableRank) },
      { title: "effective rank", cell: (row) => figure(row.effectiveRank) },
      { title: "90 % energy", cell: (row) => String(row.rankAtEnergy["90"]) },
    ],
    layers,
  );
}
