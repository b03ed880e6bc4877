// Panels: what the parts of the page want watched, as one list for the relay, and what the relay tells of each. Pure.
//
// An owner is a part of the page (`histogram`, `facets`); it gets the messages of its panels in the order it asked.

import { THRIFT } from "./protocol.js";

export class Watches {
    #isThrifty = false;
    #asked = new Map();       // owner → the panels it wants
    #underway = [];           // lists sent and not answered yet, oldest first: [{ owner, at, list }]
    #places = new Map();      // id → where its message goes: [{ owner, at, list }]
    #latest = new Map();      // id → its newest message: the relay tells a panel that it has told already only when it changes
    #told = new Map();        // owner → { panels: [message], error }
    #configured = { isOn: false, panels: {} };
    #dirty = new Set();

    /** Another list of panels for this owner, [] for none; answers the messages to send. */
    watch(owner, list, isOpen) {
        if (list.length === 0 && !this.#asked.has(owner)) return [];
        if (list.length > 0) this.#asked.set(owner, list);
        else this.#asked.delete(owner);
        this.#told.set(owner, { panels: [] });
        return isOpen ? this.#ask() : [];
    }

    /** Whether panels should come less often; answers the messages to send. */
    spare(isThrifty, isOpen) {
        if (isThrifty === this.#isThrifty) return [];
        this.#isThrifty = isThrifty;
        return isOpen && this.#asked.size > 0 ? this.#ask() : [];
    }

    /** Whether the configured panels should come. */
    configured(isOn, isOpen) {
        this.#configured.isOn = isOn;
        return isOpen ? [{ type: "panels", on: isOn }] : [];
    }

    /** A connection begins: everything has to be asked again. What was told stays until it is told anew. */
    connected() {
        this.#underway = [];
        this.#places.clear();
        this.#latest.clear();
        return [
            ...(this.#configured.isOn ? [{ type: "panels", on: true }] : []),
            ...(this.#asked.size > 0 ? this.#ask() : []),
        ];
    }

    /** The relay watches the oldest list that was sent; `ids` are in its order. */
    watching({ panels: ids }) {
        const places = this.#underway.shift() ?? [];
        this.#places.clear();
        places.forEach((place, at) => {
            const others = this.#places.get(ids[at]) ?? [];
            this.#places.set(ids[at], [...others, place]);
        });
        this.#latest = new Map([...this.#latest].filter(([id]) => this.#places.has(id)));
        for (const message of this.#latest.values()) this.#tell(message);
    }

    /** Whether a list was sent and not answered yet. */
    get isUnderway() { return this.#underway.length > 0; }

    /**
     * The oldest list was refused for one of its panels: that owner is told, the others ask again. A relay that knows no
     * watched panels names none, and all owners are told.
     */
    refused({ message, panel: at, ...problem }) {
        if (at === undefined) return this.#refusedAll({ ...problem, message });
        const place = this.#underway.shift()?.[at];
        if (!place || this.#asked.get(place.owner) !== place.list) return [];
        this.#asked.delete(place.owner);
        this.#told.set(place.owner, { panels: [], error: { ...problem, message, panel: place.at } });
        this.#dirty.add(place.owner);
        return this.#ask();
    }

    #refusedAll(error) {
        this.#underway.shift();
        for (const owner of this.#asked.keys()) {
            this.#told.set(owner, { panels: [], error });
            this.#dirty.add(owner);
        }
        this.#asked.clear();
        return [];
    }

    panel(message) {
        const places = this.#places.get(message.id);
        if (!places) {
            this.#configured.panels[message.id] = message;
            this.#dirty.add("configured");
            return;
        }
        this.#latest.set(message.id, message);
        this.#tell(message);
    }

    #tell(message) {
        for (const { owner, at, list } of this.#places.get(message.id)) {
            if (this.#asked.get(owner) !== list || this.#told.get(owner).panels[at] === message) continue;
            this.#told.get(owner).panels[at] = message;
            this.#dirty.add(owner);
        }
    }

    get hasNews() { return this.#dirty.size > 0; }

    /** What is new since the last time: `{ owner: { panels, error } }`; `configured` is by id. */
    take() {
        const news = {};
        for (const owner of this.#dirty) {
            news[owner] = owner === "configured" ? { panels: { ...this.#configured.panels } } : {
                ...this.#told.get(owner), panels: [...this.#told.get(owner).panels],
            };
        }
        this.#dirty.clear();
        return news;
    }

    #ask() {
        const places = [...this.#asked].flatMap(([owner, list]) => list.map((_, at) => ({ owner, at, list })));
        this.#underway.push(places);
        const slower = this.#isThrifty ? { every: THRIFT.every } : {};
        return [{ type: "watch", panels: places.map(({ at, list }) => ({ ...list[at], ...slower })) }];
    }
}
