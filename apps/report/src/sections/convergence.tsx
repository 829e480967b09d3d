/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { isBehindPrior } from "@lorank/core/results";
import { stateInWords } from "../data/convergence-cells.ts";
import { fixed, significant } from "../format.ts";
import { numberCell } from "../parts/cells.ts";
import { DataTable, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** Whether each rank was done learning when its budget ended: ranks compared before that are compared by their speed. */
export function Convergence(props: { readonly results: Reported }) {
  const { decision } = props.results;
  const { convergence = [] } = decision;
  if (convergence.length === 0) return null;
  const isShort = convergence.some(({ state }) => state === "falling" || state === "stuck");
  // The notices tell of ranks that were short of training, the verdict of ranks that learned nothing.
  const lead =
    isShort || isBehindPrior(decision)
      ? "The training loss of each rank when its budget ended, and whether twice the budget would lower it."
      : "No rank was surely short of training when its budget ended.";
  return (
    <Section id="convergence" title="Had the ranks converged?" lead={lead}>
      <Twin of="Each rank in numbers">
        <DataTable
          caption="Training loss at the end, in nats, and whether twice the budget would lower it"
          columns={[
            { head: "Rank", words: true },
            { head: "State", words: true },
            { head: "Loss at the end", unit: "nats" },
            { head: "Passes" },
            { head: "Seeds" },
          ]}
          rows={convergence.map((one) => ({
            key: one.rank,
            strong: one.rank === decision.rank,
            cells: [
              String(one.rank),
              stateInWords(one),
              numberCell(one.trainLoss, (loss) => fixed(loss, 3)),
              numberCell(one.epochs, significant),
              String(one.seeds),
            ],
          }))}
        />
        <p class="fine">
          The state is read off the later half of the training loss, as a mean over the seeds. A fall of less
          than {significant(convergence[0]!.threshold)} nats by twice the budget counts as none.
        </p>
      </Twin>
    </Section>
  );
}
