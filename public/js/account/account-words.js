// Who is signed in, in words, and where to sign in again. Pure.

const PROOFS = { token: "with a token", provider: "by the login provider", proxy: "by the proxy before the relay" };

/**
 * Sentences about a reader: `user` and `streams` as the relay said when it was connected to, `visitor` what
 * `/api/v1/me` answers, if it did.
 */
export function accountWords({ user, streams }, visitor) {
    const proof = PROOFS[visitor?.by];
    const role = visitor?.role ? `Role ${visitor.role}. ` : "";
    return [
        [{ text: "Signed in as " }, { strong: user }, { text: proof ? ` ${proof}.` : "." }],
        [{ text: `${role}You see ${streams.length === 1 ? "the stream" : "the streams"} ${streams.join(", ")}.` }],
    ];
}

/** The login page, which leads back to a view of this page: `view` is its query. */
export function loginAddress(view) {
    return `login?next=${encodeURIComponent(`./${view}`)}`;
}
