/** A part of the settings. In the address: `#v=settings.<id>`. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** One sentence below its title. */
  readonly about: string;
  readonly group: "This browser" | "Models" | "What tools may do" | "Server";
}

export const sections: readonly Section[] = [
  { id: "browser", group: "This browser", title: "Appearance", about: "How Dispatch looks in this browser. Nothing of it leaves it." },
  {
    id: "models",
    group: "Models",
    title: "Models and keys",
    about: "Which models answer, and which keys the server holds. Keys themselves are never shown.",
  },
  {
    id: "prompt",
    group: "Models",
    title: "System prompt",
    about: "What every new conversation begins with. Conversations that have a prompt keep it.",
  },
  {
    id: "images",
    group: "Models",
    title: "Images",
    about: "How many images of a conversation a model is shown, and who describes the others.",
  },
  {
    id: "limits",
    group: "Models",
    title: "Concurrency",
    about: "How many requests a provider gets at once. Others wait, first come, first served.",
  },
  {
    id: "policy",
    group: "What tools may do",
    title: "Policy",
    about:
      "What tools do without being asked about. A conversation's own word counts before its workspace's, and that before the server's.",
  },
  {
    id: "trust",
    group: "What tools may do",
    title: "Trusted folders",
    about: "Folders whose files may decide which programs run. When such a file changes, its folder is trusted no longer.",
  },
  { id: "heartbeat", group: "Server", title: "Heartbeat", about: "A workspace can begin turns by itself, again and again." },
  {
    id: "languages",
    group: "Server",
    title: "Language servers",
    about: "They tell tools what is wrong with code. Each folder has its own.",
  },
  {
    id: "extensions",
    group: "Server",
    title: "Extensions",
    about: "The parts that this server consists of, and why one of them does not run.",
  },
  {
    id: "tokens",
    group: "Server",
    title: "Access tokens",
    about: "Who else may use this server. A token is told once, when it is made.",
  },
  { id: "audit", group: "Server", title: "Audit log", about: "Who changed what, and from where. Newest first." },
];

export const sectionOf = (id: string | undefined): Section => sections.find((section) => section.id === id) ?? (sections[0] as Section);
