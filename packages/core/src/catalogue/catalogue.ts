import { nameOfOriginal, type StoredFormat } from "./copies.ts";
import { type CatalogueRow, type Fields, layouts } from "./layouts.ts";
import { rows } from "./models.ts";

/** Published model and the config behind the shapes. */
export interface CatalogueModel {
  /** Hugging Face Hub id: `org/name`. */
  readonly id: string;
  /** Short names, and hub ids with the same shapes, such as models tuned for instructions. */
  readonly aliases: readonly string[];
  readonly config: Fields;
  /** Published count: exact, `8,030,261,248`, or rounded, `671B`. A tied head stored twice on the hub counts twice. */
  readonly parameters: string;
}

const textTypes: { readonly [Type in CatalogueRow[2]]?: string } = {
  gemma3: "gemma3_text",
  gemma3n: "gemma3n_text",
  llama4: "llama4_text",
  qwen3_5: "qwen3_5_text",
  qwen3_5_moe: "qwen3_5_moe_text",
  qwen2_5_vl: "qwen2_5_vl_text",
  qwen3_vl: "qwen3_vl_text",
  qwen3_vl_moe: "qwen3_vl_moe_text",
  kimi_k25: "kimi_k2",
};

// Pure, so that bundlers drop an unused catalogue.
const models: readonly CatalogueModel[] = /* @__PURE__ */ rows.map(modelOf);

/** Published models with known shapes; a `family`, `qwen3` or `gemma`, selects by how short names start. */
export function catalogueModels(family?: string): readonly CatalogueModel[] {
  if (family === undefined) return models;
  const plain = plainName(family);
  if (plain === "") return [];
  const begin = (next: RegExp): CatalogueModel[] =>
    models.filter(({ aliases }) =>
      aliases.some((alias) => alias.startsWith(plain) && next.test(alias.slice(plain.length))),
    );
  // Prefix match that ends at a name part: `llama-3` matches llama-3-8b rather than llama-3.1-8b, `qwen` also qwen3-8b.
  const found = begin(/[a-z]$/.test(plain) ? /^-|^\d/ : /^-/);
  return found.length > 0 ? found : begin(/^\./);
}

export function findCatalogueModel(name: string): CatalogueModel | undefined {
  const lowerCase = name.toLowerCase();
  return models.find(({ id, aliases }) => [id, ...aliases].some((each) => each.toLowerCase() === lowerCase));
}

function modelOf([id, parameters, type, sizes, aliases, more]: CatalogueRow): CatalogueModel {
  const [names, ...shared] = layouts[type];
  const sized = Object.fromEntries(names.map((name, index) => [name, sizes[index]]));
  const { vision_config: vision, ...fields }: Fields = Object.assign({}, sized, ...shared, more);
  const text = textTypes[type];
  const { tie_word_embeddings: tied } = fields;
  const config =
    text === undefined
      ? { model_type: type, ...fields }
      : {
          model_type: type,
          ...(tied !== undefined && { tie_word_embeddings: tied }),
          text_config: { model_type: text, ...fields },
          ...(vision !== undefined && { vision_config: vision }),
        };
  return { id, aliases, config, parameters };
}

const tuned = new Set([
  "instruct",
  "it",
  "chat",
  "base",
  "hf",
  "pt",
  "thinking",
  "checkpoints",
  "meta",
  "coder",
  "math",
]);

/** Model that a name means. */
export interface CatalogueMatch {
  readonly model: CatalogueModel;
  /** False for a tuned variant or a copy, which has the model's shapes under another name. */
  readonly exact: boolean;
  /** Format of a copy, if its name says one: `bnb-4bit`. */
  readonly stored?: StoredFormat;
}

/**
 * Finds a model by id or alias, a tuned variant, or a copy: `Llama-3.1-8B-Instruct` and `unsloth/Llama-3.1-8B-bnb-4bit`
 * for `Llama-3.1-8B`. An organisation in the name must be the model's, or publish copies.
 */
export function matchCatalogueModel(name: string): CatalogueMatch | undefined {
  const model = findCatalogueModel(name);
  if (model !== undefined) return { model, exact: true };
  const tunedVariant = variantOf(name);
  if (tunedVariant !== undefined) return { model: tunedVariant, exact: false };
  const { name: original, stored } = nameOfOriginal(name);
  const copied = original === name ? undefined : (findCatalogueModel(original) ?? variantOf(original));
  return copied && { model: relaid(name, copied), exact: false, ...(stored && { stored }) };
}

/**
 * Model as a copy lays it out: Unsloth's Phi-3, 3.5 and 4 have separate q, k and v, gate and up. Source: Unsloth's notes
 * on Phi-4, "Llama-fication"; unslothai/unsloth issue 2365
 */
function relaid(name: string, model: CatalogueModel): CatalogueModel {
  const isSplit = name.toLowerCase().startsWith("unsloth/") && /\/phi-(3-|4$)/i.test(model.id);
  return isSplit ? { ...model, config: { ...model.config, model_type: "llama" } } : model;
}

function variantOf(name: string): CatalogueModel | undefined {
  const organisation = name.includes("/") ? name.slice(0, name.indexOf("/") + 1).toLowerCase() : "";
  const plain = plainName(name);
  const [only, ...others] = models.filter((each) =>
    [each.id, ...each.aliases].some(
      (known) => plainName(known) === plain && known.toLowerCase().startsWith(organisation),
    ),
  );
  return others.length > 0 ? undefined : only;
}

function plainName(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .toLowerCase()
    .split(/[\s_:-]+/)
    .filter((word) => word !== "" && !tuned.has(word))
    .join("-");
}
