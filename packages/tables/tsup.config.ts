import { copyFileSync } from "node:fs";
import { library } from "../../tsup.shared.ts";

export default {
  ...library({ index: "src/index.ts", names: "src/names.ts", node: "src/node.ts" }),
  external: ["#csv-parse"], // what it stands for is chosen where the package is used
  /** The program that tries a Parquet file, which is started from beside index.js. */
  onSuccess: async (): Promise<void> => {
    for (const name of ["records.js", "claims.js", "try-records.js"])
      copyFileSync(`src/parquet/${name}`, `dist/${name}`);
  },
};
