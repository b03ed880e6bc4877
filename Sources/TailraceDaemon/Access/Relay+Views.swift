internal import TailraceAccess
internal import TailraceHub
internal import TailraceLog

extension Relay {
    /// The views of the first configuration; copies that no role has any more are removed.
    static func beginViews(_ views: RoleViews, _ parts: RelayParts, log: EventLog, host: String) throws(RelayError) {
        RoleViews.removeOthers(than: parts.views, parts.configuration.log)
        let setting = Self.viewSetting(parts, log: log, host: host)
        do { views.replace(try views.prepare(parts.views, setting), parts.views, setting: setting) } catch {
            throw RelayError(error.description)
        }
    }

    static func viewSetting(_ parts: RelayParts, log: EventLog, host: String) -> RoleViews.Setting {
        RoleViews.Setting(
            log: log, settings: parts.configuration.log, maxSize: parts.configuration.access.viewMaxSize,
            consumers: parts.configuration.consumers, host: host)
    }
}
