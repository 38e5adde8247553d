import { Deadline } from "@dispatch/deadline";
import { type Clock, Fault, type FaultKind, fault } from "@dispatch/kernel";
import { askTranscriber, type Reply } from "./transcriber.ts";
import { readTranscript, type Transcript } from "./transcript.ts";

/** Services that listen to the video themselves take minutes. */
export const transcriptMsMax = 300_000;

export interface Video {
  readonly id: string;
  readonly lang?: string;
}

/** Faults: `tool-youtube-transcript/…`, see the README. */
export async function fetchTranscript(service: string, { id, lang }: Video, clock: Clock, signal: AbortSignal): Promise<Transcript> {
  using deadline = new Deadline(clock, transcriptMsMax, signal);
  try {
    return readReply(await deadline.within(askTranscriber(service, id, lang, deadline.signal)), {
      id,
      ...(lang !== undefined && { lang }),
    });
  } catch (thrown) {
    if (deadline.ending === "caller") throw trouble("cancelled", "cancelled", "The request was stopped.", thrown);
    if (Fault.is(thrown)) throw thrown;
    if (deadline.ending === "time")
      throw trouble(
        "unavailable",
        "too-slow",
        `The transcriber did not answer within ${transcriptMsMax / 1_000} s. Try again later.`,
        thrown,
      );
    throw trouble(
      "unavailable",
      "unreachable",
      "The transcriber service cannot be reached. Tell the person to look whether it runs at TRANSCRIBER_URL.",
      thrown,
    );
  }
}

function readReply({ status, mediaType, body, isWhole }: Reply, { id, lang }: Video): Transcript {
  const language = lang === undefined ? "" : ` in ${JSON.stringify(lang)}`;
  if (status === 404 || status === 204)
    throw trouble("missing", "no-transcript", `There is no transcript of ${id}${language}. Check the video, or ask without a language.`);
  if (status === 401 || status === 403)
    throw trouble("denied", "denied", `The transcriber refuses the request (status ${status}). Tell the person.`);
  if (status === 429) throw trouble("limited", "limited", "The transcriber takes no more requests for now. Wait a minute before the next.");
  if (status >= 500 || status === 408)
    throw trouble("unavailable", "unavailable", `The transcriber failed with status ${status}. Try again later.`);
  if (status !== 200)
    throw trouble(
      "invalid",
      "refused",
      `The transcriber refuses ${id}${language} with status ${status}. Check the video and the language.`,
    );
  const transcript = isWhole ? readTranscript(body, mediaType) : undefined;
  if (transcript === undefined)
    throw trouble(
      "unavailable",
      "garbled",
      "What answered is no transcriber, or not in its form. Tell the person to check TRANSCRIBER_URL.",
    );
  if (transcript.text === "") throw trouble("missing", "no-transcript", `The transcript of ${id} is empty: nothing is said in it.`);
  return transcript;
}

const trouble = (kind: FaultKind, what: string, message: string, cause?: unknown) =>
  fault(kind, `tool-youtube-transcript/${what}`, message, { cause });
