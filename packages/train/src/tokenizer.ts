export { createTokenizer, type TextTokenizer } from "./tokenizer/tokenizer.ts";
