/** What only the page of a sweep that runs has. */
export const live = `
.offline { color: var(--warn); font-weight: 600; }
.spent progress { accent-color: var(--accent); margin-right: .75rem; vertical-align: middle; width: 12rem; max-width: 100%; }
table.live th[scope=row] { vertical-align: middle; }
.problems { color: var(--warn); font-size: .875rem; padding-left: 1.25rem; }
table.live td { min-width: 6.5rem; height: 3.25rem; vertical-align: middle; }
.cell { display: inline-block; font-size: .875rem; line-height: 1.3; }
.cell.done { font-weight: 600; }
.cell.running > span { display: block; color: var(--soft); font-size: .8125rem; }
.cell.quiet { color: var(--soft); max-width: 14rem; }
.cell.warn { color: var(--warn); }
.chart.spark { width: 88px; margin-left: auto; }
.chart.spark .mean { stroke-width: 1.25; }
#pairs > .chart { margin-top: 1rem; }
#pairs > section { padding-top: 2rem; }
.change { display: grid; grid-template-columns: minmax(0, 1fr) 9rem; gap: 1rem; align-items: center; }
.change .snippet { margin-top: .5rem; }
@media (max-width: 40rem) { .change { grid-template-columns: minmax(0, 1fr); gap: .25rem; } }
`;
