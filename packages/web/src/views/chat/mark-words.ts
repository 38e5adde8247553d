import { wordPlaces } from "./word-places.ts";

const name = "found";

/** Marks words in what an element shows, without a change to it; where a browser cannot, nothing happens. The words are in lower case. */
export function markWords(element: Element | null, words: readonly string[]): void {
  if (!("highlights" in CSS)) return;
  const ranges = element === null ? [] : wordPlaces(textsOf(element), words).map(rangeOf);
  if (ranges.length === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, new Highlight(...ranges));
}

function* textsOf(element: Element): Generator<Node> {
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) yield node;
}

function rangeOf({ node, from, to }: { readonly node: Node; readonly from: number; readonly to: number }): Range {
  const range = new Range();
  range.setStart(node, from);
  range.setEnd(node, to);
  return range;
}
