export type { Email, EmailSplits } from "./email-splits.ts";
export { modelFolder } from "./model-folder.ts";
export { spamAssassin } from "./spam-assassin.ts";
