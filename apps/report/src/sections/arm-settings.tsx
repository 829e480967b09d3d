/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { costFigure } from "@lorank/evidence/results";
import { comparedIn } from "../compared.ts";
import { mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { loraSettings, optimizerSettings, ownSettings, sizeSettings } from "../data/trial-settings.ts";
import { isVarying, valueFor } from "../data/varying.ts";
import { NONE } from "../format.ts";
import { DataTable, numberCell } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { isSweep, type Reported } from "../reported.ts";

/** Table of the settings in which a sweep's arms differ; for ranks they stand among the facts. */
export function ArmSettings({ results }: { readonly results: Reported }) {
  const { decision, sweep, trials } = results;
  const compared = comparedIn(decision);
  if (!compared.isNamed || !isSweep(results)) return null;
  const { head, cell, cost, costOf } = compared;
  const settings = [
    ...sizeSettings(trials, compared),
    ...[loraSettings, optimizerSettings, ownSettings].flatMap((of) => of(trials, compared)).filter(isVarying),
  ];
  const arms = sweep.ranks.map((rank) => ({ rank }));
  const listed = selectRanks(arms, decision, mostRows);
  return (
    <>
      <h3>What the arms are</h3>
      <DataTable
        caption="Settings in which the arms differ; the others stand above"
        columns={[
          { head, words: true },
          ...settings.map(({ term }) => ({ head: term, words: !sizes.has(term), optional: true })),
          { head: cost?.of ?? "", optional: true },
        ]}
        rows={listed.map(({ rank }) => ({
          key: rank,
          strong: rank === decision.rank,
          cells: [
            cell(rank),
            ...settings.map((setting) => valueFor(setting, rank) || NONE),
            numberCell(costOf(rank), costFigure),
          ],
        }))}
      />
      <LeftOut words={[ranksLeftOut(arms, listed, compared)]} where={whereAll(results)} />
    </>
  );
}

/** Settings that are numbers. */
const sizes: ReadonlySet<string> = new Set(["Rank", "Scale", "Alpha", "Epochs", "Steps"]);
