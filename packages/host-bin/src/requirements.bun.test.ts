import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { allOps, allStreams, clientFrames } from "@dispatch/transport-contract";
import { expect, test } from "vitest";

/**
 * What is required, and the test that proves it: `<file> · <title>`. Every operation, stream, frame and command has a row, and so has what the protocol
 * demands beyond them. A row whose test is gone fails, and so does an operation without a row.
 */
const api = "host-bin/src/api.bun.test.ts";
const commands = "cli/src/commands.bun.test.ts";
const turns = "cli/src/turns.bun.test.ts";
const http = "extensions/transport-http/src";
const desk = "extensions/session-orchestrator/src/conversation.bun.test.ts";
const prompt = "extensions/system-prompt/src/system-prompt.bun.test.ts";
const workspaces = "extensions/workspaces/src/workspaces.bun.test.ts";
const images = "host-bin/src/images.bun.test.ts";
const hostile = "host-bin/src/hostile-sockets.bun.test.ts";
const socket = "host-bin/src/socket.bun.test.ts";
const ws = "extensions/transport-ws/src";
const traces = "observability/trace-store/src";
const collector = "observability/observability-collector/src";
const compaction = "host-bin/src/compaction.bun.test.ts";
const concurrency = "host-bin/src/concurrency.bun.test.ts";
const lifecycle = "host-bin/src/lifecycle.bun.test.ts";
const traceView = "host-bin/src/trace-view.bun.test.ts";
const policy = "host-bin/src/policy.bun.test.ts";
const warming = "host-bin/src/cache-warming.bun.test.ts";
const access = "host-bin/src/access.bun.test.ts";
const approvals = "extensions/approvals/src/index.bun.test.ts";
const trust = "extensions/workspace-trust/src/index.bun.test.ts";
const requirements: { readonly [requirement: string]: `${string} · ${string}` } = {
  "op health.get": `${api} · health answers exactly`,
  "op models.list": `${api} · models are listed as credential and model, the offline one last`,
  "op local-servers.find":
    "host-bin/src/providers.bun.test.ts · a model server of this machine is found on request, and its models are asked after a restart",
  "op openapi.get": `${api} · the description of the server lists every route`,
  "op conversations.list": `${api} · conversations are listed newest first, by prefix, status and workspace, closed ones included`,
  "op conversations.get": `${api} · a window of history is the newest that many, ascending; what is no number is refused`,
  "op conversations.status": `${api} · an unknown conversation reads as an empty one; only its status is missing`,
  "op conversations.last": `${api} · the last reply is waited for while a turn runs`,
  "op conversations.metrics": `${api} · a chat without an id is given one: header and events agree, the order is canonical, history and metrics are there at its end`,
  "op conversations.stop": `${api} · stop ends the turn as aborted and the provider's request with it`,
  "op conversations.close": `${api} · close ends and closes, also what was never there; open only asks clients`,
  "op conversations.open": `${api} · close ends and closes, also what was never there; open only asks clients`,
  "op conversations.compact": `${compaction} · ten messages are too few to compact; of more an archive is left, listed as closed, and history shows everything and the summary`,
  "op compact-percent.get": `${compaction} · the percent is read and set by both names; what is none is refused`,
  "op compact-percent.set": `${compaction} · the percent is read and set by both names; what is none is refused`,
  "op cwd.get": `${api} · settings are stored, read back and cleared`,
  "op cwd.set": `${api} · settings are stored, read back and cleared`,
  "op cwd.clear": `${api} · settings are stored, read back and cleared`,
  "op model.get": `${api} · settings are stored, read back and cleared`,
  "op model.set": `${api} · settings are stored, read back and cleared`,
  "op reasoning-effort.get": `${api} · settings are stored, read back and cleared`,
  "op reasoning-effort.set": `${api} · the effort of a conversation is what the provider is asked for, and one turn may differ`,
  "op title.set": `${api} · settings are stored, read back and cleared`,
  "op queue.add": `${api} · a queued message starts a turn when idle, waits when not, and can be cancelled once`,
  "op queue.list": `${api} · a queued message starts a turn when idle, waits when not, and can be cancelled once`,
  "op queue.cancel": `${api} · a queued message starts a turn when idle, waits when not, and can be cancelled once`,
  "op system-prompt.get": `${prompt} · the template is read and set; what a template can insert is listed`,
  "op system-prompt.set": `${prompt} · the template is read and set; what a template can insert is listed`,
  "op system-prompt.variables": `${prompt} · the template is read and set; what a template can insert is listed`,
  "op system-prompt.preview": `${prompt} · a template is tried for a conversation without being stored`,
  "command search": `${commands} · search prints a conversation once, its hits below it with what matched, and says what is not indexed yet`,
  "command throughput": `${commands} · throughput prints a line a model, by default of today`,
  "command doctor": "cli/src/doctor.bun.test.ts · with the server down the machine is looked at, and nothing has failed",
  "a damaged database": "cli/src/doctor.bun.test.ts · a damaged database, one of another program, and a taken port fail with what to do",
  "command backup": "cli/src/backup.bun.test.ts · backup names the file for the server by its whole path, and says what was written",
  "command restore": "cli/src/restore.bun.test.ts · a backup takes the place of the database, which is set aside whole",
  "a restore while the server runs": "cli/src/restore.bun.test.ts · while a server holds the database nothing is restored",
  "a restore by the client alone":
    "host-bin/src/restore.bun.test.ts · by the client alone: a backup of a working server, all data lost, restored",
  "SIGKILL at the steps of a restore":
    "cli/src/restore.bun.test.ts · killed at any of its steps a restore leaves the old database or the new one",
  "command export": "cli/src/backup.bun.test.ts · export prints a conversation, or writes it to a new file for its user alone",
  "op doctor.report":
    "host-bin/src/doctor.bun.test.ts · the server reports its extensions, providers, credentials and clock; the values of secrets are nowhere in it",
  "op backup.create":
    "host-bin/src/backup.bun.test.ts · a backup is one file with everything, images included, for its user alone; nothing is overwritten unasked",
  "a backup under load": "host-bin/src/backup.bun.test.ts · a backup under load is of one moment: every log in it is whole",
  "SIGKILL in the middle of a backup": "host-bin/src/backup.bun.test.ts · killed in the middle of a backup, nothing has its name",
  "a backup before the first migration":
    "extensions/storage-sqlite/src/backup-before.bun.test.ts · before its first migration a database is kept beside itself, whole",
  "a full disk before a migration":
    "extensions/storage-sqlite/src/backup-before.bun.test.ts · without room for the copy the start is refused with a sentence, and nothing is changed",
  "op conversations.export":
    "host-bin/src/export.bun.test.ts · a conversation is exported as Markdown, JSON and a page; the JSON gives its whole log back",
  "an exported page without scripts":
    "host-bin/src/export.bun.test.ts · the page holds no script, no address that loads, and the images themselves, whatever was said",
  "op retention.get": "host-bin/src/retention.bun.test.ts · everything is kept unless a person says otherwise",
  "op retention.set": "host-bin/src/retention.bun.test.ts · everything is kept unless a person says otherwise",
  "op retention.prune": "host-bin/src/retention.bun.test.ts · everything is kept unless a person says otherwise",
  "SIGKILL at every commit of a prune": "host-bin/src/retention.bun.test.ts · killed at any commit of a prune",
  "command retention": "cli/src/retention.bun.test.ts · retention prints how long what is kept",
  "command prune": "cli/src/retention.bun.test.ts · prune shows what would go, and removes it with --apply alone",
  "op policy.get": `${policy} · rules are set and read over HTTP, for a conversation, a workspace and the server, and what would become of a call is told`,
  "op policy.set": `${policy} · rules are set and read over HTTP, for a conversation, a workspace and the server, and what would become of a call is told`,
  "op policy.check": `${policy} · rules are set and read over HTTP, for a conversation, a workspace and the server, and what would become of a call is told`,
  "op policy.server-get": `${policy} · a write that git would take orders from waits for a person; their yes for always is a rule for that file, over a restart`,
  "op policy.server-set": `${policy} · rules are set and read over HTTP, for a conversation, a workspace and the server, and what would become of a call is told`,
  "op policy.workspace-get": `${policy} · rules are set and read over HTTP, for a conversation, a workspace and the server, and what would become of a call is told`,
  "op policy.workspace-set": `${policy} · rules are set and read over HTTP, for a conversation, a workspace and the server, and what would become of a call is told`,
  "command policy":
    "cli/src/policy.bun.test.ts · policy sets what its flags say, keeps the rules of its own, and leaves those of others where they are",
  "command policy-check": "cli/src/policy.bun.test.ts · policy-check says what would become of a call",
  "content of the web cannot widen the policy":
    "extensions/policy/src/policy.bun.test.ts · what came from the web takes its power from rules and from auto, until a person speaks again",
  "commands are judged one by one":
    "extensions/policy/src/judge.test.ts · no script with a command beside those allowed is ever let through",
  "the policy guards first": `${policy} · the policy stands outside of every other guard of tool calls`,
  "op search.query":
    "host-bin/src/search.bun.test.ts · what was said in any conversation is found over HTTP, also by a server that was killed",
  "op traces.replay":
    "host-bin/src/turn-replay.bun.test.ts · a turn that was streamed is replayed over HTTP from the journal, byte for byte, and handed out as files",
  "op traces.record":
    "host-bin/src/turn-replay.bun.test.ts · a turn that was streamed is replayed over HTTP from the journal, byte for byte, and handed out as files",
  "op traces.list": `${traceView} · the newest, the longest and the failed turns are listed over HTTP, and what was never collected is told`,
  "op traces.show": `${traceView} · a turn is shown over HTTP as a tree, with its prompts, its texts, and where two prompts part`,
  "op traces.body": `${traceView} · a turn is shown over HTTP as a tree, with its prompts, its texts, and where two prompts part`,
  "op traces.prompt": `${traceView} · a turn is shown over HTTP as a tree, with its prompts, its texts, and where two prompts part`,
  "op traces.diff": `${traceView} · a turn is shown over HTTP as a tree, with its prompts, its texts, and where two prompts part`,
  "op metrics.usage":
    "host-bin/src/throughput.bun.test.ts · every turn counts, whatever door it came through, and is there after a restart",
  "op metrics.throughput":
    "host-bin/src/throughput.bun.test.ts · every turn counts, whatever door it came through, and is there after a restart",
  "op lsp.get": "host-bin/src/lsp.bun.test.ts · an edit is answered with what the compiler says of it",
  "op workspaces.list": `${workspaces} · a conversation brings its workspace with it, every message is its activity, and closed ones count`,
  "op folders.list":
    "extensions/workspaces/src/folder-names.bun.test.ts · a path that is begun is gone on with by folders alone, hidden ones when their dot is there",
  "op workspaces.get": `${workspaces} · an unknown one is missing until it is made; making it again changes only what is given`,
  "op workspaces.put": `${workspaces} · an unknown one is missing until it is made; making it again changes only what is given`,
  "op workspaces.set-title": `${workspaces} · title, folder, computer and star are set one by one, and make what is not there`,
  "op workspaces.set-cwd": `${workspaces} · title, folder, computer and star are set one by one, and make what is not there`,
  "op workspaces.set-computer": `${workspaces} · title, folder, computer and star are set one by one, and make what is not there`,
  "op workspaces.star": `${workspaces} · title, folder, computer and star are set one by one, and make what is not there`,
  "op workspaces.unstar": `${workspaces} · title, folder, computer and star are set one by one, and make what is not there`,
  "op workspaces.delete": `${workspaces} · deleting closes its conversations, running ones too, moves them to default and forgets it`,
  "op vision.get": `${images} · settings of sight are read, changed in part, and refused when they are none`,
  "op vision.set": `${images} · settings of sight are read, changed in part, and refused when they are none`,
  "op concurrency.limits": `${concurrency} · limits and cooldowns are set, read, and taken away`,
  "op concurrency.get-limit": `${concurrency} · limits and cooldowns are set, read, and taken away`,
  "op concurrency.set-limit": `${concurrency} · limits and cooldowns are set, read, and taken away`,
  "op concurrency.delete-limit": `${concurrency} · limits and cooldowns are set, read, and taken away`,
  "op concurrency.get-cooldown": `${concurrency} · limits and cooldowns are set, read, and taken away`,
  "op concurrency.set-cooldown": `${concurrency} · limits and cooldowns are set, read, and taken away`,
  "op concurrency.status": `${concurrency} · a provider that answers 429 is left alone for as long as it wishes, by every conversation, and gets fewer requests at once`,
  "op chat.warm": `${warming} · over HTTP every refusal is a 409 and a bad body a 400`,
  "stream chat.send": `${api} · a chat without an id is given one: header and events agree, the order is canonical, history and metrics are there at its end`,
  "frame catalog": `${socket} · every surface of the catalog answers without a conversation, and with one echoes its id`,
  "frame catalog, again": `${ws}/index.bun.test.ts · a surface that comes or goes is a new catalog for everybody`,
  "frame subscribe": `${socket} · every surface of the catalog answers without a conversation, and with one echoes its id`,
  "frame unsubscribe": `${ws}/surface-views.test.ts · who has left, or leaves while it is read, is told nothing`,
  "frame invoke": `${ws}/connection.test.ts · an unknown surface or action is told, a failing action is not`,
  "frame update": `${socket} · a message queued during a turn with tools shows on the surface, steers behind the tool's result, and leaves the surface`,
  "frame error": `${socket} · what nobody understands is an error without a surface, and the socket goes on`,
  "frame chat.send": `${socket} · a message over the socket is a whole turn, and at its seal everything is readable over HTTP`,
  "frame chat.subscribe": `${socket} · two watchers see the same events, a third who joins in the middle too, and the sender's leaving does not stop the turn`,
  "frame chat.unsubscribe": `${ws}/chat.test.ts · after unsubscribing nothing comes any more, and the turn is not touched; who was never subscribed may say so too`,
  "frame chat.queue": `${socket} · without tool calls, what is queued opens the next turn, joined, and a queued message that starts a turn subscribes its sender`,
  "frame chat.queue.cancel": `${socket} · a cancelled message is taken out alone and says nothing; cancelled again, it says nothing either`,
  "frame chat.error": `${socket} · a message while a turn runs is a chat error; the turn is not touched, and the sender stays subscribed with the replay`,
  "frame conversation.open": `${socket} · open and close are told to every client`,
  "frame conversation.compacted": `${compaction} · every client is told of a compaction, and neither tasks nor queue are touched`,
  "frame conversation.statusChanged": `${socket} · a message over the socket is a whole turn, and at its seal everything is readable over HTTP`,
  "surface cache-warming": `${warming} · over the socket: switched on it warms by itself, shows it, and stops when the conversation is closed`,
  "surface loaded-extensions": `${socket} · the extensions of the server are on their surface`,
  "surface message-queue": `${socket} · a message queued during a turn with tools shows on the surface, steers behind the tool's result, and leaves the surface`,
  "surface todo": "host-bin/src/standard-features.bun.test.ts · the model's list of tasks is what its surface shows",
  "command models": `${commands} · models prints one name a line`,
  "command find-local": `${commands} · find-local prints what was found with its models, and what was not`,
  "command list": `${commands} · list prints short id, title and age, and asks for active and idle conversations`,
  "command read": `${commands} · read asks again until the turn has settled; with --timeout-ms it asks once and says that the reply is older`,
  "command stop": `${commands} · the beginning of an id finds its conversation; a whole id wins over longer ones`,
  "command close": `${commands} · the beginning of an id finds its conversation; a whole id wins over longer ones`,
  "command open": `${commands} · the beginning of an id finds its conversation; a whole id wins over longer ones`,
  "command compact": "cli/src/compact.bun.test.ts · compact prints one line with both counts, and gives only what was given",
  "command warm": `${commands} · warm says what was read and how much of it came from the cache`,
  "command lsp": `${commands} · lsp prints a line a server with its state, and why it does not run`,
  "command workspaces": `${commands} · workspaces prints id, star, title, how many conversations and age`,
  "command send": `${turns} · send prints the reply's text alone, then the conversation, and gives only what was given`,
  "command <model>": `${turns} · a model name runs a turn and prints it as it happens, then the conversation`,
  "command queue": `${commands} · queue lists what waits, and cancel takes out what the beginning of an id names`,
  "command cancel": `${commands} · queue lists what waits, and cancel takes out what the beginning of an id names`,
  "command settings": "cli/src/settings.bun.test.ts · settings shows what is set, and what the server does not have is left out",
  "command system-prompt":
    "cli/src/settings.bun.test.ts · system-prompt shows the template, sets it from a file, and lists what it can insert",
  "a hostile or broken server": "cli/src/hostile-server.bun.test.ts · %s",
  "command completion": "cli/src/completion.bun.test.ts · the %s script names every command and every flag",
  "bin/up --once":
    "cli/src/entry-points.bun.test.ts · bin/up --once runs a turn with a real tool call in the current folder, and leaves nothing behind",
  "skills: nearer shadows farther":
    "extensions/skills/src/skill-catalog.bun.test.ts · skills of all four folders count, in folders and as single files, also in groups; the nearer shadows the farther",
  "skills: the tools filter":
    "extensions/skills/src/skills.bun.test.ts · without skills the model is not given the tool; with one it is, and reads its instructions",
  "a skill with broken front matter":
    "extensions/skills/src/skill-catalog.bun.test.ts · each that is broken is skipped, told once, and the others count; what it shadowed shows again",
  "a skill with a symlink loop":
    "extensions/skills/src/skill-catalog.bun.test.ts · links in circles and to nowhere end; a link to a folder around the skills is not walked",
  "op thinking.get":
    "extensions/thinking/src/thinking.bun.test.ts · it is on until somebody turns it off, and off it asks for the least effort, whatever else is asked for",
  "op thinking.set":
    "extensions/thinking/src/thinking.bun.test.ts · it is on until somebody turns it off, and off it asks for the least effort, whatever else is asked for",
  "op approvals.list": `${approvals} · a call waits for a yes, which names who gave it, and is then made`,
  "op approvals.allow": `${approvals} · a call waits for a yes, which names who gave it, and is then made`,
  "op approvals.deny": `${approvals} · a refused call is not made, and the model reads why`,
  "op approvals.answer": `${approvals} · several answers at once have each their own outcome`,
  "approvals: one answer": `${approvals} · the first answer stands, and whoever comes later is told so`,
  "approvals: a time limit": `${approvals} · past its time a question is refused, and the model reads that nobody answered`,
  "approvals: over a restart": `${approvals} · a question outlives its process: the next one shows it, takes the answer, and makes the call once`,
  "approvals: a plain client": `${approvals} · a client without the renderer answers by a plain button, one with it by what it sends`,
  "op trust.get": `${trust} · nobody trusts a folder until somebody does, for exactly the files that name programs`,
  "op trust.list": `${trust} · nobody trusts a folder until somebody does, for exactly the files that name programs`,
  "op trust.set": `${trust} · a yes to files that are not there any more is a conflict, and trusts nothing`,
  "op trust.remove": `${trust} · trust is taken back, outlives a restart, and is by the folder a link leads to`,
  "trust: a change asks again": `${trust} · %s asks anew, and trust comes back with the old files`,
  "op tokens.list": `${access} · a token is made by the client, lets it in, is listed without being told, and revoked`,
  "op tokens.create": `${access} · a token is made by the client, lets it in, is listed without being told, and revoked`,
  "op tokens.revoke": `${access} · revoking a token closes its sockets, streams and waits at once, and nobody else's`,
  "op audit.list": `${access} · who changed what, and from where, is in the audit log, without secrets`,
  "command token list": `${access} · a token is made by the client, lets it in, is listed without being told, and revoked`,
  "command token create": `${access} · a token is made by the client, lets it in, is listed without being told, and revoked`,
  "command token revoke": `${access} · a token is made by the client, lets it in, is listed without being told, and revoked`,
  "command audit": `${access} · who changed what, and from where, is in the audit log, without secrets`,
  "access: read-only tokens": `${access} · a read-only token calls every op that reads, and none that does not`,
  "access: read-only tokens over the socket": `${access} · over a socket a read-only token watches, and changes nothing, on both ports`,
  "access: throttling": `${access} · whoever guesses tokens waits, and the right token from elsewhere does not`,
  "access: lying proxies": `${access} · where a request came from is told by trusted proxies alone`,
  "access: TLS": `${access} · with a certificate both ports speak TLS, the client too, and nothing answers without`,
  "access: security headers": `${access} · every answer has the security headers, and none sets a cookie`,
  "access: expiry":
    "extensions/access-tokens/src/token-book.test.ts · an expired token lets nobody in from the moment it expires, and what it opened ends",
  "access: only hashes are stored":
    "extensions/access-tokens/src/token-book.test.ts · a token is let in under its name, and what is stored of it lets nobody in",
  "access: guards": `${http}/guards.bun.test.ts · a guard that refuses is asked for every request and upgrade, on both ports, before anything is done`,
  "0.1 row 18: web files and tokens":
    "host-bin/src/web-files.bun.test.ts · where a token is needed the client comes without it, and nothing else does",
  "8.2: unknown API paths":
    "host-bin/src/web-files.bun.test.ts · below the first segment of any op an unknown path is 404 in JSON, never a page",
  "command approvals":
    "cli/src/approvals.bun.test.ts · approvals shows each question with all that it is about, and says when there is none",
  "command approve": "cli/src/approvals.bun.test.ts · approve and deny answer those that the beginnings of ids name, all in one request",
  "command deny": "cli/src/approvals.bun.test.ts · approve and deny answer those that the beginnings of ids name, all in one request",
  "command trust":
    "cli/src/trust.bun.test.ts · trust shows the files that name programs, and trusts them only when told to, by the hash that was shown",
  "command untrust": "cli/src/trust.bun.test.ts · untrust takes it back, and trust --list shows what is trusted",
  "approvals: asked on the terminal": "cli/src/approvals.bun.test.ts · on a terminal it asks right there; what is no answer is asked again",
  "approvals: over SIGKILL, answered over the WebSocket":
    "host-bin/src/approvals.bun.test.ts · a server that is killed while a turn waits shows the question again at its next start, and a yes over the WebSocket makes the very call",
  "approvals: over SIGKILL, answered from the terminal":
    "host-bin/src/approvals.bun.test.ts · the terminal answers a question that outlived its server: denied, nothing is written and the model reads why",
  "trust: opening a folder runs nothing of it":
    "host-bin/src/hostile-workspace.bun.test.ts · a hostile folder that is opened, prompted in, searched and used in a turn runs nothing of it",
  "op heartbeat.get":
    "extensions/heartbeat/src/heartbeat.bun.test.ts · a workspace that nobody has set has the defaults, no runs and no next one",
  "op heartbeat.set":
    "extensions/heartbeat/src/heartbeat.bun.test.ts · only what is given changes; minutes are cut to whole ones, at least 1; what is no setting is refused",
  "op heartbeat.runs":
    "extensions/heartbeat/src/heartbeat.bun.test.ts · each time it begins a turn in a new conversation of the workspace, whose title says so",
  "op heartbeat.next-run":
    "extensions/heartbeat/src/heartbeat.bun.test.ts · disabled it begins nothing; a new interval counts from when it is set, other changes keep the rhythm",
  "op heartbeat.stop-run":
    "extensions/heartbeat/src/heartbeat.bun.test.ts · stop ends the run's turn; of one that has ended it changes nothing",
  "op computers.list":
    "extensions/computers/src/computers.bun.test.ts · there are no computers: the list is empty, one is missing, none is connected and a test says why",
  "op computers.get":
    "extensions/computers/src/computers.bun.test.ts · there are no computers: the list is empty, one is missing, none is connected and a test says why",
  "op computers.status":
    "extensions/computers/src/computers.bun.test.ts · there are no computers: the list is empty, one is missing, none is connected and a test says why",
  "op computers.test":
    "extensions/computers/src/computers.bun.test.ts · there are no computers: the list is empty, one is missing, none is connected and a test says why",
  "op computer.get":
    "extensions/computers/src/computers.bun.test.ts · a conversation's computer is stored, read back and cleared, and may bring its workspace",
  "op computer.set":
    "extensions/computers/src/computers.bun.test.ts · a conversation's computer is stored, read back and cleared, and may bring its workspace",
  "op computer.clear":
    "extensions/computers/src/computers.bun.test.ts · a conversation's computer is stored, read back and cleared, and may bring its workspace",
  "2.4 effective computer":
    "extensions/computers/src/computers.bun.test.ts · a workspace's computer counts for conversations that have none",
  "a computer that cannot be reached":
    "host-bin/src/computers.bun.test.ts · there are no computers, and what is to run on one does not run here",
  "heartbeat: missed times":
    "extensions/heartbeat/src/heartbeat.bun.test.ts · a restart keeps settings and rhythm; what was missed meanwhile is one run, then the regular rhythm",
  "heartbeat over HTTP":
    "host-bin/src/heartbeat.bun.test.ts · a workspace looks at its task by itself, in a conversation of its own that a person can go on with",
  "0.1 row 1: text or message": `${api} · a queued message starts a turn when idle, waits when not, and can be cancelled once`,
  "0.1 row 2: threshold and percent": `${compaction} · the percent is read and set by both names; what is none is refused`,
  "0.1 row 3: PUT /workspaces/:id": `${workspaces} · an unknown one is missing until it is made; making it again changes only what is given`,
  "0.1 row 4: close of a running conversation": `${desk} · close stops, discards the queue and stays closed; a new turn opens it again`,
  "0.1 row 5: stop discards nothing": `${desk} · stop ends the turn as aborted; what waits in the queue waits for the next send`,
  "0.1 row 6: steering is stored": `${desk} · a queued message steers the turn after the step's tool results, and is stored there`,
  "0.1 row 7: sealed after an error": `${api} · a provider that fails for good ends the turn with an error, a seal and its reason in the log`,
  "0.1 row 8: messages never merge":
    "extensions/conversation-store/src/log.test.ts · what was appended is what is loaded, however it was batched",
  "0.1 row 9: compaction appends": `${compaction} · ten messages are too few to compact; of more an archive is left, listed as closed, and history shows everything and the summary`,
  "2.5 automatic compaction": `${compaction} · a conversation that fills its model's window is compacted by itself, and every client is told`,
  "a turn that outgrows its model's window":
    "extensions/compaction/src/automatic.bun.test.ts · a turn of 40 steps with %s fits into a small window to its end",
  "0.1 row 10: calls that ran stay":
    "kernel/src/turn/golden-scenes.fixture.ts · a stream that is cut after a read ran: its result stays, the write never runs",
  "0.1 row 11: the queue is durable":
    "extensions/conversation-store/src/log.test.ts · the queue keeps its order over a restart, and gives up what was taken",
  "0.1 row 11: the todo list is durable": "extensions/todo/src/index.test.ts · the list is there after a restart",
  "0.1 row 13: every turn counts":
    "host-bin/src/throughput.bun.test.ts · every turn counts, whatever door it came through, and is there after a restart",
  "GET /metrics":
    "host-bin/src/metrics.bun.test.ts · turns, steps, tokens, tool calls, retries, commits and who watches are counted through the real server",
  "GET /metrics: grammar": "extensions/metrics/src/exposition.test.ts · whatever a label or a help holds, a reader gets it back",
  "GET /metrics: token": "host-bin/src/metrics.bun.test.ts · the numbers are for those alone who have the token",
  "GET /metrics: bounded series":
    "extensions/metrics/src/turn-numbers.test.ts · models and outcomes without end are a bounded number of series, and no turn is lost",
  "OTLP export":
    "host-bin/src/otel-export.bun.test.ts · a turn's spans reach the collector as one trace with the names of the conventions, without what was said",
  "OTLP export: a dead collector":
    "host-bin/src/otel-export.bun.test.ts · a collector that %s costs no turn anything, and what is lost is counted",
  "OTLP export: bounded":
    "extensions/otel-export/src/exporter.test.ts · while nobody takes them, spans wait up to a bound; what comes then is dropped and counted, and nobody waits",
  "OTLP export: content":
    "host-bin/src/otel-export.bun.test.ts · with DISPATCH_OTLP_CONTENT=on each request carries what the model was told",
  "OTLP export: no secrets":
    "extensions/otel-export/src/finished-spans.test.ts · what is known to be secret leaves in no attribute and in no content",
  "trace prompt is what the model got":
    "host-bin/src/trace-command.bun.test.ts · a turn of the running server is found, shown as a tree, and its prompts are what the model got",
  "trace diff of a cache that holds":
    "host-bin/src/trace-command.bun.test.ts · the next turn's prompt begins with all of the last one's: the provider's cache holds",
  "trace replay without a server":
    "host-bin/src/trace-command.bun.test.ts · without a server a turn is replayed and recorded from the trace database, and one that was not recorded says how it would be",
  "trace replay through the server":
    "host-bin/src/trace-command.bun.test.ts · a turn is replayed by the server with the same events, and recorded as files",
  "7.3 collector: none lost, none twice":
    "observability/observability-collector/src/crash.bun.test.ts · records flow through rotations, the collector loses none and stores none twice",
  "7.3 collector: final drain":
    "host-bin/src/collector.bun.test.ts · the server's journal is collected while it runs, and read to its end when it leaves; secrets stay with the server",
  "7.3 collector: gives up":
    "host-bin/src/collector-supervisor.test.ts · one that ends at once is restarted ever later, five times, then given up, which is logged as an error",
  "7.3 collector: told on surfaces":
    "host-bin/src/collector.bun.test.ts · a collector that is given up is a row of the loaded extensions and a field of the verbose health, as soon as it is",
  "7.4 trace store: bodies by hash": `${traces}/trace-store.bun.test.ts · a body is compressed when it is long and shrinks, and reads as it was written in every case`,
  "7.4 trace store: age": `${traces}/prune.bun.test.ts · records older than the limit go, with the bodies that only they had`,
  "7.4 trace store: size": `${traces}/prune.bun.test.ts · bodies beyond the limit go, those first that no record has had for the longest time; their records stay`,
  "7.4 trace store: older files": `${traces}/open-trace-store.bun.test.ts · an older file is brought up to date: equal bodies become one, what no record has goes, and the file can shrink`,
  "0.1 row 26: rotation":
    "observability/observability-collector/src/journal-reader.bun.test.ts · several rotations between two looks lose nothing and bring nothing twice",
  "7.5 trace <turnId>":
    "cli/src/trace/tree-pieces.test.ts · a turn is a tree: durations, failures, up to three attributes, bodies, what is open and what was logged",
  "7.5 unknown turn": "cli/src/trace/tree-pieces.test.ts · nothing is printed of a turn that nobody knows",
  "0.1 row 25: trace viewer":
    "cli/src/trace/trace.bun.test.ts · the database is --db's, then the operand's, then of DISPATCH_TRACE_DB, then of TRACE_DB_PATH",
  "0.1 row 23: trace without a turn": "cli/src/trace/trace.bun.test.ts · trace %j exits with %i",
  "command trace": "cli/src/trace/trace.bun.test.ts · a turn's tree is printed from the database of the current folder, without a server",
  "command trace list": "cli/src/trace/trace.bun.test.ts · turns are listed with the newest first, and as JSON",
  "command trace slow": "cli/src/trace/trace.bun.test.ts · the slowest come first; what failed says why in its one line",
  "command trace errors": "cli/src/trace/trace.bun.test.ts · the slowest come first; what failed says why in its one line",
  "command trace show": "cli/src/trace/trace.bun.test.ts · a span is shown with all its fields, and its body verbatim",
  "command trace prompt": "cli/src/trace/trace.bun.test.ts · a prompt is what the model got, byte for byte in a pipe",
  "command trace diff": "cli/src/trace/trace.bun.test.ts · two prompts part where they do, and the bytes before it are counted",
  "command trace export": "cli/src/trace/trace.bun.test.ts · spans are exported as one OTLP request, without the bodies",
  "command trace replay":
    "cli/src/trace/trace.bun.test.ts · a replay says whether the same came out; when not, the exit code does too, but for a model that is asked live",
  "command trace record":
    "cli/src/trace/trace.bun.test.ts · a recording is written to a new folder; nothing is overwritten, and no name leads out of it",
  "2.8 days, weeks and months":
    "extensions/throughput-store/src/calendar.test.ts · the week of %s goes from Monday the 2nd to Sunday the 8th",
  "2.8 impossible dates":
    "extensions/throughput-store/src/index.bun.test.ts · a date that does not exist, or is of another period, is refused",
  "a search index that can be thrown away": "extensions/search/src/recovery.bun.test.ts · an index that %s is made anew from the log",
  "0.1 row 11: warming settings are durable":
    "extensions/cache-warming/src/index.bun.test.ts · settings survive a restart: what was on is on and scheduled, with its interval; what was off keeps its interval",
  "0.1 row 14: unknown frames": `${socket} · what nobody understands is an error without a surface, and the socket goes on`,
  "0.1 row 15: image alone": `${images} · an image alone is a message; its conversation is named by the first text that comes`,
  "2.9 GET /images": `${images} · images are served by their own names alone, in their own conversation alone`,
  "2.9 imageLimit and compactionModel": `${images} · beyond the limit the older half of the images leaves at once, each described once by the model that was set for it`,
  "an image that is not one": `${images} · an image that is none, or not whole, is 400, and neither message nor image is stored`,
  "a model without vision": `${images} · a model that is known to be blind reads what stands there, and one that sees gets the image`,
  "0.1 row 16: failed and skipped extensions":
    "extensions/surface-loaded-extensions/src/index.test.ts · what failed and what was skipped has a row with its reason, and does not count as loaded",
  "0.1 row 17: retries": `${api} · a provider that is busy is asked again after the wait it asked for`,
  "0.1 row 18: Host, Origin, token": `${http}/access.bun.test.ts · with a token, every request but GET /health must carry it`,
  "0.1 row 18: a page of another site": `${http}/access.bun.test.ts · a page of another site is denied before anything is done, and gets no CORS header`,
  "0.1 row 18: the upgrade to WebSocket": `${http}/upgrade.bun.test.ts · rebound names and pages of other sites are denied before a socket is opened, on both ports`,
  "0.1 row 18: ?token=": `${http}/upgrade.bun.test.ts · with a token, a socket is opened by its header or by ?token=, and by nothing else`,
  "0.1 row 19: ids": `${http}/routing.bun.test.ts · ids with path characters are 400, however they are written`,
  "0.1 row 20: error bodies": `${http}/status.test.ts · an error answer holds message, code, kind and data, and neither stack nor cause`,
  "0.1 row 21: two ports": `${ws}/index.bun.test.ts · both ports give the catalog first, and take the same frames`,
  "0.1 row 24: unknown first word": `${commands} · %j exits with %i and says on %s: %s`,
  "0.1 row 29: failures are in the log": `${desk} · an unknown model is a turn that fails and is sealed, with its reason in the log`,
  "0.1 row 30: one metrics row a prompt":
    "extensions/conversation-store/src/log.test.ts · sealing leaves one metrics row a turn and no open turn",
  "0.1 row 31: no error in answer to a valid frame": `${ws}/connection.test.ts · a valid frame is never answered with an error: leaving what one never had, cancelling what is not there`,
  "0.1 row 32: queued is followed by active": `${concurrency} · beyond the limit a turn is queued, then active; the provider never sees it before`,
  "0.1 row 34: todo items carry priority":
    "extensions/todo/src/tool.test.ts · the result is the list as JSON indented by two, each task with its priority",
  "2.2 a warm request's prefix is the next turn's": `${warming} · the provider gets, before the throw-away message, byte for byte what the next turn sends before its prompt; also after a restart`,
  "2.4 effective folder": `${workspaces} · a conversation without a folder works in its workspace's, and a relative folder begins there`,
  "2.6 slugs": `${workspaces} · %j is no slug`,
  "2.6 default stays": `${workspaces} · default cannot be deleted; one that is not there is nothing to delete`,
  "2.7 every variable": `${prompt} · every variable of the protocol has its value`,
  "2.7 resolved once a conversation": `${prompt} · with AGENTS.md it reads that too, and keeps to what it has read until its folder changes`,
  "2.7 the template language":
    "extensions/system-prompt/src/template.test.ts · a well-formed template of any depth renders as its tree says, whatever its values hold",
  "3.3 a second subscription does not replay": `${ws}/chat.test.ts · a second subscription changes nothing: nothing is replayed, and nothing comes twice`,
  "3.3 pings": `${ws}/index.bun.test.ts · silent clients are pinged every 30 seconds; who answers stays, who does not is closed`,
  "a socket that never reads": `${hostile} · a socket that never reads is closed with 1013 while its turn goes on, and by seq it catches up with all of it`,
  "1,000 sockets": `${hostile} · 1,000 sockets at once on a real server process: all are served, and when they go, memory and handles are where they were`,
  "unknown frames": `${hostile} · nonsense in every frame is answered one by one on the same socket, and nobody else notices`,
  "a flood of frames, and a huge one": `${hostile} · a flood of frames on one socket is refused in part and leaves the others served; a frame beyond the limit ends its own socket alone`,
  "handshakes that never end": `${hostile} · hundreds of handshakes that never end keep nobody else out`,
  "a handshake a byte at a time": `${http}/upgrade.bun.test.ts · a silent socket stays open where a silent request is cut, and so is a handshake that comes a byte at a time`,
  "section 10 by an independent client": "host-bin/src/conformance.bun.test.ts · an independent client under Node finds: %s",
  "a surface action with a wrong payload": `${hostile} · actions of surfaces with wrong payloads say nothing to their client, break nothing, and leave the surface readable`,
  "a plain request to a WebSocket port": `${http}/upgrade.bun.test.ts · what is no handshake gets 426 and a sentence, on both ports, and nobody is asked to be its peer`,
  "web_fetch: no inner address, by any name":
    "libs/egress-guard/src/egress-guard.bun.test.ts · a name is resolved once a request, and the connection goes to the address that was checked",
  "web_fetch: no inner address, by any redirect":
    "libs/egress-guard/src/egress-guard.bun.test.ts · a redirect to the same name, which has changed its address meanwhile, is forbidden",
  "web_fetch: one page as Markdown":
    "host-bin/src/web-tools.bun.test.ts · a turn reads a page of a host that is allowed, and the model gets it as data",
  "web_search, youtube_transcript: absent without their settings":
    "host-bin/src/web-tools.bun.test.ts · without their settings web_search and youtube_transcript are not offered; with them they answer",
  "a Firecrawl that times out":
    "extensions/tool-web-search/src/web-search.bun.test.ts · a server that is silent is left when the time is over, and its connection with it",
  "a Firecrawl that answers HTML":
    "extensions/tool-web-search/src/web-search.bun.test.ts · %s is a fault that says what it means, for every action",
  "SIGKILL at every commit": "host-bin/src/crash.bun.test.ts · every commit",
  "SIGKILL at provider bytes": "host-bin/src/crash.bun.test.ts · at bytes of the provider's answers, part ",
  "a cut provider stream":
    "libs/ai-sdk-model/src/cut-answer.bun.test.ts · an answer of three tool calls that is cut anywhere never throws, ends once, and alters no call",
  "a body of 20 MB": `${http}/body.bun.test.ts · a body of 20 MB is answered with 413, whether its length is told or not`,
  "JSON 1,000 deep": `${http}/body.bun.test.ts · JSON may nest 100 levels; 101, 1000 or millions of brackets are refused at once and clearly`,
  "invalid UTF-8": `${http}/body.bun.test.ts · a body that is not UTF-8 is refused, wherever the wrong byte stands`,
  "a queued turn can be stopped": `${concurrency} · a queued turn that is stopped ends as aborted, leaves the line, and was never asked`,
  "a language server that dies":
    "extensions/lsp/src/misbehaviour.bun.test.ts · a server that dies at a question is told, rests, and is started again after its rest",
  "a language server that hangs":
    "extensions/lsp/src/misbehaviour.bun.test.ts · a server that hangs at shutdown, and starts processes that ignore signals, is killed with them",
  "a language server that floods":
    "extensions/lsp/src/misbehaviour.bun.test.ts · a server that answers with %s after its start is ended, and others are not held up",
  "a language server that is missing":
    "extensions/lsp/src/folder-servers.bun.test.ts · a program that is not there is told with what to do",
  "2.5 a project's own server runs only where somebody trusts the folder":
    "host-bin/src/lsp.bun.test.ts · what a project's file wants to run is listed with the reason and not run",
  "a full disk": `${desk} · a disk that stays full ends the turn with a fault for its watchers, and the log learns it when there is room again`,
  "a folder that does not exist": `${desk} · a folder that is not there fails the turn with a sentence on what to do, and the next turn works`,
  "SIGTERM and the grace": `${lifecycle} · %s refuses new turns with 503, lets the running one finish, and exits with 0`,
  "a turn that outlasts the grace": `${lifecycle} · a turn that outlasts the grace is left, and the next process resumes it`,
  "a second SIGTERM": `${lifecycle} · a second signal ends at once, with 1, and the turn is resumed all the same`,
  "SIGHUP and an env file with unknown names": `${lifecycle} · SIGHUP takes over the log level, names what needs a restart, and keeps everything when the file is wrong`,
  sd_notify: `${lifecycle} · the service manager is told at %s: ready, alive, reloading, stopping`,
  "an install into a DESTDIR":
    "host-bin/src/install.bun.test.ts · what is installed serves a turn, is killed, goes on, and leaves nothing but configuration and data",
  "the unit is well-formed and hardly exposed": "host-bin/src/install.bun.test.ts · judges the service to be hardly exposed",
  "the Containerfile":
    "host-bin/src/containerfile.bun.test.ts · its steps, taken in a scratch root, give a container whose entry serves, as its own user",
  "a journal line cut in half": `${collector}/journal-reader.bun.test.ts · half a line is waited for, also across a rotation and a restart`,
  "a segment deleted under the collector": `${collector}/journal-reader.bun.test.ts · a segment that is removed under the collector is read to its end, that is told once, and it goes on`,
  "a trace database that is damaged": `${collector}/collect.bun.test.ts · a store that turns out to be damaged is set aside, and the segments that are there are read into a new one`,
  "a trace database on a full disk": `${collector}/collect.bun.test.ts · a store that refuses for a while is told a few times and tried again; nothing is lost`,
  "a clock that jumps back under the collector": `${collector}/collect.bun.test.ts · a clock that jumps back stops neither looks nor the removal of what is old`,
  "an env file with unknown or malformed lines":
    "host-bin/src/env/env-commands.bun.test.ts · a file of settings with unknown or malformed lines is kept as it is, and told (%s)",
  "bin/up2":
    "host-bin/src/up2.bun.test.ts · the second stack has ports and data of its own, takes keys from .env, and is not disturbed by edits",
  "a hostile current folder": "cli/src/hostile-folder.bun.test.ts · the server started in a hostile folder does what it always does",
};

const packages = resolve(import.meta.dirname, "../..");

test.each(Object.entries(requirements))("%s is proved by a test that is there", (_requirement, proof) => {
  const [file = "", title = ""] = proof.split(" · ");
  expect(readFileSync(resolve(packages, file), "utf8")).toContain(title);
});

test("every operation, stream, frame and derived command has its row", () => {
  const owed = [
    ...allOps.map(({ id }) => `op ${id}`),
    ...allStreams.map(({ id }) => `stream ${id}`),
    ...Object.keys(clientFrames).map((type) => `frame ${type}`),
    ...allOps.flatMap(({ cli }) => (cli === undefined ? [] : [`command ${cli.command}`])),
  ];
  expect(owed.filter((requirement) => requirements[requirement] === undefined)).toEqual([]);
});
