import type { Message } from "@dispatch/kernel";
import { charsOf } from "./message-size.ts";

export interface Tail {
  /** The floor: so many of the newest messages stay. */
  readonly messages: number;
  /** Absent: the floor alone counts. Else the floor gives way where it is larger. */
  readonly charsMax?: number;
  /** More than the floor stays, as much as `charsMax` has room for. */
  readonly widen: boolean;
}

/**
 * Where to cut: what stands before the index is folded. Between steps only, so no call loses its result, and the newest step always stays: its
 * results may not have been read yet. `undefined`: there is no such place.
 */
export function cutOf(messages: readonly Message[], { messages: floor, charsMax, widen }: Tail): number | undefined {
  const places = placesOf(messages);
  const wanted = messages.length - floor;
  const behind = charsBehind(messages);
  const fits = (place: number) => charsMax === undefined || (behind[place] ?? 0) <= charsMax;
  const place = places.findLast((candidate) => candidate <= wanted) ?? places[0];
  if (place === undefined) return undefined;
  if (!fits(place)) return places.find((candidate) => candidate > place && fits(candidate)) ?? places.at(-1);
  if (place > wanted) return undefined;
  return widen ? places.find((candidate) => fits(candidate)) : place;
}

/** Before everything but a tool's result, up to the newest step. */
function placesOf(messages: readonly Message[]): readonly number[] {
  const answered = messages.findLastIndex(({ role }) => role === "assistant");
  const last = answered === -1 ? messages.length - 1 : answered;
  const places: number[] = [];
  for (let place = 1; place <= last; place++) if (messages[place]?.role !== "tool") places.push(place);
  return places;
}

/** By place: the characters from there to the end. */
function charsBehind(messages: readonly Message[]): readonly number[] {
  const behind = new Array<number>(messages.length + 1).fill(0);
  for (let place = messages.length - 1; place >= 0; place--) {
    const message = messages[place];
    behind[place] = (behind[place + 1] ?? 0) + (message === undefined ? 0 : charsOf(message));
  }
  return behind;
}

/**
 * The prompt of a turn that has made so many steps, each of which left one answer. Where there are fewer, a fold covered the others: then the prompt was
 * carried to the beginning.
 */
export function promptOf(messages: readonly Message[], steps: number): Message | undefined {
  let answers = 0;
  for (const message of messages.toReversed()) {
    if (message.role === "assistant") answers++;
    if (answers > steps) return undefined;
    if (answers === steps && message.role === "user") return message;
  }
  return messages[0]?.role === "user" ? messages[0] : undefined;
}
