import { InputError } from "@lorank/core";
import { quantizedNames } from "@lorank/quant";

type Tensors = Parameters<typeof quantizedNames>[0]["tensors"];

/**
 * Throws E_MODEL for a model whose weights are quantised already, by bitsandbytes or otherwise: in most formats they are
 * integers under the same names, which would be taken for the weights themselves.
 */
export function assertFloat(
  model: string,
  config: Readonly<Record<string, unknown>>,
  tensors: Tensors,
): void {
  const found = (got: string): InputError =>
    new InputError("E_MODEL", `${model} must not be quantised already, got ${got}`);
  const { quantization_config: quantization } = config;
  if (typeof quantization === "object" && quantization !== null) {
    const { quant_method: method } = quantization as { readonly quant_method?: unknown };
    throw found(`a quantization_config of ${JSON.stringify(method) ?? "no quant_method"}`);
  }
  const [name] = quantizedNames({ tensors }).keys();
  if (name !== undefined) throw found(`${name} in 4 bits`);
}
