interface Text {
  readonly nodeValue: string | null;
}

const placesMax = 200;

/** Where words, given in lower case, stand in texts: the first places, in the order of the texts. */
export function wordPlaces<T extends Text>(
  texts: Iterable<T>,
  words: readonly string[],
): readonly { readonly node: T; readonly from: number; readonly to: number }[] {
  const places: { node: T; from: number; to: number }[] = [];
  for (const node of texts) {
    if (places.length === placesMax) break;
    const text = node.nodeValue?.toLowerCase() ?? "";
    // A letter whose lower case is longer would move what follows it.
    if (text.length !== node.nodeValue?.length) continue;
    for (const word of words)
      for (const from of placesIn(text, word, placesMax - places.length)) places.push({ node, from, to: from + word.length });
  }
  return places;
}

function placesIn(text: string, word: string, most: number): readonly number[] {
  const found: number[] = [];
  if (word === "") return found;
  for (let at = text.indexOf(word); at !== -1 && found.length < most; at = text.indexOf(word, at + word.length)) found.push(at);
  return found;
}
