import { fileURLToPath } from "node:url";
import { modelAt } from "@lorank/checkpoint/files";
import type { Runtime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { beforeAll, describe, expect, test } from "vitest";
import { type AdaptedModel, adaptedModel } from "../../src/evaluate/adapted-model.ts";
import {
  type Answer,
  type GenerateOptions,
  type GenerationEvent,
  generate,
} from "../../src/generate/generate.ts";

const family = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/families/${name}`, import.meta.url));

let runtime: Runtime;
let llama: AdaptedModel;
let gpt2: AdaptedModel;
beforeAll(async () => {
  runtime = await onnxRuntime();
  llama = adaptedModel({ model: modelAt(family("llama3-rope")), task: "causal-lm", runtime });
  gpt2 = adaptedModel({ model: modelAt(family("gpt2")), task: "causal-lm", runtime });
});

const prompts = [[5, 9, 11, 40, 3], [7], [22, 23, 24], [60, 3, 5, 8, 33, 20, 21, 4], [12, 12]];
/** Token 3 is `c`. */
const tokenizer = { decode: (ids: readonly number[]) => String.fromCharCode(...ids.map((id) => 96 + id)) };

async function answersOf(
  options: GenerateOptions,
  model = llama,
  own: readonly (readonly number[])[] = prompts,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for await (const event of generate(model, own, { endTokens: [], ...options })) {
    if (event.kind === "answer") answers[event.prompt] = event;
  }
  return answers;
}

const tokensOf = (answers: Answer[]) => answers.map(({ tokens }) => tokens);

describe("answers", () => {
  test("are the same whatever the batch, where places that are free take the next prompt", async () => {
    const alone = await answersOf({ maxNewTokens: 20, batch: 1 });
    expect(tokensOf(alone).map(({ length }) => length)).toEqual([20, 20, 20, 20, 20]);
    for (const batch of [2, 3, 8])
      expect(tokensOf(await answersOf({ maxNewTokens: 20, batch }))).toEqual(tokensOf(alone));
  });

  test("end with a token that ends them, and others go on", async () => {
    const whole = await answersOf({ maxNewTokens: 20 });
    const end = whole[0]!.tokens[4]!;
    const ended = await answersOf({ maxNewTokens: 20, endTokens: [end], batch: 2 });
    ended.forEach(({ tokens, finish }, i) => {
      const place = whole[i]!.tokens.indexOf(end);
      expect(tokens).toEqual(whole[i]!.tokens.slice(0, place < 0 ? 20 : place + 1));
      expect(finish).toBe(place < 0 ? "length" : "end-token");
    });
  });

  test("end with the tokenizer's end of text, where no other tokens are named", async () => {
    const [whole] = await answersOf({ maxNewTokens: 20 });
    const ending = { ...tokenizer, eosId: whole!.tokens[4]! };
    const { family, head, model } = llama;
    for await (const event of generate({ family, head, model }, prompts.slice(0, 1), { tokenizer: ending }))
      if (event.kind === "answer")
        expect(event).toMatchObject({ tokens: whole!.tokens.slice(0, 5), finish: "end-token" });
  });

  test("end with a stop string, which is no part of their text", async () => {
    const [whole] = await answersOf({ maxNewTokens: 12, tokenizer });
    const stop = whole!.text.slice(5, 7);
    const [answer] = await answersOf({ maxNewTokens: 12, tokenizer, stop: [stop] });
    expect(answer!.finish).toBe("stop-string");
    expect(answer!.text).toBe(whole!.text.slice(0, whole!.text.indexOf(stop)));
  });

  test("come token by token, whose texts in a row are the answer's", async () => {
    const texts = prompts.map(() => "");
    const events: GenerationEvent[] = [];
    for await (const event of generate(llama, prompts, {
      maxNewTokens: 6,
      endTokens: [],
      tokenizer,
      batch: 2,
    })) {
      events.push(event);
      if (event.kind === "token") texts[event.prompt] += event.text;
      else expect(texts[event.prompt]).toBe(event.text);
    }
    expect(events.filter(({ kind }) => kind === "token")).toHaveLength(30);
    expect(events.filter(({ kind }) => kind === "answer")).toHaveLength(5);
  });

  test("are as long as the model has positions for", async () => {
    const [answer] = await answersOf({ maxNewTokens: 100 }, gpt2, [[5, 9, 11, 40, 3]]);
    expect(answer!.tokens).toHaveLength(16 - 5 + 1); // the last token is not read
    expect(answer!.finish).toBe("length");
  });
});

describe("drawn answers", () => {
  test("are those of the seed and the prompt's place, whatever the batch", async () => {
    const drawn = { maxNewTokens: 15, temperature: 1, topP: 0.9 };
    const first = tokensOf(await answersOf({ ...drawn, seed: 3 }));
    expect(tokensOf(await answersOf({ ...drawn, seed: 3, batch: 2 }))).toEqual(first);
    expect(tokensOf(await answersOf({ ...drawn, seed: 4 }))).not.toEqual(first);
    const [one, other] = await answersOf(drawn, llama, [[7], [7]]);
    expect(one!.tokens).not.toEqual(other!.tokens);
  });
});

describe("an input out of bounds", () => {
  test.each<[GenerateOptions, readonly (readonly number[])[], string]>([
    [{ maxNewTokens: 0 }, prompts, "maxNewTokens must be a whole number of at least 1, got 0"],
    [{ copiedBytes: -1 }, prompts, "copiedBytes must be a whole number of at least 0, got -1"],
    [{ temperature: -1 }, prompts, "temperature must be a number of at least 0, got -1"],
    [{ topP: 0 }, prompts, "topP must be above 0 and at most 1, got 0"],
    [{ seed: 0.5 }, prompts, "seed must be a whole number, got 0.5"],
    [{ stop: ["x"] }, prompts, "stop must come with a tokenizer that makes text, got none"],
    [{}, [[1], []], "prompt 2 must have at least one token, got none"],
    [{}, [[64]], "prompt 1 must hold token ids from 0 to 63, got 64"],
  ])("%j is refused: %#", async (options, own, message) => {
    await expect(answersOf(options, llama, own)).rejects.toThrow(message);
  });

  test("a prompt that is longer than the model's positions is refused", async () => {
    const long = Array.from({ length: 17 }, () => 3);
    await expect(answersOf({}, gpt2, [long])).rejects.toThrow("prompt 1 must have at most 16 tokens, got 17");
  });

  test("a classifier is refused", async () => {
    const model = adaptedModel({ model: modelAt(family("qwen3-cls")), task: "classification", runtime });
    await expect(answersOf({}, model)).rejects.toThrow("must be a causal language model");
  });

  test("a signal ends it with its reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(answersOf({ signal })).rejects.toThrow("enough");
  });
});
