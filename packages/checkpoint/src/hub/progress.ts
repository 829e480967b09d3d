/** What happens while a model is fetched. `bytes` are of the one file, those of an earlier run included. */
export type HubProgress =
  /** What has to be fetched, before it is; more files may follow when an index names its shards. */
  | { readonly kind: "plan"; readonly repo: string; readonly files: number; readonly bytes: number }
  | { readonly kind: "bytes"; readonly file: string; readonly bytes: number; readonly totalBytes: number }
  /** The file is whole, its digest is right, and it has its place in the cache. */
  | { readonly kind: "file-done"; readonly file: string; readonly totalBytes: number }
  /** Another process is fetching the file. */
  | { readonly kind: "waiting"; readonly file: string }
  | { readonly kind: "retry"; readonly what: string; readonly reason: string; readonly seconds: number }
  /** The hub cannot be reached; the copy in the cache is used, which may be older than the hub's. */
  | { readonly kind: "cache-used"; readonly repo: string; readonly reason: string };
