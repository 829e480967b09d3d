/** Names of an adapter's tensors in a model's parameters, by the path of the layer that carries them. */
export const loraAName = (path: string): string => `${path}.lora_A.weight`;
export const loraBName = (path: string): string => `${path}.lora_B.weight`;
export const magnitudeName = (path: string): string => `${path}.lora_magnitude_vector`;

/** Whether a parameter belongs to an adapter, and not to a head that is trained whole. */
export const isLoraName = (name: string): boolean => name.includes(".lora_");
