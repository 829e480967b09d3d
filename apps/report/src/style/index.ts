import { chart } from "./chart.ts";
import { page } from "./page.ts";
import { print } from "./print.ts";
import { theme } from "./theme.ts";

/** The whole style sheet. Nothing in the page carries a `style` attribute: its security policy forbids them. */
export const styleSheet = [theme, page, chart, print].join("").replace(/\n\s*/g, "\n").trim();
