import type { TensorDType } from "./dtype.ts";
import type { GgufDType } from "./gguf/types.ts";

/** Whatever a tensor that `readFloat32` reads may be stored as. */
export type StoredDType = TensorDType | GgufDType;
