import Foundation
import TailraceAccess

/// The token that commands show to a relay: out of a file, a credential of the unit or the environment; never an
/// argument, which every user of the host can see.
enum ClientToken {
    private static let credential = "tailrace-token"

    static func found() throws -> String? {
        if let path = Environment.value("TAILRACE_TOKEN_FILE") { return try Self.read(path) }
        if let text = Environment.value("TAILRACE_TOKEN") { return try Self.checked(text, in: "TAILRACE_TOKEN") }
        guard let folder = Environment.value("CREDENTIALS_DIRECTORY") else { return nil }
        let path = "\(folder)/\(Self.credential)"
        return FileManager.default.fileExists(atPath: path) ? try Self.read(path) : nil
    }

    private static func read(_ path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("the token's file \(path) can't be read; see TAILRACE_TOKEN_FILE")
        }
        return try Self.checked(String(decoding: bytes, as: UTF8.self), in: path)
    }

    private static func checked(_ text: String, in place: String) throws -> String {
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard AccessToken.digest(ofShown: token) != nil else {
            throw CommandFailure(
                "\(place) holds no token: it begins with \(AccessToken.prefix), as `tailrace token` made it")
        }
        return token
    }
}
