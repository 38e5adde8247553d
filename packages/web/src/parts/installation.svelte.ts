/** What Chromium's browsers tell of a page that can be installed. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** Of the names of the shell worker's caches, in front of a version. */
const shellPrefix = "dispatch-shell-";

/** The page as a program of its own, and the newer version of it that may be ready. */
class Installation {
  offered = $state(false);
  installed = $state(false);
  /** `waits`: a newer page is there, and the next load is that one. `shown`: this page is newer than the one before it. */
  renewed = $state<"waits" | "shown">();
  #offer: InstallOffer | undefined;
  #awaited: ServiceWorker | undefined;

  /** Only where browsers allow it: with TLS, or on this machine. */
  start(): void {
    this.installed = matchMedia("(display-mode: standalone)").matches;
    addEventListener("beforeinstallprompt", (event) => {
      event.preventDefault();
      this.#offer = event as InstallOffer;
      this.offered = true;
    });
    addEventListener("appinstalled", () => {
      this.offered = false;
      this.installed = true;
    });
    if ("serviceWorker" in navigator) void this.#keepShell().catch(() => {});
  }

  async install(): Promise<void> {
    await this.#offer?.prompt();
    this.#offer = undefined;
    this.offered = false;
  }

  async #keepShell(): Promise<void> {
    const registration = await navigator.serviceWorker.register("/shell-worker.js", { updateViaCache: "none" });
    registration.addEventListener("updatefound", () => this.#await(registration));
    this.#await(registration);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void registration.update().catch(() => {});
    });
  }

  /** The first worker of a browser is no news. */
  #await({ active, installing }: ServiceWorkerRegistration): void {
    if (active === null || installing === null || this.#awaited === installing) return;
    this.#awaited = installing;
    installing.addEventListener("statechange", async () => {
      if (installing.state !== "activated") return;
      const newest = (await caches.keys()).filter((name) => name.startsWith(shellPrefix)).at(-1);
      const own = document.querySelector<HTMLMetaElement>("meta[name=version]")?.content;
      this.renewed = newest === shellPrefix + own ? "shown" : "waits";
    });
  }
}

export const installation = new Installation();
