import { float32, floats, input, interpret, program, type Tensor, type Value, vjp } from "@lorank/graph";
import { describe, expect, test } from "vitest";
import { loraLinear } from "../../src/adapter/lora-linear.ts";
import { stackedLinear, stackedUpdate } from "../../src/adapter/stacked-linear.ts";
import { randomStream } from "../../src/random/random.ts";

const [rows, inDim, outDim] = [3, 5, 4];

function random(name: string, shape: readonly number[]): Tensor {
  const tensor = float32(shape);
  randomStream(1, name).fillNormal(floats(tensor), 1);
  return tensor;
}

/** y and the gradients towards `wrt`, from the float64 interpreter. */
function run(y: Value, wrt: Record<string, Value>, feeds: Record<string, Tensor>, dy: Tensor) {
  const gradients = vjp(y, input("dy", y.shape), Object.values(wrt));
  const outputs = Object.fromEntries(Object.keys(wrt).map((name, i) => [name, gradients[i]!]));
  const results = interpret(program({ y, ...outputs }), { ...feeds, dy });
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, [...tensor.data]]));
}

const part = (values: readonly number[], trial: number, of: number): number[] =>
  values.slice((trial * values.length) / of, ((trial + 1) * values.length) / of);

/** `[rows, columns]` turned. */
const turned = (values: readonly number[], columns: number): number[] =>
  values.map((_, i) => {
    const height = values.length / columns;
    return values[(i % height) * columns + Math.floor(i / height)]!;
  });

describe("stackedUpdate", () => {
  test("is each trial's own adapter, derivatives too; rows that fill up a smaller rank get none", () => {
    const ranks = [2, 3];
    const scalings = [4, 0.5];
    const x = random("x", [2 * rows, inDim]);
    const dy = random("dy", [2 * rows, outDim]);
    const dropoutMask: Tensor = {
      dtype: "uint8",
      shape: x.shape,
      data: Uint8Array.from({ length: 2 * rows * inDim }, (_, i) => (i % 3 === 0 ? 0 : 1)),
    };
    const loraA = random("a", [2, 3, inDim]);
    const loraB = random("b", [2, 3, outDim]);
    floats(loraA).fill(0, 2 * inDim, 3 * inDim); // the first trial has rank 2
    floats(loraB).fill(0, 2 * outDim, 3 * outDim);

    const values = {
      x: input("x", x.shape),
      loraA: input("a", loraA.shape),
      loraB: input("b", loraB.shape),
    };
    const stacked = run(
      stackedUpdate(values.x, {
        loraA: values.loraA,
        loraBTransposed: values.loraB,
        scalings,
        dropout: { mask: input("dropoutMask", x.shape, "uint8"), keepProbability: 0.5 },
      }),
      values,
      { x, a: loraA, b: loraB, dropoutMask },
      dy,
    );
    for (const [trial, rank] of ranks.entries()) {
      const own = (tensor: Tensor, shape: readonly number[]): Tensor => {
        const start = (trial * tensor.data.length) / 2;
        const size = shape.reduce((product, dim) => product * dim, 1);
        return { ...tensor, shape, data: tensor.data.slice(start, start + size) } as Tensor;
      };
      const ownB = turned([...floats(own(loraB, [rank, outDim]))], outDim);
      const inputs = {
        x: input("x", [rows, inDim]),
        loraA: input("a", [rank, inDim]),
        loraB: input("b", [outDim, rank]),
      };
      const alone = run(
        loraLinear(
          inputs.x,
          { weight: input("w", [outDim, inDim]), transposed: false },
          {
            loraA: inputs.loraA,
            loraB: inputs.loraB,
            scaling: scalings[trial]!,
            dropout: { mask: input("dropoutMask", [rows, inDim], "uint8"), keepProbability: 0.5 },
          },
        ),
        inputs,
        {
          x: own(x, [rows, inDim]),
          a: own(loraA, [rank, inDim]),
          b: float32([outDim, rank], Float32Array.from(ownB)),
          w: float32([outDim, inDim]), // no base: the adapter alone
          dropoutMask: own(dropoutMask, [rows, inDim]),
        },
        own(dy, [rows, outDim]),
      );
      const filled = (values: readonly number[]): number[] => [
        ...values,
        ...new Array<number>(((3 - rank) * values.length) / rank).fill(0),
      ];
      expectClose(part(stacked.y!, trial, 2), alone.y!);
      expectClose(part(stacked.x!, trial, 2), alone.x!);
      expectClose(part(stacked.loraA!, trial, 2), filled(alone.loraA!));
      expectClose(part(stacked.loraB!, trial, 2), filled(turned(alone.loraB!, rank)));
    }
  });
});

describe("stackedLinear", () => {
  test("multiplies each trial's rows by its own weight", () => {
    const [x, weight, bias] = [random("x", [4, 1]), float32([2, 1, 1]), float32([2, 1])];
    floats(weight).set([2, 3]);
    floats(bias).set([10, 20]);
    const y = stackedLinear(input("x", [4, 1]), input("w", [2, 1, 1]), input("b", [2, 1]));
    const [a, b, c, d] = floats(x) as unknown as [number, number, number, number];
    const results = interpret(program({ y }), { x, w: weight, b: bias });
    expectClose([...results.y!.data], [2 * a + 10, 2 * b + 10, 3 * c + 20, 3 * d + 20]);
  });
});

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]! + 0).toBeCloseTo(value, 12);
}
