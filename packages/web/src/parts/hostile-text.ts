const lineCharsMax = 6_000;
const marksMax = 800;
const nestingForm = /^(?:[ \t]*(?:>|[-*+][ \t]|\d{1,9}[.)][ \t])){14}/m;
const indentForm = /^[ \t]{60,}(?:[-*+]|\d{1,9}[.)])[ \t]/m;

/** Whether reading a text as Markdown could take far longer than its length says. */
export function isHostile(text: string): boolean {
  if (nestingForm.test(text) || indentForm.test(text)) return true;
  for (const paragraph of text.split("\n\n")) {
    if (paragraph.length < marksMax) continue;
    if (paragraph.split("\n").some((line) => line.length > lineCharsMax)) return true;
    if ((paragraph.match(/[[\]*_~`<!]/g)?.length ?? 0) > marksMax && !/^ {0,3}(?:```|~~~)/.test(paragraph)) return true;
  }
  return false;
}
