import { statSync } from "node:fs";
import { formatCount, InputError, isInputError, type ModelShape, modelShapeFromConfig } from "@lorank/core";
import { type CatalogueModel, catalogueModels, findCatalogueModel } from "@lorank/core/memory";
import type { Output } from "../output.ts";
import { counted, nearest } from "../text.ts";

/** The built-in model of this name, unless there is a file or folder of that name, which wins. */
export function builtInModel(name: string): CatalogueModel | undefined {
  return statSync(name, { throwIfNoEntry: false }) === undefined ? findCatalogueModel(name) : undefined;
}

/** Runs `find`, and adds to its error about a name that is nothing what built-in model was probably meant. */
export async function orNearestBuiltIn<T>(name: string, find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    const isThere = statSync(name, { throwIfNoEntry: false }) !== undefined;
    if (isThere || !isInputError(error) || error.code !== "E_MODEL") throw error;
    const meant = nearest(
      name,
      catalogueModels.flatMap(({ aliases }) => aliases),
    );
    const hint = meant === undefined ? "" : `. Did you mean ${meant}?`;
    throw new InputError("E_MODEL", `${error.message}; lorank memory --list has no such name either${hint}`, {
      cause: error,
    });
  }
}

/** `lorank memory --list`. */
export function listBuiltInModels(output: Output): void {
  const rows = catalogueModels.map((model) => ({ model, shape: modelShapeFromConfig(model.config) }));
  output.document({
    models: rows.map(({ model: { id, aliases, parameters }, shape }) => ({
      id,
      aliases,
      modelType: shape.modelType,
      covers: shape.covers,
      totalParams: shape.totalParams,
      published: parameters,
    })),
  });
  output.table<{ readonly model: CatalogueModel; readonly shape: ModelShape }>(
    [
      { title: "name", align: "left", cell: ({ model }) => model.aliases[0] ?? model.id },
      { title: "parameters", cell: ({ shape }) => formatCount(shape.totalParams) },
      {
        title: "architecture",
        align: "left",
        cell: ({ shape }) => (shape.covers === "text" ? `${shape.modelType}, text part` : shape.modelType),
      },
      { title: "on the hub", align: "left", cell: ({ model }) => model.id },
    ],
    rows,
  );
  output.print(`\n${counted(rows.length, "model")} that need no files and no hub; each by its hub id too.`);
}
