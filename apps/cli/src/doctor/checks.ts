import { openModelWeights, readModelConfig } from "@lorank/checkpoint";
import { formatCount } from "@lorank/core";
import { float32, input, matMul, onnxRuntime, program, type Runtime, referenceRuntime } from "@lorank/graph";
import { modelFolder, spamAssassin } from "@lorank/starter";
import { familyOf } from "@lorank/train";
import { counted } from "../text.ts";

/** One thing that a sweep needs, looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Whether a sweep on the user's own model and data needs it too. */
  readonly needed: boolean;
  readonly detail: string;
  /** The command that puts it right. */
  readonly fix?: string;
}

/** The lowest version of `engines` in package.json. */
const lowestNode = [20, 19] as const;

export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  const ok = major > lowestNode[0] || (major === lowestNode[0] && minor >= lowestNode[1]);
  const detail = ok ? version : `${version}; lorank needs ${lowestNode.join(".")} or later`;
  return { name: "node", ok, needed: true, detail, fix: "nvm install 20" };
}

/** Runs a small matrix product through onnxruntime-node and compares it with float64 loops. */
export async function checkRuntime(): Promise<Check> {
  const name = "onnxruntime-node";
  const fix = "npm install onnxruntime-node";
  try {
    const error = await largestDifference(await onnxRuntime());
    // Sums of 64 products of numbers below 1, in float32.
    const ok = error < 1e-5;
    const detail = ok
      ? `self-test passed: a matrix product is within ${error.toExponential(0)} of float64`
      : `self-test failed: a matrix product is off by ${error}`;
    return { name, ok, needed: true, detail, fix };
  } catch (error) {
    return { name, ok: false, needed: true, detail: (error as Error).message.split("\n")[0] ?? "", fix };
  }
}

async function largestDifference(runtime: Runtime): Promise<number> {
  const [rows, inner, columns] = [8, 64, 16];
  const product = program({
    y: matMul(input("a", [rows, inner]), input("b", [inner, columns])),
  });
  // Any numbers without a pattern that a wrong transposition would survive.
  const fill = (length: number, step: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin(1 + i * step));
  const feeds = {
    a: float32([rows, inner], fill(rows * inner, 0.7)),
    b: float32([inner, columns], fill(inner * columns, 1.3)),
  };
  const [found, wanted] = await Promise.all(
    [runtime, referenceRuntime()].map(async (one) => {
      const executable = await one.compile(product);
      const { y } = await executable.run(feeds);
      const values = Array.from(y!.data as Float32Array);
      await executable.dispose();
      return values;
    }),
  );
  return Math.max(...wanted!.map((value, i) => Math.abs(value - found![i]!)));
}

export function checkStarterModel(): Check {
  const name = "starter model";
  try {
    const family = familyOf(readModelConfig(modelFolder).config);
    const source = openModelWeights(modelFolder);
    let params = 0;
    for (const { shape } of source.tensors.values())
      params += shape.reduce((product, size) => product * size, 1);
    source.close();
    return {
      name,
      ok: true,
      needed: false,
      detail: `${formatCount(params)} parameters, ${family.layers} layers`,
    };
  } catch (error) {
    return { name, ok: false, needed: false, detail: (error as Error).message, fix: "npm install lorank" };
  }
}

export function checkStarterData(): Check {
  const name = "spam-assassin";
  try {
    const { train, validation, test } = spamAssassin();
    const total = train.length + validation.length + test.length;
    return { name, ok: true, needed: false, detail: counted(total, "e-mail") };
  } catch (error) {
    return { name, ok: false, needed: false, detail: (error as Error).message, fix: "npm install lorank" };
  }
}
