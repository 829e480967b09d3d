import { wholeNumber } from "@lorank/core";
import type { Results, TrialResult } from "@lorank/evidence/results";
import { renderReport, renderReportSections } from "@lorank/report";
import { addReportTools } from "@lorank/report/page";
import { bestTrial } from "@lorank/sweep/browser";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { OutFile, Saved } from "../protocol.ts";
import { flagOf, playgroundDefaults } from "../settings.ts";
import { AskAdapters } from "./answers.tsx";
import type { PageState, Session } from "./session.ts";

export function Report({ state, session }: { readonly state: PageState; readonly session: Session }) {
  const results = state.results!;
  const place = useRef<HTMLDivElement>(null);
  const best = results.sweep.ranks.flatMap((rank) => bestOf(finished(results), rank) ?? []);
  const writesText = best.some(({ spec }) => "task" in spec && spec.task.kind === "causal-lm");
  const command = state.saved && commandOf(state.saved, results.data);
  const options = command === undefined ? {} : { command };
  useEffect(() => {
    const report = place.current!;
    report.innerHTML = renderReportSections(results, options);
    addReportTools(report);
    document.title = report.querySelector("h1")?.textContent ?? document.title;
    const verdict = report.querySelector("#verdict")!;
    if (state.rows !== undefined) {
      const rows = document.createElement("p");
      rows.className = "fine";
      rows.textContent = rowsInWords(state.rows);
      verdict.querySelector("h1")!.after(rows);
    }
    if (writesText) verdict.after(section("ask", "Ask the adapters"));
    const downloads = section("downloads", "Take it away");
    verdict.after(downloads);
    render(
      <Downloads
        results={results}
        best={best}
        writesText={writesText}
        session={session}
        report={() => renderReport(results, options)}
      />,
      downloads,
    );
  }, [results]);
  useEffect(() => {
    const ask = place.current!.querySelector("#ask");
    if (ask !== null) render(<AskAdapters state={state} session={session} best={best} />, ask);
  });
  return <div ref={place} />;
}

function rowsInWords({ used, all }: NonNullable<PageState["rows"]>): string {
  const [some, every] = [used, all].map(wholeNumber);
  return `${some} of ${every} rows used.`;
}

function section(id: string, label: string): HTMLElement {
  const element = document.createElement("section");
  element.id = id;
  element.setAttribute("aria-label", label);
  return element;
}

function finished({ trials }: Results): readonly TrialResult[] {
  return trials.filter(({ evaluation }) => evaluation !== undefined);
}

function Downloads(props: {
  readonly results: Results;
  /** Best trial at each rank, whose adapter the page offers. */
  readonly best: readonly TrialResult[];
  /** True for language models, false for classifiers. */
  readonly writesText: boolean;
  readonly session: Session;
  readonly report: () => string;
}) {
  const { results, best, writesText, session, report } = props;
  const { rank: recommended } = results.decision;
  const trialIds = finished(results).map(({ trialId }) => trialId);
  return (
    <>
      <h2>Take it away</h2>
      <div class="actions">
        {best.map((trial) => {
          const { rank } = trial.spec.lora;
          return (
            <button
              key={rank}
              type="button"
              class={rank === recommended ? "main" : ""}
              onClick={() => session.takeAdapters(`lorank-r${rank}.zip`, [trial.trialId])}
            >
              Adapter of rank {rank}
            </button>
          );
        })}
        <button type="button" onClick={() => saveText("report.html", report())}>
          Report
        </button>
        <button
          type="button"
          onClick={() => saveText("results.json", `${JSON.stringify(results, null, 1)}\n`)}
        >
          results.json
        </button>
        {trialIds.length > 1 && (
          <button type="button" onClick={() => session.takeAdapters("lorank-adapters.zip", trialIds)}>
            All {trialIds.length} adapters
          </button>
        )}
        <button type="button" onClick={() => session.stop()}>
          Compare again
        </button>
      </div>
      <p class="fine">
        {adapterWords(writesText)} Of each rank it is the one with the lowest log loss. lorank report reads
        results.json.
      </p>
    </>
  );
}

/** Sentence on programs that read the adapter: vLLM loads none with a trained head. */
export function adapterWords(writesText: boolean): string {
  if (writesText) return "An adapter is a folder that PEFT, vLLM and LoRAnk read.";
  return "An adapter is a folder that PEFT and LoRAnk read; vLLM refuses it for its trained head.";
}

function bestOf(trials: readonly TrialResult[], rank: number): TrialResult | undefined {
  return bestTrial(trials.filter(({ spec }) => spec.lora.rank === rank));
}

/** Terminal command for the same comparison. */
export function commandOf({ asked: settings, dataName, modelName }: Saved, data: Results["data"]): string {
  const { device: _, ranks, ...others } = settings;
  const { epochs, batchSize } = settings;
  const options: Readonly<Record<string, string | number | true | undefined>> = {
    model: modelName,
    data: dataName,
    ranks: ranks.join(","),
    ...others,
    trainExamples: data.trainExamples,
    validationExamples: data.validationExamples,
    testExamples: dataName === undefined ? 0 : undefined,
    epochs: epochs === playgroundDefaults.epochs ? undefined : epochs,
    batchSize: batchSize === playgroundDefaults.batchSize ? undefined : batchSize,
  };
  const words = Object.entries(options).flatMap(([option, value]) => {
    if (value === undefined) return [];
    return value === true ? [flagOf(option)] : [flagOf(option), commandWord(`${value}`)];
  });
  return ["lorank sweep", ...words].join(" ");
}

function commandWord(word: string): string {
  return /^[\w./,:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function saveFile({ name, bytes }: OutFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function saveText(name: string, text: string): void {
  saveFile({ name, bytes: new TextEncoder().encode(text) });
}
