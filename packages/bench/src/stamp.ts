/**
 * What a delta of the fake model says: `#<index>@<send time> `, the time in epoch microseconds, `0` where nobody will ask. The text itself
 * carries the measurement, so that it survives every encoding and every merging of deltas on its way.
 */
export const stampText = (index: number, sentMicros: number): string => `#${index}@${sentMicros} `;

/** Epoch microseconds from the one clock that all processes of the machine share. */
export const nowMicros = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);

const stamps = /#(\d+)@(\d+) /g;

/** All stamps in a text, as they stand there. No two deltas that carry a time have the same one within a stream. */
export const stampsIn = (text: string): readonly string[] => text.match(stamps) ?? [];

/** Finds the stamps in a stream of texts, one that is cut between two texts included. */
export class StampReader {
  #carry = "";
  #count = 0;
  #next = 0;
  #outOfOrder = 0;

  /** `seen` gets the send time of each stamp that is now complete. */
  push(text: string, seen: (sentMicros: number) => void): void {
    const whole = this.#carry + text;
    let end = 0;
    for (const match of whole.matchAll(stamps)) {
      end = match.index + match[0].length;
      this.#take(Number(match[1]));
      seen(Number(match[2]));
    }
    const begun = whole.lastIndexOf("#");
    this.#carry = begun >= end && whole.length - begun <= stampCharsMax ? whole.slice(begun) : "";
  }

  /** Distinct only as long as the stream sends each index once: `outOfOrder` tells when it did not. */
  get count(): number {
    return this.#count;
  }

  /** Stamps that did not follow the one before them: something was lost, doubled or moved. */
  get outOfOrder(): number {
    return this.#outOfOrder;
  }

  #take(index: number): void {
    this.#count += 1;
    if (index !== this.#next) this.#outOfOrder += 1;
    this.#next = index + 1;
  }
}

const stampCharsMax = 32;
