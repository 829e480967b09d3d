import type { Shape } from "../shape.ts";

/** A tensor inside the interpreter: every dtype as float64. */
export interface Array64 {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Elements between neighbours along each axis, row-major. */
export function strides(shape: Shape): number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    result[axis] = stride;
    stride *= shape[axis]!;
  }
  return result;
}

/** Maps a flat index into `large` to the flat index into `small` that broadcasts to it. */
export function broadcastIndex(small: Shape, large: Shape): (index: number) => number {
  if (small.join() === large.join()) return (index) => index;
  const largeStrides = strides(large);
  const smallStrides = strides(small);
  const lead = large.length - small.length;
  const step = largeStrides.map((_, axis) =>
    axis < lead || small[axis - lead] === 1 ? 0 : smallStrides[axis - lead]!,
  );
  return (index) => {
    let rest = index;
    let offset = 0;
    for (let axis = 0; axis < largeStrides.length; axis++) {
      offset += Math.floor(rest / largeStrides[axis]!) * step[axis]!;
      rest %= largeStrides[axis]!;
    }
    return offset;
  };
}
