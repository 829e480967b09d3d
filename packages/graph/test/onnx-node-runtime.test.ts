import { expect, test } from "vitest";
import { disableTelemetry } from "../src/onnx/node-runtime.ts";

const after = (environment: NodeJS.ProcessEnv, onMainThread: boolean) => {
  disableTelemetry(environment, onMainThread);
  return environment;
};

test("the telemetry of onnxruntime is off for the process, unless the user has said otherwise", () => {
  expect(after({ HOME: "/home/a" }, true)).toEqual({ HOME: "/home/a", ORT_DISABLE_TELEMETRY: "1" });
  for (const theirs of ["0", "", "1"])
    expect(after({ ORT_DISABLE_TELEMETRY: theirs }, true)).toEqual({ ORT_DISABLE_TELEMETRY: theirs });
});

test("a worker, whose variables onnxruntime does not see, does not load it with telemetry on", () => {
  const environment = {};
  expect(() => disableTelemetry(environment, false)).toThrow(
    expect.objectContaining({
      code: "E_DEVICE",
      message: expect.stringMatching(/^ORT_DISABLE_TELEMETRY must be set before a worker loads onnxruntime/),
    }),
  );
  expect(environment).toEqual({});
  expect(after({ ORT_DISABLE_TELEMETRY: "1" }, false)).toEqual({ ORT_DISABLE_TELEMETRY: "1" });
});
