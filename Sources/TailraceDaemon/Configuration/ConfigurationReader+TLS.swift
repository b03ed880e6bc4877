import Glibc
import TailraceEvent
import TailraceOptions
import TailraceWeb

extension ConfigurationReader {
    /// The files of `[server] tls`. They are read here already: a certificate that can't be used is a mistake of the
    /// configuration, and must not come to light after the relay has stopped what worked.
    mutating func tls(_ server: OptionTable) -> ServerTLS.Files? {
        guard let table = server.table("tls"), let certificate = table.string("certificate"),
            let key = table.string("key")
        else { return nil }
        let files = ServerTLS.Files(
            certificate: FolderPath.resolve(certificate, besides: self.mainFile),
            key: FolderPath.resolve(key, besides: self.mainFile),
            clientAuthority: table.string("client_ca").map { FolderPath.resolve($0, besides: self.mainFile) })
        do throws(TLSProblem) {
            self.warn(of: try ServerTLS(files).validity, files.certificate)
            self.warnIfOthersRead(files.key)
        } catch {
            self.checker.add(
                table.problem(
                    error.part.rawValue, "\(error.part.rawValue) in tls, \(error.path): \(error.reason)",
                    hint: error.hint))
        }
        return files
    }

    /// Renewal commonly happens a month before the end; nearer than this something is wrong with it.
    private static let warningDays: Int64 = 14

    private mutating func warn(of validity: Range<Timestamp>, _ path: String) {
        let now = Timestamp.now()
        let left = (validity.upperBound.nanoseconds - now.nanoseconds) / 86_400_000_000_000
        if now < validity.lowerBound {
            self.warnings.append("the certificate \(path) is not valid yet: clients will refuse it; check the clock")
        } else if now >= validity.upperBound {
            self.warnings.append("the certificate \(path) has expired: clients will refuse it; renew it")
        } else if left < Self.warningDays {
            self.warnings.append("the certificate \(path) expires in \(left) days; renew it")
        }
    }

    private mutating func warnIfOthersRead(_ path: String) {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & 0o004 != 0 else { return }
        self.warnings.append("every user of this host can read the key \(path): chmod o-r \(path)")
    }
}
