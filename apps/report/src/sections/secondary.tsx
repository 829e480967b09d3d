/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { SecondaryFinding, SecondaryScore } from "@lorank/evidence/results";
import { shownCompared } from "../compared.ts";
import { mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { NONE, percent, significant } from "../format.ts";
import { DataTable, type TableCell } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** Outcomes beside the metric: a table with a column each; nothing without any. */
export function Secondary(props: { readonly results: Reported }) {
  const { decision } = props.results;
  const { secondary = [], ranks, confidence } = decision;
  if (secondary.length === 0) return null;
  const { one, head, cell } = shownCompared(decision);
  const listed = selectRanks(ranks, decision, mostRows);
  return (
    <Section
      id="secondary"
      title="Other outcomes"
      lead={`Means of what was measured beside the score, with the ${percent(confidence)} interval of each ${one} alone.`}
    >
      <DataTable
        caption="Other outcomes, and whether conditions on them are met, violated or open"
        columns={[
          { head, words: true },
          ...secondary.map(({ name, unit, ...finding }) => ({
            head: name,
            under: [...(unit === undefined ? [] : [unit]), ruleOf(finding)].join(", "),
          })),
        ]}
        rows={listed.map(({ rank }) => ({
          key: rank,
          strong: rank === decision.rank,
          cells: [
            cell(rank),
            ...secondary.map((finding) => cellOf(finding.ranks.find((own) => own.rank === rank))),
          ],
        }))}
      />
      <LeftOut words={[ranksLeftOut(ranks, listed)]} where={whereAll(props.results)} />
    </Section>
  );
}

function ruleOf({ better, limit }: Omit<SecondaryFinding, "name" | "unit">): string {
  if (limit === undefined) return `${better} is better`;
  return `${better === "lower" ? "at most" : "at least"} ${significant(limit)}`;
}

function cellOf(found: SecondaryScore | undefined): TableCell {
  if (found === undefined) return NONE;
  const { mean, interval, condition } = found;
  const ends = interval === undefined ? [] : [interval.map(significant).join(" to ")];
  const under = [...ends, ...(condition === undefined ? [] : [condition])].join(", ");
  return { main: significant(mean), ...(under === "" ? {} : { under }), raw: [mean, ...(interval ?? [])] };
}
