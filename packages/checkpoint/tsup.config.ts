import { library } from "../../tsup.shared.ts";

export default {
  ...library([
    "src/index.ts",
    "src/files.ts",
    "src/disk.ts",
    "src/hub.ts",
    "src/sha256.ts",
    "src/sha256-node.ts",
    "src/sha256-portable.ts",
  ]),
  external: ["#sha256"], // what it stands for is chosen where the package is used
};
