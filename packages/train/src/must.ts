/** Records a broken rule, unless `holds`. */
export interface Must {
  (holds: boolean, field: string, rule: string, value: unknown): void;
  /** Checks that a value is a positive integer. */
  count(field: string, value: number): void;
}
