import type { ModelLinear } from "../linear-shapes.ts";
import { type LayerPlace, layerLinear } from "./decoder.ts";

/** gate, up and down of a gated MLP at `parent`; `qualified` where another one in the model has the same last names. */
export function gatedMlpLinears(
  place: LayerPlace,
  parent: string,
  hiddenSize: number,
  width: number,
  {
    bias = false,
    qualified = false,
    ...more
  }: { bias?: boolean; qualified?: boolean } & Partial<
    Pick<ModelLinear, "inLayers" | "perLayer" | "role">
  > = {},
): ModelLinear[] {
  const linear = (name: string, inDim: number, outDim: number) => {
    const called = qualified ? `${parent.slice(parent.lastIndexOf(".") + 1)}.${name}` : name;
    return layerLinear(place, `${parent}.${name}`, inDim, outDim, bias, { name: called, ...more });
  };
  return [
    linear("gate_proj", hiddenSize, width),
    linear("up_proj", hiddenSize, width),
    linear("down_proj", width, hiddenSize),
  ];
}
