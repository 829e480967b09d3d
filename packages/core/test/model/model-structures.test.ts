import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ModelLinear, singleLinears, sumOf, weightElements } from "../../src/model/linear-shapes.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { headTensors } from "../../src/model/parts.ts";
import type { ModelHead, ModelShape } from "../../src/model/shape.ts";

interface Parameter {
  /** With `*` for the layer's index. */
  readonly path: string;
  readonly shape: readonly number[];
  /** Whether it is of an `nn.Linear`. */
  readonly linear: boolean;
  /** A range `0-31` or a list of those that have it; null outside of layers. */
  readonly layers: string | readonly number[] | null;
}
interface StructureCase {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly head: ModelHead;
  readonly totalParams: number;
  readonly parameters: readonly Parameter[];
}
/** Written by scripts/reference/structures_fixture.py: transformers builds the modules. */
const fixture = new URL("../fixtures/model-structures.json", import.meta.url);
const cases = (JSON.parse(readFileSync(fixture, "utf8")) as { readonly cases: readonly StructureCase[] })
  .cases;

describe("modelShapeFromConfig, beside the modules of transformers", () => {
  test.each(cases)("counts the parameters of $name", ({ config, head, totalParams }) => {
    const shape = modelShapeFromConfig(config, { head });
    expect(shape.totalParams).toBe(totalParams);
    expect(sumOf(Object.values(shape.params))).toBe(totalParams);
  });

  test.each(cases)("finds every linear layer of $name, and no other", ({ config, head, parameters }) => {
    const shape = modelShapeFromConfig(config, { head });
    const inOurLayers = [...shape.linears, ...routersThatAreLinear(shape)].filter(({ path }) =>
      path.includes("*"),
    );
    const ours = new Map(
      inOurLayers.map((linear) => [
        linear.path,
        { shape: [linear.outDim, linear.inDim], bias: linear.bias, layers: layersOf(linear) },
      ]),
    );
    const inLayers = parameters.filter(({ linear, layers }) => linear && layers !== null);
    const theirs = new Map(
      inLayers
        .filter(({ path }) => path.endsWith(".weight"))
        .map(({ path, shape: size, layers }) => {
          const name = path.replace(/\.weight$/, "");
          const bias = inLayers.some((other) => other.path === `${name}.bias`);
          return [name, { shape: size, bias, layers: expanded(layers) }];
        }),
    );
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
    expect([...ours.keys()]).toHaveLength(inOurLayers.length);
    const ourOthers = shape.linears.filter(({ path }) => !path.includes("*")).map(({ path }) => path);
    const theirOthers = parameters
      .filter(
        ({ path, linear, layers }) => linear && layers === null && !/lm_head|score|classifier/.test(path),
      )
      .map(({ path }) => path.replace(/\.(weight|bias)$/, ""));
    expect(new Set(ourOthers)).toEqual(new Set(theirOthers));
  });

  test.each(cases)("finds the experts and routers of $name", ({ config, head, parameters }) => {
    const { experts, routers } = modelShapeFromConfig(config, { head });
    const elements = (isMeant: (path: string) => boolean) =>
      sumOf(
        parameters
          .filter(({ path }) => isMeant(path))
          .map(
            ({ shape, layers }) =>
              expanded(layers).length * shape.reduce((product, size) => product * size, 1),
          ),
      );
    expect(sumOf(experts.map(weightElements))).toBe(elements((path) => /\.experts\.\w+_proj$/.test(path)));
    const isRouter = (path: string) => /\.(gate|router|shared_expert_gate)\.weight$/.test(path);
    expect(sumOf(routers.map(weightElements))).toBe(elements(isRouter));
  });

  test.each(cases)("finds the head of $name", ({ config, head, parameters }) => {
    const shape = modelShapeFromConfig(config, { head });
    const { tied, headLinears } = shape;
    const theirs = parameters.filter(({ path }) => /^(language_model\.)?(lm_head|score)\./.test(path));
    expect(headTensors(shape)).toEqual(theirs.map(({ shape }) => shape));
    expect(tied).toBe(
      head.kind === "causal-lm" && !theirs.some(({ path }) => path.endsWith("lm_head.weight")),
    );
    expect(headLinears.some(({ role }) => role === "output")).toBe(head.kind === "causal-lm");
    expect(headLinears.some(({ bias }) => bias)).toBe(theirs.some(({ path }) => path === "lm_head.bias"));
  });
});

/** The gate of Qwen's shared expert and the router of Llama 4 are linear layers; others are modules of their own. */
function routersThatAreLinear({ routers }: ModelShape): readonly ModelLinear[] {
  return routers.filter(({ path }) => /\.(shared_expert_gate|feed_forward\.router)$/.test(path));
}

function layersOf(linear: ModelLinear): number[] {
  return singleLinears(linear).map(({ layer }) => layer);
}

function expanded(layers: Parameter["layers"]): number[] {
  if (layers === null) return [0];
  if (typeof layers !== "string") return [...layers];
  const [first, last] = layers.split("-").map(Number) as [number, number];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
