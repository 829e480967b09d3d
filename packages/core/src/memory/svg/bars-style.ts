/**
 * Style sheet of {@link memoryBars}, light and dark. Fills have a contrast of at least 3 on the paper, texts of at
 * least 4.5. A page that inlines the picture may include it in its own style sheet.
 */
export const memoryBarsStyle = `
.lorank-bars { font: 12.5px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
.lorank-bars .paper { fill: #fdfdfb; }
.lorank-bars text { fill: #1a1d21; stroke: #fdfdfb; stroke-width: 3px; paint-order: stroke; }
.lorank-bars .soft { fill: #596069; }
.lorank-bars .heading { font-size: 15px; font-weight: 600; }
.lorank-bars .grid { stroke: #e0e3e2; }
.lorank-bars .band { fill: none; stroke: #596069; stroke-dasharray: 3 2; }
.lorank-bars .limit { stroke: #1a1d21; stroke-width: 2; }
.lorank-bars .base { fill: #4a5560; }
.lorank-bars .trained { fill: #0a6b62; }
.lorank-bars .checkpoints { fill: #7a5bb5; }
.lorank-bars .blocks { fill: #2b7bba; }
.lorank-bars .inputs { fill: #c2571a; }
.lorank-bars .logits { fill: #b8317f; }
.lorank-bars .scratch { fill: #80868c; }
@media (prefers-color-scheme: dark) {
.lorank-bars .paper { fill: #15181b; }
.lorank-bars text { fill: #e9ebec; stroke: #15181b; }
.lorank-bars .soft { fill: #a3abb2; }
.lorank-bars .grid { stroke: #2b3136; }
.lorank-bars .band { stroke: #a3abb2; }
.lorank-bars .limit { stroke: #e9ebec; }
.lorank-bars .base { fill: #8794a1; }
.lorank-bars .trained { fill: #5fcdbd; }
.lorank-bars .checkpoints { fill: #b59cf0; }
.lorank-bars .blocks { fill: #6fb4ea; }
.lorank-bars .inputs { fill: #f0a07a; }
.lorank-bars .logits { fill: #f08cc4; }
.lorank-bars .scratch { fill: #747b82; }
}
`.trim();
