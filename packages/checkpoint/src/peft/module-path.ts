/** PEFT matches module names by their last parts: `score` is `score` and `model.score`, not `underscore`. */
export function matchesModule(path: string, module: string): boolean {
  return path === module || path.endsWith(`.${module}`);
}

/** True when the tensor `name` belongs to a module called `module`, or to one inside it. */
export function isInside(name: string, module: string): boolean {
  const parts = name.split(".");
  for (let length = parts.length - 1; length > 0; length--) {
    if (parts.slice(0, length).join(".").endsWith(module)) return true; // as PEFT: no dot needed
  }
  return false;
}
