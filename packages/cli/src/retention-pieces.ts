import type { getRetention, Op, prune } from "@dispatch/transport-contract";
import { age } from "./age.ts";
import { shortIdChars } from "./conversation-id.ts";
import { oneLine } from "./one-line.ts";
import type { Piece } from "./screen.ts";

type OutputOf<O> = O extends Op<never, infer Output> ? Output : O extends Op<infer _, infer Output> ? Output : never;

/** How long what is kept. */
export const retentionPieces = ({
  conversationDays,
  imageDays,
  outputDays,
  automatic,
}: OutputOf<typeof getRetention>): readonly Piece[] => [
  { text: `closed conversations        ${daysText(conversationDays)}\n` },
  { text: `images nobody refers to     ${daysText(imageDays)}\n` },
  { text: `large outputs of tools      ${daysText(outputDays)}\n` },
  { text: `removed                     ${automatic ? "once a day" : "when prune --apply is asked for"}\n` },
];

const daysText = (days: number): string => (days === 0 ? "for ever" : counted(days, "day"));

/** What went, or would go. */
export function pruned({ dryRun, conversations, more, images, outputs }: OutputOf<typeof prune>, nowMs: number): readonly Piece[] {
  const nothing = conversations.length === 0 && images.files === 0 && outputs.files === 0;
  if (nothing)
    return [{ text: "Nothing is past its retention. dispatch retention shows what is set; --conversation-days 90 tries another.\n" }];
  const gone = conversations.filter(({ kept }) => kept === undefined).length;
  const summary = [
    `${counted(gone, "conversation")}`,
    `${counted(images.files, "image")} (${sizeText(images.sizeBytes)})`,
    `${counted(outputs.files, "output")} (${sizeText(outputs.sizeBytes)})`,
  ].join(", ");
  return [
    ...conversations.flatMap(({ conversationId, title, lastActivityAt, archives, kept }): readonly Piece[] => [
      { text: oneLine(conversationId).slice(0, shortIdChars), tone: "strong" },
      { text: ` | ${oneLine(title)} | ${age(lastActivityAt, nowMs)}${archives === 0 ? "" : ` | with ${counted(archives, "archive")}`}\n` },
      ...(kept === undefined ? [] : [{ text: `  stays: ${oneLine(kept)}\n`, tone: "bad" as const }]),
    ]),
    ...(more === 0 ? [] : [{ text: `and ${counted(more, "conversation")} more, for the next time\n`, tone: "quiet" as const }]),
    { text: dryRun ? `Would remove ${summary}. Nothing was changed; --apply removes it.\n` : `Removed ${summary}.\n` },
  ];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

export function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const at = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${at === 0 ? bytes : (bytes / 1_000 ** at).toFixed(1)} ${units[at]}`;
}
