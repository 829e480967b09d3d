/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { render } from "preact-render-to-string";
import { cleanStrings } from "../clean-text.ts";
import { liveScript, liveScriptHash, liveStyleHash } from "../inlined.ts";
import { Head, Section, Snippet } from "../parts/section.tsx";
import { liveStyleSheet } from "../style-sheet.ts";
import { criterion, isStoppable, type LiveState, question } from "./live-state.ts";
import { type LiveParts, LiveSections, liveParts, partOf, stopId } from "./parts.tsx";

/** The report's policy, but the page may connect to its own server, for news and to stop a rank. */
const POLICY = `default-src 'none'; style-src 'sha256-${liveStyleHash}'; script-src 'sha256-${liveScriptHash}'; connect-src 'self'; form-action 'self'; img-src data:; base-uri 'none'`;

/** Addresses of the page's server, other than the page's own. */
export interface LiveAddresses {
  /** Server-sent events that renew parts of the page. */
  readonly events: string;
  /** Receives the form that stops a rank. */
  readonly stop: string;
}

/**
 * Renders a sweep that is not done as a page that is whole without its script. The script keeps it up to date: each message
 * `parts` holds the result of {@link liveParts}, or the new part of it, as JSON. A message `reload` loads the page anew. All
 * text is cleaned and escaped.
 */
export function renderLive(state: LiveState, addresses: LiveAddresses): string {
  const page = <Page state={cleanStrings(state)} parts={liveParts(state)} addresses={addresses} />;
  return `<!doctype html>\n${render(page)}\n`;
}

interface PageProps {
  readonly state: LiveState;
  readonly parts: LiveParts;
  readonly addresses: LiveAddresses;
}

function Page(props: PageProps) {
  const { state, parts, addresses } = props;
  const part = partOf(parts);
  return (
    <html lang="en">
      <Head policy={POLICY} styles={liveStyleSheet}>
        <title {...part("title")} />
      </Head>
      <body data-events={addresses.events}>
        <header>
          <p class="brand">LoRAnk</p>
          <p>{[...new Set([state.name, state.subject ?? state.name])].join(": ")}</p>
        </header>
        <main>
          <section>
            <h1>{question(state)}</h1>
            <p class="reason" {...part("state")} />
            <p class="offline" id="offline" role="status" hidden>
              No connection: this is the last that was heard. The program that serves the page may have ended.
            </p>
            <div class="spent" {...part("time")} />
            <div {...part("queue")} />
            <p class="fine">{criterion(state)}</p>
          </section>
          {state.ranks.length > 0 && (
            <>
              <LiveSections state={state} parts={parts} />
              <Section
                id="change"
                title="Change this sweep"
                lead={
                  isStoppable(state)
                    ? "While the sweep runs, stopping a rank works from here. The other commands are for a terminal, once this run has ended; this page does not run them."
                    : "These commands are for a terminal; this page does not run them."
                }
              >
                {isStoppable(state) && <StopRanks {...props} />}
                <h3>Add a seed</h3>
                <Snippet what="the command that adds a seed" text={state.commands.addSeed} />
                <h3>Extend by a rank</h3>
                <Snippet what="the command that adds a rank" text={state.commands.addRank} />
                <h3>Go on after a stop</h3>
                <Snippet what="the command that goes on" text={state.commands.resume} />
              </Section>
            </>
          )}
        </main>
        <footer>
          <p>
            Served by LoRAnk on this machine alone, from the sweep's files. When the sweep is done, its report
            is here.
          </p>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: liveScript }} />
      </body>
    </html>
  );
}

/** Commands that stop ranks, each with a button for the page's own server. */
function StopRanks({ state, parts, addresses }: PageProps) {
  const part = partOf(parts);
  return (
    <>
      <h3>Stop a rank</h3>
      <p class="fine">
        What is done stays. The rest of the rank is left out until the sweep is run again, and without it
        there is no verdict. To drop ranks for what their runs show, let a race do it, with{" "}
        <code>lorank sweep --until settled</code>: it has a rule that keeps its claims true.
      </p>
      <form method="post" action={addresses.stop}>
        {state.ranks.map((rank) => (
          <div key={rank} class="change">
            <Snippet what={`the command that stops rank ${rank}`} text={state.commands.stopRank[rank]!} />
            <div {...part(stopId(rank))} />
          </div>
        ))}
      </form>
    </>
  );
}
