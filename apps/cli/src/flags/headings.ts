/** Help headings used by several commands. */
import { under } from "./setting.ts";

export const question = under("What is asked:");
export const data = under("Model and data:");
export const compared = under("What is compared:");
export const adapter = under("Adapter:");
export const running = under("Running:");
export const shown = under("What is shown:");
export const output = under("Output:");
