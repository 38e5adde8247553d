import type { Api } from "../../protocol/api.ts";

export type ExportFormat = "md" | "html" | "json";

const types: { readonly [format in ExportFormat]: string } = {
  md: "text/markdown",
  html: "text/html",
  json: "application/json",
};
/** Until a browser has taken what it was given. */
const takenMs = 60_000;

/** Gives a conversation to the browser as a file to keep. */
export async function saveExport(api: Api, conversationId: string, format: ExportFormat): Promise<void> {
  const path = `/conversations/${encodeURIComponent(conversationId)}/export?format=${format}`;
  const { fileName, text } = await api.call<{ fileName: string; text: string }>("GET", path);
  const address = URL.createObjectURL(new Blob([text], { type: `${types[format]};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), takenMs);
}
