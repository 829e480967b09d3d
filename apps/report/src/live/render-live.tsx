/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { createElement, Fragment } from "preact";
import { render } from "preact-render-to-string";
import { cleanStrings } from "../clean-text.ts";
import { shownCompared } from "../compared.ts";
import { duration } from "../format.ts";
import { armLiveStyleHash, liveScript, liveScriptHash, liveStyleHash } from "../inlined.ts";
import { Document } from "../parts/document.tsx";
import { SectionsSoFar } from "../report-sections.tsx";
import type { ReportedSoFar } from "../reported.ts";
import { armLiveStyleSheet, liveStyleSheet } from "../style-sheet.ts";
import { type LiveState, notYet, question, stateWords } from "./live-state.ts";
import { Trials } from "./trials.tsx";

/** Content security policy as the report's, but with connections to the page's own server. */
const policyFor = (styleHash: string): string =>
  `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${liveScriptHash}'; connect-src 'self'; form-action 'self'; img-src data:; base-uri 'none'`;

/** Addresses on the page's server for its events and forms. */
export interface LiveAddresses {
  /** Address of server-sent events with page parts. */
  readonly events: string;
  readonly stop: string;
}

/** Changing page parts: HTML by element `id`. */
export type LiveParts = Readonly<Record<string, string>>;

interface Shown {
  /** Cleaned results so far. */
  readonly results: ReportedSoFar;
  readonly sections: string;
}

const shown = new WeakMap<ReportedSoFar, Shown>();

/**
 * Cleaned results and rendered report, cached: they may contain thousands of curves, and stay the same between trials'
 * steps.
 */
function shownOf(dirty: ReportedSoFar): Shown {
  const found = shown.get(dirty);
  if (found !== undefined) return found;
  const results = cleanStrings(dirty);
  const made = { results, sections: render(<SectionsSoFar results={results} />) };
  shown.set(dirty, made);
  return made;
}

/** Parts for {@link renderLive}'s page, or for another: `so-far` is the report on the results so far. */
export function liveParts({ results: dirty, ...rest }: LiveState): LiveParts {
  const { results, sections } = dirty === undefined ? { sections: "" } : shownOf(dirty);
  const state: LiveState = { ...cleanStrings(rest), ...(results && { results }) };
  return {
    title: escaped(`${state.done}/${state.total} · ${state.name}: ${question(state)}`),
    question: escaped(question(state)),
    state: render(<State {...state} />),
    trials: results === undefined ? "" : render(<Trials state={state} results={results} />),
    problems: render(<Problems problems={state.problems} />),
    "so-far": sections,
  };
}

function escaped(text: string): string {
  return render(createElement(Fragment, null, text));
}

/**
 * Renders an unfinished sweep as a page that is whole without its script: what runs, and the report so far. The script
 * applies messages: `parts` with {@link liveParts} as JSON, and `reload`. All text is cleaned and escaped.
 */
export function renderLive(state: LiveState, addresses: LiveAddresses): string {
  const parts = liveParts(state);
  const partOf = (id: string) => ({ id, dangerouslySetInnerHTML: { __html: parts[id]! } });
  const isNamed = state.results !== undefined && shownCompared(state.results.sweep).isNamed;
  const page = (
    <Document
      policy={policyFor(isNamed ? armLiveStyleHash : liveStyleHash)}
      styles={isNamed ? armLiveStyleSheet : liveStyleSheet}
      script={liveScript}
      title={<title {...partOf("title")} />}
      of={state.results ? shownOf(state.results).results : { sweep: cleanStrings(state), data: {} }}
      footer="Served by LoRAnk on this machine alone, from the sweep's files. When the sweep is done, its report is here."
      events={addresses.events}
    >
      <p class="offline" id="offline" role="status" hidden>
        No connection: this is the last that was heard. The program that serves the page may have ended.
      </p>
      <form id="stop" method="post" action={addresses.stop} />
      <section>
        <h1 {...partOf("question")} />
        <div {...partOf("state")} />
      </section>
      <div {...partOf("trials")} />
      <ul class="problems" {...partOf("problems")} />
      <div {...partOf("so-far")} />
    </Document>
  );
  return `<!doctype html>\n${render(page)}\n`;
}

function State(state: LiveState) {
  const { phase, results, done, total, secondsSpent, resume } = state;
  return (
    <>
      <p class="reason">{stateWords(state)}</p>
      {results && (
        <p>
          <progress max={total} value={done} aria-label="Trials done" />
          {duration(secondsSpent)} spent in trials so far
        </p>
      )}
      {phase === "stopped" && resume && (
        <p>
          To go on: <code>{resume}</code>
        </p>
      )}
      {results && <p class="fine">{notYet(results, state)}</p>}
    </>
  );
}

function Problems({ problems }: Pick<LiveState, "problems">) {
  return problems.map(({ words, command }) => (
    <li key={words}>
      {words}
      {command && [": ", <code>{command}</code>]}
    </li>
  ));
}
