// Makes the views of the page on their elements. What a reader does in them goes to `acts`; nothing is decided here.

import { AddressBar } from "./address-bar.js";
import { BlankView } from "../rows/blank-view.js";
import { DetailsPanelView } from "../details/details-panel-view.js";
import { EndRowView } from "../rows/end-row-view.js";
import { FilterBar } from "../filter-box/filter-bar.js";
import { Later } from "../parts/later.js";
import { addStyles } from "../parts/styles.js";
import { Keymap } from "./keymap.js";
import { NoticeBar } from "../status/notice-bar.js";
import { RowsView } from "../rows/rows-view.js";
import { RulerView } from "../rows/ruler-view.js";
import { SaidBar } from "../status/said-bar.js";
import { SettingsBar } from "./settings-bar.js";
import { SmallBar } from "./small-bar.js";
import { StartRowView } from "../rows/start-row-view.js";
import { StripBar } from "../status/strip-bar.js";
import { TimeBar } from "../time/time-bar.js";

const element = (id) => document.getElementById(id);

/** All views by their names. */
export function makeViews(acts, signal) {
    const views = { said: new SaidBar({ said: element("said"), announcements: element("announcements") }) };
    return Object.assign(views, makeRows(acts, signal), makeBars(acts, signal), {
        notice: new NoticeBar(
            element("notice"), { retry: acts.retry, announce: (text) => views.said.announce(text) },
        ),
        configuration: new Later(async () => {
            const { ConfigurationBar } = await import("../status/configuration-bar.js");
            return new ConfigurationBar(element("configuration"), (text) => views.said.announce(text));
        }),
        note: new Later(async () => {
            const [{ NoteView }] = await Promise.all([import("../details/note-view.js"), addStyles("notes")]);
            return new NoteView({ fetchEvent: acts.fetchCurrent, say: (text) => views.said.say(text), noted: acts.noted });
        }),
        order: () => {
            for (const view of [views.rows, views.ruler]) view.order(views.settings.isNewestFirst);
        },
    });
}

function makeRows(acts, signal) {
    const endRow = new EndRowView(acts.loadNewer);
    const startRow = new StartRowView(acts.loadOlder);
    const places = { main: element("main"), panel: element("details"), rows: element("rows") };
    const rows = new RowsView(
        places.rows, { act: acts.acted, start: startRow.element, end: endRow.element, signal });
    return {
        endRow,
        startRow,
        rows,
        ruler: new RulerView(element("ruler"), { scrollTo: (share) => rows.scrollToShare(share), signal }),
        blank: new BlankView(element("blank"), { setFilter: acts.editFilter }),
        details: new DetailsPanelView(
            places, { fetchEvent: acts.fetchFocused, context: acts.detailsContext, act: acts.actedInDetails }),
    };
}

function makeBars(acts, signal) {
    const explanation = element("explanation");
    const root = document.documentElement;
    const address = new AddressBar({ went: acts.wentTo, signal });
    const settings = new SettingsBar(root, {
        theme: element("theme"),
        wrap: element("wrap"),
        density: element("density"),
        timeHead: element("column-time"),
    }, { changed: acts.settingChanged, signal });
    settings.adoptZone(address.lens.zone);
    const filter = new FilterBar({
        root: element("filter"), input: element("filter-text"), colours: element("filter-colours"),
        problem: element("filter-problem"), count: element("filter-count"), clear: element("filter-clear"),
    }, { apply: acts.applyFilter, signal });
    const timeBar = new TimeBar(
        { root, state: element("time-state"), button: element("hold"), returnButton: element("return") },
        { toggle: acts.toggleHold, goLive: (event) => acts.goLive(event?.shiftKey), signal },
    );
    const keymap = new Keymap(settings.get("keys"));
    const help = new Later(async () => {
        const { HelpView } = await import("./help-view.js");
        return new HelpView(element("help"), { keymap, changed: () => settings.set("keys", keymap.changes), signal });
    });
    const strip = new StripBar(
        element("strip"), explanation,
        { chooseZone: acts.chooseZone, showAccount: () => acts.run("account"), showKeys: () => help.do("toggle"), retry: acts.retry });
    const smallBar = new SmallBar(element("small-bar"), explanation, {
        toggleHold: acts.toggleHold, previousError: acts.previousError, filter: () => filter.focus(), menu: acts.menu,
    });
    return { address, settings, filter, timeBar, keymap, help, strip, smallBar };
}
