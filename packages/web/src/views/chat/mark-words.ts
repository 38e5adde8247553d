const name = "found";
const rangesMax = 200;

/** Marks words in what an element shows, without a change to it; where a browser cannot, nothing happens. The words are in lower case. */
export function markWords(element: Element | null, words: readonly string[]): void {
  if (!("highlights" in CSS)) return;
  const ranges = element === null ? [] : rangesOf(element, words);
  if (ranges.length === 0) CSS.highlights.delete(name);
  else CSS.highlights.set(name, new Highlight(...ranges));
}

function rangesOf(element: Element, words: readonly string[]): readonly Range[] {
  const ranges: Range[] = [];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null && ranges.length < rangesMax; node = texts.nextNode()) {
    const text = node.nodeValue?.toLowerCase() ?? "";
    // A letter whose lower case is longer would move what follows it.
    if (text.length !== node.nodeValue?.length) continue;
    for (const word of words) addRanges(ranges, node, text, word);
  }
  return ranges;
}

function addRanges(ranges: Range[], node: Node, text: string, word: string): void {
  if (word === "") return;
  for (let at = text.indexOf(word); at !== -1 && ranges.length < rangesMax; at = text.indexOf(word, at + word.length)) {
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + word.length);
    ranges.push(range);
  }
}
