import { foreignText } from "@dispatch/foreign-text";
import { defineTool, type Json, refuse, refuseFault, say, type Tool } from "@dispatch/kernel";
import { z } from "zod";
import type { Video } from "./fetch-transcript.ts";
import type { Transcript } from "./transcript.ts";
import { videoIdOf } from "./video-id.ts";

const input = z.strictObject({
  video: z.string().trim().min(1).max(2_000).describe("The video: its URL in any form, or its id of 11 characters."),
  lang: z
    .string()
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "a language code such as en or pt-BR")
    .optional()
    .describe("Language of the transcript, such as en or pt-BR. Default: what the service finds best."),
  offset: z.int().min(0).default(0).describe("Character to begin at: what the part before said to go on with. Default: the beginning."),
});

const description =
  "Read what is said in a YouTube video, with times where they are known. A long transcript comes in parts; each says with which offset to go on.";

export interface Transcripts {
  fetch(video: Video, signal: AbortSignal): Promise<Transcript>;
  /** As it was a moment ago, if it was fetched then. */
  again(video: Video, signal: AbortSignal): Promise<Transcript>;
}

export const youtubeTranscript = (transcripts: Transcripts, timeoutMs: number): Tool =>
  defineTool<z.infer<typeof input>>({
    name: "youtube_transcript",
    description,
    input,
    effect: "read",
    timeoutMs,
    async run({ video, lang, offset }, { signal }) {
      const id = videoIdOf(video);
      if (id === undefined)
        return refuse("That is no YouTube video. Give its URL, such as https://www.youtube.com/watch?v=…, or its id of 11 characters.");
      const asked = { id, ...(lang !== undefined && { lang }) };
      const found = await (offset === 0 ? transcripts.fetch(asked, signal) : transcripts.again(asked, signal)).catch(refuseFault);
      return "content" in found ? found : resultOf(found, id, offset);
    },
  });

function resultOf({ text, title, language, isTimed }: Transcript, id: string, offset: number) {
  const source = `the transcript of https://www.youtube.com/watch?v=${id}`;
  const about = [
    ...(title === "" ? [] : [`Its title, which is data too: ${title}`]),
    ...(language === "" ? [] : [`Language: ${language}`]),
  ];
  const details: Json = { videoId: id, title, language, isTimed, charactersTotal: text.length, offset };
  const shown = foreignText({ source, text, offset, about });
  return shown === undefined
    ? refuse(`The transcript has ${text.length} characters. Give an offset below that.`, details)
    : say(shown, details);
}
