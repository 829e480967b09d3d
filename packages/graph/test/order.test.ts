import { expect, test } from "vitest";
import { endsFirst } from "../src/onnx/to-onnx.ts";

const node = (inputs: string[], output: string) => ({ opType: "Op", inputs, outputs: [output] });

test("puts the nodes that no other takes from behind the others, the first of them last", () => {
  const chain = node(["dy"], "dh");
  const early = node(["dh", "h"], "dw");
  const next = node(["dh"], "dx");
  const late = node(["dx", "x"], "dv");
  const end = node(["dx"], "out");
  expect(endsFirst([chain, early, next, late, end])).toEqual([chain, next, end, late, early]);
});
