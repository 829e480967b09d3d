/** Paths of the libraries that this process has loaded. */
export function loadedLibraries(): string[] {
  const { sharedObjects } = process.report.getReport() as unknown as { readonly sharedObjects: string[] };
  return sharedObjects;
}
