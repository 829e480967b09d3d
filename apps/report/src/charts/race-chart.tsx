/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import type { RaceDrop, RaceSummary } from "@lorank/evidence/results";
import { scaleLinear } from "d3-scale";
import type { ShownCompared } from "../compared.ts";
import { BottomAxis, Frame, px } from "../svg/chart-parts.tsx";
import { cutToEms, LINE_EMS, nameStrip, StripName, StripWords } from "../svg/name-strip.tsx";

const WIDTH = 560;
const ROW = 30;
const TOP = 24;
/** Ends of the lanes, with names and words beside; names of arms stand above, with the words. */
const ofRanks = { left: 78, right: WIDTH - 176 };
const ofArms = { left: 8, right: WIDTH - 22 };

interface Lane {
  readonly rank: number;
  readonly seeds: number;
  readonly drop?: RaceDrop;
  readonly hasEnded: boolean;
}

/** Race chart: a lane per rank, as long as the seeds it ran, and a line at every look. */
export function RaceChart(props: {
  readonly race: RaceSummary;
  readonly recommended: number | null;
  readonly compared: ShownCompared;
  /** Lanes to draw, one per rank. (default: {@link lanesOf} the race) */
  readonly lanes?: readonly Lane[];
}) {
  const { race, recommended, compared, lanes = lanesOf(race) } = props;
  const { left, right } = compared.isNamed ? ofArms : ofRanks;
  let bottom = TOP;
  const rows = lanes.map((lane) => {
    const end = endOf(lane, compared);
    const strip = compared.isNamed
      ? nameStrip(compared.label(lane.rank), cutToEms(end, LINE_EMS))
      : undefined;
    const top = bottom;
    const middle = top + (strip?.height ?? 0) + ROW / 2;
    bottom = middle + ROW / 2;
    return { lane, end, strip, top, middle };
  });
  const x = scaleLinear().domain([0, race.plannedSeeds]).range([left, right]);
  const ticks = [...new Set([0, ...race.looks.map(({ seeds }) => seeds), race.plannedSeeds])];
  return (
    <Frame
      name={compared.isNamed ? "race arms" : "race"}
      width={WIDTH}
      height={bottom + 44}
      label={`Seeds run by ${compared.one}, of ${race.plannedSeeds} planned: ${rows
        .map(({ lane, end }) => `${compared.name(lane.rank)} ${counted(lane.seeds, "seed")}, ${end}`)
        .join("; ")}.`}
    >
      <text class="note" x={left} y={TOP - 10}>
        a line is a look at the outcomes
      </text>
      {race.looks.map(({ seeds }) => (
        <line key={seeds} class="look" x1={px(x(seeds))} x2={px(x(seeds))} y1={TOP - 4} y2={bottom} />
      ))}
      {rows.map(({ lane, end, strip, top, middle }) => {
        const isChosen = lane.rank === recommended;
        const kind = isChosen ? "tick strong" : "tick";
        const name = compared.label(lane.rank);
        const named = strip && { strip, top, width: WIDTH, class: isChosen ? "label strong" : "label" };
        return (
          <g key={lane.rank}>
            <title>{lane.drop?.reason ?? `${name} ran ${counted(lane.seeds, "seed")}`}</title>
            {named ? (
              <>
                <StripName {...named} />
                <StripWords {...named} />
              </>
            ) : (
              <text class={kind} x={left - 8} y={middle} dy="0.35em" text-anchor="end">
                {name}
              </text>
            )}
            <rect
              class={isChosen ? "bar chosen" : "bar"}
              x={left}
              y={middle - 6}
              width={px(x(lane.seeds) - left)}
              height={12}
            />
            {lane.drop && <path class="cross" d={`M${px(x(lane.seeds) + 4)} ${middle - 4}l8 8m0 -8l-8 8`} />}
            {!named && (
              <text class={kind} x={px(x(lane.seeds) + (lane.drop ? 18 : 8))} y={middle} dy="0.35em">
                {end}
              </text>
            )}
          </g>
        );
      })}
      <BottomAxis
        ticks={ticks.map((seeds) => ({ at: x(seeds), text: String(seeds) }))}
        left={left}
        right={right}
        y={bottom}
        title={`seeds run, of ${race.plannedSeeds} planned`}
      />
    </Frame>
  );
}

export function lanesOf({ looks, stopped }: RaceSummary): Lane[] {
  const ranks = [...new Set(looks.flatMap((look) => look.ranks))].sort((a, b) => a - b);
  return ranks.map((rank) => {
    const last = looks.filter((look) => look.ranks.includes(rank)).at(-1);
    const drop = last?.dropped.find((one) => one.rank === rank);
    return { rank, seeds: last?.seeds ?? 0, hasEnded: stopped !== undefined, ...(drop ? { drop } : {}) };
  });
}

function endOf({ drop, hasEnded }: Lane, { name }: ShownCompared): string {
  switch (drop?.cause) {
    case undefined:
      return hasEnded ? "in play to the end" : "in play";
    case "beyond-margin":
      return `behind ${name(drop!.against)}`;
    case "smaller-is-better":
      return `${name(drop!.against)} is better`;
    case "failed":
      return "runs failed";
  }
}
