import type { ModelHead, ModelShape, ModelType } from "../shape.ts";
import type { ConfigReader } from "./config-reader.ts";

/** Model types that are read alike. */
export interface Family {
  readonly modelTypes: readonly ModelType[];
  /** What sits on top unless something else is asked for. */
  readonly defaultHead: ModelHead;
  /** Throws E_CONFIG with all that is wrong with the config. */
  readonly shape: (modelType: ModelType, config: ConfigReader, head: ModelHead) => ModelShape;
}

/** A family whose members differ by their entry in `variants`. */
export function familyOf<Variant>(
  variants: Readonly<Partial<Record<ModelType, Variant>>>,
  defaultHead: ModelHead,
  shape: (modelType: ModelType, variant: Variant, config: ConfigReader, head: ModelHead) => ModelShape,
): Family {
  return {
    modelTypes: Object.keys(variants) as ModelType[],
    defaultHead,
    shape: (modelType, config, head) => shape(modelType, variants[modelType] as Variant, config, head),
  };
}
