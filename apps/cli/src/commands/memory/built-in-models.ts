import { statSync } from "node:fs";
import { counted, formatCount, InputError, isInputError, listInWords, nearest } from "@lorank/core";
import { type CatalogueModel, catalogueModels, matchCatalogueModel } from "@lorank/core/memory";
import { type ModelShape, modelShapeFromConfig } from "@lorank/core/models";
import type { End } from "../../command.ts";
import type { Page } from "../../output.ts";

type BuiltIn = NonNullable<ReturnType<typeof matchCatalogueModel>>;

/** Finds a built-in model by name; a file or folder of this name wins. */
export function builtInModel(name: string): BuiltIn | undefined {
  return isThere(name) ? undefined : matchCatalogueModel(name);
}

/**
 * Runs `find`, a search for a model's config. A failure names the nearest built-in model: by family and size,
 * publisher, or spelling.
 */
export async function orNearestBuiltIn<T>(name: string, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    if (isThere(name) || !isInputError(error) || !/^E_(MODEL|HUB|OFFLINE)$/.test(error.code)) throw error;
    const family = name.includes("/") ? [] : catalogueModels(name);
    const choices = (family.length > 0 ? family : modelsOfSize(name)).map(shortName).join(", ");
    if (choices !== "") {
      const rule = family.length > 0 ? `one of the sizes of ${name}` : `a name, such as one of ${name}`;
      throw new InputError("E_MODEL", `model must be ${rule}: ${choices}`, { cause: error });
    }
    const isNoHubId = error.code === "E_MODEL";
    const meant = meantBy(name) ?? (isNoHubId ? relativesOf(name) : undefined);
    if (meant === undefined && !isNoHubId) throw error;
    const unknown = isNoHubId ? "; lorank memory --list has no such name either" : "";
    const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
    const message = error.message.replace(/\.$/, "");
    throw new InputError(error.code, `${message}${unknown}${hint}`, { cause: error });
  }
}

function modelsOfSize(size: string): CatalogueModel[] {
  const isSize = /^\d+(\.\d+)?[bm]$/i.test(size);
  return catalogueModels().filter((model) => isSize && shortName(model).endsWith(`-${size.toLowerCase()}`));
}

/** Nearest built-in model's short name for an unknown `name`, whoever tuned or published that. */
function meantBy(name: string): string | undefined {
  const last = name.slice(name.lastIndexOf("/") + 1);
  const variant = matchCatalogueModel(last);
  if (variant !== undefined) return shortName(variant.model);
  const names = catalogueModels().flatMap((model) =>
    [model.id, ...model.aliases].flatMap((each) => {
      const short = each.slice(each.indexOf("/") + 1);
      return [...new Set([each, short])].map((spelt) => ({ spelt, model }));
    }),
  );
  const spelt = [name, last].flatMap(
    (each) =>
      nearest(
        each,
        names.map(({ spelt }) => spelt),
      ) ?? [],
  )[0];
  const found = names.find((each) => each.spelt === spelt);
  return found && shortName(found.model);
}

const MOST_MEANT = 3;

/**
 * Built-in models' short names in the same family, the most similar first: `glm-4.6-air` is related to `glm-4.5-air`.
 */
function relativesOf(name: string): string | undefined {
  const own = partsOfName(name);
  const relatives = catalogueModels()
    .map((model) => {
      const parts = partsOfName(shortName(model));
      const differs = own.findIndex((part, index) => part !== parts[index]);
      const begins = differs < 0 ? own.length : differs;
      return { model, begins, alike: own.filter((part) => parts.includes(part)).length };
    })
    // First words up to two letters are ignored as too common.
    .filter(({ begins }) => begins > 0 && own[0]!.length > 2)
    .sort((a, b) => b.begins - a.begins || b.alike - a.alike)
    .slice(0, MOST_MEANT)
    .map(({ model }) => shortName(model));
  return relatives.length === 0 ? undefined : listInWords(relatives, "or");
}

/** Parts of a name, words and numbers: `qwen3-8b` → qwen, 3, 8, b. */
function partsOfName(name: string): string[] {
  return name.toLowerCase().match(/[a-z]+|\d+/g) ?? [];
}

function shortName({ id, aliases }: Pick<CatalogueModel, "id" | "aliases">): string {
  return aliases[0] ?? id;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Document for `lorank memory --list --json`. */
export interface MemoryListDocument {
  readonly models: readonly (Pick<CatalogueModel, "id" | "aliases"> &
    Pick<ModelShape, "modelType" | "covers" | "totalParams"> & {
      /** Parameter count as the publisher states it. */
      readonly published: CatalogueModel["parameters"];
    })[];
}

export function builtInModels(): End<MemoryListDocument> {
  const models = catalogueModels().map(({ id, aliases, parameters: published, config }) => {
    const { modelType, covers, totalParams } = modelShapeFromConfig(config);
    return { id, aliases, modelType, covers, totalParams, published };
  });
  return { document: { models }, view: (page) => viewBuiltIn(models, page) };
}

function viewBuiltIn(models: MemoryListDocument["models"], page: Page): void {
  page.table<(typeof models)[number]>(
    [
      { title: "name", align: "left", cell: shortName },
      { title: "parameters", cell: ({ totalParams }) => formatCount(totalParams) },
      {
        title: "architecture",
        align: "left",
        cell: ({ covers, modelType }) => (covers === "text" ? `${modelType}, text part` : modelType),
      },
      { title: "on the hub", align: "left", cell: ({ id }) => id },
    ],
    models,
  );
  page.print(`\n${counted(models.length, "model")} that need no files and no hub; each by its hub id too.`);
}
