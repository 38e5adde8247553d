export type Theme = "light" | "dark" | "system";

const key = "dispatch.theme";
export const themes: readonly Theme[] = ["system", "light", "dark"];

/** The theme that a person chose. `public/theme.js` applies the same before the first paint. */
class ChosenTheme {
  #theme = $state<Theme>(read());

  get current(): Theme {
    return this.#theme;
  }

  choose(theme: Theme): void {
    this.#theme = theme;
    if (theme === "system") {
      localStorage.removeItem(key);
      delete document.documentElement.dataset.theme;
      return;
    }
    localStorage.setItem(key, theme);
    document.documentElement.dataset.theme = theme;
  }
}

function read(): Theme {
  const stored = localStorage.getItem(key);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export const theme = new ChosenTheme();
