/** Room for the sentence between head and tail. */
const noticeBytesMax = 200;

/**
 * At most `bytesMax` bytes of UTF-8: head and tail stay, since a log tells its beginning and its end, and a sentence between them says
 * what is missing. Never cuts a character in two. `bytesMax` is more than `noticeBytesMax`.
 */
export function clipText(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const totalBytes = bytesOf(text, 0, text.length);
  if (totalBytes <= bytesMax) return text;
  const halfBytes = Math.floor((bytesMax - noticeBytesMax) / 2);
  const head = text.slice(0, headEnd(text, halfBytes));
  const tail = text.slice(tailStart(text, halfBytes));
  const missingBytes = totalBytes - bytesOf(head, 0, head.length) - bytesOf(tail, 0, tail.length);
  return `${head}\n\n[${missingBytes} bytes are left out here: the result was larger than ${bytesMax} bytes. Ask for a part of it.]\n\n${tail}`;
}

function headEnd(text: string, bytesMax: number): number {
  let bytes = 0;
  let index = 0;
  while (index < text.length) {
    const width = widthAt(text, index);
    bytes += bytesOf(text, index, index + width);
    if (bytes > bytesMax) return index;
    index += width;
  }
  return index;
}

function tailStart(text: string, bytesMax: number): number {
  let bytes = 0;
  let index = text.length;
  while (index > 0) {
    const width = index > 1 && widthAt(text, index - 2) === 2 ? 2 : 1;
    bytes += bytesOf(text, index - width, index);
    if (bytes > bytesMax) return index;
    index -= width;
  }
  return index;
}

/** Code units of the character that begins here: two for a surrogate pair. */
const widthAt = (text: string, index: number): number => ((text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1);

/** As UTF-8. A lone surrogate counts as the three bytes of its replacement. */
function bytesOf(text: string, start: number, end: number): number {
  let bytes = 0;
  for (let index = start; index < end; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (widthAt(text, index) === 2) {
      bytes += 4;
      index++;
    } else bytes += 3;
  }
  return bytes;
}
