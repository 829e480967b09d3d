/** Marks inside the charts. Sizes are SVG units, one pixel at full width. */
export const chart = `
.chart { display: block; width: 100%; height: auto; max-width: 640px; overflow: visible; font-size: 12.5px; }
.chart.cost, .chart.loss { max-width: 380px; }
.chart:focus { outline-offset: 0; }
.chart:focus:not(:focus-visible) { outline: none; }
.chart text { fill: var(--ink); }
.chart .tick, .chart .note { fill: var(--soft); }
.chart .note { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
.chart .strong { font-weight: 650; }
.chart .tick.strong, .chart .panel.strong, .chart .label.strong, .chart .note.accent { fill: var(--accent); }
.chart .note.warn { fill: var(--warn); }
.chart .panel { font-size: 13.5px; font-weight: 600; }
.chart .label { font-size: 13px; }
.grid { stroke: var(--grid); }
.axis { stroke: var(--faint); }
.majority { stroke: var(--mark); stroke-dasharray: 3 3; }
.pair { fill: none; stroke: var(--faint); stroke-width: .75; opacity: .8; }
.seed { fill: var(--paper); stroke: var(--mark); stroke-width: 1.25; }
.interval line { stroke: var(--ink); stroke-width: 2; }
.interval circle { fill: var(--ink); }
.interval.chosen line { stroke: var(--accent); stroke-width: 2.5; }
.interval.chosen circle { fill: var(--accent); }
.interval.open line { stroke: var(--mark); stroke-width: 1.5; }
.interval.open circle { fill: var(--paper); stroke: var(--mark); stroke-width: 2; }
.prediction { fill: var(--paper); stroke: var(--mark); stroke-width: 1.5; }
.predicted { fill: none; stroke: var(--mark); stroke-dasharray: 4 3; }
.look { stroke: var(--faint); stroke-dasharray: 2 3; }
.best { fill: var(--ink); }
.best.chosen { fill: var(--accent); }
.zone { fill: var(--zone); }
.limit { stroke: var(--accent); }
.bound { fill: var(--paper); stroke: var(--mark); stroke-width: 1.25; }
.bound.inside { fill: var(--accent); stroke: var(--accent); }
.strip { fill: var(--paper); }
.row { stroke: var(--grid); }
.faint { fill: none; stroke: var(--mark); stroke-width: .75; opacity: .32; }
.behind { fill: none; stroke: var(--faint); stroke-width: 1; }
.mean { fill: none; stroke: var(--ink); stroke-width: 2; stroke-linejoin: round; }
.mean.chosen { stroke: var(--accent); stroke-width: 2.5; }
.cross { fill: none; stroke: var(--warn); stroke-width: 2; }
.bar { fill: var(--faint); }
.bar.chosen { fill: var(--accent); }
circle.met, path.met, .interval.met > * { stroke: var(--accent); stroke-width: 3; opacity: 1; }
@media (max-width: 40rem) {
  .chart.quality { font-size: 17px; }
  .chart.difference, .chart.difference .label, .chart.probe, .chart.race { font-size: 19px; }
  .chart.loss, .chart.cost { font-size: 13px; }
  .by-four .chart.loss, .by-four .chart .panel { font-size: 15px; }
}
`;
