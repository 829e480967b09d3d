import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import { layerLinear } from "./layer-linear.ts";
import type { Sizes } from "./sizes.ts";

interface GatedMlpOptions extends Partial<Pick<ModelLinear, "bias" | "inLayers" | "perLayer">> {
  /** Includes the parent in the layers' names, if another MLP in the model has the same last names. */
  readonly qualified?: boolean;
  /** Input of gate and up (default `feed-forward`), and of down. */
  readonly reads?: LinearInput;
  readonly readsInner?: LinearInput;
}

/** gate, up and down of a gated MLP at `parent`. */
export function gatedMlpLinears(
  { hiddenSize, layers }: Sizes,
  parent: string,
  width: number,
  options: GatedMlpOptions = {},
): ModelLinear[] {
  const { qualified = false, reads = "feed-forward", readsInner = "feed-forward output", ...more } = options;
  const linear = (name: string, inDim: number, outDim: number, input: LinearInput) =>
    layerLinear(layers, `${parent}.${name}`, inDim, outDim, input, {
      name: qualified ? `${parent.slice(parent.lastIndexOf(".") + 1)}.${name}` : name,
      ...more,
    });
  return [
    linear("gate_proj", hiddenSize, width, reads),
    linear("up_proj", hiddenSize, width, reads),
    linear("down_proj", width, hiddenSize, readsInner),
  ];
}
