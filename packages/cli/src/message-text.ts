/** What goes to the model: the text, then a header that names the file, then the file. */
export function messageText(text: string | undefined, file: { readonly name: string; readonly content: string } | undefined): string {
  const attached = file === undefined ? undefined : `[file] ${file.name}\n${file.content}`;
  return [text, attached].filter((part) => part !== undefined && part.trim() !== "").join("\n\n");
}
