/** Names of the loop's waits, the same whenever the same turn is run: a tool's deadline by its call, the others in the order in which they begin. */
export class SleeperNames {
  #count = 0;

  next(call: string | undefined): string {
    return call === undefined ? `wait ${this.#count++}` : `deadline ${call}`;
  }
}
