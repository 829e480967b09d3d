import { type CatalogueRow, type Fields, layouts } from "./layouts.ts";
import { rows } from "./models.ts";

/** A published model and the fields of its config on which its shapes depend. */
export interface CatalogueModel {
  /** On the hub: `org/name`. */
  readonly id: string;
  /** Short names, and hub ids of models with the same shapes, such as those tuned for instructions. */
  readonly aliases: readonly string[];
  /** The fields of its `config.json` on which shapes depend, for `modelShapeFromConfig`. */
  readonly config: Fields;
  /**
   * Parameters of the whole model as they are published, on its hub page or model card: exact, `8,030,261,248`, or
   * rounded, `671B`, `1T`. A tied head that the hub's files hold a second time is counted twice there.
   */
  readonly parameters: string;
}

/** Models that also read images or sound; the catalogue holds their language model alone. */
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

// Marked as pure: bundlers drop an unused catalogue.
const models: readonly CatalogueModel[] = /* @__PURE__ */ rows.map(modelOf);

/**
 * Lists published models whose shapes are known without their files. A `family` such as `qwen3` or `gemma` selects the
 * models whose short names begin with it.
 */
export function catalogueModels(family?: string): readonly CatalogueModel[] {
  if (family === undefined) return models;
  const plain = plainName(family);
  if (plain === "") return [];
  const begin = (next: RegExp): CatalogueModel[] =>
    models.filter(({ aliases }) =>
      aliases.some((alias) => alias.startsWith(plain) && next.test(alias.slice(plain.length))),
    );
  // `qwen` is the family of qwen3-8b, `llama-3` that of llama-3-8b before that of llama-3.1-8b.
  const found = begin(/[a-z]$/.test(plain) ? /^-|^\d/ : /^-/);
  return found.length > 0 ? found : begin(/^\./);
}

/** Finds a model by id or alias, ignoring case; undefined when there is none. */
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

/** Words in a model's name for its tuning, which leaves shapes as they are. */
const tuned = new Set(["instruct", "it", "chat", "base", "hf", "pt", "thinking"]);

/**
 * Finds a model by id or alias, or else by the name of a tuned variant; `exact` is then false. `Llama-3.1-8B-Instruct`
 * and `Qwen/Qwen3-8B-Base` have the shapes of `Llama-3.1-8B` and `Qwen3-8B`. An organisation in the name must be the
 * model's.
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

/** Model name in lower case with hyphens, without organisation and words for tuning. */
function plainName(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .toLowerCase()
    .split(/[\s_:-]+/)
    .filter((word) => word !== "" && !tuned.has(word))
    .join("-");
}
