import type { ClientFrame, ServerFrame } from "@dispatch/transport-contract";
import type { ConversationMeta, WorkspaceEntry } from "@dispatch/wire";
import { SvelteMap } from "svelte/reactivity";
import { type Api, createApi, type ModelCard } from "../protocol/api.ts";
import type { ApiFault } from "../protocol/api-fault.ts";
import { ServerSocket, type SocketState } from "../protocol/socket.ts";
import { Approvals } from "./approvals.svelte.ts";
import type { Browser, Place } from "./browser.ts";
import {
  emptyList,
  type ListState,
  ownerOfArchive,
  tabsStillOpen,
  withConversations,
  without,
  withStatus,
  withTab,
  withTitle,
} from "./list-state.ts";
import { OpenConversation } from "./open-conversation.svelte.ts";
import { approvalsSurface } from "./questions.ts";
import { Surfaces } from "./surfaces.svelte.ts";

export interface Models {
  readonly names: readonly string[];
  readonly cards: { readonly [model: string]: ModelCard };
}

/** A conversation that is not open: closed, or the archive of another one. */
export interface ClosedConversation {
  readonly meta: ConversationMeta;
  /** Of an archive: what it was made of. */
  readonly owner?: ConversationMeta;
}

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
  /** What is known of conversations that the list does not name. */
  readonly #closed = new SvelteMap<string, ClosedConversation>();
  /** Tabs of an earlier visit, and conversations that the server has named. */
  #kept = new Set<string>();
  #draft = "";
  readonly #socket: ServerSocket;

  /** Whether a view stands in the place of the transcript. */
  readonly #covers: (viewId: string | undefined) => boolean;

  constructor(browser: Browser, covers: (viewId: string | undefined) => boolean = () => false) {
    this.browser = browser;
    this.#covers = covers;
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
      titleOf: (id) => this.metaOf(id)?.title,
      lead: (conversationId) => this.#goTo({ conversationId, viewId: approvalsSurface }),
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
    return this.metaOf(this.focusId);
  }

  /** `undefined` while what is looked at is open, or a draft. */
  get focusedClosed(): ClosedConversation | undefined {
    const closed = this.#closed.get(this.focusId);
    return closed === undefined || this.list.conversations.some(({ id }) => id === this.focusId) ? undefined : closed;
  }

  metaOf(id: string): ConversationMeta | undefined {
    return this.list.conversations.find((one) => one.id === id) ?? this.#closed.get(id)?.meta;
  }

  /** Where a new conversation belongs. */
  get homeId(): string {
    return this.focusedMeta?.workspaceId ?? this.workspaceId ?? "default";
  }

  start(): void {
    this.tabs = this.browser.storedTabs();
    this.#kept = new Set(this.tabs);
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

  /** What stands in the place of the transcript goes. */
  focus(id: string): void {
    this.#goTo({ conversationId: id, ...(this.#covers(this.viewId) ? { viewId: undefined } : {}) });
  }

  /** A place in a conversation, as a search names it. */
  showMessage(id: string, seq: number, words: readonly string[]): void {
    this.show(id);
    this.focused.reach(seq, words);
  }

  /** `undefined`: the transcript alone. */
  showView(viewId: string | undefined): void {
    this.#goTo({ viewId });
  }

  startNew(): void {
    this.focus(this.browser.newId());
  }

  /** Its home: nothing is said there yet, and what was said lately can be chosen. */
  goToWorkspace(workspaceId: string | undefined): void {
    this.#goTo({ workspaceId, conversationId: undefined, ...(this.#covers(this.viewId) ? { viewId: undefined } : {}) });
    if (workspaceId !== undefined && !this.workspaces.some(({ id }) => id === workspaceId))
      void this.#ensureWorkspace(workspaceId).catch(() => {});
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

  /** Everywhere. It can still be read, and a message opens it again. */
  async close(id: string): Promise<void> {
    await this.api.close(id);
    this.#closedNow(id);
  }

  /** In every client that is connected, as a tab of its own. */
  async openElsewhere(id: string): Promise<void> {
    await this.api.call("POST", `/conversations/${encodeURIComponent(id)}/open`);
  }

  async rename(id: string, title: string): Promise<void> {
    const given = await this.api.setTitle(id, title);
    this.list = withTitle(this.list, id, given);
    const closed = this.#closed.get(id);
    if (closed !== undefined) this.#closed.set(id, { ...closed, meta: { ...closed.meta, title: given } });
  }

  async refreshList(): Promise<void> {
    try {
      this.list = withConversations(this.list, await this.api.conversations());
      this.listFault = undefined;
      const open = tabsStillOpen(this.tabs, this.#kept, this.list);
      if (open.length < this.tabs.length) this.#keepTabs(open);
      this.#kept = new Set(this.list.conversations.map(({ id }) => id));
      void this.#learn(this.focusId);
    } catch (thrown) {
      this.listFault = thrown as ApiFault;
    } finally {
      this.listed = true;
    }
  }

  async refreshWorkspaces(): Promise<void> {
    this.workspaces = await this.api.workspaces();
  }

  async #ensureWorkspace(id: string): Promise<void> {
    await this.api.ensureWorkspace(id);
    await this.refreshWorkspaces();
  }

  async #loadBasics(): Promise<void> {
    const ensured = this.workspaceId === undefined ? this.refreshWorkspaces() : this.#ensureWorkspace(this.workspaceId);
    await Promise.all([
      this.refreshList(),
      this.api.models().then(
        ({ models, modelInfo }) => {
          this.models = { names: models, cards: modelInfo ?? {} };
        },
        () => {},
      ),
      ensured.catch(() => {}),
    ]);
  }

  #goTo(change: Partial<Place>): void {
    this.browser.goTo({ workspaceId: this.workspaceId, conversationId: this.focusId, viewId: this.viewId, ...change });
    this.#readAddress();
  }

  #readAddress(): void {
    const { workspaceId, conversationId, viewId } = this.browser.address();
    // A first look at all workspaces goes on where the last one ended.
    const last = this.focusId === "" && workspaceId === undefined ? this.tabs.at(-1) : undefined;
    this.workspaceId = workspaceId;
    this.viewId = viewId;
    const id = conversationId ?? last ?? this.#draftId();
    const known = this.#open.has(id);
    this.focusId = id;
    if (!known) this.#opened(id);
    if (this.listed) void this.#learn(id);
  }

  /** What was begun where no conversation is named, and not sent, is gone on with. */
  #draftId(): string {
    const isDraft = !this.tabs.includes(this.#draft) && this.#open.get(this.#draft)?.rows.length === 0;
    if (!isDraft) this.#draft = this.browser.newId();
    return this.#draft;
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

  /** What the list does not name is closed, or a draft. */
  async #learn(id: string): Promise<void> {
    const named = () => this.list.conversations.some((one) => one.id === id) || this.#closed.has(id);
    if (named() || (await this.#open.get(id)?.isEmpty()) !== false || named()) return;
    const all = await this.api.conversations("").catch(() => []);
    const meta = all.find((one) => one.id === id);
    if (meta?.status !== "closed") return;
    const owner = ownerOfArchive(id, all);
    this.#closed.set(id, { meta, ...(owner === undefined ? {} : { owner }) });
  }

  #closedNow(id: string): void {
    const meta = this.list.conversations.find((one) => one.id === id);
    if (meta !== undefined) this.#closed.set(id, { meta: { ...meta, status: "closed" } });
    this.#kept.delete(id);
    this.list = without(this.list, id);
    this.#keepTabs(this.tabs.filter((tab) => tab !== id));
  }

  #sendMessage(id: string, frame: ClientFrame): boolean {
    if (!this.tabs.includes(id)) this.#keepTabs(withTab(this.tabs, id));
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
        this.approvals.hear(frame);
        return;
      case "chat.delta":
        this.#open.get(frame.event.conversationId)?.feed(frame.event);
        if (frame.event.type === "user-message" && this.#isUntitled(frame.event.conversationId)) void this.refreshList();
        return;
      case "chat.error":
        if (frame.conversationId !== undefined) this.#open.get(frame.conversationId)?.refused(frame.message);
        return;
      case "conversation.statusChanged":
        if (frame.status === "closed") this.#closedNow(frame.conversationId);
        this.list = withStatus(this.list, frame, this.browser.now());
        if (this.list.unknown.size > 0) void this.refreshList();
        return;
      case "conversation.open":
        this.show(frame.conversationId);
        return;
      case "conversation.compacted":
        void this.#open.get(frame.conversationId)?.compacted();
        void this.refreshList();
        return;
    }
  }

  /** As a tab of its own. */
  show(id: string): void {
    if (!this.tabs.includes(id)) this.#keepTabs(withTab(this.tabs, id));
    this.focus(id);
  }

  #isUntitled(id: string): boolean {
    const meta = this.list.conversations.find((one) => one.id === id);
    return meta === undefined || meta.title === "Untitled";
  }
}
