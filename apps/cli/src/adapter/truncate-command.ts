import { type ConsumerWarning, consumerWarnings, type LayerError, truncateAdapter } from "@lorank/checkpoint";
import { checkOutputFolder, writeFolder } from "@lorank/checkpoint/disk";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { exitCode } from "../errors.ts";
import { printWarnings, readAdapter } from "../model/read-adapter.ts";
import { resolveAdapterPath } from "../model/resolve.ts";
import { type CommandFlags, createOutput, type Output } from "../output.ts";
import { readFlags } from "../settings/read.ts";
import { plainText } from "../text.ts";
import { byKind, figure, kindWords, rangeText, visiblePercent } from "./spectra.ts";

/** Distance between the truncated layers of one kind and the whole ones. */
interface KindError {
  readonly kind: string;
  readonly layers: number;
  readonly norm: number;
  /** √Σ error² / √Σ ‖ΔW‖² */
  readonly relativeError: number;
  readonly layerErrors: readonly [least: number, most: number];
}

export async function runTruncateCommand(name: string, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const { rank, out, force = false } = readFlags("truncate", flags);
  const options = { force, sources: [] as string[] };
  checkOutputFolder(out, options);
  const folder = await resolveAdapterPath(name, output);
  options.sources.push(folder);
  checkOutputFolder(out, options);

  const { adapter, errors } = truncateAdapter(readAdapter(folder), rank);
  writeFolder(out, options, (temporary) => writePeftAdapter(temporary, adapter));
  const truncation = {
    ...{ adapter: name, out, rank },
    ...lossesOf(errors),
    consumers: consumerWarnings(adapter),
  };
  output.document<TruncateDocument>(truncation);
  print(truncation, kindWords(adapter).truncationNote, output);
  return exitCode.done;
}

/** Losses of the truncated layers: of all, of each kind, and of each layer. */
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
  readonly consumers: readonly ConsumerWarning[];
}

function print(
  { out, rank, relativeError, kinds, consumers }: TruncateDocument,
  note: string | undefined,
  output: Output,
): void {
  output.table<KindError>(
    [
      { title: "module", align: "left", cell: ({ kind }) => plainText(kind) },
      { title: "layers", cell: ({ layers }) => String(layers) },
      { title: "norm", cell: ({ norm }) => figure(norm) },
      { title: "lost", cell: (row) => visiblePercent(row.relativeError) },
      { title: "by layer", cell: ({ layerErrors }) => rangeText(layerErrors, visiblePercent) },
    ],
    kinds,
  );
  output.print();
  output.say(
    `Rank ${rank} is in ${out}. ${visiblePercent(relativeError)} of the update's norm is lost, the least possible at this ` +
      "rank. What that costs on your task, only an evaluation tells.",
  );
  if (note !== undefined) output.say(note);
  output.print();
  printWarnings(consumers, output);
}

function share({ error, norm }: LayerError): number {
  return norm === 0 ? 0 : error / norm;
}
