import { Form } from "./form.tsx";
import { Gradients } from "./gradients.tsx";
import { Report } from "./report.tsx";
import { Running } from "./running.tsx";
import type { PageState, Session } from "./session.ts";

/** Whole page, by its state. */
export function App({ state, session }: { readonly state: PageState; readonly session: Session }) {
  const { phase, error, announcement, saved, offline } = state;
  return (
    <>
      <header>
        <p class="brand">
          <a href="../">LoRAnk</a>
        </p>
        <p>Playground</p>
        <nav aria-label="Documentation">
          <ul>
            <li>
              <a href="../guides/playground.html">Guide</a>
            </li>
            <li>
              <a href="../guides/fits-my-gpu.html">Memory calculator</a>
            </li>
          </ul>
        </nav>
      </header>
      <main>
        {phase !== "done" && <Lead phase={phase} offline={offline} />}
        {error !== undefined && (
          <div class="failure" role="alert">
            {error.split("\n").map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
        )}
        {(phase === "preparing" || phase === "running") && <Running state={state} session={session} />}
        {phase === "done" && <Report state={state} session={session} />}
        {phase === "form" && (
          <Form
            key={saved === undefined ? "new" : "saved"}
            saved={saved}
            values={state.values}
            columns={state.columns}
            estimate={state.estimate}
            session={session}
          />
        )}
        {phase === "form" && <Gradients state={state} session={session} />}
      </main>
      <footer>
        <p>
          Everything here is computed in this tab. The data, the model and the adapters stay in it.{" "}
          {offline === true && "The page is kept by your browser and works without a network. "}
          Licences: <a href="licences.txt">code</a>, <a href="mails-licences.txt">mails</a>.
        </p>
      </footer>
      <p class="status" role="status">
        {announcement}
      </p>
    </>
  );
}

function Lead({ phase, offline }: Pick<PageState, "phase" | "offline">) {
  return (
    <section class="hero">
      <h1>Which LoRA rank does your data need?</h1>
      {phase === "busy" ? (
        <p class="reason">
          This playground is open in another tab, which has the data and the adapters. Close one of the two,
          and reload this one.
        </p>
      ) : (
        <p class="reason">
          Train adapters of several ranks on your own data, in this tab, and see which rank is enough. Nothing
          leaves the tab.
        </p>
      )}
      {phase === "opening" && (
        <p class="lead" role="status">
          {offline === undefined ? "Loading the page for use without a network: 28 MB, once." : "Opening."}
        </p>
      )}
    </section>
  );
}
