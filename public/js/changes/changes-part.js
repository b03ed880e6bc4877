// "What changed here": two equal spans of the log, before and after a moment, side by side in counts.

import { LEVELS } from "../parts/levels.js";
import { load } from "../parts/load.js";
import { include } from "../filter-box/filter-text.js";
import { isoOf } from "../time/iso.js";
import { changesOf, fieldsWorth, likenessFilter, newMessages, perMinute, sidesOf } from "./compare.js";
import { ChangesDialog } from "./changes-dialog.js";

/** Values of each field that are counted, and events on each side whose messages are compared. */
const VALUES = 100;
const EVENTS = 5000;

export class Part {
    #page;
    #dialog;
    #round = 0;

    constructor(page) {
        this.#page = page;
    }

    /** Around the row the reader is at. */
    async changes() {
        const { relay, views, status } = this.#page;
        const { event } = await relay.ask("event", { index: views.rows.current });
        if (!event) return views.said.say("Go to a row first: what changed is looked for around it");
        const moment = Date.parse(JSON.parse(event.text).time);
        this.#dialog ??= new ChangesDialog({
            compare: (at, span) => this.#compare(at, span), include: (field, value) => this.#include(field, value),
            open: (at) => this.#page.acts.openPast({ at: isoOf(at) }),
        });
        return this.#dialog.open(moment, { zone: views.settings.zone, lens: views.address.lens, status });
    }

    escape() { return this.#dialog?.close() ?? false; }

    async #compare(moment, span) {
        const round = this.#round += 1;
        const sides = sidesOf(moment, span, Date.now());
        try {
            const both = (ask) => Promise.all([ask(sides.before), ask(sides.after)]);
            const fields = fieldsWorth(await both((side) => this.#fields(side)), VALUES);
            const [before, after] = await both((side) => this.#count(side, fields));
            const [old, young] = await both((side) => this.#events(side));
            if (round !== this.#round) return;
            this.#dialog.show({
                sides,
                totals: [perMinute(before.total, sides.before), perMinute(after.total, sides.after)],
                errors: [perMinute(errorsOf(before), sides.before), perMinute(errorsOf(after), sides.after)],
                changes: changesOf(before.facets, after.facets, sides),
                messages: await this.#unseen(newMessages(old.events, young.events), sides.before, old.complete),
                isPart: !young.complete,
                isBeyond: before.total === 0 && after.total > 0,
            });
        } catch (error) {
            if (round === this.#round) this.#dialog.fail(error.message);
        }
    }

    /** Of messages that look new, those that the whole side before does not have: it may be longer than what was read. */
    async #unseen(messages, side, isWhole) {
        if (isWhole) return messages;
        const seen = await Promise.all(messages.map(({ event }) => this.#isKnown(event, side)));
        return messages.filter((_, at) => !seen[at]);
    }

    async #isKnown(event, side) {
        const shape = likenessFilter(event);
        if (!shape) return true;
        const { filter } = this.#page.views.address.lens;
        const both = filter.trim() === "" ? shape : `(${filter}) ${shape}`;
        const { events } = await load(`api/v1/events?${this.#query(side, { filter: both, limit: 1 })}`);
        return events.length > 0;
    }

    #include(field, value) {
        const { acts, views } = this.#page;
        acts.editFilter(include(views.filter.text, field, value));
    }

    async #fields(side) {
        return (await load(`api/v1/fields?${this.#query(side)}`)).fields;
    }

    #count(side, fields) {
        return load(`api/v1/facets?${this.#query(side, { limit: VALUES, fields: fields.join(",") })}`);
    }

    #events(side) {
        return load(`api/v1/events?${this.#query(side, { limit: EVENTS, fields: "mark" })}`);
    }

    #query({ since, until }, more) {
        const { stream, filter } = this.#page.views.address.lens;
        return new URLSearchParams({ stream, filter, since: isoOf(since), until: isoOf(until), ...more });
    }
}

function errorsOf({ facets }) {
    const levels = facets.find(({ field }) => field === "level")?.values ?? [];
    const bad = LEVELS.slice(LEVELS.indexOf("error"));
    return levels.filter(({ value }) => bad.includes(value)).reduce((sum, { count }) => sum + count, 0);
}
