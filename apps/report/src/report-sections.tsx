/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { assertOptions, type OptionNames } from "@lorank/core";
import { type Claim, claimsOf, nextSteps, rankRows, rankToUse } from "@lorank/evidence/results";
import { render } from "preact-render-to-string";
import { cleanStrings, cleanText } from "./clean-text.ts";
import { numbered, shownCompared } from "./compared.ts";
import { isSweep, type Reported, type ReportedSoFar, undecided } from "./reported.ts";
import { Answers } from "./sections/answers.tsx";
import { Checks } from "./sections/checks.tsx";
import { CostSection } from "./sections/cost.tsx";
import { Course } from "./sections/course.tsx";
import { Differences } from "./sections/differences.tsx";
import { Loss } from "./sections/loss.tsx";
import { Points } from "./sections/points.tsx";
import { Provenance } from "./sections/provenance.tsx";
import { Quality } from "./sections/quality.tsx";
import { RankTable } from "./sections/rank-table.tsx";
import { ReturnsSection } from "./sections/returns.tsx";
import { Runs } from "./sections/runs.tsx";
import { Search } from "./sections/search.tsx";
import { Secondary } from "./sections/secondary.tsx";
import { TestScoreSection } from "./sections/test-score.tsx";
import { type AdapterFolder, type ToolConfig, UseIt } from "./sections/use-it.tsx";
import { Notices, type ReportStep, Verdict } from "./sections/verdict.tsx";

export interface ReportOptions {
  /** Command line to make the results again. Left out when absent. */
  readonly command?: string;
  /** Training tools' configs for the rank to use. Left out when absent or empty. */
  readonly configs?: readonly ToolConfig[];
  /** Folders with published adapters, at most one a rank. Left out when absent or empty. */
  readonly adapters?: readonly AdapterFolder[];
  /** Next steps in order (default: the results' steps, without commands). */
  readonly steps?: readonly ReportStep[];
}

/** Sections as in {@link renderReport} from the verdict on, as HTML for a page with the style sheet. */
export function renderReportSections(results: Reported, options: ReportOptions = {}): string {
  return render(<ReportSections shown={cleaned(results, options)} />);
}

export interface Shown {
  readonly results: Reported;
  readonly configs: readonly ToolConfig[];
  /** Adapters by the number of the rank or arm. */
  readonly adapters: readonly AdapterFolder[];
  readonly steps: readonly ReportStep[];
  readonly command?: string;
}

const reportNames: OptionNames<ReportOptions> = {
  command: false,
  configs: false,
  adapters: false,
  steps: false,
};

export function cleaned(results: Reported, options: ReportOptions): Shown {
  assertOptions(results, "the results", { sweep: true, data: true, decision: true });
  assertOptions(options, "the options of a report", reportNames);
  const { command, configs = [], adapters = [] } = options;
  const steps: readonly ReportStep[] = options.steps ?? nextSteps(claimsOn(results));
  return {
    results: cleanStrings(results),
    steps: steps.map(({ words, command }) => ({
      words: cleanText(words),
      ...(command === undefined ? {} : { command: cleanLines(command) }),
    })),
    configs: configs.map(({ tool, text }) => ({ tool: cleanText(tool), text: cleanLines(text.trimEnd()) })),
    adapters: numbered(cleanStrings(adapters), shownCompared(cleanStrings(results.decision))),
    ...(command ? { command: cleanLines(command) } : {}),
  };
}

/** Claims on a sweep's results, or on a decision alone. */
export function claimsOn(results: Reported): Claim[] {
  return claimsOf(isSweep(results) ? results : results.decision);
}

/** Cleans a text with many lines, which is copied with line ends. */
function cleanLines(text: string): string {
  const cleanLine = (line: string) => `${/^ */.exec(line)?.[0]}${cleanText(line)}`;
  return text.split("\n").map(cleanLine).join("\n");
}

/** Ways to use the recommended rank, as imperative phrases. */
export function waysToUse({ results, configs, adapters }: Shown): string[] {
  const rank = rankToUse(results.decision);
  return [
    ...(rank !== null && configs.length > 0 ? ["copy its settings"] : []),
    ...(adapterOf(adapters, rank) ? ["take its adapter"] : []),
  ];
}

function adapterOf(adapters: readonly AdapterFolder[], rank: number | null): AdapterFolder | undefined {
  return adapters.find((one) => one.rank === rank);
}

export function ReportSections({ shown }: { readonly shown: Shown }) {
  const { results, configs, adapters, steps, command } = shown;
  const rows = rankRows(results);
  const claims = claimsOn(results);
  const ways = waysToUse(shown);
  return (
    <>
      <Verdict results={results} rows={rows} claims={claims} steps={steps} use={ways.join(" or ")} />
      <Notices claims={claims} />
      {ways.length > 0 && (
        <UseIt
          configs={configs}
          adapter={adapterOf(adapters, rankToUse(results.decision))}
          compared={shownCompared(results.decision)}
        />
      )}
      <RankTable results={results} rows={rows} />
      <Course results={results} claims={claims} />
      <Quality results={results} rows={rows} />
      <Differences results={results} />
      <Secondary results={results} />
      <Answers results={results} />
      <ReturnsSection results={results} claims={claims} />
      <TestScoreSection results={results} claims={claims} />
      <Checks results={results} claims={claims} />
      <Search results={results} />
      <Points results={results} rows={rows} />
      <Loss results={results} rows={rows} />
      <CostSection results={results} rows={rows} />
      <Runs results={results} rows={rows} adapters={adapters} />
      <Provenance results={results} {...(command ? { command } : {})} />
    </>
  );
}

/** Sections for an unfinished sweep: without claims, but with a race's last look. */
export function SectionsSoFar(props: { readonly results: ReportedSoFar }) {
  const results = undecided(props.results);
  const rows = rankRows(results);
  const { decision } = props.results;
  const looked = decision && { ...results, decision };
  return (
    <>
      {looked && <Course results={looked} claims={claimsOf(looked.decision)} />}
      <Quality results={results} rows={rows} />
      {looked && <Differences results={looked} />}
      <Answers results={results} />
      <Points results={results} rows={rows} />
      <Loss results={results} rows={rows} />
      <CostSection results={results} rows={rows} />
      <Provenance results={results} />
    </>
  );
}
