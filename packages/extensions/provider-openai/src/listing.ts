import type { ModelCard } from "@dispatch/kernel";
import { z } from "zod";

/** `GET /v1/models` has ids alone, of everything that OpenAI serves; what makes no text is left out. */
export function cardsOf(told: unknown): readonly ModelCard[] | undefined {
  const { data } = listing.safeParse(told);
  return data?.data.flatMap((given) => {
    const { data: model } = entry.safeParse(given);
    return model === undefined || noText.test(model.id) ? [] : [{ id: model.id }];
  });
}

const listing = z.object({ data: z.array(z.unknown()) });
const entry = z.object({ id: z.string().min(1) });
const noText =
  /^(text-embedding|text-moderation|omni-moderation|tts|whisper|dall-e|sora|davinci|babbage|gpt-image|chatgpt-image)|-(audio|realtime|transcribe|tts|instruct|image|live)\b/;
