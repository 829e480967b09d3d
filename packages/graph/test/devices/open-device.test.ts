import { describe, expect, test, vi } from "vitest";
import type { DeviceCheck } from "../../src/devices/check-device.ts";
import { autoCandidates } from "../../src/devices/device.ts";
import { chooseDevice, type Surroundings, surveyDevice } from "../../src/devices/open-device.ts";
import * as devices from "../../src/devices.ts";
import type * as g from "../../src/index.ts";

const passed = "self-test passed: a LoRA step within 1e-6 of float64";
const checks: Readonly<Record<string, Omit<DeviceCheck, "device">>> = {
  good: { passed: true, detail: passed, seconds: { device: 0.002, cpu: 0.05 } },
  slow: { passed: true, detail: passed, seconds: { device: 0.08, cpu: 0.05 } },
  software: { passed: true, detail: passed, softwareDriver: "SwiftShader" },
  wrong: {
    passed: false,
    detail: "self-test failed: loss of a LoRA step is off by 1.0e+0 of its largest element",
  },
  noHalf: {
    passed: false,
    detail: "webgpu has no float16 here: the GPU, or its driver, lacks WebGPU's feature shader-f16",
  },
  absent: { passed: false, detail: "webgpu has no adapter: there is no GPU, or no driver for it" },
};

function machine(outcomes: Partial<Record<devices.DeviceName, string>>, others: Partial<Surroundings> = {}) {
  const check = vi.fn(async (device: devices.DeviceName, _: g.ComputeDtype) => ({
    device,
    ...checks[outcomes[device]!]!,
  }));
  const candidates = Object.keys(outcomes) as devices.DeviceName[];
  return { candidates, mayHaveGpu: true, gpuNames: [], check, ...others };
}

describe("auto", () => {
  test("takes the first device that is right and faster than the CPU, and says so", async () => {
    const surroundings = machine(
      { cuda: "wrong", webgpu: "good", dml: "good" },
      { gpuNames: ["NVIDIA H100"] },
    );
    expect(await chooseDevice("auto", surroundings)).toEqual({
      chose: "webgpu",
      why: `webgpu: ${passed}, NVIDIA H100, 25.0 × the CPU's speed`,
    });
    expect(surroundings.check).toHaveBeenCalledTimes(2);
  });

  test("takes the CPU where none is, and gives each one's reason", async () => {
    expect(await chooseDevice("auto", machine({ cuda: "wrong", webgpu: "absent" }))).toEqual({
      chose: "cpu",
      why:
        "cpu: no other device is used; cuda: self-test failed: loss of a LoRA step is off by 1.0e+0 of its largest element; " +
        "webgpu: has no adapter: there is no GPU, or no driver for it",
    });
  });

  test("leaves a driver that computes on the CPU, and a device that is slower than the CPU", async () => {
    const { chose, why } = await chooseDevice("auto", machine({ webgpu: "software", dml: "slow" }));
    expect(chose).toBe("cpu");
    expect(why).toContain("webgpu: its driver is SwiftShader, which computes on the CPU");
    expect(why).toContain("dml: slower than the CPU (80.0 ms against 50.0 ms");
  });

  test("tries no driver on a machine without a GPU", async () => {
    const surroundings = machine({ webgpu: "good" }, { mayHaveGpu: false });
    expect(await chooseDevice("auto", surroundings)).toEqual({
      chose: "cpu",
      why: "cpu: this machine shows no GPU",
    });
    expect(surroundings.check).not.toHaveBeenCalled();
  });
});

test("auto tries NVIDIA's libraries first, but WebGPU on Windows, and TensorFlow last", () => {
  expect(autoCandidates(["cpu", "cuda", "webgpu"], "linux", true)).toEqual(["cuda", "webgpu", "tensorflow"]);
  expect(autoCandidates(["cpu", "webgpu", "dml"], "win32", false)).toEqual(["webgpu", "dml"]);
  expect(autoCandidates(["cpu", "webgpu", "coreml"], "darwin", false)).toEqual(["webgpu"]);
});

describe("auto, where products are to be in a type of two bytes", () => {
  test("passes over devices that have none, and asks the others for such products", async () => {
    const surroundings = machine({ webgpu: "good", cuda: "good" });
    expect((await chooseDevice("auto", surroundings, "bfloat16")).chose).toBe("cuda");
    expect(surroundings.check).toHaveBeenCalledExactlyOnceWith("cuda", "bfloat16");
  });

  test("is an error where only the CPU is left, and never float32 unsaid", async () => {
    const refused = (message: string) => expect.objectContaining({ code: "E_DEVICE", message });
    await expect(chooseDevice("auto", machine({ webgpu: "absent" }), "bfloat16")).rejects.toThrow(
      refused(
        "computeDtype must be float32 where the CPU is used, got bfloat16: no other device is used; webgpu: has no bfloat16 products",
      ),
    );
    await expect(chooseDevice("auto", machine({}, { mayHaveGpu: false }), "float16")).rejects.toThrow(
      refused("computeDtype must be float32 where the CPU is used, got float16: this machine shows no GPU"),
    );
  });
});

describe("a survey", () => {
  test("asks a device that works for each type it may have, and gives the gain in speed", async () => {
    const seconds = { float32: 0.004, float16: 0.002, bfloat16: 0.003 };
    const check = vi.fn(async (device: devices.DeviceName, computeDtype: g.ComputeDtype) => ({
      device,
      passed: computeDtype !== "bfloat16",
      detail: passed,
      seconds: { device: seconds[computeDtype], cpu: 0.05 },
    }));
    const survey = await surveyDevice("cuda", { check, mayHaveGpu: true }, true);
    expect(survey.seconds).toEqual({ device: 0.004, cpu: 0.05 });
    expect(survey.halves).toEqual([
      { computeDtype: "float16", passed: true, speedup: 2 },
      { computeDtype: "bfloat16", passed: false, speedup: 4 / 3 },
    ]);
  });

  test("does not ask one that does not work", async () => {
    const surroundings = machine({ webgpu: "absent" });
    expect((await surveyDevice("webgpu", surroundings, true)).halves).toEqual([]);
    expect(surroundings.check).toHaveBeenCalledTimes(1);
  });

  test("that is quick asks for float32 alone, and no driver where the machine shows no GPU", async () => {
    const withGpu = machine({ cuda: "good" });
    expect((await surveyDevice("cuda", withGpu, false)).halves).toEqual([]);
    expect(withGpu.check).toHaveBeenCalledExactlyOnceWith("cuda", "float32");
    const without = machine({ webgpu: "software" }, { mayHaveGpu: false });
    expect(await surveyDevice("webgpu", without, false)).toEqual({
      device: "webgpu",
      passed: false,
      detail: "this machine shows no GPU",
      halves: [],
    });
    expect(without.check).not.toHaveBeenCalled();
    await surveyDevice("webgpu", without, true);
    expect(without.check).toHaveBeenCalled();
  });
});

describe("a device asked for by name", () => {
  test("is taken when its self-test passes, software or slow as it may be", async () => {
    expect((await chooseDevice("webgpu", machine({ webgpu: "software" }))).why).toBe(
      `webgpu: ${passed}, on SwiftShader, a driver that computes on the CPU`,
    );
    expect((await chooseDevice("dml", machine({ dml: "slow" }))).chose).toBe("dml");
  });

  test("is an error when it fails its self-test or is not there", async () => {
    await expect(chooseDevice("cuda", machine({ cuda: "wrong" }))).rejects.toThrow(
      expect.objectContaining({
        code: "E_DEVICE",
        message:
          "device must be one that works here, got cuda: self-test failed: loss of a LoRA step is off by 1.0e+0 of its largest element",
      }),
    );
    await expect(chooseDevice("webgpu", machine({ webgpu: "absent" }))).rejects.toThrow(
      "got webgpu: has no adapter",
    );
  });

  test("is an error where it does not compute as asked", async () => {
    await expect(chooseDevice("cpu", machine({}), "float16")).rejects.toThrow(
      expect.objectContaining({
        code: "E_DEVICE",
        message: "computeDtype must be float32 on cpu, got float16",
      }),
    );
    await expect(chooseDevice("webgpu", machine({ webgpu: "noHalf" }), "float16")).rejects.toThrow(
      "device must be one that computes in float16 here, got webgpu: has no float16 here: the GPU, or its driver",
    );
    expect((await chooseDevice("webgpu", machine({ webgpu: "good" }), "float16")).chose).toBe("webgpu");
  });

  test("is the CPU without a test, for the CPU needs no driver", async () => {
    const { runtime, chose, why } = await devices.openDevice({ device: "cpu", threads: 2 });
    expect([runtime.device, chose, why]).toEqual(["cpu", "cpu", "cpu: as asked"]);
  });
});
