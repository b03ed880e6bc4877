import TailraceEvent
import Testing

@Suite struct LevelTests {
    @Test func `levels are ordered from trace to emergency and know their names`() {
        #expect(
            Level.allCases.map(\.name) == [
                "trace", "debug", "info", "notice", "warn", "error", "critical", "alert", "emergency",
            ])
        #expect(Level.allCases.sorted() == Level.allCases)
        #expect(Level.allCases.map(\.rawValue) == Array(1...9))
        for level in Level.allCases { #expect(Level(name: level.name) == level) }
    }

    @Test(arguments: [
        ("WARNING", Level.warn), ("Warn", .warn), ("wrn", .warn), ("ERR", .error), ("SEVERE", .error),
        ("crit", .critical), ("FATAL", .critical), ("Emerg", .emergency), ("PANIC", .emergency),
        ("EMERGENCY", .emergency), ("Critical", .critical), ("dbg", .debug), ("verbose", .trace), ("INF", .info),
        ("Information", .info),
    ])
    func `aliases and any case name a level`(name: String, level: Level) {
        #expect(Level(name: name) == level)
    }

    @Test(arguments: [
        "", "x", "warnin", "warnings", "emergencies", "informat", "emergency!", "err\u{0}", "\u{0}err", "éerr",
        "info ", "criticaly", "erroooooooooooor",
    ])
    func `other words name no level`(name: String) {
        #expect(Level(name: name) == nil)
    }

    @Test func `syslog severities count downwards`() {
        #expect((-1...8).map { Level(syslogSeverity: $0) } == [
            nil, .emergency, .alert, .critical, .error, .warn, .notice, .info, .debug, nil,
        ])
    }
}
