internal import Glibc
internal import NIOCore

/// Why the server cannot listen somewhere: what, why, and what to do.
package struct ListenError: Error, Hashable, CustomStringConvertible {
    package var address: String
    package var reason: String
    package var hint: String

    package init(address: String, reason: String, hint: String) {
        self.address = address
        self.reason = reason
        self.hint = hint
    }

    package var description: String { "cannot listen on \(self.address): \(self.reason); \(self.hint)" }

    init(_ address: ListenAddress, _ error: any Error) {
        if error is SocketAddressError.UnknownHost {
            self.init(
                address: "\(address)", reason: "the host name has no address here",
                hint: "use an address, as in 127.0.0.1:8245")
            return
        }
        let code = (error as? IOError)?.errnoCode
        let (reason, hint) = Self.explain(code, address) ?? ("\(error)", "choose another address")
        self.init(address: "\(address)", reason: reason, hint: hint)
    }

    private static func explain(_ code: Int32?, _ address: ListenAddress) -> (reason: String, hint: String)? {
        switch (code, address) {
        case (EADDRINUSE, .tcp(_, let port)):
            (
                "address already in use",
                "`ss -ltnp 'sport = :\(port)'` names the program that has it; stop that one or choose another port"
            )
        case (EADDRINUSE, _):
            ("address already in use", "another relay has this socket; stop it or choose another path")
        case (EACCES, .tcp(_, let port)):
            (
                "port \(port) is privileged",
                "choose a port from 1024 up, or give the service AmbientCapabilities=CAP_NET_BIND_SERVICE"
            )
        case (EACCES, _): ("permission denied", "give the relay's user write access to the folder")
        case (ENOENT, .unix): ("no such folder", "create it, or set RuntimeDirectory= in the unit")
        case (EADDRNOTAVAIL, _):
            ("this machine does not have the address", "`ip addr` lists the addresses it has; 0.0.0.0 means all")
        default: nil
        }
    }
}
