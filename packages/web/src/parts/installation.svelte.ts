/** What Chromium's browsers tell of a page that can be installed. */
interface InstallOffer extends Event {
  prompt(): Promise<unknown>;
}

/** The page as a program of its own, and the newer version of it that may be ready. */
class Installation {
  offered = $state(false);
  installed = $state(false);
  /** A newer page is there: the next load is that one. */
  renewed = $state(false);
  #offer: InstallOffer | undefined;

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
    const { serviceWorker } = navigator;
    const hadOne = serviceWorker.controller !== null;
    const registration = await serviceWorker.register("/shell-worker.js", { updateViaCache: "none" });
    registration.addEventListener("updatefound", () => {
      const { installing } = registration;
      installing?.addEventListener("statechange", () => {
        if (installing.state === "activated" && hadOne) this.renewed = true;
      });
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void registration.update().catch(() => {});
    });
  }
}

export const installation = new Installation();
