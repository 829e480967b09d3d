import type { ConfigReader } from "../config-reader.ts";
import type { ModelParts } from "../parts.ts";
import type { ModelType } from "../shape.ts";

/** Model types whose configs are read alike. */
export interface Architecture {
  readonly modelTypes: readonly ModelType[];
  /** Reads the parts; faults of the config become problems of the reader. */
  readonly read: (modelType: ModelType, config: ConfigReader) => ModelParts;
}

/** An architecture whose model types differ by their entry in `variants`. */
export function architectureOf<Variant>(
  variants: Readonly<Partial<Record<ModelType, Variant>>>,
  read: (variant: Variant, config: ConfigReader) => ModelParts,
): Architecture {
  return {
    modelTypes: Object.keys(variants) as ModelType[],
    read: (modelType, config) => read(variants[modelType] as Variant, config),
  };
}
