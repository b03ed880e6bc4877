// What the page may want of the rows, by the names of its messages: commands, and questions with an answer. Pure.

import { copied } from "../list/copy-text.js";
import { fieldStats, textStats } from "../list/field-stats.js";
import { neighboursOf, nextKin } from "../list/kin.js";
import { MOST_COLUMNS } from "../list/row-options.js";

/** What changes looks changes them for live and past rows alike; all else is done to the list that is shown. */
export function rowCommands(session) {
    const restyle = (change) => {
        for (const rows of session.lists) rows.restyle(change);
    };
    return {
        columns: ({ names }) => restyle((looks) => { looks.columns = names.slice(0, MOST_COLUMNS); }),
        bookmarks: ({ seqs }) => restyle((looks) => { looks.bookmarks = seqs; }),
        fold: ({ index }) => changeFold(session.shown, index, "toggle"),
        unfold: ({ index }) => changeFold(session.shown, index, "showWhole"),
        foldAll: ({ isOpen }) => restyle(({ unfolded }) => unfolded.setAll(isOpen)),
        marker: ({ title, facts, index }) => session.shown.mark({ title, facts, index }),
        noted: ({ seq }) => session.lists.forEach((rows) => rows.noted(seq)),
        clear: ({ index }) => session.shown.flipClear(index),
        repeats: ({ grade, anchorSeq }) => session.lists.forEach((rows) => rows.joinRepeats(grade, anchorSeq)),
    };
}

/** Each answers an object that goes back to the page. */
export function rowQuestions(session) {
    return {
        kin: ({ index, step }) => nextKin(session.shown.ring, index, step),
        own: ({ from, step }) => ({ index: session.shown.search.findOwn(from, step) }),
        place: ({ seq }) => ({ index: indexOfEvent(session.shown.ring, seq) }),
        neighbours: ({ index }) => ({ neighbours: neighboursOf(session.shown.ring, index) }),
        stats: ({ field }) => ({ stats: fieldStats(session.shown.ring.rows, field) }),
        occurrences: ({ text }) => ({ stats: textStats(session.shown.ring.rows, text) }),
        copy: ({ indexes, choice }) => ({ text: copied(textsAt(session.shown.ring, indexes), choice) }),
    };
}

function changeFold(rows, index, act) {
    const row = rows.ring.at(index);
    if (row?.text !== undefined) rows.restyle(({ unfolded }) => unfolded[act](row.seq), [index]);
}

function indexOfEvent(ring, seq) {
    const index = ring.indexOfSeq(seq);
    const row = index === undefined ? undefined : ring.at(index);
    const isHere = row?.seq === seq || row?.repeats?.some((other) => other.seq === seq);
    return isHere ? index : undefined;
}

function textsAt(ring, indexes) {
    return indexes.map((index) => ring.at(index)?.text).filter((text) => text !== undefined);
}
