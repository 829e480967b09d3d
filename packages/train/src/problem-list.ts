/** Longest list of problems in one message. */
const MOST = 8;

/** Problems of one kind in one line; of many, the first and how many more there are. */
export function problemList(problems: readonly string[]): string {
  const more = problems.length - MOST;
  return (more > 0 ? [...problems.slice(0, MOST), `and ${more} more`] : problems).join("; ");
}
