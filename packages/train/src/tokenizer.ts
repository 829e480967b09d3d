export { createTokenizer } from "./node/tokenizer.ts";
export { type ChatMessage, type RenderChatOptions, renderChat } from "./tokenizer/chat.ts";
export { type PaddedTokens, type PadOptions, padTokens } from "./tokenizer/pad.ts";
export type { TextTokenizer, TokenizerOptions } from "./tokenizer/tokenizer.ts";
