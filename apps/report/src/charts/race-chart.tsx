/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import type { RaceDrop, RaceSummary } from "@lorank/evidence/results";
import { scaleLinear } from "d3-scale";
import { BottomAxis, Frame, px } from "../svg/chart-parts.tsx";

const WIDTH = 560;
const ROW = 30;
const TOP = 24;
const LEFT = 78;
const RIGHT = WIDTH - 176; // right end of the lanes, with words beside

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
  /** Lanes to draw, one per rank. (default: {@link lanesOf} the race) */
  readonly lanes?: readonly Lane[];
}) {
  const { race, recommended, lanes = lanesOf(race) } = props;
  const bottom = TOP + ROW * lanes.length;
  const x = scaleLinear().domain([0, race.plannedSeeds]).range([LEFT, RIGHT]);
  const ticks = [...new Set([0, ...race.looks.map(({ seeds }) => seeds), race.plannedSeeds])];
  return (
    <Frame
      name="race"
      width={WIDTH}
      height={bottom + 44}
      label={`Seeds run by rank, of ${race.plannedSeeds} planned: ${lanes
        .map((lane) => `rank ${lane.rank} ${counted(lane.seeds, "seed")}, ${endOf(lane)}`)
        .join("; ")}.`}
    >
      <text class="note" x={LEFT} y={TOP - 10}>
        a line is a look at the outcomes
      </text>
      {race.looks.map(({ seeds }) => (
        <line key={seeds} class="look" x1={px(x(seeds))} x2={px(x(seeds))} y1={TOP - 4} y2={bottom} />
      ))}
      {lanes.map((lane, index) => {
        const middle = TOP + ROW * index + ROW / 2;
        const isChosen = lane.rank === recommended;
        const kind = isChosen ? "tick strong" : "tick";
        return (
          <g key={lane.rank}>
            <title>{lane.drop?.reason ?? `rank ${lane.rank} ran ${counted(lane.seeds, "seed")}`}</title>
            <text class={kind} x={LEFT - 8} y={middle} dy="0.35em" text-anchor="end">
              {`rank ${lane.rank}`}
            </text>
            <rect
              class={isChosen ? "bar chosen" : "bar"}
              x={LEFT}
              y={middle - 6}
              width={px(x(lane.seeds) - LEFT)}
              height={12}
            />
            {lane.drop && <path class="cross" d={`M${px(x(lane.seeds) + 4)} ${middle - 4}l8 8m0 -8l-8 8`} />}
            <text class={kind} x={px(x(lane.seeds) + (lane.drop ? 18 : 8))} y={middle} dy="0.35em">
              {endOf(lane)}
            </text>
          </g>
        );
      })}
      <BottomAxis
        ticks={ticks.map((seeds) => ({ at: x(seeds), text: String(seeds) }))}
        left={LEFT}
        right={RIGHT}
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

function endOf({ drop, hasEnded }: Lane): string {
  switch (drop?.cause) {
    case undefined:
      return hasEnded ? "in play to the end" : "in play";
    case "beyond-margin":
      return `behind rank ${drop?.against}`;
    case "smaller-is-better":
      return `rank ${drop?.against} is better`;
    case "failed":
      return "runs failed";
  }
}
