const key = "dispatch.single-keys";

/** Whether keys without a modifier are shortcuts. Who speaks to the computer presses them without meaning to. */
class SingleKeys {
  #allowed = $state(localStorage.getItem(key) !== "off");

  get allowed(): boolean {
    return this.#allowed;
  }

  allow(allowed: boolean): void {
    this.#allowed = allowed;
    if (allowed) localStorage.removeItem(key);
    else localStorage.setItem(key, "off");
  }
}

export const singleKeys = new SingleKeys();
