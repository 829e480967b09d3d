export { createTokenizer } from "../node/tokenizer.ts";
export { type ChatMessage, type RenderChatOptions, renderChat } from "./chat.ts";
export { type PaddedTokens, type PadOptions, padTokens } from "./pad.ts";
export type { TextTokenizer, TokenizerOptions } from "./tokenizer.ts";
