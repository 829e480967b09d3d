import { existsSync } from "node:fs";
import { ggufAdapter, type PeftAdapter } from "@lorank/checkpoint";
import { writeFileAtomic } from "@lorank/checkpoint/files";
import { formatBytes, InputError, isInputError, type ModelShape, modelShapeFromConfig } from "@lorank/core";
import { exitCode } from "../exit-codes.ts";
import { readConfig } from "../memory/model-config.ts";
import { readAdapter } from "../model/read-adapter.ts";
import { resolveAdapterPath } from "../model/resolve.ts";
import type { Output } from "../output.ts";
import { assertOutFile } from "../paths.ts";
import type { SettingsOf } from "../settings/table.ts";
import { counted, plainText } from "../text.ts";

/** Writes an adapter as llama.cpp and Ollama load it, and returns what to exit with. */
export async function exportGguf(
  name: string,
  { out, force = false, base, dtype = "F32", "drop-head": dropHeads = false }: SettingsOf<"export">,
  output: Output,
): Promise<number> {
  assertOut(out, force);
  const adapter = readAdapter(await resolveAdapterPath(name, output));
  const shape = await baseShape(adapter, base, output);
  const { bytes, architecture, alpha, folded } = ggufAdapter(adapter, shape, { dtype, dropHeads });
  writeFileAtomic(out, bytes);

  const facts = { architecture, alpha, layers: adapter.layers.size, dtype, bytes: bytes.length };
  const droppedHeads = [...adapter.heads.keys()];
  const exported = { adapter: name, out, ...facts, foldedLayers: folded, droppedHeads };
  output.document(exported);
  print(exported, output);
  return exitCode.done;
}

interface ExportedGguf {
  readonly out: string;
  readonly architecture: string;
  readonly alpha: number;
  readonly layers: number;
  readonly dtype: string;
  readonly bytes: number;
  /** Layers whose B holds a part of the scaling. */
  readonly foldedLayers: readonly string[];
  readonly droppedHeads: readonly string[];
}

function print(exported: ExportedGguf, output: Output): void {
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

/** The base's shape, by its config alone. */
async function baseShape(
  { baseModel }: PeftAdapter,
  base: string | undefined,
  output: Output,
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
