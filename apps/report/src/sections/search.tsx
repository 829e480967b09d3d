/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { capitalised, listInWords } from "@lorank/core";
import {
  type ChoiceSearch,
  type EpochSearch,
  type RateSearch,
  type SearchedLoss,
  type SearchSummary,
  searchedKeys,
  searchedNames,
} from "@lorank/evidence/results";
import { fixed, integer, NONE, significant } from "../format.ts";
import { DataTable, numberCell, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

export function Search(props: { readonly results: Reported }) {
  const { search } = props.results.sweep;
  const found = search
    ? searchedKeys.flatMap((name) => (search[name] ? { name, found: search[name] } : []))
    : [];
  if (!search || found.length === 0) return null;
  const { ranks, judgedExamples } = search;
  return (
    <Section
      id="search"
      title="Settings that were searched"
      lead={`Before the sweep, with ${ranks.length === 1 ? "rank" : "ranks"} ${listInWords(ranks)} and within the training examples: ${integer(judgedExamples)} of them were judged by and not trained on. The validation examples had no part in it.`}
    >
      {found.map(({ name, found }) => (
        <Found key={name} name={searchedNames[name]} found={found} search={search} />
      ))}
    </Section>
  );
}

function Found(props: {
  readonly name: string;
  readonly found: RateSearch | EpochSearch | ChoiceSearch;
  readonly search: SearchSummary;
}) {
  const { name, found, search } = props;
  const title = capitalised(name);
  const lossOf = (losses: readonly SearchedLoss[], rank: number) => {
    const loss = losses.find((one) => one.rank === rank);
    if (!loss) return NONE;
    return loss.logLoss === undefined ? "did not complete" : numberCell(loss.logLoss, (x) => fixed(x, 3));
  };
  return (
    <>
      <h3>{title}</h3>
      <p class="lead">{[found.explanation, ...found.notes].join(" ")}</p>
      <Twin of={`${title} in numbers`}>
        <DataTable
          caption={`Log loss by ${name} on the examples that were judged by, in nats`}
          columns={[{ head: title, words: true }, ...search.ranks.map((rank) => ({ head: `rank ${rank}` }))]}
          rows={found.tried.map(({ value, losses }) => ({
            key: value,
            strong: value === found.chosen,
            cells: [
              {
                main: typeof value === "number" ? significant(value) : value,
                raw: typeof value === "number" ? [value] : [],
                ...(value === found.chosen ? { under: "chosen" } : {}),
              },
              ...search.ranks.map((rank) => lossOf(losses, rank)),
            ],
          }))}
        />
      </Twin>
    </>
  );
}
