/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { claimsOf, inWords, rankRows } from "@lorank/core/results";
import { render } from "preact-render-to-string";
import { cleanStrings, cleanText } from "./clean-text.ts";
import { plural } from "./format.ts";
import { pageScript, scriptHash, styleHash } from "./inlined.ts";
import { Head } from "./parts/head.tsx";
import { isSweep, type Reported } from "./reported.ts";
import { Convergence } from "./sections/convergence.tsx";
import { CostSection } from "./sections/cost.tsx";
import { Differences } from "./sections/differences.tsx";
import { Loss } from "./sections/loss.tsx";
import { Notices } from "./sections/notices.tsx";
import { Probe } from "./sections/probe.tsx";
import { Provenance } from "./sections/provenance.tsx";
import { Quality } from "./sections/quality.tsx";
import { Race } from "./sections/race.tsx";
import { RankTable } from "./sections/rank-table.tsx";
import { ReturnsSection } from "./sections/returns.tsx";
import { RobustnessSection } from "./sections/robustness.tsx";
import { Runs } from "./sections/runs.tsx";
import { Search } from "./sections/search.tsx";
import { TestScoreSection } from "./sections/test-score.tsx";
import { type AdapterFolder, type ToolConfig, UseIt } from "./sections/use-it.tsx";
import { Verdict } from "./sections/verdict.tsx";
import { styleSheet } from "./style/index.ts";

export interface ReportOptions {
  /** The command line that makes the results again; shown at the end. Left out when absent. */
  readonly command?: string;
  /** The recommended rank in the words of training tools, each to be pasted. Left out when absent or empty. */
  readonly configs?: readonly ToolConfig[];
  /** Where the adapters lie that the sweep handed out, at most one a rank. Left out when absent or empty. */
  readonly adapters?: readonly AdapterFolder[];
}

/** Nothing may load: only this style sheet applies, only this script runs, and only the inline icon is an image. */
const POLICY = `default-src 'none'; style-src 'sha256-${styleHash}'; script-src 'sha256-${scriptHash}'; img-src data:; base-uri 'none'; form-action 'none'`;

/**
 * Renders a sweep's results, or a decision on other outcomes, as one HTML document that needs no network and no other file.
 * Its script adds copying, downloads, sorting and tooltips; everything is there to read without it.
 * The same results and options give the same text. All text from the results is cleaned and escaped.
 */
export function renderReport(results: Reported, options: ReportOptions = {}): string {
  const clean = cleanStrings(results);
  const command = options.command === undefined ? undefined : cleanLines(options.command);
  const configs = (options.configs ?? []).map(({ tool, text }) => ({
    tool: cleanText(tool),
    text: cleanLines(text.trimEnd()),
  }));
  const adapters = cleanStrings(options.adapters ?? []);
  const page = (
    <Page results={clean} configs={configs} adapters={adapters} {...(command ? { command } : {})} />
  );
  return `<!doctype html>\n${render(page)}\n`;
}

/** For what is copied as it was given: nothing else may hold many lines. */
function cleanLines(text: string): string {
  return text.split("\n").map(cleanLine).join("\n");
}

function cleanLine(line: string): string {
  return `${/^ */.exec(line)?.[0]}${cleanText(line)}`;
}

function Page(props: {
  readonly results: Reported;
  readonly configs: readonly ToolConfig[];
  readonly adapters: readonly AdapterFolder[];
  readonly command?: string;
}) {
  const { results, configs, adapters, command } = props;
  const rows = rankRows(results);
  const claims = claimsOf(isSweep(results) ? results : results.decision);
  const { sweep } = results;
  const { model, data } = results;
  const { rank } = results.decision;
  const adapter = adapters.find((one) => one.rank === rank);
  const waysToUse = [
    ...(rank !== null && configs.length > 0 ? ["copy its settings"] : []),
    ...(adapter ? ["take its adapter"] : []),
  ];
  const isShown = (id: (typeof SECTIONS)[number][0]) =>
    (id !== "runs" || isSweep(results)) && (id !== "use-it" || waysToUse.length > 0);
  const subject = model === undefined ? (data.name ?? sweep.name) : `${model.name} on ${data.name}`;
  return (
    <html lang="en">
      <Head policy={POLICY} styles={styleSheet}>
        <title>{`${sweep.name}: ${inWords(claims[0]!)}`}</title>
      </Head>
      <body>
        <header>
          <p class="brand">LoRAnk</p>
          <p>{sweep.name === subject ? subject : `${sweep.name}: ${subject}`}</p>
          <nav aria-label="Sections">
            <ul>
              {SECTIONS.filter(([id]) => isShown(id)).map(([id, name]) => (
                <li key={id}>
                  <a href={`#${id}`}>{name}</a>
                </li>
              ))}
            </ul>
          </nav>
        </header>
        <main>
          <Verdict results={results} rows={rows} claims={claims} use={waysToUse.join(" or ")} />
          <Notices claims={claims} />
          {waysToUse.length > 0 && <UseIt configs={configs} adapter={adapter} />}
          <RankTable results={results} rows={rows} />
          <Probe results={results} claims={claims} />
          <Race results={results} claims={claims} />
          <Quality results={results} rows={rows} />
          <Differences results={results} />
          <ReturnsSection results={results} claims={claims} />
          <TestScoreSection results={results} claims={claims} />
          <RobustnessSection results={results} claims={claims} />
          <Convergence results={results} />
          <Search results={results} />
          <Loss rows={rows} />
          <CostSection rows={rows} />
          <Runs results={results} rows={rows} adapters={adapters} />
          <Provenance results={results} {...(command ? { command } : {})} />
        </main>
        <footer>
          <p>
            Made by LoRAnk from{" "}
            {isSweep(results)
              ? plural(results.trials.length, "run")
              : "outcomes of another trainer, which say nothing of costs"}
            . This page loads nothing and sends nothing.
          </p>
        </footer>
        <script dangerouslySetInnerHTML={{ __html: pageScript }} />
      </body>
    </html>
  );
}

const SECTIONS = [
  ["use-it", "Use it"],
  ["ranks", "Ranks"],
  ["quality", "Quality"],
  ["runs", "Runs"],
  ["provenance", "Provenance"],
] as const;
