/** On paper: no navigation, no folded parts left dangling, nothing cut at a page's edge. */
export const print = `
@media print {
  @page { margin: 14mm; }
  html { font-size: 12px; }
  body > * { max-width: none; padding-inline: 0; }
  nav, summary, #use-it { display: none; }
  main > section { padding-top: 1rem; }
  main > section + section { margin-top: 1rem; }
  h2, h3, figcaption { break-after: avoid; }
  figure .chart, tr, .savings, .notices li, .facts { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 10px; }
  th, td { padding: .25rem 0 .25rem .5rem; }
  .under { font-size: 9px; }
  .answer { grid-template-columns: minmax(0, 1fr) auto; }
  .facts { grid-template-columns: 1fr; padding-left: 1.5rem; border-left: 1px solid var(--rule); }
  .savings ul { grid-template-columns: repeat(4, 1fr); }
  .pair-of-charts { grid-template-columns: 1fr 1fr; }
  .panels.by-four { grid-template-columns: repeat(4, 1fr); }
  .panels { grid-template-columns: repeat(3, 1fr); }
  .beside { grid-template-columns: 2fr 1fr; gap: 1rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
