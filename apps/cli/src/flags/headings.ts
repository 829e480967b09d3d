/** Headings of help under which several commands have settings. */
import { under, underIn } from "./setting.ts";

const questions = "What is asked:";
export const question = under(questions);
export const questionIn = underIn(questions);
export const data = under("Model and data:");
export const compared = under("What is compared:");
export const adapter = under("Adapter:");
export const running = under("Running:");
export const shown = under("What is shown:");
export const output = under("Output:");
