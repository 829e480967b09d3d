import { memoryBarsStyle } from "@lorank/core/memory";
import { type Field, fieldGroups } from "./fields.ts";
import { escaped } from "./render.ts";

/** The page around its script. `hash` makes the value of a content security policy for an inline element. */
export function page(script: string, hash: (text: string) => string): string {
  const style = `${sheet.trim()}\n${memoryBarsStyle}`;
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const groups = fieldGroups.map(
    ([heading, fields]) =>
      `<fieldset><legend>${escaped(heading)}</legend>${fields.map(fieldHtml).join("\n")}</fieldset>`,
  );
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
<p>What each rank needs at its peak, and whether your card has it. Nothing leaves this page.</p></header>
<main>
<form>
${groups.join("\n")}
</form>
<section id="result" aria-label="Result"><noscript>The numbers need JavaScript.</noscript></section>
</main>
<footer><p>An estimate with bounds. GiB are 2<sup>30</sup> bytes; GB are 10<sup>9</sup>, less than what a card of that name offers.</p></footer>
<script>${script}</script>
</body>
</html>
`;
}

function fieldHtml({ name, label, value, choices, lines }: Field): string {
  const text = `<span>${escaped(label)}</span>`;
  if (choices !== undefined) {
    const options = choices.map(
      (choice) =>
        `<option value="${escaped(choice)}"${choice === value ? " selected" : ""}>${escaped(shown(choice))}</option>`,
    );
    return `<label>${text}<select name="${name}">${options.join("")}</select></label>`;
  }
  if (lines !== undefined)
    return `<label>${text}<textarea name="${name}" rows="${lines}" spellcheck="false"></textarea></label>`;
  return `<label>${text}<input name="${name}" value="${escaped(value)}" autocomplete="off" spellcheck="false"></label>`;
}

function shown(choice: string): string {
  if (choice === "true") return "yes";
  return choice === "false" ? "no" : choice;
}

const sheet = `
:root { color-scheme: light dark; --paper: #fdfdfb; --ink: #1a1d21; --soft: #596069; --rule: #dcdfe0; --accent: #0a6b62; --warn: #a33c12; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181b; --ink: #e9ebec; --soft: #a3abb2; --rule: #353b40; --accent: #5fcdbd; --warn: #f0a07a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 84rem; padding: 1.25rem 1.5rem 3rem; background: var(--paper); color: var(--ink); font: .9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.5rem; letter-spacing: -.02em; margin: 0; }
header p, footer p { color: var(--soft); margin: .25rem 0 1.25rem; }
main { display: grid; grid-template-columns: 18rem minmax(0, 1fr); gap: 2.5rem; align-items: start; }
fieldset { border: 0; border-top: 1px solid var(--rule); margin: 0 0 1rem; padding: .5rem 0 0; }
legend { font-weight: 650; padding: 0 .5rem 0 0; }
label { display: block; margin-top: .5rem; }
label span { display: block; color: var(--soft); font-size: .8125rem; }
input, select, textarea { width: 100%; padding: .3rem .4rem; border: 1px solid var(--soft); border-radius: 3px; background: var(--paper); color: var(--ink); font: inherit; }
textarea { font: .8125rem/1.4 ui-monospace, Menlo, Consolas, monospace; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#result > :first-child { margin-top: 0; }
figure { margin: 1rem 0; }
figure svg { display: block; width: 100%; height: auto; max-width: 760px; }
.scroll { overflow-x: auto; margin-top: 1.25rem; }
table { border-collapse: collapse; font-size: .875rem; }
caption { text-align: left; font-weight: 650; padding-bottom: .4rem; }
th, td { padding: .3rem 1.1rem .3rem 0; text-align: left; vertical-align: top; font-weight: 400; white-space: nowrap; }
thead th { color: var(--soft); border-bottom: 1px solid var(--soft); }
tbody tr + tr > * { border-top: 1px solid var(--rule); }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--soft); }
pre { white-space: pre-wrap; font: .8125rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
.wrong { color: var(--warn); font-weight: 600; }
@media (max-width: 60rem) {
  main { grid-template-columns: minmax(0, 1fr); }
  fieldset { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 0 1rem; align-items: end; }
}
`;
