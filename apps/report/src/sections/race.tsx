/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { paragraph, percent, type RaceLook } from "@lorank/core/results";
import { RaceChart } from "../charts/race-chart.tsx";
import { claimsAt } from "../data/places.ts";
import { fixed, NONE } from "../format.ts";
import { numberCell } from "../parts/cells.ts";
import { DataTable, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import type { SectionProps } from "../reported.ts";

/** The course of a race: who was in play at each look, who dropped out and what for. */
export function Race(props: SectionProps) {
  const { race, rank, confidence } = props.results.decision;
  if (!race || race.looks.length === 0) return null;
  return (
    <Section id="race" title="Course of the race" lead={paragraph(claimsAt("race", props.claims))}>
      <figure>
        <div class="beside">
          <RaceChart race={race} recommended={rank} />
          <div class="aside">
            <h3>How to read it</h3>
            <p>
              All ranks in play run the same seeds. At a look a rank drops out when it can no longer be the
              smallest adequate one: another is better by more than the margin, or a smaller one is better.
            </p>
            <p>
              The looks share the {percent(1 - confidence)} of error that the whole race may make, so looking
              early makes no claim weaker than the {percent(confidence)} stated.
            </p>
          </div>
        </div>
        <Twin of="Looks as a table">
          <DataTable
            caption="Looks of the race"
            columns={[
              { head: "Seeds", words: true },
              { head: "Ranks in play", words: true },
              { head: "Share of the error", unit: "%" },
              { head: "Promise", under: "of a verdict", unit: "%" },
              { head: "Dropped", words: true },
            ]}
            rows={race.looks.map((look) => ({
              key: look.seeds,
              cells: [
                String(look.seeds),
                look.ranks.join(", "),
                numberCell(look.share, percent, 100),
                numberCell(look.promise, (promise) => `${fixed(promise * 100, 0)}%`, 100),
                droppedInWords(look),
              ],
            }))}
          />
          <p class="fine">
            Promise: about the probability that all planned seeds would end in a verdict. A race is given up
            where it is small; giving up claims nothing.
          </p>
        </Twin>
      </figure>
    </Section>
  );
}

function droppedInWords({ dropped }: RaceLook): string {
  if (dropped.length === 0) return NONE;
  return dropped.map(({ rank, reason }) => `rank ${rank}: ${reason}`).join("; ");
}
