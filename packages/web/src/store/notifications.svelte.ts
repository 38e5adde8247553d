export type NotificationState = "unavailable" | "off" | "on" | "blocked";

const key = "dispatch.notify";

/** Notes of the browser to a person who looks elsewhere. They ask for them by a click; a page never does by itself. */
class Notifications {
  #state = $state<NotificationState>(read());

  get state(): NotificationState {
    return this.#state;
  }

  async ask(): Promise<void> {
    if (this.#state === "unavailable") return;
    const answer = await Notification.requestPermission();
    if (answer === "granted") localStorage.setItem(key, "on");
    this.#state = read();
  }

  turnOff(): void {
    localStorage.removeItem(key);
    this.#state = read();
  }

  /** Only while nobody looks at the page. `tag`: a later one takes the place of an earlier one. */
  tell({ title, body, tag, onClick }: { title: string; body: string; tag: string; onClick: () => void }): void {
    if (this.#state !== "on" || !document.hidden) return;
    try {
      const note = new Notification(title, { body, tag, icon: "/icon-192.png" });
      note.onclick = () => {
        window.focus();
        onClick();
        note.close();
      };
    } catch {
      // On phones a page has none of its own, and its worker shows them.
      void navigator.serviceWorker?.ready.then((worker) => worker.showNotification(title, { body, tag, icon: "/icon-192.png" }));
    }
  }
}

function read(): NotificationState {
  if (typeof Notification === "undefined" || !isSecureContext) return "unavailable";
  if (Notification.permission === "denied") return "blocked";
  return Notification.permission === "granted" && localStorage.getItem(key) === "on" ? "on" : "off";
}

export const notifications = new Notifications();
