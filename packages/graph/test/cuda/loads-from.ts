import { onnxLibrary, onnxRuntime } from "../../src/devices.ts";
import { float32, program } from "../../src/index.ts";
import { input } from "../../src/ops/arrays.ts";
import { mul } from "../../src/ops/elementwise.ts";

/** Prints as JSON which library of ONNX Runtime this process loads, a number that it computes, and what CUDA says. */
const { path } = await onnxLibrary();
const x = input("x", [1]);
const square = await (await onnxRuntime()).compile(program({ y: mul(x, x) }));
const { y } = await square.run({ x: float32([1], Float32Array.of(3)) });
const cuda = await onnxRuntime({ provider: "cuda" }).then(
  () => "opened",
  (error: Error) => error.message,
);
console.log(JSON.stringify({ path, y: y!.data[0], cuda }));
