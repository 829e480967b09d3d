import type { TrialResult } from "@lorank/evidence/results";
import { useState } from "preact/hooks";
import { ANSWER_TOKENS, type Answerer } from "../protocol.ts";
import type { PageState, Session } from "./session.ts";

/** Form that puts one question to the base and to each rank's best adapter. */
export function AskAdapters(props: {
  readonly state: PageState;
  readonly session: Session;
  readonly best: readonly TrialResult[];
}) {
  const { state, session, best } = props;
  const [prompt, setPrompt] = useState("");
  const { answers } = state;
  // A disabled button would lose the focus.
  const isBusy = answers?.isRunning === true;
  const cannotStart = isBusy || prompt.trim() === "";
  const answerers: readonly Answerer[] = [
    { name: "The base, without an adapter" },
    ...best.map(({ trialId, spec }) => ({ trialId, name: `Rank ${spec.lora.rank}` })),
  ];
  const ask = (event: Event): void => {
    event.preventDefault();
    if (!cannotStart) session.answer(prompt, answerers);
  };
  return (
    <>
      <h2>Ask the adapters</h2>
      <form onSubmit={ask}>
        <label class="field">
          Prompt
          <textarea rows={3} value={prompt} onInput={({ currentTarget }) => setPrompt(currentTarget.value)} />
        </label>
        <div class="actions">
          <button type="submit" aria-disabled={cannotStart}>
            {isBusy ? "Answering…" : "Answer"}
          </button>
          {isBusy && (
            <button type="button" onClick={() => session.stopAnswering()}>
              Stop
            </button>
          )}
        </div>
      </form>
      {answers?.error !== undefined && (
        <p class="failure" role="alert">
          {answers.error}
        </p>
      )}
      <dl class="answers">
        {[...(answers?.texts ?? [])].map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {text.trim()}
              {answers!.cut.includes(name) && <small> … cut here, after {ANSWER_TOKENS} tokens</small>}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
