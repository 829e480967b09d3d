// Jobs beside a comparison: the check of gradients and the answers, on an engine that says what the test lets it say.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { modelSource, peftKey, safetensorsIn } from "@lorank/checkpoint";
import { modelFolder } from "@lorank/starter";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { FromWorker, Saved } from "../../src/protocol.ts";
import type { answerPrompt } from "../../src/worker/answers.ts";
import type { Gate } from "../../src/worker/gate.ts";
import type { checkGradients } from "../../src/worker/gradients.ts";
import type { Store } from "../../src/worker/store.ts";

const fixture = fileURLToPath(
  new URL("../../../../packages/train/test/fixtures/llama-tiny/classifier", import.meta.url),
);
const engine = {
  adaptedModel: vi.fn(),
  evaluateTokenTensors: vi.fn(),
  generate: vi.fn(),
  promptTokens: vi.fn(),
};
const openRuntime = vi.fn(async (device: string) => ({ name: device, device }));
const dispose = vi.fn();
const replaced = ["../../src/worker/runtime.ts", "@lorank/train/engine", "@lorank/train/tokenizer"];
let of: { check: typeof checkGradients; answer: typeof answerPrompt; gate: Gate; Stopped: new () => Error };

/** Modules with these parts replaced, for this file alone: others share its process. */
beforeAll(async () => {
  vi.resetModules();
  vi.doMock(replaced[0]!, () => ({ openRuntime }));
  vi.doMock(replaced[1]!, () => engine);
  vi.doMock(replaced[2]!, () => ({ createTokenizer: () => "the tokenizer" }));
  const [gradients, answers, gate, failure] = [
    await import("../../src/worker/gradients.ts"),
    await import("../../src/worker/answers.ts"),
    await import("../../src/worker/gate.ts"),
    await import("../../src/worker/failure.ts"),
  ];
  of = {
    check: gradients.checkGradients,
    answer: answers.answerPrompt,
    gate: new gate.Gate(),
    Stopped: failure.Stopped,
  };
});
afterAll(() => {
  for (const path of replaced) vi.doUnmock(path);
  vi.resetModules();
});

beforeEach(() => {
  for (const part of [...Object.values(engine), openRuntime, dispose]) part.mockClear();
  engine.adaptedModel.mockReturnValue({ model: { dispose } });
  vi.stubGlobal("fetch", async ({ pathname }: URL) => {
    const [, inFixture] = pathname.split("/gradient-fixture/");
    return new Response(
      await readFile(inFixture ? `${fixture}/${inFixture}` : `${modelFolder}/${pathname.split("/").at(-1)}`),
    );
  });
});
afterEach(() => void vi.unstubAllGlobals());

describe("the check of gradients", () => {
  /** The fixture's numbers, as an engine would compute them that is off by these amounts. */
  async function computed(off: { loss?: number; logits?: number; gradient?: number } = {}) {
    const files = new Map([
      ["expected.safetensors", new Uint8Array(await readFile(`${fixture}/expected.safetensors`))],
    ]);
    const expected = safetensorsIn(modelSource("fixture", files).open("expected.safetensors"));
    const names = [...expected.tensors.keys()].filter((name) => name.startsWith("gradient."));
    const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
    const moved = (values: Float32Array, share = 0) =>
      values.map((value, i) => (i === 0 ? value + share * largest(values) : value));
    const gradients = names.map((name, i) => {
      // A key of PEFT is a prefix and the name.
      return [
        name.slice(`gradient.${peftKey("")}`.length),
        moved(expected.readFloat32(name), i === 1 ? off.gradient : 0),
      ] as const;
    });
    engine.evaluateTokenTensors.mockResolvedValue({
      loss: expected.readFloat32("loss")[0]! * (1 + (off.loss ?? 0)),
      logits: moved(expected.readFloat32("logits"), off.logits),
      gradients: new Map(gradients),
    });
    return {
      tensors: names.length,
      numbers: gradients.reduce((sum, [, { length }]) => sum + length, 0),
      worst: gradients[1]![0],
    };
  }
  test("gives each difference as a share of the tensor's largest number, and names the worst", async () => {
    const { tensors, numbers, worst } = await computed({ loss: 0.25, logits: 0.125, gradient: 0.5 });
    const check = await of.check("webgpu");
    expect(check).toMatchObject({ device: "webgpu", tensors, numbers, worst, tolerance: 1e-4 });
    expect([check.loss, check.logits, check.gradients].map((one) => Number(one.toFixed(5)))).toEqual([
      0.25, 0.125, 0.5,
    ]);
    expect(openRuntime).toHaveBeenCalledWith("webgpu");
    expect(dispose).toHaveBeenCalledOnce();
  });

  test("is 0 where all is the same, and no number where the engine gives none", async () => {
    await computed();
    expect(await of.check("wasm")).toMatchObject({ loss: 0, logits: 0, gradients: 0 });
    await computed({ loss: Number.NaN });
    expect((await of.check("wasm")).loss).toBeNaN();
    const [, tokens] = engine.evaluateTokenTensors.mock.calls[0]!;
    const [batch, seq] = tokens.shape;
    expect([tokens.inputIds, tokens.attentionMask].map(({ length }) => length)).toEqual([
      batch * seq,
      batch * seq,
    ]);
  });
});

describe("answers to a prompt", () => {
  const saved = {} as Saved;
  let said: FromWorker[];
  const store = {
    result: async (id: string) => ({
      measured: { provenance: { device: id === "on-gpu" ? "webgpu" : "cpu" } },
    }),
    adapter: async () => {
      const names = ["adapter_config.json", "adapter_model.safetensors"];
      const files = names.map(
        async (name) => [name, new Uint8Array(await readFile(`${fixture}/adapter/${name}`))] as const,
      );
      return new Map(await Promise.all(files));
    },
    closeFiles: vi.fn(),
  };
  const ask = (trialId: string) =>
    of.answer(
      store as unknown as Store,
      saved,
      { kind: "answer", prompt: "Say 3", answerers: [{ name: "base" }, { name: "Rank 2", trialId }] },
      of.gate,
      (message) => void said.push(message),
    );

  beforeEach(() => {
    said = [];
    store.closeFiles.mockClear();
    engine.promptTokens.mockReturnValue([1, 2]);
    engine.generate.mockImplementation(async function* () {
      const name = engine.generate.mock.calls.length === 1 ? "a" : "b";
      yield { kind: "token", text: `${name}1` };
      yield { kind: "token", text: `${name}2` };
      yield { kind: "end", finish: name === "a" ? "stop" : "length" };
    });
  });

  test("come from the base, then from each adapter, and say which the limit cut", async () => {
    await ask("on-cpu");
    expect(said).toEqual([
      ...["a1", "a2"].map((text) => ({ kind: "answering", name: "base", text })),
      ...["b1", "b2"].map((text) => ({ kind: "answering", name: "Rank 2", text })),
      { kind: "answered", cut: ["Rank 2"] },
    ]);
    const [base, adapted] = engine.adaptedModel.mock.calls.map(([given]) => given);
    expect([base.adapter, adapted.adapter === undefined]).toEqual([undefined, false]);
    expect(engine.generate.mock.calls[0]!.slice(1)).toEqual([
      [[1, 2]],
      { maxNewTokens: 128, tokenizer: "the tokenizer" },
    ]);
    expect(dispose).toHaveBeenCalledTimes(2);
    expect(store.closeFiles).toHaveBeenCalledOnce();
  });

  test.each([
    ["on-cpu", "wasm"],
    ["on-gpu", "webgpu"],
  ])("of an adapter that was trained %s come from %s", async (trialId, device) => {
    await ask(trialId);
    expect(openRuntime).toHaveBeenCalledWith(device);
  });

  test("end quietly at a stop, and with any other error", async () => {
    engine.generate.mockImplementationOnce(async function* () {
      yield { kind: "token", text: "a1" };
      throw new of.Stopped();
    });
    await ask("on-cpu");
    expect(said.map(({ kind }) => kind)).toEqual(["answering", "answered"]);
    expect(dispose).toHaveBeenCalledOnce();
    engine.promptTokens.mockImplementationOnce(() => {
      throw new Error("no template");
    });
    await expect(ask("on-cpu")).rejects.toThrow("no template");
    expect(store.closeFiles).toHaveBeenCalledTimes(2);
  });
});
