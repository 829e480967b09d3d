import { InputError, kindOf } from "@lorank/core";
import { type JsonObject, parseJsonObject } from "../json.ts";
import { encodeSafetensors, safetensorsByteLength } from "../safetensors/encode.ts";
import { type Float32Tensor, notFiniteProblem, type Shaped } from "../tensor.ts";
import { listed, quoted, shown } from "../text.ts";
import { classNamesProblem, id2label, type PeftAdapter, parseClassNames } from "./adapter.ts";
import { type PeftConfig, parsePeftConfig, peftConfigText } from "./config.ts";
import { type AdapterParts, layersAndHeads, peftTensors } from "./keys.ts";
import { modelCard, type NpmFolder } from "./model-card.ts";
import { matchesModule } from "./pattern.ts";

export const ADAPTER_CONFIG = "adapter_config.json";
export const ADAPTER_WEIGHTS = "adapter_model.safetensors";
/** File for class names, since PEFT warns about unknown members in adapter_config.json. */
export const ADAPTER_CLASSES = "id2label.json";
export const ADAPTER_TRUNCATION = "truncation.json";
const METADATA = { format: "pt" };

/**
 * Adapter files by name, as PEFT's save_pretrained() writes them: `adapter_model.safetensors` and a short `README.md`.
 * A classifier's class names are in `id2label.json`, the length at which texts are cut in `truncation.json`.
 * `adapter_config.json` is last, so a folder that has it is whole.
 *
 * @param npm the npm package that publishes the base, for the README. (default none)
 * @throws InputError E_RANK when rank is not a positive integer (PEFT knows no rank 0), E_PEFT listing all unfit
 * layers.
 */
export function peftAdapterFiles(adapter: PeftAdapter, npm?: NpmFolder): Map<string, Uint8Array | string> {
  assertAdapter(adapter);
  const { classNames, maxLength } = adapter;
  return new Map<string, Uint8Array | string>([
    [ADAPTER_WEIGHTS, encodeSafetensors(peftTensors<Float32Tensor>(adapter), METADATA)],
    ["README.md", modelCard(adapter, npm)],
    ...(classNames ? [[ADAPTER_CLASSES, jsonText(id2label(classNames))] as const] : []),
    ...(maxLength === undefined ? [] : [[ADAPTER_TRUNCATION, jsonText(truncationJson(maxLength))] as const]),
    [ADAPTER_CONFIG, peftConfigText(adapter)],
  ]);
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** Size of `adapter_model.safetensors` in bytes, computed without writing it; at rank 0 the file has heads alone. */
export function peftAdapterBytes(adapter: AdapterParts<Shaped>): number {
  return safetensorsByteLength(peftTensors<Shaped>(adapter), METADATA);
}

/**
 * Parses an adapter from a folder's texts and tensors. Where `target_modules` is a regular expression, or other fields
 * narrow it, `targetModules` are the whole paths of the layers found.
 *
 * @throws InputError E_JSON; E_PEFT listing everything unsupported or unfit.
 */
export function parsePeftAdapter(
  config: string,
  tensors: ReadonlyMap<string, Float32Tensor>,
  id2labelText?: string,
  truncationText?: string,
): PeftAdapter {
  const parsed = parsePeftConfig(parseJsonObject(config, ADAPTER_CONFIG), ADAPTER_CONFIG);
  const object = (text: string | undefined, name: string): JsonObject | undefined =>
    text === undefined ? undefined : parseJsonObject(text, name);
  return withNotes(adapterOf(parsed, tensors, ADAPTER_WEIGHTS), {
    classes: object(id2labelText, ADAPTER_CLASSES),
    truncation: object(truncationText, ADAPTER_TRUNCATION),
  });
}

interface Notes {
  readonly classes: JsonObject | undefined;
  readonly truncation: JsonObject | undefined;
}

/** Adds class names and truncation length, from files named by `nameOf` in errors. Throws E_PEFT. */
export function withNotes(
  adapter: PeftAdapter,
  { classes, truncation }: Notes,
  nameOf = (name: string): string => name,
): PeftAdapter {
  return {
    ...adapter,
    ...(classes && { classNames: parseClassNames(classes, adapter.heads, nameOf(ADAPTER_CLASSES)) }),
    ...(truncation && { maxLength: parseTruncation(truncation, nameOf(ADAPTER_TRUNCATION)) }),
  };
}

/** Builds an adapter from config and tensors. Throws E_PEFT listing the unfit tensors. */
export function adapterOf(
  config: PeftConfig,
  tensors: ReadonlyMap<string, Float32Tensor>,
  weightsFile: string,
): PeftAdapter {
  const { layers, heads } = layersAndHeads(tensors, config, weightsFile);
  const { modulesToSave, targetModules, targetsNarrowed, rankOf, alphaOf, ...facts } = config;
  const named = typeof targetModules !== "string" && !targetsNarrowed;
  const targets = named ? [...targetModules] : [...layers.keys()];
  return { ...facts, targetModules: targets.sort(), layers, heads };
}

function assertAdapter(adapter: PeftAdapter): void {
  const { rank, alpha, layers, heads, targetModules } = adapter;
  if (!Number.isSafeInteger(rank) || rank < 1) {
    throw new InputError("E_RANK", `rank must be a positive integer, got ${rank}`);
  }
  const { name, hasMagnitudes } = kindOf(adapter);
  const problems: string[] = [];
  const positive = (number: number) => Number.isFinite(number) && number > 0;
  if (!positive(alpha)) problems.push(`alpha must be a positive number, got ${alpha}`);
  if (layers.size === 0) problems.push("layers must not be empty");
  for (const [path, { loraA, loraB, magnitude, ...own }] of layers) {
    if (!targetModules.some((module) => matchesModule(path, module))) {
      problems.push(`layer ${quoted(path)} must be among targetModules, got ${shown(targetModules)}`);
    }
    const [out, ownRank] = loraB.shape;
    if (!isFull(loraA) || loraA.shape[0] < 1) problems.push(misfit(path, "loraA", "[rank, in]", loraA));
    if (!isFull(loraB) || ownRank !== loraA.shape[0])
      problems.push(misfit(path, "loraB", `[out, ${loraA.shape[0]}]`, loraB));
    if (!positive(own.alpha))
      problems.push(`alpha of ${quoted(path)} must be a positive number, got ${own.alpha}`);
    for (const [part, data] of [
      ["loraA", loraA.data],
      ["loraB", loraB.data],
      ["magnitude", magnitude],
    ] as const) {
      const wrong = data && notFiniteProblem(data);
      if (wrong !== undefined) problems.push(`${part} of ${quoted(path)} ${wrong}`);
    }
    if (magnitude?.length !== (hasMagnitudes ? out : undefined)) {
      const rule = hasMagnitudes ? `have ${out} elements in ${name}` : `be absent in ${name}`;
      problems.push(`magnitude of ${quoted(path)} must ${rule}, got ${magnitude?.length ?? "none"}`);
    }
  }
  for (const [name, head] of heads) {
    if (!isFull(head)) problems.push(misfit(name, "head", shown(head.shape), head));
    const wrong = notFiniteProblem(head.data);
    if (wrong !== undefined) problems.push(`head ${quoted(name)} ${wrong}`);
    if (!/^[^.].*\.[^.]+$/.test(name))
      problems.push(`head ${quoted(name)} must be named <module>.<parameter>`);
  }
  const misnamed = classNamesProblem(adapter);
  if (misnamed !== undefined) problems.push(misnamed);
  if (problems.length > 0) throw new InputError("E_PEFT", listed(problems));
}

function isFull({ shape, data }: Float32Tensor): boolean {
  return shape.reduce((product, size) => product * size, 1) === data.length;
}

function misfit(path: string, part: string, form: string, { shape, data }: Float32Tensor): string {
  return `${part} of ${quoted(path)} must have shape ${form}, got ${shown(shape)} with ${data.length} elements`;
}

function truncationJson(maxLength: number): JsonObject {
  return { max_length: maxLength, truncation_side: "right" };
}

/** Reads the truncation length. Throws InputError E_PEFT naming `file`. */
function parseTruncation({ max_length: length }: JsonObject, file: string): number {
  if (typeof length === "number" && Number.isSafeInteger(length) && length > 0) return length;
  throw new InputError(
    "E_PEFT",
    `${file}: max_length must be a positive whole number, got ${length === undefined ? "none" : shown(length)}`,
  );
}
