import { chart } from "./chart.ts";
import { live } from "./live.ts";
import { page } from "./page.ts";
import { print } from "./print.ts";
import { theme } from "./theme.ts";

/** The whole style sheet. Nothing in the page carries a `style` attribute: its security policy forbids them. */
export const styleSheet = joined(theme, page, chart, print);

/** That of the page of a sweep that runs. */
export const liveStyleSheet = joined(theme, page, chart, print, live);

function joined(...sheets: readonly string[]): string {
  return sheets.join("").replace(/\n\s*/g, "\n").trim();
}
