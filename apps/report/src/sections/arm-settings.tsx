/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { costFigure } from "@lorank/evidence/results";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { loraSettings, optimizerSettings, ownSettings, sizeSettings } from "../data/trial-settings.ts";
import { isVarying, valueFor } from "../data/varying.ts";
import { NONE } from "../format.ts";
import { DataTable, numberCell, type TableColumn } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { isSweep, type Reported } from "../reported.ts";

/** Table of the settings in which a sweep's arms differ; for ranks they stand among the facts. */
export function ArmSettings({ results }: { readonly results: Reported }) {
  const { decision, sweep, trials } = results;
  const compared = shownCompared(decision);
  if (!compared.isNamed || !isSweep(results)) return null;
  const { head, cell, costOf } = compared;
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
        class="settings"
        caption="Settings in which the arms differ; the others stand above"
        columns={[
          { head, words: true },
          ...settings.map(({ term }) => ({ head: term, words: !sizes.has(term), optional: true })),
          { ...headOf(compared), optional: true },
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

/** Head of the column of costs. */
function headOf({ cost, parametersOf }: ShownCompared): Pick<TableColumn, "head" | "under"> {
  if (parametersOf(1) !== undefined) return { head: "Trainable", under: "parameters" };
  const words = cost?.of ?? "";
  return { head: words.slice(0, 1).toUpperCase() + words.slice(1) };
}

/** Settings that are numbers. */
const sizes: ReadonlySet<string> = new Set(["Rank", "Scale", "Alpha", "Learning rate", "Epochs", "Steps"]);
