/** Seconds of one rank. */
export interface RankTime {
  readonly rank: number;
  readonly seconds: number;
}

/**
 * Seconds of a rank, on the line through its neighbours that are known: what a step costs grows about in proportion to the
 * rank. Below or above all of them it is the nearest one's; undefined where none is known.
 *
 * @param known ascending.
 */
export function secondsAt(rank: number, known: readonly RankTime[]): number | undefined {
  const below = known.findLast((time) => time.rank <= rank);
  const above = known.find((time) => time.rank >= rank);
  if (below === undefined || above === undefined) return (below ?? above)?.seconds;
  if (below.rank === above.rank) return below.seconds;
  const share = (rank - below.rank) / (above.rank - below.rank);
  return below.seconds + share * (above.seconds - below.seconds);
}
