import { ProductArena } from "../decode-4bit/product.ts";
import type { Program } from "../program.ts";
import { checkFeeds, copyInto, type Executable, freeInputs, type Tensors } from "../runtime.ts";
import { float32, floats, sizeOf, type Tensor } from "../tensor.ts";
import { codedSegments, type HostProduct } from "./segments.ts";

/** Memory for one product at a time, which does not wait. */
let arena: ProductArena | undefined;

/**
 * Executable that runs a program's segments in turn, and the host's products between them; undefined if the program
 * stays whole.
 *
 * @param constants bound inputs.
 */
export async function compileSegments(
  whole: Program,
  constants: Tensors,
  compile: (program: Program, constants: Tensors) => Promise<Executable>,
): Promise<Executable | undefined> {
  const divided = codedSegments(whole, constants);
  if (divided === undefined) return undefined;
  const { segments, outputs } = divided;
  const free = freeInputs(whole, constants);
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
      checkFeeds(free, feeds);
      const known: Record<string, Tensor> = { ...constants, ...feeds };
      for (const { executable, products } of parts) {
        if (executable) Object.assign(known, await executable.run(known));
        for (const product of products) known[product.name] = multiplied(product, known);
      }
      const results = Object.entries(outputs).map(([name, of]) => [name, known[of]!] as const);
      const tensors = Object.fromEntries(results);
      copyInto(into, tensors);
      return { ...tensors, ...into };
    },
  };
}

function used(constants: Tensors, { inputs }: Program): Tensors {
  return Object.fromEntries(
    inputs.flatMap(({ name }) => (constants[name] ? [[name, constants[name]] as const] : [])),
  );
}

function multiplied({ x, codes, absmax, product, weight }: HostProduct, known: Tensors) {
  const inDim = weight.shape[1]!;
  arena ??= new ProductArena();
  const y = arena.multiply(floats(known[x]!), inDim, {
    ...weight.attributes,
    codes: known[codes]!.data as Uint8Array,
    absmax: floats(known[absmax]!),
    size: sizeOf(weight.shape),
  });
  return float32(product.shape, y);
}
