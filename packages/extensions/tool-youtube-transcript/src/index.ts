import { Shelf } from "@dispatch/foreign-text";
import { defineExtension, Tools } from "@dispatch/kernel";
import { type Config, config } from "./config.ts";
import { fetchTranscript, transcriptMsMax, type Video } from "./fetch-transcript.ts";
import type { Transcript } from "./transcript.ts";
import { type Transcripts, youtubeTranscript } from "./youtube-transcript.ts";

const marginMs = 10_000;

/** Without a service there is no tool. */
export default defineExtension<Config>({
  id: "tool-youtube-transcript",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [],
  capabilities: ["net"],
  config,
  activate(host) {
    const { url } = host.config;
    if (url === undefined) {
      host.log.info("tool-idle", { reason: "no TRANSCRIBER_URL" });
      return;
    }
    const shelf = new Shelf<Transcript>(host.clock);
    const keyOf = ({ id, lang = "" }: Video) => `${id} ${lang}`;
    const fetch: Transcripts["fetch"] = async (video, signal) => {
      const transcript = await fetchTranscript(url, video, host.clock, signal);
      shelf.put(keyOf(video), transcript);
      return transcript;
    };
    const again: Transcripts["again"] = async (video, signal) => shelf.get(keyOf(video)) ?? fetch(video, signal);
    host.contribute(Tools, youtubeTranscript({ fetch, again }, transcriptMsMax + marginMs));
  },
});
