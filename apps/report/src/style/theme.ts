/**
 * Colours, light and dark. Text colours have a contrast of at least 4.5 on `--paper` and on `--tint`; one accent
 * colour marks what is recommended and nothing else.
 */
const LIGHT = `
  --paper: #fdfdfb; --tint: #eef5f3; --ink: #1a1d21; --soft: #596069; --rule: #dcdfe0; --grid: #e8eae9;
  --mark: #767d85; --faint: #a9aeb3; --accent: #0a6b62; --zone: #dcefea; --warn: #a33c12; --warn-tint: #fbf0ea;`;

const DARK = `
  --paper: #15181b; --tint: #17292a; --ink: #e9ebec; --soft: #a3abb2; --rule: #353b40; --grid: #272c30;
  --mark: #9097a0; --faint: #62696f; --accent: #5fcdbd; --zone: #1a3735; --warn: #f0a07a; --warn-tint: #2c211b;`;

export const theme = `
:root { color-scheme: light dark; }
:root, .light { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
.light { --paper: #fff; }
@media print { :root { color-scheme: light; ${LIGHT} --paper: #fff; } }
`;
