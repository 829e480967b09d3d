import { baseFormatNames } from "./base-bytes.ts";
import { cardNames } from "./cards.ts";
import { optimizerNames } from "./optimizer-bytes.ts";
import { profileNames } from "./profiles.ts";
import { memoryMethods } from "./rows.ts";
import { strategies } from "./sharding.ts";
import { adapterVariants, attentionKinds, checkpointingKinds, lossKinds } from "./stack.ts";

/** Names that settings of an estimate take, and cards by which `findCard` finds one. */
export const memoryNames = {
  base: baseFormatNames,
  method: memoryMethods,
  profile: profileNames,
  variant: adapterVariants,
  loss: lossKinds,
  attention: attentionKinds,
  checkpointing: checkpointingKinds,
  optimizer: optimizerNames,
  card: cardNames,
  strategy: strategies,
} as const;
