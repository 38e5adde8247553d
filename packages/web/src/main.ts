import { mount } from "svelte";
import App from "./app.svelte";
import "./app.css";
import { installation } from "./parts/installation.svelte.ts";
import { openBrowser } from "./store/browser.ts";
import { Client } from "./store/client.svelte.ts";
import { carryDrafts } from "./views/chat/drafts.ts";
import { viewOf } from "./views/registry.ts";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");

carryDrafts(window, sessionStorage);
const client = new Client(openBrowser(), (viewId) => viewOf(viewId)?.place === "main");
client.start();
target.replaceChildren();
mount(App, { target, props: { client } });

// Not under the development server, whose files change.
if (import.meta.env.PROD) installation.start();
