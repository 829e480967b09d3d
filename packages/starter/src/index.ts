export { modelFolder } from "./model-folder.ts";
export { type Email, type EmailSplits, spamAssassin } from "./spam-assassin.ts";
