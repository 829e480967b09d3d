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
  const fields: Fields = Object.assign({}, sized, ...shared, more);
  const text = textTypes[type];
  const { tie_word_embeddings: tied } = fields;
  const config =
    text === undefined
      ? { model_type: type, ...fields }
      : {
          model_type: type,
          ...(tied !== undefined && { tie_word_embeddings: tied }),
          text_config: { model_type: text, ...fields },
        };
  return { id, aliases, config, parameters };
}

const tuned = new Set(["instruct", "it", "chat", "base", "hf", "pt", "thinking"]);

/**
 * Finds a model by id or alias, or a tuned variant (`exact` is then false): `Llama-3.1-8B-Instruct` for `Llama-3.1-8B`.
 * An organisation in the name must be the model's.
 */
export function matchCatalogueModel(
  name: string,
): { readonly model: CatalogueModel; readonly exact: boolean } | undefined {
  const model = findCatalogueModel(name);
  if (model !== undefined) return { model, exact: true };
  const organisation = name.includes("/") ? name.slice(0, name.indexOf("/") + 1).toLowerCase() : "";
  const plain = plainName(name);
  const found = models.filter((each) =>
    [each.id, ...each.aliases].some(
      (known) => plainName(known) === plain && known.toLowerCase().startsWith(organisation),
    ),
  );
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? undefined : { model: only, exact: false };
}

function plainName(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .toLowerCase()
    .split(/[\s_:-]+/)
    .filter((word) => word !== "" && !tuned.has(word))
    .join("-");
}
