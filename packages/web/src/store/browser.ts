import { type Addresses, addressesOf } from "../protocol/addresses.ts";
import type { RawSocket, SocketPorts } from "../protocol/socket.ts";

/** What a page has of its browser: the one file that touches it for the store. */
export interface Browser {
  readonly addresses: Addresses;
  readonly socketPorts: SocketPorts;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  frame(call: () => void): void;
  newId(): string;
  now(): number;
  token(): string | undefined;
  /** `lasting`: beyond this tab of the browser. */
  keepToken(token: string, lasting: boolean): void;
  storedTabs(): readonly string[];
  keepTabs(tabs: readonly string[]): void;
  address(): Place;
  goTo(place: Place): void;
  onAddress(call: () => void): void;
  /** The network is back, or a person looks at the page again. */
  onReturn(call: () => void): void;
}

export interface Place {
  readonly workspaceId: string | undefined;
  readonly conversationId: string | undefined;
  /** A view beside or in the place of the transcript. */
  readonly viewId: string | undefined;
}

const tokenKey = "dispatch.token";
const tabsKey = "dispatch.tabs";
/** Of a page that is not painted. */
const hiddenFrameMs = 250;
const slug = /^\/([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)\/?$/;

export function openBrowser(): Browser {
  const addresses = addressesOf(location, import.meta.env);
  takeTokenOfAddress();
  return {
    addresses,
    socketPorts: {
      open: () => new WebSocket(withToken(addresses.socket, token())) as unknown as RawSocket,
      after(ms, call) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    },
    fetch: (url, init) => fetch(url, init),
    frame(call) {
      if (document.hidden) setTimeout(call, hiddenFrameMs);
      else requestAnimationFrame(call);
    },
    newId,
    now: Date.now,
    token,
    keepToken(secret, lasting) {
      (lasting ? localStorage : sessionStorage).setItem(tokenKey, secret);
    },
    storedTabs: () => tabsIn(localStorage.getItem(tabsKey)),
    keepTabs: (tabs) => localStorage.setItem(tabsKey, JSON.stringify(tabs)),
    address() {
      const hash = new URLSearchParams(location.hash.slice(1));
      return {
        workspaceId: slug.exec(location.pathname)?.[1],
        conversationId: hash.get("c") ?? undefined,
        viewId: hash.get("v") ?? undefined,
      };
    },
    goTo(place) {
      const path = pathOf(place);
      if (path !== location.pathname + location.hash) history.pushState(null, "", path);
    },
    onAddress(call) {
      addEventListener("popstate", call);
      addEventListener("hashchange", call);
    },
    onReturn(call) {
      addEventListener("online", call);
      document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && call());
    },
  };
}

function pathOf({ workspaceId = "", conversationId, viewId }: Place): string {
  const hash = new URLSearchParams();
  if (conversationId !== undefined) hash.set("c", conversationId);
  if (viewId !== undefined) hash.set("v", viewId);
  return `/${workspaceId}${hash.size === 0 ? "" : `#${hash}`}`;
}

const token = (): string | undefined => sessionStorage.getItem(tokenKey) ?? localStorage.getItem(tokenKey) ?? undefined;

/** A link may bring one: it is taken out of the address before anything else can read it there. */
function takeTokenOfAddress(): void {
  const hash = new URLSearchParams(location.hash.slice(1));
  const given = hash.get("token");
  if (given === null) return;
  sessionStorage.setItem(tokenKey, given);
  hash.delete("token");
  history.replaceState(null, "", `${location.pathname}${hash.size === 0 ? "" : `#${hash}`}`);
}

function withToken(url: string, secret: string | undefined): string {
  return secret === undefined ? url : `${url}?token=${encodeURIComponent(secret)}`;
}

function tabsIn(text: string | null): readonly string[] {
  try {
    const tabs: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(tabs) ? tabs.filter((tab) => typeof tab === "string") : [];
  } catch {
    return [];
  }
}

/** `randomUUID` is only there with TLS or on this machine. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, at) => fixed(byte, at).toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The bits that say version 4 and variant 1. */
function fixed(byte: number, at: number): number {
  if (at === 6) return (byte & 0x0f) | 0x40;
  return at === 8 ? (byte & 0x3f) | 0x80 : byte;
}
