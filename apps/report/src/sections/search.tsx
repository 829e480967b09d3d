/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { listInWords } from "@lorank/core";
import type { EpochSearch, RateSearch, SearchSummary } from "@lorank/evidence/results";
import { fixed, integer, NONE, significant } from "../format.ts";
import { DataTable, numberCell, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

export function Search(props: { readonly results: Reported }) {
  const { search } = props.results.sweep;
  if (!search || !(search.learningRate || search.epochs)) return null;
  const { ranks, judgedExamples, learningRate, epochs } = search;
  return (
    <Section
      id="search"
      title="Settings that were searched"
      lead={`Before the sweep, with ${ranks.length === 1 ? "rank" : "ranks"} ${listInWords(ranks)} and within the training examples: ${integer(judgedExamples)} of them were judged by and not trained on. The validation examples had no part in it.`}
    >
      {learningRate && <Found name="Learning rate" found={learningRate} search={search} />}
      {epochs && <Found name="Epochs" found={epochs} search={search} />}
    </Section>
  );
}

function Found(props: {
  readonly name: string;
  readonly found: RateSearch | EpochSearch;
  readonly search: SearchSummary;
}) {
  const { name, found, search } = props;
  const lossOf = (losses: (typeof found.tried)[number]["losses"], rank: number) => {
    const loss = losses.find((one) => one.rank === rank);
    if (!loss) return NONE;
    return loss.logLoss === undefined ? "did not complete" : numberCell(loss.logLoss, (x) => fixed(x, 3));
  };
  return (
    <>
      <h3>{name}</h3>
      <p class="lead">{[found.explanation, ...found.notes].join(" ")}</p>
      <Twin of={`${name} in numbers`}>
        <DataTable
          caption={`Log loss by ${name.toLowerCase()} on the examples that were judged by, in nats`}
          columns={[{ head: name, words: true }, ...search.ranks.map((rank) => ({ head: `rank ${rank}` }))]}
          rows={found.tried.map(({ value, losses }) => ({
            key: value,
            strong: value === found.chosen,
            cells: [
              {
                main: significant(value),
                raw: [value],
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
