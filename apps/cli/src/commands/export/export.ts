import { existsSync } from "node:fs";
import {
  type ConsumerWarning,
  consumerWarnings,
  ggufAdapter,
  type PeftAdapter,
  portableAdapter,
  vllmRankNote,
} from "@lorank/checkpoint";
import { checkOutputFolder, writeFileAtomic, writeFolder } from "@lorank/checkpoint/disk";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import { counted, formatBytes, InputError, isInputError } from "@lorank/core";
import { type ModelShape, modelShapeFromConfig } from "@lorank/core/models";
import type { Input } from "../../command.ts";
import { printWarnings, readAdapter } from "../../model/read-adapter.ts";
import { resolveAdapterPath } from "../../model/resolve.ts";
import type { Messages, Page } from "../../output.ts";
import { assertOutFile } from "../../paths.ts";
import { plainText } from "../../text.ts";
import { readConfig } from "../memory/model-config.ts";
import type { ExportSettings } from "./command.ts";

type ExportInput = Input<ExportSettings, readonly [adapter: string]>;

export type ExportDocument = PeftExportDocument | GgufExportDocument;

export function check({ settings }: ExportInput, problems: string[]): void {
  const { format = "peft" } = settings;
  const foreign = format === "peft" ? (["base", "drop-head", "dtype"] as const) : (["keep-head"] as const);
  const why =
    format === "peft" ? "without --format gguf" : "with --format gguf, which has no place for a head";
  for (const flag of foreign)
    if (settings[flag] !== undefined) problems.push(`--${flag} must be left out ${why}`);
}

export async function run(
  { settings, names: [name] }: ExportInput,
  output: Messages,
): Promise<ExportDocument> {
  return settings.format === "gguf" ? exportGguf(name, settings, output) : exportPeft(name, settings, output);
}

export function view(exported: ExportDocument, page: Page): void {
  if ("architecture" in exported) viewGguf(exported, page);
  else viewPeft(exported, page);
}

async function exportPeft(
  name: string,
  { out, force = false, "keep-head": keepHeads = false }: ExportSettings,
  output: Messages,
): Promise<PeftExportDocument> {
  checkOutputFolder(out, { force });
  const folder = await resolveAdapterPath(name, output);
  const adapter = readAdapter(folder);
  const portable = portableAdapter(adapter, { keepHeads });
  writeFolder(out, { force, sources: [folder] }, (temporary) => writePeftAdapter(temporary, portable));

  return {
    adapter: name,
    out,
    rank: portable.rank,
    layers: portable.layers.size,
    droppedHeads: portable.heads.size === 0 ? [...adapter.heads.keys()] : [],
    consumers: consumerWarnings(portable),
    vllmRank: vllmRankNote(portable) ?? null,
  };
}

export interface PeftExportDocument {
  readonly adapter: string;
  readonly out: string;
  readonly rank: number;
  readonly layers: number;
  readonly droppedHeads: readonly string[];
  readonly consumers: readonly ConsumerWarning[];
  readonly vllmRank: string | null;
}

function viewPeft(exported: PeftExportDocument, output: Page): void {
  const { out, rank, layers, droppedHeads, consumers, vllmRank } = exported;
  output.say(
    `The portable form is in ${out}: rank ${rank} on ${counted(layers, "layer")}, alpha = rank, the scaling in B.`,
  );
  if (droppedHeads.length > 0) {
    output.say(
      `Left out, because most programs refuse it: the trained head ${droppedHeads.join(", ")}. ` +
        "Without it a classifier cannot answer; --keep-head keeps it, and lorank merge puts it into a model.",
    );
  }
  if (vllmRank !== null) output.say(vllmRank);
  if (consumers.length > 0) output.print();
  printWarnings(consumers, output);
}

export async function exportGguf(
  name: string,
  { out, force = false, base, dtype = "F32", "drop-head": dropHeads = false }: ExportSettings,
  output: Messages,
): Promise<GgufExportDocument> {
  assertOut(out, force);
  const adapter = readAdapter(await resolveAdapterPath(name, output));
  const shape = await baseShape(adapter, base, output);
  const { bytes, architecture, alpha, folded } = ggufAdapter(adapter, shape, { dtype, dropHeads });
  writeFileAtomic(out, bytes);

  const facts = { architecture, alpha, layers: adapter.layers.size, dtype, bytes: bytes.length };
  const droppedHeads = [...adapter.heads.keys()];
  return { adapter: name, out, ...facts, foldedLayers: folded, droppedHeads };
}

export interface GgufExportDocument {
  readonly adapter: string;
  readonly out: string;
  readonly architecture: string;
  readonly alpha: number;
  readonly layers: number;
  readonly dtype: string;
  readonly bytes: number;
  /** Layers whose scaling differs from the file's single alpha / rank; their B holds the remaining factor. */
  readonly foldedLayers: readonly string[];
  readonly droppedHeads: readonly string[];
}

function viewGguf(exported: GgufExportDocument, output: Page): void {
  const { out, architecture, alpha, layers, dtype, bytes, foldedLayers, droppedHeads } = exported;
  output.say(
    `The adapter for llama.cpp is in ${out}: ${formatBytes(bytes)} in ${dtype}, ${counted(layers, "layer")} of ` +
      `a ${architecture}, alpha ${alpha}.`,
  );
  if (foldedLayers.length > 0)
    output.say(
      `llama.cpp scales by alpha / rank with one alpha: in ${counted(foldedLayers.length, "layer")} B holds the rest of the scaling.`,
    );
  if (droppedHeads.length > 0)
    output.note(
      `warning: left out: the trained head ${plainText(droppedHeads.join(", "))}. Without it a classifier cannot answer.`,
    );
}

function assertOut(out: string, force: boolean): void {
  if (!/\.gguf$/i.test(out))
    throw new InputError("E_OUT", `--out must end in .gguf with --format gguf, got ${out}`);
  assertOutFile(out, "--out");
  if (!force && existsSync(out))
    throw new InputError(
      "E_OUT",
      `--out must be a new file, got ${out}, which is there\n--force replaces it.`,
    );
}

async function baseShape(
  { baseModel }: PeftAdapter,
  base: string | undefined,
  output: Messages,
): Promise<ModelShape> {
  const model = base ?? baseModel;
  if (model === "")
    throw new InputError("E_PEFT", "--base must name the adapter's base: its adapter_config.json names none");
  try {
    const { config, taken } = await readConfig(model, output, undefined);
    if (taken !== undefined) output.note(plainText(taken));
    return modelShapeFromConfig(config);
  } catch (error) {
    if (base !== undefined || !isInputError(error)) throw error;
    const hint = "That is the base which the adapter names; --base names another place of it.";
    throw new InputError(error.code, `${error.message}\n${hint}`, { cause: error });
  }
}
