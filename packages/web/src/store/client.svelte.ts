import type { ClientFrame, ServerFrame } from "@dispatch/transport-contract";
import type { Approval, ConversationMeta, WorkspaceEntry } from "@dispatch/wire";
import { SvelteMap } from "svelte/reactivity";
import { type Api, createApi, type ModelCard } from "../protocol/api.ts";
import type { ApiFault } from "../protocol/api-fault.ts";
import { ServerSocket, type SocketState } from "../protocol/socket.ts";
import { Approvals } from "./approvals.svelte.ts";
import type { Browser, Place } from "./browser.ts";
import { emptyList, type ListState, withConversations, without, withStatus, withTitle } from "./list-state.ts";
import { notifications } from "./notifications.svelte.ts";
import { OpenConversation } from "./open-conversation.svelte.ts";
import { approvalsSurface, questionsIn } from "./questions.ts";
import { Surfaces } from "./surfaces.svelte.ts";

export interface Models {
  readonly names: readonly string[];
  readonly cards: { readonly [model: string]: ModelCard };
}

const tabsMax = 30;
/** Of questions that come together. */
const notesMax = 3;

/** Everything that the page knows of its server, and every way to ask it. Views read its fields and call its methods. */
export class Client {
  connection = $state<SocketState>("closed");
  /** The server wants a token. */
  denied = $state(false);
  list = $state.raw<ListState>(emptyList);
  listFault = $state.raw<ApiFault>();
  listed = $state(false);
  workspaces = $state.raw<readonly WorkspaceEntry[]>([]);
  models = $state.raw<Models>({ names: [], cards: {} });
  /** Conversations that are open, in the order of their tabs. */
  tabs = $state.raw<readonly string[]>([]);
  focusId = $state("");
  /** Of the address; absent on the page of all workspaces. */
  workspaceId = $state<string>();
  /** The view that stands beside or in the place of the transcript. */
  viewId = $state<string>();
  /** Said to people who do not see the screen. */
  announcement = $state("");

  readonly api: Api;
  readonly surfaces: Surfaces;
  readonly approvals: Approvals;
  readonly browser: Browser;
  readonly #open = new SvelteMap<string, OpenConversation>();
  readonly #socket: ServerSocket;

  constructor(browser: Browser) {
    this.browser = browser;
    this.api = createApi({
      base: browser.addresses.http,
      token: () => browser.token(),
      fetch: browser.fetch,
      onDenied: () => {
        this.denied = true;
        this.#socket.close();
      },
    });
    this.surfaces = new Surfaces((frame) => this.#sendNow(frame));
    this.approvals = new Approvals({
      api: this.api,
      announce: (text) => {
        this.announcement = text;
      },
      asked: (questions) => this.#notify(questions),
    });
    this.#socket = new ServerSocket(browser.socketPorts, {
      onOpen: () => this.#connected(),
      onFrame: (frame) => this.#take(frame),
      onState: (state) => {
        this.connection = state;
      },
    });
  }

  /** The draft is a conversation that its first message makes. */
  get focused(): OpenConversation {
    return this.#open.get(this.focusId) ?? this.#opened(this.focusId);
  }

  get focusedMeta(): ConversationMeta | undefined {
    return this.list.conversations.find(({ id }) => id === this.focusId);
  }

  /** Where a new conversation belongs. */
  get homeId(): string {
    return this.focusedMeta?.workspaceId ?? this.workspaceId ?? "default";
  }

  start(): void {
    this.tabs = this.browser.storedTabs();
    this.surfaces.watch(approvalsSurface);
    this.#readAddress();
    this.browser.onAddress(() => this.#readAddress());
    this.browser.onReturn(() => this.#socket.connect());
    this.#socket.connect();
    void this.#loadBasics();
  }

  /** `false`: the server does not take it. One question tells: servers count wrong tokens. */
  async giveToken(token: string, keep: boolean): Promise<boolean> {
    this.browser.keepToken(token, keep);
    const taken = await this.api.models().then(
      () => true,
      (thrown: ApiFault) => thrown.status !== 401 && thrown.status !== 429,
    );
    if (!taken) return false;
    this.denied = false;
    this.#socket.connect();
    void this.#loadBasics();
    for (const conversation of this.#open.values()) void conversation.loadSettings();
    return true;
  }

  reconnect(): void {
    this.#socket.connect();
    void this.refreshList();
  }

  focus(id: string): void {
    this.#goTo({ conversationId: id });
  }

  /** `undefined`: the transcript alone. */
  showView(viewId: string | undefined): void {
    this.#goTo({ viewId });
  }

  startNew(): void {
    this.focus(this.browser.newId());
  }

  goToWorkspace(workspaceId: string | undefined): void {
    this.#goTo({ workspaceId, conversationId: undefined });
  }

  /** The conversation stays as it is: only this page shows it no more. */
  closeTab(id: string): void {
    const at = this.tabs.indexOf(id);
    this.#keepTabs(this.tabs.filter((tab) => tab !== id));
    this.#open.delete(id);
    this.#sendNow({ type: "chat.unsubscribe", conversationId: id });
    if (id !== this.focusId) return;
    const next = this.tabs[Math.min(at, this.tabs.length - 1)];
    if (next === undefined) this.startNew();
    else this.focus(next);
  }

  async archive(id: string): Promise<void> {
    await this.api.close(id);
    this.list = without(this.list, id);
    this.closeTab(id);
  }

  async rename(id: string, title: string): Promise<void> {
    this.list = withTitle(this.list, id, await this.api.setTitle(id, title));
  }

  async refreshList(): Promise<void> {
    try {
      this.list = withConversations(this.list, await this.api.conversations());
      this.listFault = undefined;
    } catch (thrown) {
      this.listFault = thrown as ApiFault;
    } finally {
      this.listed = true;
    }
  }

  async #loadBasics(): Promise<void> {
    const ensured = this.workspaceId === undefined ? undefined : this.api.ensureWorkspace(this.workspaceId);
    await Promise.all([
      this.refreshList(),
      this.api.models().then(
        ({ models, modelInfo }) => {
          this.models = { names: models, cards: modelInfo ?? {} };
        },
        () => {},
      ),
      Promise.resolve(ensured)
        .then(() => this.api.workspaces())
        .then(
          (workspaces) => {
            this.workspaces = workspaces;
          },
          () => {},
        ),
    ]);
  }

  #goTo(change: Partial<Place>): void {
    this.browser.goTo({ workspaceId: this.workspaceId, conversationId: this.focusId, viewId: this.viewId, ...change });
    this.#readAddress();
  }

  #readAddress(): void {
    const { workspaceId, conversationId, viewId } = this.browser.address();
    this.workspaceId = workspaceId;
    this.viewId = viewId;
    const id = conversationId ?? this.tabs.at(-1) ?? this.browser.newId();
    const known = this.#open.has(id);
    this.focusId = id;
    if (!known) this.#opened(id);
  }

  #opened(id: string): OpenConversation {
    const conversation = new OpenConversation(id, {
      api: this.api,
      send: (frame) => this.#sendMessage(id, frame),
      newId: () => this.browser.newId(),
      frame: this.browser.frame,
      announce: (text) => {
        if (id === this.focusId) this.announcement = text;
      },
    });
    this.#open.set(id, conversation);
    if (this.#sendNow({ type: "chat.subscribe", conversationId: id })) void conversation.connected();
    else conversation.retry();
    void conversation.loadSettings();
    return conversation;
  }

  #sendMessage(id: string, frame: ClientFrame): boolean {
    if (!this.tabs.includes(id)) this.#keepTabs([...this.tabs, id].slice(-tabsMax));
    // A draft has no address of its own until something is said in it.
    if (id === this.focusId) this.#goTo({ conversationId: id });
    return this.#sendNow(frame);
  }

  #sendNow(frame: ClientFrame): boolean {
    return this.#socket.state === "open" && this.#socket.send(frame);
  }

  #keepTabs(tabs: readonly string[]): void {
    this.tabs = tabs;
    this.browser.keepTabs(tabs);
  }

  #connected(): void {
    for (const [id, conversation] of this.#open) {
      this.#socket.send({ type: "chat.subscribe", conversationId: id });
      void conversation.connected();
    }
    this.surfaces.connected();
    void this.refreshList();
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case "catalog":
      case "surface":
      case "update":
      case "error":
        this.surfaces.take(frame);
        this.#takeQuestions(frame);
        return;
      case "chat.delta":
        this.#open.get(frame.event.conversationId)?.feed(frame.event);
        if (frame.event.type === "user-message" && this.#isUntitled(frame.event.conversationId)) void this.refreshList();
        return;
      case "chat.error":
        if (frame.conversationId !== undefined) this.#open.get(frame.conversationId)?.refused(frame.message);
        return;
      case "conversation.statusChanged":
        this.list = withStatus(this.list, frame, this.browser.now());
        if (this.list.unknown.size > 0) void this.refreshList();
        return;
      case "conversation.open":
        this.show(frame.conversationId);
        return;
      case "conversation.compacted":
        void this.#open.get(frame.conversationId)?.reload();
        return;
    }
  }

  #takeQuestions(frame: ServerFrame): void {
    const spec = frame.type === "surface" ? frame.spec : frame.type === "update" ? frame.update.spec : undefined;
    if (spec?.id === approvalsSurface) this.approvals.take(questionsIn(spec));
  }

  /** To a person who looks elsewhere. A click on the note leads to what waits. */
  #notify(questions: readonly Approval[]): void {
    for (const { id, conversationId, toolName, why } of questions.slice(0, notesMax)) {
      const title = this.list.conversations.find((one) => one.id === conversationId)?.title ?? "Dispatch";
      const body = `${toolName} waits for your answer. ${why}`;
      notifications.tell({ title, body, tag: id, onClick: () => this.#goTo({ conversationId, viewId: approvalsSurface }) });
    }
  }

  /** As a tab of its own. */
  show(id: string): void {
    if (!this.tabs.includes(id)) this.#keepTabs([...this.tabs, id].slice(-tabsMax));
    this.focus(id);
  }

  #isUntitled(id: string): boolean {
    const meta = this.list.conversations.find((one) => one.id === id);
    return meta === undefined || meta.title === "Untitled";
  }
}
