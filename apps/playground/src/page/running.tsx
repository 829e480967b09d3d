import { liveParts } from "@lorank/report";
import { putParts } from "@lorank/report/page";
import { useEffect, useRef } from "preact/hooks";
import type { Progress } from "./progress.ts";
import type { PageState, Session } from "./session.ts";

/** Comparison view while preparing or running. Changes are put in place without a new rendering. */
export function Running({ state, session }: { readonly state: PageState; readonly session: Session }) {
  const { phase, paused, progress, preparing, runsHidden } = state;
  const now = useRef<HTMLElement>(null);
  // The pressed button has gone with the form.
  useEffect(() => now.current!.focus({ preventScroll: true }), []);
  return (
    <>
      <section class="now" aria-label="Now" tabIndex={-1} ref={now}>
        {phase === "preparing" && (
          <p class="reason" role="status">
            {preparing ?? "Preparing"}…
          </p>
        )}
        <div id="state" hidden={phase === "preparing"} />
        {paused === "hidden" && (
          <p class="notice">
            Paused, because the tab is hidden: browsers slow such tabs down. It goes on when you look at it.
          </p>
        )}
        <div class="actions">
          {paused === undefined ? (
            <button type="button" class="main" onClick={() => session.pause("person")}>
              Pause
            </button>
          ) : (
            <button type="button" class="main" onClick={() => session.resume()}>
              Continue
            </button>
          )}
          <button type="button" onClick={() => session.stop()}>
            Stop and change settings
          </button>
          <label class="check">
            <input
              type="checkbox"
              checked={runsHidden}
              onChange={({ currentTarget }) => session.runHidden(currentTarget.checked)}
            />
            Keep going while the tab is hidden
          </label>
        </div>
        <p class="fine">A reload or a closed tab loses nothing: this page goes on where it was.</p>
      </section>
      {progress !== undefined && phase === "running" && <Live progress={progress} />}
    </>
  );
}

function Live({ progress }: { readonly progress: Progress }) {
  // Effects run after rendering: a nested renderer loses the outer's state.
  useEffect(() => putParts(liveParts(progress.live())), [progress]);
  const { notes, device } = progress.planned;
  return (
    <>
      <div id="trials" />
      <div id="so-far" />
      {device !== undefined && <p class="fine">{device}</p>}
      {notes.length > 0 && (
        <details class="notes">
          <summary>What was inferred from the data</summary>
          <ul>
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
