// The word for what the page is doing, and why. Pure.

import { count, counted, rate, span } from "../parts/format.js";
import { endsOf, exactSpan, momentOf, placeWords } from "./place.js";
import { REASONS } from "./time-state.js";

/** What to show for a state of time, link and stream: a word, a sentence, and the mode the colours follow. */
export function timeWords({ time, link, isOpened, stats, news, now, zone, past }) {
    if (link.phase === "lost") {
        const wait = link.retryAt === undefined ? "now" : `in ${span(Math.max(1000, link.retryAt - now))}`;
        return {
            mode: "lost",
            word: "OFFLINE",
            why: [{ strong: span(now - link.since) }, ` \u00b7 attempt ${link.attempt + 1} ${wait}`],
        };
    }
    if (time.place) return { mode: "past", word: "PAST", why: pastWords(time.place, { zone, now, past }) };
    if (!isOpened) return { mode: "opening", word: "OPENING", why: [] };
    if (time.held) return { mode: "held", word: "HELD", why: [REASONS[time.reason], ...newsWords(news)] };
    const { matched = 0, seen = 0 } = stats?.rates ?? {};
    return { mode: "live", word: "LIVE", why: stats ? [{ strong: rate(matched) }, ` of ${rate(seen)}`] : [] };
}

function pastWords(place, { zone, now, past }) {
    const { since, until } = endsOf(place);
    const words = [{ strong: placeWords(place, { zone, now, landedTime: past?.landedTime }) }];
    if (until !== undefined && since !== undefined) return [...words, { more: ` \u00b7 ${exactSpan(until - since)}` }];
    const at = momentOf(place, past?.landedTime);
    return at <= now ? [...words, { more: ` \u00b7 ${span(now - at)} ago` }] : words;
}

function newsWords({ matched, errors }) {
    if (matched === 0) return [];
    return [
        " \u00b7 ",
        { strong: `${count(matched)} new` },
        ...(errors > 0 ? [", ", { error: counted(errors, "error") }] : []),
    ];
}
