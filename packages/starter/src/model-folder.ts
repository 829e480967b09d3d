import { fileURLToPath } from "node:url";

/**
 * Absolute path of the starter model's folder: `config.json`, `model.safetensors`, `tokenizer.json`,
 * `tokenizer_config.json` and the model card `README.md`. `src/` and `dist/` both lie one level below the package.
 */
export const modelFolder: string = fileURLToPath(new URL("../model", import.meta.url));
