import assert from "node:assert/strict";
import { test } from "node:test";
import { FacetChoices, WIDTHS } from "../../public/js/facets/facet-choices.js";
import {
    baseOf, countsOfFacet, countsOfPanel, panelsOf, queriesOf, searchesOf,
} from "../../public/js/facets/facet-counts.js";
import { arranged, MAX_FACETS, moved, ordered } from "../../public/js/facets/facet-fields.js";
import { cutParts, moreOf, noteOf, rowsOf } from "../../public/js/facets/facet-rows.js";
import { FacetSource } from "../../public/js/facets/facet-source.js";
import { baseWords } from "../../public/js/facets/facet-words.js";
import { FacetFields } from "../../public/js/facets/field-source.js";
import { rangeOf } from "../../public/js/facets/past-range.js";
import { spreadOf } from "../../public/js/facets/spread.js";
import { stateOf } from "../../public/js/filter-box/filter-text.js";
import { filterLanguage } from "../../public/js/filter-box/language.js";
import { share, short } from "../../public/js/parts/format.js";

await filterLanguage();

const field = (name, presence, distinct, type = "string") => ({
    name, presence, distinct, count: 1000 * presence, types: { [type]: 1000 * presence },
});
const names = (facets) => facets.map(({ name }) => name);

test("facets are the origins of a line first, then what is useful, and the rest is for the search", () => {
    const { shown, rest } = arranged([
        field("unit", 1, 14), field("always", 1, 3), field("path", 0.58, 1320), field("status", 0.58, 9, "number"),
        field("duration_ms", 0.8, 700, "number"), field("rare", 0.001, 3), field("constant", 0.5, 1),
        field("offset", 0.7, 5, "number"), field("host", 0.4, 3),
    ]);
    assert.deepEqual(names(shown), ["level", "source", "host", "unit", "duration_ms", "status", "always"]);
    assert.deepEqual(names(rest), ["path", "rare", "constant", "offset"]);
    const found = Object.fromEntries(shown.map((facet) => [facet.name, facet]));
    assert.deepEqual([found.status.isSpread, found.duration_ms.isSpread], [false, true]);
    assert.equal(found.host.presence, undefined, "the event's own host, not the member");
});

test("what the reader pinned, hid and ordered counts, and new fields find a place", () => {
    const fields = [field("a", 0.9, 3), field("b", 0.8, 3), field("path", 0.5, 900)];
    const choices = { pinned: ["path"], hidden: ["source"], order: [] };
    assert.deepEqual(names(arranged(fields, choices).shown), ["level", "path", "host", "a", "b"]);
    assert.deepEqual(names(arranged(fields, choices).rest), ["source"]);
    const order = moved(["level", "source", "host", "a", "b"], "b", -1);
    assert.deepEqual(order, ["level", "source", "host", "b", "a"]);
    assert.deepEqual(moved(order, "level", -1), order);
    assert.deepEqual(ordered(["level", "source", "host", "a", "new", "b"], order), [
        "level", "source", "host", "b", "a", "new",
    ]);
    const many = Array.from({ length: 60 }, (_, at) => field(`f${at}`, 0.5, 3));
    assert.equal(arranged(many).shown.length, MAX_FACETS);
});

test("a facet is counted under all conditions but its own", () => {
    const queries = queriesOf([{ name: "host" }, { name: "level" }, { name: "took", isSpread: true }],
        "host=(a OR b) level>=warn timeout since:15m");
    assert.deepEqual(queries.map(({ filter }) => filter), [
        "level>=warn timeout", "host=(a OR b) timeout", "host=(a OR b) level>=warn timeout",
    ]);
    const panels = panelsOf(queries, "web");
    assert.deepEqual(panels.map(({ by, kind, stream }) => [by[0], kind, stream]), [
        ["host", "top", "web"], ["level", "top", "web"],
    ]);
});

test("facets with the same filter are searched at once", () => {
    const queries = queriesOf([{ name: "level" }, { name: "host" }, { name: "status" }, { name: "took", isSpread: true }], "host=a");
    const searches = searchesOf(queries, "all", { since: "15m" });
    assert.deepEqual(searches.map((search) => search.names), [["level", "status"], ["host"], ["took"]]);
    assert.equal(searches[0].path,
        "api/v1/facets?stream=all&filter=host%3Da&fields=level%2Cstatus&limit=10&since=15m");
});

test("watched panels and searches tell the same, and events without a level are not a level", () => {
    const panel = countsOfPanel({
        by: ["level"], entries: [{ name: "info", value: 5 }, { name: "none", value: 2 }], names: 2, total: 7,
    });
    assert.deepEqual(panel, { values: [{ value: "info", count: 5 }], missing: 2, total: 5, distinct: 1, isEstimate: false });
    const facet = countsOfFacet({ values: [{ value: "info", count: 5 }], present: 5, absent: 2, distinct: 1, approximate: false });
    assert.deepEqual(facet, panel);
    const counts = new Map([["level", panel], ["host", { ...panel, total: 100 }]]);
    assert.equal(baseOf(counts, queriesOf([{ name: "level" }, { name: "host" }], "host=a"), "host=a"), 7);
});

test("rows are the most frequent values, what the filter names, and the events without the field", () => {
    const counts = { values: [{ value: "a", count: 8 }, { value: "b", count: 2 }], missing: 3, total: 10, distinct: 2 };
    const rows = rowsOf({ name: "host" }, counts, { stateOf: stateOf("host=(a OR z)", "host"), named: ["a", "z"] });
    assert.deepEqual(rows.map(({ value, count, state }) => [value, count, state]), [
        ["a", 8, "in"], ["b", 2, "out"], ["z", 0, "in"], [null, 3, "out"],
    ]);
    const cut = rowsOf({ name: "host" }, { ...counts, distinct: 50 }, { stateOf: () => "", named: ["z"] });
    assert.equal(cut[2].count, undefined, "not counted, which is not none");
    assert.equal(moreOf({ name: "host" }, { ...counts, distinct: 50 }, cut), 47);
});

test("rows keep their places while somebody points at them", () => {
    const counts = { values: [{ value: "a", count: 8 }, { value: "b", count: 9 }], missing: 0, total: 17, distinct: 2 };
    const order = (isStill) => rowsOf({ name: "f" }, counts, { stateOf: () => "", before: ["b", "gone"], isStill })
        .map(({ value }) => value);
    assert.deepEqual(order(true), ["b", "a"]);
    assert.deepEqual(order(false), ["a", "b"]);
});

test("levels stand in their order, the common ones always", () => {
    const counts = { values: [{ value: "info", count: 8 }, { value: "alert", count: 1 }], missing: 0, total: 9, distinct: 2 };
    assert.deepEqual(rowsOf({ name: "level" }, counts, { stateOf: () => "" }).map(({ value }) => value), [
        "alert", "error", "warn", "info",
    ]);
});

test("the head says presence and how many values, estimates as such", () => {
    const counts = { total: 58, missing: 42, distinct: 1320, isEstimate: true };
    assert.equal(noteOf({ name: "path" }, counts), "58\u202f% \u00b7 \u2248\u202f1\u202f320");
    assert.equal(noteOf({ name: "unit" }, { total: 100, missing: 0, distinct: 14 }), "14");
    assert.equal(noteOf({ name: "x", presence: 0.004 }, undefined), "<\u202f1\u202f%");
    const parts = ["short", "/var/log/nginx/access.log", "9c1b7d0a3f5e4c22", "/srv/a-file-with-quite-a-name.txt", "/v1/items/"];
    assert.deepEqual(parts.map(cutParts), [
        ["short", ""], ["/var/log/nginx/", "access.log"], ["9c1b7d0a", "3f5e4c22"],
        ["/srv/a-file-with-quite-a-", "name.txt"], ["/v1/items/", ""],
    ]);
    assert.deepEqual(cutParts("/a/long/path/to/nothing/"), ["/a/long/path/to/", "nothing/"]);
    assert.deepEqual([share(0.999), share(0), share(0.582)], ["99\u202f%", "0\u202f%", "58\u202f%"]);
    assert.deepEqual([12002, 999_999, 1_234_567, 0.03451, 18, 41.27, -5].map(short), [
        "12\u202f002", "1\u202fM", "1.2\u202fM", "0.035", "18", "41.3", "\u22125",
    ]);
});

test("a distribution has its middle, its end and bars that add up", () => {
    const values = Array.from({ length: 100 }, (_, at) => ({ value: String(at + 1), count: 2 }));
    const spread = spreadOf(values);
    assert.deepEqual([spread.low, spread.p50, spread.p95, spread.high, spread.isSkewed], [1, 50, 95, 100, false]);
    assert.equal(spread.bars.reduce((sum, bar) => sum + bar, 0), 200);
    assert.equal(spreadOf([{ value: "5", count: 90 }, { value: "30000", count: 1 }]).isSkewed, true);
    assert.equal(spreadOf([{ value: "x", count: 1 }]), undefined);
    assert.equal(spreadOf([{ value: "7", count: 3 }]).bars.reduce((sum, bar) => sum + bar, 0), 3);
});

/** A source with what it watched and loaded; answers are given by hand. */
function source() {
    const told = { watched: [], loads: [], changes: 0 };
    const made = new FacetSource({
        watch: (panels) => told.watched.push(panels),
        load: (path) => new Promise((resolve, reject) => told.loads.push({ path, resolve, reject })),
        changed: () => told.changes += 1,
    });
    return { made, told };
}

const wanted = (mode, filter = "", more = {}) => ({
    mode, stream: "all", filter, queries: queriesOf([{ name: "level" }, { name: "host" }], filter), ...more,
});
const panel = (by, total) => ({ by: [by], entries: [{ name: "x", value: total }], names: 1, total });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("live counts are watched, and the same wish is not sent twice", () => {
    const { made, told } = source();
    made.want(wanted("live"), 0);
    made.want(wanted("live"), 5);
    assert.deepEqual(told.watched.map((panels) => panels.length), [2]);
    made.told({ panels: [panel("level", 5), panel("host", 7)] });
    assert.equal(made.counts.get("host").total, 7);
    assert.equal(made.base, 7);
    made.want({ mode: "off", queries: [], filter: "" }, 6);
    assert.deepEqual(told.watched.at(-1), []);
    made.want(wanted("live"), 7);
    assert.equal(made.counts.get("host").total, 7, "what was counted stays until it is told anew");
    made.want({ ...wanted("live"), stream: "web" }, 8);
    assert.equal(made.counts.size, 0);
});

test("holding freezes the counts; another filter is counted up to the moment of the hold", async () => {
    const { made, told } = source();
    made.want(wanted("live"), 0);
    made.told({ panels: [panel("level", 5), panel("host", 7)] });
    made.want(wanted("held"), Date.UTC(2026, 10, 22, 7, 35));
    assert.deepEqual([told.watched.at(-1), told.loads.length], [[], 0]);
    made.told({ panels: [panel("level", 50), panel("host", 70)] });
    assert.equal(made.counts.get("host").total, 7);
    made.want(wanted("held", "level>=warn"), Date.UTC(2026, 10, 22, 7, 36));
    assert.match(told.loads[0].path, /since=2026-11-22T07%3A20%3A00.000Z&until=2026-11-22T07%3A35%3A00.000Z$/);
    told.loads[0].resolve({ facets: [{ field: "level", values: [], present: 3, absent: 0, distinct: 1 }] });
    await settled();
    assert.equal(made.counts.get("level").total, 3);
    made.want(wanted("live", "level>=warn"), 0);
    assert.equal(made.frozenAt, undefined);
    assert.equal(told.watched.at(-1).length, 2);
    made.want({ mode: "off", queries: [], filter: "" }, 0);
});

test("holding before the counts of a new filter came counts them", () => {
    const { made, told } = source();
    made.want(wanted("live"), 0);
    made.told({ panels: [panel("level", 5), panel("host", 7)] });
    made.want(wanted("live", "level>=warn"), 0);
    made.want(wanted("held", "level>=warn"), 1000);
    assert.equal(told.loads.length, 1);
    made.want({ mode: "off", queries: [], filter: "" }, 0);
});

test("holding before a distribution of a new filter came counts all again", async () => {
    const { made, told } = source();
    const spread = (mode, filter) => ({
        ...wanted(mode, filter),
        queries: queriesOf([{ name: "level" }, { name: "took", isNumber: true, isSpread: true }], filter),
    });
    made.want(spread("live", "level>=warn"), 0);
    made.told({ panels: [panel("level", 5)] });
    assert.equal(told.loads.length, 1);
    made.want(spread("held", "level>=warn"), 1000);
    assert.ok(told.loads.length > 1, "what was under way is of no use any more");
    made.want({ mode: "off", queries: [], filter: "" }, 0);
    const quiet = source();
    quiet.made.want(spread("live", "level>=warn"), 0);
    quiet.made.told({ panels: [panel("level", 5)] });
    quiet.told.loads[0].resolve({ facets: [{ field: "took", values: [], present: 3, absent: 0, distinct: 1 }] });
    await settled();
    quiet.made.want(spread("held", "level>=warn"), 1000);
    assert.equal(quiet.told.loads.length, 1, "all of it is here");
    quiet.made.want({ mode: "off", queries: [], filter: "" }, 0);
});

test("where the last minutes are empty the whole log is counted, until something comes", async ({ mock }) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const { made, told } = source();
    made.want(wanted("live"), 0);
    made.told({ panels: [panel("level", 0), panel("host", 0)] });
    assert.equal(made.isWholeLog, false, "a new panel is empty for a moment");
    mock.timers.tick(2500);
    assert.equal(made.isWholeLog, true);
    assert.equal(made.base, undefined);
    assert.doesNotMatch(told.loads[0].path, /since/);
    told.loads[0].resolve({ facets: [
        { field: "level", values: [], present: 3, absent: 0, distinct: 1 }, { field: "host", present: 3, distinct: 1 },
    ] });
    await settled();
    assert.equal(made.base, 3);
    made.told({ panels: [panel("level", 1), panel("host", 1)] });
    made.told({ panels: [panel("level", 2), panel("host", 2)] });
    assert.deepEqual([made.isWholeLog, made.base], [false, 2]);
    made.want({ mode: "off", queries: [], filter: "" }, 0);
});

test("a log of last week is counted whole, though the wish changes while it is told and one panel never comes", ({ mock }) => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const { made, told } = source();
    made.want(wanted("live"), 0);
    made.told({ panels: [panel("level", 0), undefined] });
    mock.timers.tick(1000);
    made.want(wanted("live", "", { note: "the panels are the same" }), 1000);
    mock.timers.tick(2500);
    assert.deepEqual([made.isWholeLog, told.loads.length], [true, 1]);
    made.want({ mode: "off", queries: [], filter: "" }, 0);
});

test("a facet that the relay refuses leaves the others watched", () => {
    const { made, told } = source();
    made.want(wanted("live"), 0);
    made.told({ panels: [], error: { panel: 0, message: "no such field" } });
    assert.deepEqual(told.watched.at(-1).map(({ by }) => by[0]), ["host"]);
});

test("an answer that comes too late is dropped, and a refusal is told", async () => {
    const { made, told } = source();
    const range = { since: "2026-11-22T07:00:00Z", until: "2026-11-22T07:05:00Z" };
    made.want(wanted("past", "", { range }), 0);
    made.want(wanted("past", "level>=warn", { range }), 0);
    told.loads[0].resolve({ facets: [{ field: "level", present: 99, absent: 0, values: [] }] });
    await settled();
    assert.equal(made.counts.size, 0);
    told.loads[1].reject(new Error("too many searches"));
    await settled();
    assert.equal(made.error, "too many searches");
    made.want({ mode: "off", queries: [], filter: "" }, 0);
});

test("fields are asked for once a minute, and of the whole log where the last minutes are empty", async () => {
    const loads = [];
    const load = (path) => {
        loads.push(path);
        return Promise.resolve(path.includes("since") ? { total: 0, fields: [] } : { total: 9, fields: [field("a", 0.5, 3)] });
    };
    const fields = new FacetFields({ load, changed: () => {} });
    fields.want({ stream: "all", isLive: true }, 0);
    await settled();
    assert.deepEqual(loads, ["api/v1/fields?stream=all&since=15m", "api/v1/fields?stream=all"]);
    assert.equal(fields.list.length, 1);
    fields.want({ stream: "all", isLive: true }, 1000);
    assert.equal(loads.length, 2);
    fields.want({ stream: "all", isLive: true }, 61_000);
    assert.equal(loads.length, 3);
});

test("the head names what is counted", () => {
    const words = (more) => baseWords({ mode: "live", base: 1_234_567, time: {}, zone: "utc", ...more });
    assert.equal(words(), "last 15 min \u00b7 1.2\u202fM events");
    assert.equal(words({ base: undefined }), "last 15 min \u00b7 counting\u2026");
    assert.equal(words({ isWholeLog: true, base: 1 }), "whole log \u00b7 1 event");
    const frozenAt = Date.UTC(2026, 10, 22, 7, 35, 12);
    assert.equal(words({ mode: "held", frozenAt, base: 5 }), "frozen 07:35:12 \u00b7 5 events");
    const place = { since: "2026-11-22T07:26:15Z", until: "2026-11-22T07:31:15Z" };
    assert.equal(words({ mode: "past", time: { place }, base: 5 }), "in range \u00b7 5 min \u00b7 5 events");
    assert.equal(words({ base: undefined, error: "too many searches" }), "No counts: too many searches");
});

test("choices about facets survive a page, a damaged storage and none at all", () => {
    const stored = new Map();
    const storage = { getItem: (name) => stored.get(name) ?? null, setItem: (name, value) => stored.set(name, value) };
    const choices = new FacetChoices(storage);
    choices.hide("x");
    choices.pin("y", true);
    choices.resize(5000);
    choices.open(false);
    const again = new FacetChoices(storage);
    assert.deepEqual([again.isOpen, again.width, again.arrangement], [false, WIDTHS.most, { pinned: ["y"], hidden: ["x"], order: [] }]);
    again.pin("x", true);
    assert.deepEqual(again.arrangement.hidden, []);
    stored.set("tailrace.facets", "{\"pinned\":5,\"width\":\"x\",\"order\":{}}");
    assert.deepEqual(new FacetChoices(storage).arrangement, { pinned: [], hidden: [], order: [] });
    assert.equal(new FacetChoices(undefined).width, 240);
});

test("a place in the past is searched by time or by position", () => {
    assert.equal(rangeOf(undefined), undefined);
    const [since, until] = ["2026-11-22T07:26:15Z", "2026-11-22T07:31:15Z"];
    assert.deepEqual(rangeOf({ since, until }), { since, until });
    assert.deepEqual(rangeOf({ since }), { since });
    assert.deepEqual(rangeOf({ until: "u8wcdebbq9:12" }), { to: "u8wcdebbq9:12" });
    assert.deepEqual(rangeOf({ at: "u8wcdebbq9:12" }, undefined, "u8wcdebbq9"), { to: "u8wcdebbq9:12" });
    assert.deepEqual(rangeOf({ at: "anotherlog:12" }, undefined, "u8wcdebbq9"), {}, "no place in this log");
    assert.deepEqual(rangeOf({ at: "2026-11-22T07:30:00Z" }), {
        since: "2026-11-22T07:22:30.000Z", until: "2026-11-22T07:37:30.000Z",
    });
    assert.deepEqual(rangeOf({ at: "yesterday" }), {});
});
