import { type ConsumerWarning, consumerWarnings, type PeftAdapter } from "@lorank/checkpoint";
import { counted, wholeNumber } from "@lorank/core";
import {
  type AdapterFacts,
  adapterFacts,
  figure,
  type KindSpectrum,
  kindSpectra,
  kindWords,
  type LayerSpectrum,
  layerSpectra,
  rangeText,
} from "../../adapter/spectra.ts";
import type { Input } from "../../command.ts";
import { printWarnings, readAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath } from "../../model/resolve.ts";
import type { Messages, Page } from "../../output.ts";
import { plainText } from "../../text.ts";
import type { InspectSettings } from "./command.ts";

const ENERGY_WARNING =
  "Energy does not choose a rank. On a problem whose rank was known, the smallest rank with 90 % of the energy had ten " +
  "times the error of the next one. To choose, truncate the adapter and evaluate what you get: lorank truncate --rank k.";

type InspectInput = Input<InspectSettings, readonly [string]>;

export async function run({ names: [name] }: InspectInput, output: Messages): Promise<InspectDocument> {
  return inspect(name, readAdapter(await resolveAdapterPath(name, output)));
}

/** Facts about an adapter and its update ΔW. */
export interface InspectDocument extends AdapterFacts {
  readonly adapter: string;
  /** Matrix whose spectra are shown: the update, or DoRA's low-rank part. */
  readonly spectrumOf: string;
  readonly warning: string;
  readonly consumers: readonly ConsumerWarning[];
  readonly kinds: readonly KindSpectrum[];
  readonly layers: readonly LayerSpectrum[];
}

function inspect(name: string, adapter: PeftAdapter): InspectDocument {
  const layers = layerSpectra(adapter);
  return {
    adapter: name,
    ...adapterFacts(adapter),
    spectrumOf: kindWords(adapter).spectrumOf,
    warning: ENERGY_WARNING,
    consumers: consumerWarnings(adapter),
    kinds: kindSpectra(layers),
    layers,
  };
}

export function view(inspected: InspectDocument, page: Page, { settings }: InspectInput): void {
  const eachLayer = settings.layers === true;
  const { adapter, rank, alpha, scalingRule, baseModel, heads, classNames, loraParams } = inspected;
  const { kinds, layers, warning, consumers } = inspected;
  const { name, spectrumNote } = kindWords(inspected);
  const rule = scalingRule === "rslora" ? "alpha / √rank" : "alpha / rank";
  page.print(
    plainText(
      `${adapter}: ${name} of rank ${rank}, alpha ${alpha} (scaling ${rule}) on ` +
        `${counted(layers.length, "layer")}, ${wholeNumber(loraParams)} parameters` +
        `${baseModel === "" ? "" : `; base ${baseModel}`}`,
    ),
  );
  if (heads.length > 0) page.print(plainText(`Trained whole: ${heads.map((head) => head.name).join(", ")}`));
  if (classNames) page.print(plainText(`Classes: ${classNames.join(", ")}`));
  page.print();
  if (eachLayer) printLayers(layers, page);
  else printKinds(kinds, page);
  page.print();
  if (spectrumNote !== undefined) page.say(spectrumNote);
  if (!eachLayer && kinds.length < layers.length)
    page.say("From–to over the layers of a kind; the norm is of all of them. --layers shows each.");
  page.say(warning);
  page.print();
  printWarnings(consumers, page);
}

function printKinds(kinds: readonly KindSpectrum[], page: Page): void {
  page.table<KindSpectrum>(
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

function printLayers(layers: readonly LayerSpectrum[], page: Page): void {
  page.table<LayerSpectrum>(
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
