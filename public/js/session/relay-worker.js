// The worker: owns the connection, the clock of reconnecting, and all rows. The page gets at most one message for each one
// it has painted (its credit), however fast events arrive.

import { waitBefore } from "./backoff.js";
import { prepareToChoose } from "./choices.js";
import { isMetered, isThrifty } from "../page/thrift.js";
import { lensOf, placeOf, socketAddress } from "../page/view-address.js";
import { rowCommands, rowQuestions } from "./row-commands.js";
import { Searches } from "./searches.js";
import { Session } from "./session.js";
import { TransportChoice } from "./transport-choice.js";
import { openTransport, probe } from "./transports.js";

/** The server sends a beat at least every 15 s; after two missed ones the connection is taken for dead. */
const SILENCE_LIMIT_MS = 35_000;

/** A proxy may take an upgrade and do nothing with it: the first word has to come sooner. */
const FIRST_WORD_LIMIT_MS = 10_000;

/** A stream of which more was heard than this long after it began is not held back on its way. */
const BEAT_MS = 15_000;

/** A hold shorter than this is not told to the server: a glance up costs no gap. */
const HOLD_DELAY_MS = 400;

/** The ruler's marks are made anew this often while rows arrive. */
const MARKS_EVERY_MS = 500;

/** Times that say how long ago something was are shown again this often. */
const TIMES_EVERY_MS = 1000;

/** Rows that a page which is not there yet will want: those of a tall screen. */
const FIRST_ROWS = 80;

/** What chooses rows without the relay comes behind the first rows. */
const PREPARED_AFTER_MS = 1000;

const session = new Session();
const searches = new Searches(session, () => {
    hasNews = true;
    flush();
});
const choice = new TransportChoice();
let url;
let transport;            // { kind, way, hasSpoken } while there is one
let link = { phase: "opening", attempt: 0, since: Date.now() };
let isLinkNew = true;
let retryTimer;
let holdTimer;
let timesTimer;
let lastHeard = 0;
let hasCredit = false;
let owesFirst = true;    // the update that nobody has to ask for
let isAlone = false;     // and may give before the page begins
let hasNews = false;
let marksAt = 0;
let answers = [];
let isPrepared = false;

const COMMANDS = {
    start(command) {
        giveFirst();
        session.setZone(command.zone);
        begin(command.url, command.lens);
    },
    ready() {
        hasCredit = true;
    },
    open: (command) => send(session.open(command.lens, command.anchorSeq)),
    hold() {
        session.hold();
        prepare();
        holdTimer ??= setTimeout(holdNow, HOLD_DELAY_MS);
    },
    hidden({ isHidden }) {
        if (isHidden) {
            session.rest();
            holdTimer ??= setTimeout(holdNow, HOLD_DELAY_MS);
        } else {
            send(session.wake());
            if (!session.isHeld) forgetHold();
        }
    },
    release(command) {
        forgetHold();
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
    spare: (command) => send(session.spare(command.isThrifty)),
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
        retry();
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
if (globalThis.name.startsWith("{")) beginEarly(JSON.parse(globalThis.name));

/** The page is still read: what its address names is on its way when it asks. Rows of the past it asks for itself. */
function beginEarly({ address, thrift, connection, prefersLess, isUsual }) {
    const page = new URL(address);
    if (placeOf(page.search)) return;
    isAlone = isUsual;
    session.spare(isThrifty(thrift, isMetered(connection, prefersLess)));
    session.look({ follow: true, count: FIRST_ROWS });
    begin(socketAddress(page), lensOf(page.search));
}

/** Opens a lens, and the connection if there is none yet. */
function begin(address, lens) {
    const isFirst = url === undefined;
    if (isFirst || !session.wants(lens)) send(session.open(lens));
    if (!isFirst) return;
    url = address;
    connect();
    setInterval(watch, 1000);
    setTimeout(prepare, PREPARED_AFTER_MS);
}

/** With the first rows, or without any when the page begins. */
function giveFirst() {
    hasCredit ||= owesFirst;
    owesFirst = false;
}

function connect() {
    clearTimeout(retryTimer);
    link = { ...link, attempt: link.attempt + 1, retryAt: undefined };
    isLinkNew = true;
    lastHeard = Date.now();
    const opening = { kind: choice.next(lastHeard), hasSpoken: false, since: lastHeard };
    transport = opening;
    opening.way = openTransport(opening.kind, url, {
        message: (text) => transport === opening && heard(text),
        close: (isSilent) => transport === opening && lost(isSilent),
    });
}

function heard(text) {
    lastHeard = Date.now();
    transport.hasSpoken = true;
    choice.said(transport.kind);
    if (link.phase !== "open") {
        setLink({ phase: "open", attempt: 0, since: lastHeard, transport: transport.kind });
        session.retryPast();
    }
    send(session.receive(text, lastHeard));
    if (isAlone && session.isLive) giveFirst();
    hasNews = true;
    flush();
}

function lost(isSilent = false) {
    const now = Date.now();
    if (!transport.hasSpoken) judge(transport.kind, isSilent ? "silent" : "refused");
    transport = undefined;
    session.disconnected(now);
    const wait = waitBefore(link.attempt + 1);
    const since = link.phase === "open" ? now : link.since;
    setLink({ phase: "lost", attempt: link.attempt, since, retryAt: now + wait, refusal: link.refusal });
    retryTimer = setTimeout(connect, wait);
    hasNews = true;
    flush();
}

/** Whether an attempt that came to nothing says something about its way, or only that the relay is away. */
async function judge(kind, why) {
    const { isAnswering, refusal } = await probe(url);
    if (isAnswering) choice.failed(kind, Date.now(), why);
    if (link.phase !== "lost" || JSON.stringify(refusal) === JSON.stringify(link.refusal)) return;
    setLink({ ...link, refusal });
    flush();
}

function connectNow() {
    if (link.phase === "lost" && transport === undefined) connect();
}

/** The reader asks for it: a WebSocket again, also in place of something that works. */
function retry() {
    choice.retry();
    if (transport !== undefined && transport.kind !== "socket") giveUp();
    connectNow();
}

/** Closing a dead connection may take its own time; the page does not wait for it. */
function watch() {
    const limit = transport?.hasSpoken ? SILENCE_LIMIT_MS : FIRST_WORD_LIMIT_MS;
    if (transport !== undefined && Date.now() - lastHeard >= limit) giveUp();
}

function giveUp() {
    const dead = transport;
    // One that has brought beats is not held back: the network was cut, the computer slept, or the relay went.
    if (dead.hasSpoken && dead.kind === "stream" && lastHeard - dead.since < BEAT_MS) judge(dead.kind, "held back");
    lost();
    dead.way.close();
}

/** Loads what chooses rows here; a relay that is away is asked again by the next hold. */
async function prepare() {
    if (isPrepared) return;
    try {
        await prepareToChoose();
    } catch {
        return;
    }
    isPrepared = true;
    hasNews = true;
    flush();
}

function showTimes(mode) {
    session.setTimes({ mode, now: Date.now() });
    hasNews = true;
    flush();
}

function forgetHold() {
    clearTimeout(holdTimer);
    holdTimer = undefined;
}

function holdNow() {
    holdTimer = undefined;
    send(session.holdDue());
}

function send(messages) {
    for (const message of messages) {
        transport?.way?.send(JSON.stringify(message));
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
    update.isPrepared = isPrepared;
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
