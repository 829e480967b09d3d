/** On paper: no navigation, no folded parts left dangling, nothing cut at a page's edge. */
export const print = `
@media print {
  @page { margin: 14mm; }
  html { font-size: 12px; }
  body > * { max-width: none; padding-inline: 0; }
  nav, summary, .tools, .snippet button, .tip, h2 a::after, th button::before, th button::after { display: none !important; }
  details::details-content { content-visibility: visible; block-size: auto; opacity: 1; }
  .configs { columns: 2; gap: 1.5rem; }
  .configs summary { display: block !important; list-style: none; font-weight: 600; color: var(--ink); }
  main > section { padding-top: 1rem; }
  main > section + section { margin-top: 1rem; }
  h2, h3, .lead, figcaption, caption, .configs summary { break-after: avoid; }
  .fine { break-before: avoid; }
  .lead, .chart, .beside, .scroll, tr, .savings, .notices li, .next, .facts, .snippet, .provenance > div { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 10px; }
  th[scope=row] { position: static; }
  th, td { padding: .25rem 0 .25rem .5rem; white-space: normal; }
  .under { font-size: 9px; }
  .answer { grid-template-columns: minmax(0, 1fr) auto; }
  .facts { grid-template-columns: 1fr; }
  .sure { padding-left: 1.5rem; border-left: 1px solid var(--rule); }
  .savings ul { grid-template-columns: repeat(4, 1fr); }
  .pair-of-charts { grid-template-columns: 1fr 1fr; }
  .pair-of-charts figure { display: block; grid-row: auto; }
  .panels.by-four { grid-template-columns: repeat(4, 1fr); }
  .panels { grid-template-columns: repeat(3, 1fr); }
  .beside { grid-template-columns: 2fr 1fr; gap: 1rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
