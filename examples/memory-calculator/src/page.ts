import { memoryBarsStyle } from "@lorank/core/memory";
import { calculatorHtml } from "./start.ts";
import { calculatorStyle } from "./style.ts";

/** The page around its script. `hash` makes the value of a content security policy for an inline element. */
export function page(script: string, hash: (text: string) => string): string {
  const style = `${sheet.trim()}\n${calculatorStyle.trim()}\n${memoryBarsStyle}`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Memory of LoRA training</title>
<style>${style}</style>
</head>
<body>
<header><h1>Memory of LoRA training</h1>
<p>What each rank needs at its peak, whether your card has it, and how long it takes. Nothing leaves this page.</p></header>
<main class="calculator">
<noscript>Numbers for other values need JavaScript.</noscript>
${calculatorHtml()}
</main>
<footer><p>An estimate with bounds. GB are 10<sup>9</sup> bytes; a card may be given in GiB, 2<sup>30</sup>.</p></footer>
<script>${script}</script>
</body>
</html>
`;
}

const sheet = `
:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1a1d21; --soft: #596069; --rule: #dcdfe0; --accent: #0a6b62; --warn: #a33c12; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --ink: #e9ebec; --soft: #a3abb2; --rule: #353b40; --accent: #5fcdbd; --warn: #f0a07a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1.25rem 1.5rem 3rem; background: var(--paper); color: var(--ink); font: .9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 1.5rem; letter-spacing: -.02em; margin: 0; }
header p, footer p { color: var(--soft); margin: .25rem 0 1.25rem; }
`;
