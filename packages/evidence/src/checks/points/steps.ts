/** Stands for a run's own last step, which may differ between arms. */
export const atEnd = Number.POSITIVE_INFINITY;

/** Steps that are in each of the runs' lists, ascending. */
export function sharedSteps(ofRuns: readonly (readonly number[])[]): number[] {
  const [first = [], ...others] = ofRuns;
  return first.filter((step) => others.every((steps) => steps.includes(step))).sort((a, b) => a - b);
}
