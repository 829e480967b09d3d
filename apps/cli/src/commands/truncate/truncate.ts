import { type ConsumerWarning, consumerWarnings, type LayerError, truncateAdapter } from "@lorank/checkpoint";
import { checkOutputFolder, writeFolder } from "@lorank/checkpoint/disk";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { byKind, figure, kindWords, rangeText, visiblePercent } from "../../adapter/spectra.ts";
import type { Input } from "../../command.ts";
import { printWarnings, readAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath } from "../../model/resolve.ts";
import type { Messages, Page } from "../../output.ts";
import { plainText } from "../../text.ts";
import type { TruncateSettings } from "./command.ts";

/** Truncation error over the layers of a kind. */
interface KindError {
  readonly kind: string;
  readonly layers: number;
  readonly norm: number;
  /** Relative error: √Σ‖error‖² / √Σ‖ΔW‖². */
  readonly relativeError: number;
  readonly layerErrors: readonly [least: number, most: number];
}

export async function run(
  { settings, names: [name] }: Input<TruncateSettings, readonly [string]>,
  output: Messages,
): Promise<TruncateDocument> {
  const { rank, out, force = false } = settings;
  const options = { force, sources: [] as string[] };
  checkOutputFolder(out, options);
  const folder = await resolveAdapterPath(name, output);
  options.sources.push(folder);
  checkOutputFolder(out, options);

  const { adapter, errors } = truncateAdapter(readAdapter(folder), rank);
  writeFolder(out, options, (temporary) => writePeftAdapter(temporary, adapter));
  return {
    ...{ adapter: name, out, rank },
    ...lossesOf(errors),
    note: kindWords(adapter).truncationNote ?? null,
    consumers: consumerWarnings(adapter),
  };
}

interface Losses {
  readonly relativeError: number;
  readonly kinds: readonly KindError[];
  readonly layers: readonly (LayerError & { readonly path: string; readonly relativeError: number })[];
}

function lossesOf(errors: ReadonlyMap<string, LayerError>): Losses {
  const layers = [...errors].map(([path, error]) => ({ path, ...error, relativeError: share(error) }));
  const kinds = [...byKind(layers)].map(([kind, rows]): KindError => {
    const norm = Math.hypot(...rows.map((row) => row.norm));
    const each = rows.map((row) => row.relativeError);
    return {
      kind,
      layers: rows.length,
      norm,
      relativeError: share({ norm, error: Math.hypot(...rows.map(({ error }) => error)) }),
      layerErrors: [Math.min(...each), Math.max(...each)],
    };
  });
  const whole = {
    norm: Math.hypot(...layers.map(({ norm }) => norm)),
    error: Math.hypot(...layers.map(({ error }) => error)),
  };
  return { relativeError: share(whole), kinds, layers };
}

export interface TruncateDocument extends Losses {
  readonly adapter: string;
  readonly out: string;
  readonly rank: number;
  /** Sentence on what truncation leaves out of a DoRA adapter; null for plain LoRA. */
  readonly note: string | null;
  readonly consumers: readonly ConsumerWarning[];
}

export function view(
  { out, rank, relativeError, kinds, note, consumers }: TruncateDocument,
  page: Page,
): void {
  page.table<KindError>(
    [
      { title: "module", align: "left", cell: ({ kind }) => plainText(kind) },
      { title: "layers", cell: ({ layers }) => String(layers) },
      { title: "norm", cell: ({ norm }) => figure(norm) },
      { title: "lost", cell: (row) => visiblePercent(row.relativeError) },
      { title: "by layer", cell: ({ layerErrors }) => rangeText(layerErrors, visiblePercent) },
    ],
    kinds,
  );
  page.print();
  page.say(
    `Rank ${rank} is in ${out}. ${visiblePercent(relativeError)} of the update's norm is lost, the least possible at this ` +
      "rank. What that costs on your task, only an evaluation tells.",
  );
  if (note !== null) page.say(note);
  page.print();
  printWarnings(consumers, page);
}

function share({ error, norm }: LayerError): number {
  return norm === 0 ? 0 : error / norm;
}
