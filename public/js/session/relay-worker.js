// The worker: owns the socket, the clock of reconnecting, and all rows. The page gets at most one message for each one
// it has painted (its credit), however fast events arrive.

import { waitBefore } from "./backoff.js";
import { SUBPROTOCOL } from "./protocol.js";
import { rowCommands, rowQuestions } from "./row-commands.js";
import { Searches } from "./searches.js";
import { Session } from "./session.js";

/** The server sends a beat at least every 15 s; after two missed ones the connection is taken for dead. */
const SILENCE_LIMIT_MS = 35_000;

/** A hold shorter than this is not told to the server: a glance up costs no gap. */
const HOLD_DELAY_MS = 400;

/** The ruler's marks are made anew this often while rows arrive. */
const MARKS_EVERY_MS = 500;

/** Times that say how long ago something was are shown again this often. */
const TIMES_EVERY_MS = 1000;

const session = new Session();
const searches = new Searches(session, () => {
    hasNews = true;
    flush();
});
let url;
let socket;
let link = { phase: "opening", attempt: 0, since: Date.now() };
let isLinkNew = true;
let retryTimer;
let holdTimer;
let timesTimer;
let lastHeard = 0;
let hasCredit = false;
let hasNews = false;
let marksAt = 0;
let answers = [];

const COMMANDS = {
    start(command) {
        url = command.url;
        session.setZone(command.zone);
        send(session.open(command.lens));
        connect();
        setInterval(watch, 1000);
    },
    ready() {
        hasCredit = true;
    },
    open: (command) => send(session.open(command.lens, command.anchorSeq)),
    hold() {
        session.hold();
        holdTimer ??= setTimeout(holdNow, HOLD_DELAY_MS);
    },
    release(command) {
        clearTimeout(holdTimer);
        holdTimer = undefined;
        searches.stop();
        send(session.release(command.play));
    },
    past: (command) => session.openPast(command.place),
    look: (command) => session.look(command.view),
    loadNewer: () => session.loadNewer(),
    load: (command) => send(session.load(command.index)),
    loadOlder: () => send(session.loadOlder()),
    watch: (command) => send(session.watch(command.owner, command.panels)),
    panels: (command) => send(session.showPanels(command.on)),
    zone: (command) => session.setZone(command.zone),
    findText: ({ id, from, step, terms }) => answers.push({ id, index: session.shown.search.findText(from, step, terms) }),
    countText: ({ id, terms }) => answers.push({ id, counts: session.shown.search.countText(terms) }),
    times(command) {
        clearInterval(timesTimer);
        session.setTimes({ mode: command.mode, now: Date.now() });
        if (command.mode !== "absolute") timesTimer = setInterval(() => showTimes(command.mode), TIMES_EVERY_MS);
    },
    find: ({ id, from, step, severity }) => answers.push({ id, index: session.shown.find(from, step, severity) }),
    findSlow: ({ id, from, step }) => answers.push({ id, index: session.shown.search.findSlowDown(from, step) }),
    findTime: ({ id, since, until }) => answers.push({ id, ...session.findTime(since, until) }),
    range: ({ id }) => answers.push({ id, range: session.range }),
    event: ({ id, index }) => answers.push({ id, event: session.shown.event(index) }),
    retry() {
        connectNow();
        session.retryPast();
    },
    ...rowCommands(session),
};

for (const [name, answer] of Object.entries(rowQuestions(session))) {
    COMMANDS[name] = (question) => answers.push({ id: question.id, ...answer(question) });
}

addEventListener("message", ({ data }) => {
    COMMANDS[data.type](data);
    hasNews ||= data.type !== "ready";
    flush();
});
addEventListener("online", connectNow);

function connect() {
    clearTimeout(retryTimer);
    link = { ...link, attempt: link.attempt + 1, retryAt: undefined };
    isLinkNew = true;
    const opening = new WebSocket(url, SUBPROTOCOL);
    socket = opening;
    lastHeard = Date.now();
    opening.addEventListener("message", ({ data }) => socket === opening && heard(data));
    opening.addEventListener("close", () => socket === opening && lost());
}

function heard(text) {
    lastHeard = Date.now();
    if (link.phase !== "open") {
        setLink({ phase: "open", attempt: 0, since: lastHeard });
        session.retryPast();
    }
    send(session.receive(text, lastHeard));
    hasNews = true;
    flush();
}

function lost() {
    const now = Date.now();
    socket = undefined;
    session.disconnected(now);
    const wait = waitBefore(link.attempt + 1);
    const since = link.phase === "open" ? now : link.since;
    setLink({ phase: "lost", attempt: link.attempt, since, retryAt: now + wait });
    retryTimer = setTimeout(connect, wait);
    hasNews = true;
    flush();
}

function connectNow() {
    if (link.phase === "lost" && socket === undefined) connect();
}

/** Closing a dead connection may take its own time; the page does not wait for it. */
function watch() {
    if (socket === undefined || Date.now() - lastHeard < SILENCE_LIMIT_MS) return;
    const dead = socket;
    lost();
    dead.close();
}

function showTimes(mode) {
    session.setTimes({ mode, now: Date.now() });
    hasNews = true;
    flush();
}

function holdNow() {
    holdTimer = undefined;
    send(session.holdDue());
}

function send(messages) {
    for (const message of messages) {
        if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }
}

function setLink(next) {
    link = next;
    isLinkNew = true;
}

function flush() {
    searches.ask();
    if (!hasCredit || !(hasNews || isLinkNew)) return;
    const now = Date.now();
    const update = session.take();
    if (isLinkNew) update.link = link;
    if (answers.length > 0) update.answers = answers;
    if (now - marksAt >= MARKS_EVERY_MS) {
        update.marks = session.shown.marks();
        update.own = session.shown.looks.marksAlong(session.shown.ring);
        marksAt = now;
    }
    answers = [];
    isLinkNew = false;
    hasNews = false;
    hasCredit = false;
    postMessage(update);
}
