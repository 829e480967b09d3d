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
   * rounded, `671B`. A tied head that the hub's files hold a second time is counted twice there.
   */
  readonly parameters: string;
}

/** Published models whose shapes are known without their files. */
// Marked as pure: bundlers drop an unused catalogue.
export const catalogueModels: readonly CatalogueModel[] = /* @__PURE__ */ rows.map(modelOf);

/** Finds a model by id or alias, ignoring case; undefined when there is none. */
export function findCatalogueModel(name: string): CatalogueModel | undefined {
  const lowerCase = name.toLowerCase();
  return catalogueModels.find(({ id, aliases }) =>
    [id, ...aliases].some((each) => each.toLowerCase() === lowerCase),
  );
}

function modelOf([id, parameters, type, sizes, aliases, more]: CatalogueRow): CatalogueModel {
  const [names, ...shared] = layouts[type];
  const sized = Object.fromEntries(names.map((name, index) => [name, sizes[index]]));
  const fields: Fields = Object.assign({}, sized, ...shared, more);
  // Gemma 3 also reads images; the catalogue holds its language model alone.
  const config =
    type === "gemma3"
      ? { model_type: type, text_config: { model_type: "gemma3_text", ...fields } }
      : { model_type: type, ...fields };
  return { id, aliases, config, parameters };
}
