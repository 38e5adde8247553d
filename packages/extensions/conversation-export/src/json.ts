import type { Exported } from "./exported.ts";

/** Everything that is stored of the conversation; the README says what each field is. */
export function asJson({ record, entries, metrics, images }: Exported): string {
  const document = { dispatch: "conversation", version: 1, record, entries, metrics, images: Object.fromEntries(images) };
  return `${JSON.stringify(document, null, 1)}\n`;
}
