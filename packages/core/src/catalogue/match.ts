import { type CatalogueModel, catalogueModels, findCatalogueModel } from "./catalogue.ts";

/** Words in a model's name for its tuning, which leaves shapes as they are. */
const tuned = new Set(["instruct", "it", "chat", "base", "hf", "pt"]);

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
  const found = catalogueModels.filter((each) =>
    [each.id, ...each.aliases].some(
      (known) => plainName(known) === plain && known.toLowerCase().startsWith(organisation),
    ),
  );
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? undefined : { model: only, exact: false };
}

/** Models whose short names begin with `name`, such as the sizes of the family `qwen3` or `gemma`. */
export function catalogueFamily(name: string): readonly CatalogueModel[] {
  const plain = plainName(name);
  if (plain === "") return [];
  const begin = (next: RegExp): CatalogueModel[] =>
    catalogueModels.filter(({ aliases }) =>
      aliases.some((alias) => alias.startsWith(plain) && next.test(alias.slice(plain.length))),
    );
  // `qwen` is the family of qwen3-8b, `llama-3` that of llama-3-8b before that of llama-3.1-8b.
  const family = begin(/[a-z]$/.test(plain) ? /^-|^\d/ : /^-/);
  return family.length > 0 ? family : begin(/^\./);
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
