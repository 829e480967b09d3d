/** A GGUF is a file of that ending; everything else is a model folder. */
export function isGgufPath(path: string): boolean {
  return path.toLowerCase().endsWith(".gguf");
}
