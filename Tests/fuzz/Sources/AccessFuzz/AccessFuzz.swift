import TailraceAccess

/// The text is what a client shows as a token, what stands in the configuration as a hash, and addresses, a line each.
///
/// Nothing but a token has a token's form, a hash is that of its token alone, and an address is in its own range and in
/// those around it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAccess(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    checkToken(text)
    if let digest = AccessToken.digest(ofHash: text), digest.count != 32 {
        fatalError("a digest of \(digest.count) bytes")
    }
    for line in text.split(separator: "\n").prefix(8) { checkAddress(String(line)) }
    return 0
}

private func checkToken(_ text: String) {
    let hash = AccessToken.hash(of: text)
    guard AccessToken.digest(ofHash: hash) == Secret.digest(text) else {
        fatalError("\(hash) is not the hash of \(text)")
    }
    if let shown = AccessToken.digest(ofShown: text) {
        guard text.hasPrefix(AccessToken.prefix), shown == Secret.digest(text) else {
            fatalError("\(text) was taken for a token")
        }
    } else if AccessToken.isOne(text) {
        fatalError("\(text) has the form of a token and is none")
    }
}

private func checkAddress(_ text: String) {
    guard let range = AddressRange(text) else { return }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let address = String(parts[0])
    guard range.contains(address) else { fatalError("\(text) does not contain \(address)") }
    guard let alone = AddressRange(address), alone.contains(address) else { fatalError("\(address) is not itself") }
    let all = ["0.0.0.0/0", "::/0"].compactMap(AddressRange.init)
    guard all.contains(where: { $0.contains(address) }) else { fatalError("\(address) is nowhere") }
    guard !AddressRange.subscriber(at: address).isEmpty else { fatalError("\(address) is nobody's") }
}
