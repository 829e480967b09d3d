import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import { reasonToSkip, softwareDriver } from "../../../../scripts/software-driver.ts";
import { checkDevice, loaderOptions } from "../../src/devices/check-device.ts";
import type { DeviceSurvey } from "../../src/devices/open-device.ts";
import { runScript } from "../run-script.ts";

test("a check takes over how to read TypeScript, and never a script to run", () => {
  const loaders = ["--conditions=@lorank/source", "--import", "tsx", "-C", "custom"];
  expect(loaderOptions([...loaders, "--inspect=0", "-e", "check()", "--eval", "x", "-p", "1"])).toEqual(
    loaders,
  );
});

test("a driver that ends its process has failed, and this process goes on", async () => {
  const program = fileURLToPath(new URL("./crashing-check.mjs", import.meta.url));
  expect(await checkDevice({ device: "webgpu", threads: 1 }, program)).toEqual({
    device: "webgpu",
    passed: false,
    detail: "its test ended the process (SIGABRT)",
  });
});

test("a driver that hangs has failed after the seconds that the environment sets", async () => {
  vi.stubEnv("LORANK_DEVICE_TEST_SECONDS", "0.2");
  const program = fileURLToPath(new URL("./hanging-check.mjs", import.meta.url));
  expect(await checkDevice({ device: "webgpu", threads: 1 }, program)).toMatchObject({
    passed: false,
    detail: "its test did not end within 0.2 s, which LORANK_DEVICE_TEST_SECONDS sets",
  });
});

test("its program answers with the self-test and, of a device that is no software driver, the speed", async () => {
  const program = fileURLToPath(new URL("../../src/devices/check-device-process.ts", import.meta.url));
  const execArgv = ["--conditions=@lorank/source", "--import", "tsx"];
  const child = fork(program, [JSON.stringify({ device: "cpu", threads: 1 })], { execArgv });
  const [answer] = await once(child, "message");
  expect(answer).toEqual({
    device: "cpu",
    passed: true,
    detail: expect.stringMatching(/^self-test passed/),
    seconds: { device: expect.any(Number), cpu: expect.any(Number) },
  });
  expect(answer.seconds.device).toBeGreaterThan(0);
});

test("its program is built beside the library, which starts it from there", () => {
  const config = readFileSync(new URL("../../tsup.config.ts", import.meta.url), "utf8");
  expect(config).toContain('"check-device-process": "src/devices/check-device-process.ts"');
});

describe.skipIf(process.platform !== "linux")("where there is no driver", () => {
  test("WebGPU and a provider of another system have not passed, and say why", () => {
    const { stdout, stderr } = runScript("devices/check-here.ts", "none");
    expect(stdout, stderr).not.toBe("");
    const { webgpu, foreign, asked, auto } = JSON.parse(stdout);
    expect(webgpu).toEqual({
      device: "webgpu",
      passed: false,
      detail: "webgpu has no adapter: there is no GPU, or no driver for it",
    });
    expect(foreign).toMatchObject({
      device: "coreml",
      passed: false,
      detail: expect.stringMatching(/^provider must be one that ONNX Runtime has on linux/),
    });
    expect(asked).toEqual({
      code: "E_DEVICE",
      message:
        "device must be one that works here, got webgpu: has no adapter: there is no GPU, or no driver for it",
    });
    expect(auto.chose).toBe("cpu");
  });

  test("surveyDevices gives the outcome for all that ONNX Runtime has here besides the CPU", () => {
    const { stdout, stderr } = runScript("devices/survey-here.ts", "none");
    expect(stdout, stderr).not.toBe("");
    const { devices, auto } = JSON.parse(stdout) as DeviceSurvey;
    const webgpu = devices.find(({ device }) => device === "webgpu");
    // onnxruntime-node has no WebGPU on Linux on arm64.
    if (process.arch === "x64") expect(webgpu).toMatchObject({ passed: false });
    expect(devices.map(({ device }) => device)).not.toContain("cpu");
    for (const { detail } of devices) expect(detail).not.toBe("");
    expect(auto.why.startsWith(`${auto.chose}: `)).toBe(true);
  });
});

describe.skipIf(softwareDriver === undefined)(`on WebGPU without a GPU${reasonToSkip}`, () => {
  test("the self-test passes; it is taken when asked for, and not otherwise", () => {
    const { stdout, stderr } = runScript("devices/check-here.ts", "software");
    expect(stdout, stderr).not.toBe("");
    const { webgpu, asked, auto } = JSON.parse(stdout);
    expect(webgpu).toEqual({
      device: "webgpu",
      passed: true,
      detail: expect.stringMatching(/^self-test passed: a LoRA step within \de-\d of float64$/),
      softwareDriver: "SwiftShader",
    });
    expect(asked.chose).toBe("webgpu");
    expect(asked.why).toContain("on SwiftShader, a driver that computes on the CPU");
    expect(auto.chose).toBe("cpu");
    expect(auto.why).toContain("its driver is SwiftShader");
  });
});
