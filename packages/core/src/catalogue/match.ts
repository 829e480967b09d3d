import { type CatalogueModel, catalogueModels, findCatalogueModel } from "./catalogue.ts";

/** Words in a model's name that say how it was tuned, which leaves its shapes as they are. */
const tuned = new Set(["instruct", "it", "chat", "base", "hf", "pt"]);

/**
 * The model of this id or alias, or the one of which the name is a tuned variant: `Llama-3.1-8B-Instruct` and
 * `Qwen/Qwen3-8B-Base`, whose shapes are those of `Llama-3.1-8B` and `Qwen3-8B`. With an organisation, a variant must be
 * of that one. `exact` is false for a variant.
 */
export function matchCatalogueModel(
  name: string,
): { readonly model: CatalogueModel; readonly exact: boolean } | undefined {
  const model = findCatalogueModel(name);
  if (model !== undefined) return { model, exact: true };
  const organisation = name.includes("/") ? name.slice(0, name.indexOf("/") + 1).toLowerCase() : "";
  const wanted = plainName(name);
  const found = catalogueModels.filter((each) =>
    [each.id, ...each.aliases].some(
      (known) => plainName(known) === wanted && known.toLowerCase().startsWith(organisation),
    ),
  );
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? undefined : { model: only, exact: false };
}

/** The models whose short names begin with `name`, as the sizes of a family do: those of `qwen3`, of `gemma`. */
export function catalogueFamily(name: string): readonly CatalogueModel[] {
  const wanted = plainName(name);
  if (wanted === "") return [];
  const begin = (next: RegExp): CatalogueModel[] =>
    catalogueModels.filter(({ aliases }) =>
      aliases.some((alias) => alias.startsWith(wanted) && next.test(alias.slice(wanted.length))),
    );
  // `qwen` is the family of qwen3-8b, `llama-3` that of llama-3-8b before that of llama-3.1-8b.
  const family = begin(/[a-z]$/.test(wanted) ? /^-|^\d/ : /^-/);
  return family.length > 0 ? family : begin(/^\./);
}

/** In lower case and with hyphens, without organisation and without words for tuning. */
function plainName(name: string): string {
  return name
    .slice(name.lastIndexOf("/") + 1)
    .toLowerCase()
    .split(/[\s_:-]+/)
    .filter((word) => word !== "" && !tuned.has(word))
    .join("-");
}
