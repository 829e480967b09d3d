import type { ProductArena } from "../decode-4bit/product.ts";
import type { Program } from "../program.ts";
import type { Executable, Tensors } from "../runtime.ts";
import { float32, floats, sizeOf, type Tensor } from "../tensor.ts";
import type { HostProduct, Segments } from "./segments.ts";

interface SegmentedOptions {
  readonly constants: Tensors;
  readonly compile: (program: Program, constants: Tensors) => Promise<Executable>;
  readonly arena: ProductArena;
}

/** Executable that runs segments in turn, and the host's products between them. */
export async function segmentedExecutable(
  { segments, outputs }: Segments,
  { constants, compile, arena }: SegmentedOptions,
): Promise<Executable> {
  const parts = await Promise.all(
    segments.map(async ({ program, products }) => ({
      products,
      executable: program && (await compile(program, used(constants, program))),
    })),
  );
  return {
    dispose: async () => {
      await Promise.all(parts.map(({ executable }) => executable?.dispose()));
    },
    run: async (feeds, into = {}) => {
      const known: Record<string, Tensor> = { ...constants, ...feeds };
      for (const { executable, products } of parts) {
        if (executable) Object.assign(known, await executable.run(known));
        for (const product of products) known[product.name] = multiplied(product, known, arena);
      }
      return Object.fromEntries(
        Object.entries(outputs).map(([name, of]) => [name, copied(known[of]!, into[name])]),
      );
    },
  };
}

function used(constants: Tensors, { inputs }: Program): Tensors {
  return Object.fromEntries(
    inputs.flatMap(({ name }) => (constants[name] ? [[name, constants[name]] as const] : [])),
  );
}

function multiplied({ x, codes, absmax, product, weight }: HostProduct, known: Tensors, arena: ProductArena) {
  const inDim = weight.shape[1]!;
  const y = arena.multiply(floats(known[x]!), inDim, {
    ...weight.attributes,
    codes: known[codes]!.data as Uint8Array,
    absmax: floats(known[absmax]!),
    size: sizeOf(weight.shape),
  });
  return float32(product.shape, y);
}

function copied(tensor: Tensor, into: Tensor | undefined): Tensor {
  if (into === undefined) return tensor;
  floats(into).set(floats(tensor));
  return into;
}
