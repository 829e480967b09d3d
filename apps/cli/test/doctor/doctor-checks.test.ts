import { describe, expect, test } from "vitest";
import {
  type Check,
  checkNode,
  checkRuntime,
  checkStarterData,
  deviceChecks,
  doctorDocument,
  outcomeOf,
  printCheck,
  printMachine,
  type ThisMachine,
  view,
} from "../../src/commands/doctor/doctor.ts";
import { createOutput } from "../../src/output.ts";

describe("checkNode", () => {
  test.each([
    ["v20.19.0", true],
    ["v20.18.3", false],
    ["v18.20.0", false],
    ["v22.0.0", true],
  ])("%s: %s", (version, ok) => {
    expect(checkNode(version).ok).toBe(ok);
  });
});

test("the installed runtime passes its self-test", async () => {
  expect(await checkRuntime()).toMatchObject({ ok: true, needed: true });
});

test("the shipped data are counted", () => {
  expect(checkStarterData()).toMatchObject({ ok: true, detail: "5,861 e-mails" });
});

test("a device's check says what it computes in, and how much faster", () => {
  const halves = [
    { computeDtype: "float16", passed: true, speedup: 1.96 },
    { computeDtype: "bfloat16", passed: false },
  ] as const;
  const cuda = { device: "cuda", passed: true, detail: "self-test passed", halves } as const;
  const [check] = deviceChecks({ devices: [cuda], auto: { chose: "cpu", why: "" } });
  expect(check!.detail).toBe("self-test passed; float16, 2.0 × the speed; no bfloat16");
});

describe("a device that a sweep does not need", () => {
  const outcome = (detail: string) => {
    const survey = { devices: [{ device: "webgpu", passed: false, detail, halves: [] }] } as const;
    return outcomeOf(deviceChecks({ ...survey, auto: { chose: "cpu", why: "" } })[0]!);
  };

  test("is not set up where it is not here", () => {
    expect(outcome("this machine shows no GPU")).toBe("not set up (optional)");
    expect(outcome("webgpu has no adapter: there is no GPU, or no driver for it")).toBe(
      "not set up (optional)",
    );
  });

  test("does not work where its test failed or did not end", () => {
    expect(outcome("self-test failed: loss of a LoRA step is off by 1.0e+0")).toBe(
      "does not work (optional)",
    );
    expect(outcome("its test did not end within 120 s")).toBe("does not work (optional)");
  });
});

/** A machine as `lorank doctor` shows it, which is the same on all machines that run this test; returns whether it works. */
async function shown(state: string, checks: readonly Check[], auto: string): Promise<boolean> {
  const machine: ThisMachine = {
    ...{ lorank: "0.1.0", platform: "linux x64", node: "v20.19.0", processor: "EPYC", cores: 8 },
    memoryBytes: 32 * 2 ** 30,
  };
  const survey = { devices: [], auto: { chose: "cpu", why: auto } } as const;
  let text = "";
  const print = (line = "") => {
    text += `${line}\n`;
  };
  const page = { ...createOutput({ color: false }), print, say: print };
  printMachine(machine, page);
  for (const check of checks) printCheck(check, page);
  const document = doctorDocument(machine, { checks, survey });
  view(document, page);
  await expect(text).toMatchFileSnapshot(`../commands/shown/doctor/${state}.txt`);
  return document.works;
}

const node = checkNode("v20.19.0");
const runtime: Check = {
  name: "runtime",
  ok: true,
  needed: true,
  detail: "ONNX Runtime 1.30.0, native; self-test passed",
};
const cuda: Check = {
  ...{ name: "device cuda", ok: false, needed: false, isSetUp: false, detail: "this machine shows no GPU" },
  fix: "pip install onnxruntime-gpu in a Python environment, then lorank doctor --setup-cuda DIR",
};
const webgpu: Check = {
  name: "device webgpu",
  ok: false,
  needed: false,
  detail: "self-test failed: off by 1.0e+0",
};

test("what is shown of a machine that is ready, without what is optional", async () => {
  const checks = [node, runtime, checkStarterData(), cuda, webgpu];
  expect(await shown("ready", checks, "cpu: this machine shows no GPU")).toBe(true);
});

test("what is shown of a machine that is not ready", async () => {
  const noRuntime = {
    ...runtime,
    ok: false,
    detail: "not installed",
    fix: "npm install @lorank/onnxruntime",
  };
  expect(await shown("not-ready", [checkNode("v18.20.0"), noRuntime], "cpu")).toBe(false);
});
