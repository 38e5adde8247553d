import type { ClientFrame, ServerFrame } from "@dispatch/transport-contract";
import type { ConversationMeta, WorkspaceEntry } from "@dispatch/wire";
import { type Api, createApi } from "../protocol/api.ts";
import type { ApiFault } from "../protocol/api-fault.ts";
import { ServerSocket, type SocketState } from "../protocol/socket.ts";
import { Approvals } from "./approvals.svelte.ts";
import { Basics, type Models } from "./basics.svelte.ts";
import type { Browser, Place } from "./browser.ts";
import { type ClosedConversation, KnownConversations } from "./known-conversations.svelte.ts";
import type { ListState } from "./list-state.ts";
import type { OpenConversation } from "./open-conversation.svelte.ts";
import { OpenConversations } from "./open-conversations.svelte.ts";
import { approvalsSurface } from "./questions.ts";
import { Surfaces } from "./surfaces.svelte.ts";
import { Tabs } from "./tabs.svelte.ts";

/** Everything that the page knows of its server, and every way to ask it. Views read its fields and call its methods. */
export class Client {
  connection = $state<SocketState>("closed");
  /** The server wants a token. */
  denied = $state(false);
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
  readonly #open: OpenConversations;
  readonly #basics: Basics;
  readonly #known: KnownConversations;
  readonly #tabs: Tabs;
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
    this.#basics = new Basics(this.api);
    this.#open = new OpenConversations({
      api: this.api,
      newId: () => browser.newId(),
      now: browser.now,
      frame: browser.frame,
      sendNow: (frame) => this.#sendNow(frame),
      sendFrom: (id, frame) => this.#sendMessage(id, frame),
      announceFrom: (id, text) => {
        if (id === this.focusId) this.announcement = text;
      },
    });
    this.#known = new KnownConversations(this.api);
    this.#tabs = new Tabs(browser.storedTabs(), (tabs) => browser.keepTabs(tabs));
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

  get list(): ListState {
    return this.#known.list;
  }

  get listFault(): ApiFault | undefined {
    return this.#known.fault;
  }

  get listed(): boolean {
    return this.#known.asked;
  }

  get workspaces(): readonly WorkspaceEntry[] {
    return this.#basics.workspaces;
  }

  get models(): Models {
    return this.#basics.models;
  }

  /** Conversations that are open, in the order of their tabs. */
  get tabs(): readonly string[] {
    return this.#tabs.ids;
  }

  /** The draft is a conversation that its first message makes. */
  get focused(): OpenConversation {
    return this.#open.at(this.focusId);
  }

  get focusedMeta(): ConversationMeta | undefined {
    return this.metaOf(this.focusId);
  }

  /** `undefined` while what is looked at is open, or a draft. */
  get focusedClosed(): ClosedConversation | undefined {
    return this.#known.closedOf(this.focusId);
  }

  metaOf(id: string): ConversationMeta | undefined {
    return this.#known.metaOf(id);
  }

  /** Where a new conversation belongs. */
  get homeId(): string {
    return this.focusedMeta?.workspaceId ?? this.workspaceId ?? "default";
  }

  start(): void {
    this.surfaces.watch(approvalsSurface);
    this.#readAddress();
    this.browser.onAddress(() => this.#readAddress());
    this.browser.onReturn(() => this.#socket.connect());
    this.#socket.connect();
    this.#loadBasics();
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
    this.#loadBasics();
    this.#open.loadSettings();
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
    if (workspaceId !== undefined) void this.#basics.ensureWorkspace(workspaceId).catch(() => {});
  }

  /** The conversation stays as it is: only this page shows it no more. */
  closeTab(id: string): void {
    const at = this.tabs.indexOf(id);
    this.#tabs.remove(id);
    this.#open.leave(id);
    if (id !== this.focusId) return;
    this.focus(this.tabs[Math.min(at, this.tabs.length - 1)] ?? this.browser.newId());
  }

  /** Everywhere. It can still be read, and a message opens it again. */
  async close(id: string): Promise<void> {
    await this.api.close(id);
    this.#known.close(id);
    this.#tabs.remove(id);
  }

  async rename(id: string, title: string): Promise<void> {
    this.#known.rename(id, await this.api.setTitle(id, title));
  }

  async refreshList(): Promise<void> {
    if (!(await this.#known.refresh())) return;
    this.#tabs.follow(this.list);
    this.#learn(this.focusId);
  }

  refreshWorkspaces(): Promise<void> {
    return this.#basics.refreshWorkspaces();
  }

  #loadBasics(): void {
    void this.refreshList();
    void this.#basics.load(this.workspaceId);
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
    this.focusId = id;
    this.#open.at(id);
    if (this.listed) this.#learn(id);
  }

  /** What was begun where no conversation is named, and not sent, is gone on with. */
  #draftId(): string {
    const isDraft = !this.tabs.includes(this.#draft) && this.#open.get(this.#draft)?.rows.length === 0;
    if (!isDraft) this.#draft = this.browser.newId();
    return this.#draft;
  }

  #learn(id: string): void {
    void this.#known.learn(id, async () => this.#open.get(id)?.isEmpty());
  }

  #sendMessage(id: string, frame: ClientFrame): boolean {
    this.#tabs.add(id);
    // A draft has no address of its own until something is said in it.
    if (id === this.focusId) this.#goTo({ conversationId: id });
    return this.#sendNow(frame);
  }

  #sendNow(frame: ClientFrame): boolean {
    return this.#socket.state === "open" && this.#socket.send(frame);
  }

  #connected(): void {
    this.#open.connected();
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
        if (frame.event.type === "user-message" && this.#known.isUntitled(frame.event.conversationId)) void this.refreshList();
        return;
      case "chat.error":
        if (frame.conversationId !== undefined) this.#open.get(frame.conversationId)?.refused(frame.message);
        return;
      case "conversation.statusChanged":
        if (frame.status === "closed") this.#tabs.remove(frame.conversationId);
        if (!this.#known.take(frame, this.browser.now())) void this.refreshList();
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
    this.#tabs.add(id);
    this.focus(id);
  }
}
