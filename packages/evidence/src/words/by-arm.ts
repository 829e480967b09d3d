import type { OfAxis } from "../schema/arm-types.ts";
import type { Decision } from "../schema/decision-types.ts";

/** Names of members by what they hold: the number of an arm becomes its name, lists of ranks become lists of arms. */
interface ArmKeys {
  readonly rank: "arm";
  readonly ranks: "arms";
  readonly certifiedRank: "certifiedArm";
  readonly bestRank: "bestArm";
  readonly ranksInTurn: "armsInTurn";
}

const keys: ArmKeys = {
  rank: "arm",
  ranks: "arms",
  certifiedRank: "certifiedArm",
  bestRank: "bestArm",
  ranksInTurn: "armsInTurn",
};

/** Members whose numbers are arms, under any name. */
const ofArms: ReadonlySet<string> = new Set([...Object.keys(keys), "first", "second", "against"]);

/** Members that count ranks and name none. */
const counts: ReadonlySet<string> = new Set(["selection"]);

type NamedKey<Key> = Key extends keyof ArmKeys ? ArmKeys[Key] : Key;

type ArmKey = keyof ArmKeys | "first" | "second" | "against";

type Named<Value> = Value extends number
  ? string
  : Value extends readonly number[]
    ? readonly string[]
    : ByArm<Value>;

/** Members that count ranks, under their names for arms. */
type Counted<Value> = Value extends object
  ? { readonly [Key in keyof Value as NamedKey<Key>]: Value[Key] }
  : Value;

/** Document in which arms have their names, and no member is called a rank. */
export type ByArm<Value> = Value extends readonly (infer Item)[]
  ? readonly ByArm<Item>[]
  : Value extends object
    ? {
        readonly [Key in keyof Value as NamedKey<Key>]: Key extends "selection"
          ? Counted<Value[Key]>
          : Key extends ArmKey
            ? Named<Value[Key]>
            : ByArm<Value[Key]>;
      }
    : Value;

/** Decision on arms by their names. `setting` in `copies` is `arm` for `rank`. */
export type ArmDecision = ByArm<Decision>;

/** Document in which arms have their names, if what it documents compares arms; the same document for ranks. */
export function withArmNames<Value>(value: Value, { axis }: OfAxis): Value | ByArm<Value> {
  return axis === undefined ? value : (named(value, axis.names, "") as ByArm<Value>);
}

function named(value: unknown, names: readonly string[], key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => named(item, names, key));
  if (typeof value === "number") return ofArms.has(key) ? (names[value - 1] ?? value) : value;
  if (key === "setting" && typeof value === "string") return value.replace("rank", "arm");
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([own, item]) => [
      keys[own as keyof ArmKeys] ?? own,
      counts.has(key) ? item : named(item, names, own),
    ]),
  );
}
