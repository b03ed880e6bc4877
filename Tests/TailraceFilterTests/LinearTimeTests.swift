import Glibc
import TailraceEvent
import TailraceFilter
import Testing

/// Patterns that make backtracking engines explode, on texts that make them try everything.
@Suite(.serialized) struct LinearTimeTests {
    static let known = [
        "^(a+)+$", "(x|xx)*y", "(a|a)*b", "(a*)*b", "(a+)+b", "([a-zA-Z]+)*$", "(a|aa)+$", "(a|a?)+$", "(.*a){12}$",
        "^(([a-z])+.)+[A-Z]([a-z])+$", "(a+){10}y", "((a+)+)+$", "(a|b|ab)*c", "^(\\w+\\s?)*$", "(\\w*)*@",
        "(.*)(.*)(.*)(.*)(.*)[^b]b", "a*a*a*a*a*a*b", "(a?){30}a{30}b", "(?:a|a)+c", "([ab]*[ab]*)*c",
        "^(a|b)*(b|a)*(a|b)*c$", "(\\w+)*[0-9]$", "(.+)+\\d$", "((a{1,9}){1,9})+b", "(a{2,20})*c", "(?:(?:a+)?b?)+c",
        "^(\\S+)+:$", "(aa|a)*(aa|a)*c",
    ]

    static var generated: [String] {
        var patterns: [String] = []
        for inner in ["a+", "a*", "a|a", "a|aa", "[ab]+", "a?", "\\w+", "a|ab|b", "a{1,5}"] {
            for outer in ["+", "*", "{2,9}"] {
                for tail in ["c", "$", "[^a!b]", "\\dx"] {
                    patterns += ["(\(inner))\(outer)\(tail)", "^((\(inner))\(outer))*\(tail)"]
                }
            }
        }
        return patterns
    }

    static func batch(_ text: String) -> EventBatch {
        var batch = EventBatch()
        let origin = batch.origin(Origin(source: "s", host: "h"))
        let time = Timestamp(nanoseconds: 0)
        batch.append(
            time: time, received: time, level: nil, origin: origin, message: Array(text.utf8).span,
            fields: [UInt8]().span)
        return batch
    }

    static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The least of several runs, as noise only ever adds.
    static func leastSeconds(_ runs: Int, _ body: () -> Void) -> Double {
        (0..<runs).map { _ in
            let start = Self.threadSeconds()
            body()
            return Self.threadSeconds() - start
        }.min() ?? 0
    }

    /// True if twice the text takes at most 2.3 times as long. Below a millisecond there is nothing to see: quadratic
    /// work on these texts would take minutes.
    static func isLinear(short: () -> Void, long: () -> Void) -> Bool {
        for runs in [3, 9, 27] {
            let (first, second) = (Self.leastSeconds(runs, short), Self.leastSeconds(runs, long))
            if second < 0.001 || second <= 2.3 * first { return true }
        }
        return false
    }

    static let texts = Self.texts(of: 100_000)

    static func texts(of length: Int) -> [(short: EventBatch, long: EventBatch)] {
        ["a", "ab", "x", "abcab "].map { unit in
            func text(_ length: Int) -> EventBatch {
                Self.batch(String(repeating: unit, count: length / unit.utf8.count) + "!")
            }
            return (text(length), text(2 * length))
        }
    }

    @Test func `patterns that explode elsewhere take linear time`() throws {
        let patterns = Self.known + Self.generated
        #expect(patterns.count >= 200)
        for pattern in patterns {
            var matcher = Matcher(try Filter(parsing: "/\(pattern)/"), context: MatchContext(streamNumbers: [:]))
            for text in Self.texts {
                var found = 0
                let isLinear = Self.isLinear {
                    found += matcher.matches(text.short, at: 0, seq: 1) ? 1 : 0
                } long: {
                    found += matcher.matches(text.long, at: 0, seq: 1) ? 1 : 0
                }
                #expect(isLinear, "\(pattern) on \(text.short.message(at: 0).prefix(8))")
            }
        }
    }

    @Test func `a set of them takes linear time`() throws {
        var set = MatcherSet(context: MatchContext(streamNumbers: [:]), maxFilters: 1000)
        var members: [Int] = []
        for pattern in Self.known + Self.generated {
            let member = set.insert(try Filter(parsing: "/\(pattern)/"))
            members.append(try #require(member))
        }
        let compiled = set.makeJob().run()
        set.adopt(compiled)
        let scanned = set.statistics.scanned
        #expect(scanned >= 200)
        for text in Self.texts {
            let isLinear = Self.isLinear {
                set.match(text.short, in: 0..<1, firstSeq: 1, members) { _, _, _ in }
            } long: {
                set.match(text.long, in: 0..<1, firstSeq: 1, members) { _, _, _ in }
            }
            #expect(isLinear, "on \(text.short.message(at: 0).prefix(8))")
        }
    }

    @Test func `long runs of wildcards take linear time`() throws {
        let long = String(repeating: "ab", count: 900)
        for pattern in ["*a*a*a*a*a*b", "a?????????b*", "*ab*ab*ab*abc", "\"\(long)c\""] {
            var matcher = Matcher(try Filter(parsing: pattern), context: MatchContext(streamNumbers: [:]))
            for text in Self.texts(of: 20_000) {
                let isLinear = Self.isLinear {
                    _ = matcher.matches(text.short, at: 0, seq: 1)
                } long: {
                    _ = matcher.matches(text.long, at: 0, seq: 1)
                }
                #expect(isLinear, "\(pattern)")
            }
        }
    }
}
