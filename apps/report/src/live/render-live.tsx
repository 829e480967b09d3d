/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { render } from "preact-render-to-string";
import { cleanStrings } from "../clean-text.ts";
import { liveScript, liveScriptHash, liveStyleHash } from "../inlined.ts";
import { Head } from "../parts/head.tsx";
import { Section } from "../parts/section.tsx";
import { Snippet } from "../parts/snippet.tsx";
import { liveStyleSheet } from "../style/index.ts";
import type { LiveState } from "./live-state.ts";
import { cellId, type LiveParts, liveParts, stopId } from "./parts.tsx";
import { criterion, metricOf, question } from "./words.ts";

/** As the report's, but the page may ask its own server, for what is new and to stop a rank. */
const POLICY = `default-src 'none'; style-src 'sha256-${liveStyleHash}'; script-src 'sha256-${liveScriptHash}'; connect-src 'self'; form-action 'self'; img-src data:; base-uri 'none'`;

/** Where a page's server listens, beside the page. */
export interface LiveAddresses {
  /** Of the server-sent events that renew parts of the page. */
  readonly events: string;
  /** Where the form that stops a rank is sent. */
  readonly stop: string;
}

/**
 * Renders a sweep that is not done as a page that is whole without its script, and that the script keeps up to date: each
 * message `parts` holds what {@link liveParts} gives, or what of it is new, as JSON; a message `reload` asks for the page anew.
 * All text is cleaned and escaped.
 */
export function renderLive(state: LiveState, addresses: LiveAddresses): string {
  const page = <Page state={cleanStrings(state)} parts={liveParts(state)} addresses={addresses} />;
  return `<!doctype html>\n${render(page)}\n`;
}

function Page(props: {
  readonly state: LiveState;
  readonly parts: LiveParts;
  readonly addresses: LiveAddresses;
}) {
  const { state, parts, addresses } = props;
  // what is in `parts` has been rendered, and with that escaped
  const part = (id: string) => ({ id, dangerouslySetInnerHTML: { __html: parts[id] ?? "" } });
  const checks = state.trials.filter(({ variant }) => variant !== undefined);
  return (
    <html lang="en">
      <Head policy={POLICY} styles={liveStyleSheet}>
        <title {...part("title")} />
      </Head>
      <body data-events={addresses.events}>
        <header>
          <p class="brand">LoRAnk</p>
          <p>{state.subject === undefined ? state.name : `${state.name}: ${state.subject}`}</p>
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
              <Section id="trials" title="Trials">
                <Grid state={state} part={part} />
                <div {...part("problems")} />
                {checks.length > 0 && (
                  <ul class="checks">
                    {checks.map((trial) => (
                      <li key={trial.name}>
                        {trial.name} <span {...part(cellId(trial))} />
                      </li>
                    ))}
                  </ul>
                )}
              </Section>
              <Section id="so-far" title="Differences so far">
                <div {...part("pairs")} />
              </Section>
              <Section
                id="change"
                title="Change this sweep"
                lead="Stopping a rank works from here. The other commands are for a terminal, once this run has ended; this page does not run them."
              >
                <h3>Stop a rank</h3>
                <p class="fine">
                  What is done stays. The rest of the rank is left out until the sweep is run again, and
                  without it there is no verdict. To drop ranks for what their runs show, let a race do it: it
                  has a rule that keeps its claims true.
                </p>
                <form method="post" action={addresses.stop}>
                  {state.ranks.map((rank) => (
                    <div key={rank} class="change">
                      <Snippet
                        what={`the command that stops rank ${rank}`}
                        text={state.commands.stopRank[rank]!}
                      />
                      <div {...part(stopId(rank))} />
                    </div>
                  ))}
                </form>
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

function Grid(props: {
  readonly state: LiveState;
  readonly part: (id: string) => {
    readonly id: string;
    readonly dangerouslySetInnerHTML: { readonly __html: string };
  };
}) {
  const { ranks, seeds, trials } = props.state;
  const caption = `${metricOf(props.state).title} of the trials that are done, and how far the others are`;
  const names = new Map(
    trials.filter(({ variant }) => variant === undefined).map((one) => [`${one.rank} ${one.seed}`, one]),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table class="live">
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col" class="words">
              Rank
            </th>
            {seeds.map((seed) => (
              <th key={seed} scope="col">
                seed {seed}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ranks.map((rank) => (
            <tr key={rank}>
              <th scope="row" class="words">
                {rank}
              </th>
              {seeds.map((seed) => {
                const trial = names.get(`${rank} ${seed}`);
                return trial ? <td key={seed} {...props.part(cellId(trial))} /> : <td key={seed} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
