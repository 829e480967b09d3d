import { adaptedModel, generate, promptTokens } from "@lorank/train/engine";
import { createTokenizer } from "@lorank/train/tokenizer";
import { ANSWER_TOKENS, type FromWorker, type Saved, type ToWorker } from "../protocol.ts";
import { adapterIn } from "./adapter-files.ts";
import { Stopped } from "./failure.ts";
import { deviceOf } from "./faster-device.ts";
import { type Gate, gated } from "./gate.ts";
import { openModel } from "./inputs.ts";
import { openRuntime } from "./runtime.ts";
import type { Store } from "./store.ts";

/**
 * Answers a prompt with the model, without and with adapters, in turn. A stop of the gate ends it quietly.
 *
 * @throws InputError for a prompt the model's chat template refuses.
 */
export async function answerPrompt(
  store: Store,
  saved: Saved,
  { prompt, answerers }: Extract<ToWorker, { kind: "answer" }>,
  gate: Gate,
  say: (message: FromWorker) => void,
): Promise<void> {
  const cut: string[] = [];
  try {
    const trained = await store.result(answerers.at(-1)!.trialId!);
    const runtime = gated(await openRuntime(trained ? deviceOf(trained) : "wasm"), gate);
    const { source: model } = await openModel(store, saved);
    const tokenizer = createTokenizer(model);
    const ids = promptTokens(prompt, tokenizer);
    const options = { maxNewTokens: ANSWER_TOKENS, tokenizer };
    for (const { name, trialId } of answerers) {
      const adapter = trialId === undefined ? undefined : adapterIn(await store.adapter(trialId));
      const adapted = adaptedModel({ model, adapter, task: "causal-lm", runtime });
      try {
        for await (const event of generate(adapted, [ids], options))
          if (event.kind === "token") say({ kind: "answering", name, text: event.text });
          else if (event.finish === "length") cut.push(name);
      } finally {
        await adapted.model.dispose();
      }
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    store.closeFiles();
  }
  say({ kind: "answered", cut });
}
