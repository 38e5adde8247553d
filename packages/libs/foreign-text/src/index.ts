export { type Foreign, foreignText, markedText } from "./foreign-text.ts";
export { oneLine, plainText } from "./plain-text.ts";
export { Shelf } from "./shelf.ts";
export { pageCharactersMax, pageEnd } from "./text-page.ts";
