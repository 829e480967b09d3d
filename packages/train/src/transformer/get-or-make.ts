/** The value of `key`, made and stored on first use. */
export function getOrMake<Key, Stored>(map: Map<Key, Stored>, key: Key, make: () => Stored): Stored {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
