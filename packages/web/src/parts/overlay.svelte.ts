/** What stands over the whole page. It is loaded when it is first shown. */
class Overlay {
  shown = $state<"palette" | "help">();
}

export const overlay = new Overlay();
