/// The hash in an entry's cursor: of all its fields, in whatever order, so it tells whether all of them can be read.
///
/// Journald takes each field's `NAME=value` through Bob Jenkins' lookup3 (both 32-bit results, the first one high) and
/// combines the fields with exclusive or; systemd's JOURNAL_FILE_FORMAT documents `xor_hash`.
struct JournalHash {
    private(set) var value: UInt64 = 0

    mutating func take(_ field: UnsafeRawBufferPointer) { self.value ^= Self.of(field) }

    private static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let seed = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
        var state = Lookup3(a: seed, b: seed, c: seed)
        var start = 0
        while bytes.count - start > 12 {
            state.add(bytes, start)
            state.mix()
            start += 12
        }
        if start < bytes.count {
            state.add(bytes, start)
            state.finish()
        }
        return UInt64(state.c) << 32 | UInt64(state.b)
    }
}

/// The three words of lookup3.
private struct Lookup3 {
    var a: UInt32
    var b: UInt32
    var c: UInt32

    /// Adds twelve bytes; those beyond the end are zero.
    mutating func add(_ bytes: UnsafeRawBufferPointer, _ start: Int) {
        func word(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { word, index in
                let place = start + offset + index
                return word | (place < bytes.count ? UInt32(bytes[place]) << UInt32(8 * index) : 0)
            }
        }
        self.a &+= word(0)
        self.b &+= word(4)
        self.c &+= word(8)
    }

    mutating func mix() {
        Self.step(&self.a, &self.b, &self.c, 4)
        Self.step(&self.b, &self.c, &self.a, 6)
        Self.step(&self.c, &self.a, &self.b, 8)
        Self.step(&self.a, &self.b, &self.c, 16)
        Self.step(&self.b, &self.c, &self.a, 19)
        Self.step(&self.c, &self.a, &self.b, 4)
    }

    mutating func finish() {
        Self.fold(&self.c, self.b, 14)
        Self.fold(&self.a, self.c, 11)
        Self.fold(&self.b, self.a, 25)
        Self.fold(&self.c, self.b, 16)
        Self.fold(&self.a, self.c, 4)
        Self.fold(&self.b, self.a, 14)
        Self.fold(&self.c, self.b, 24)
    }

    private static func step(_ x: inout UInt32, _ y: inout UInt32, _ z: inout UInt32, _ bits: UInt32) {
        x = (x &- z) ^ Self.rotate(z, bits)
        z = z &+ y
    }

    private static func fold(_ x: inout UInt32, _ y: UInt32, _ bits: UInt32) { x = (x ^ y) &- Self.rotate(y, bits) }

    private static func rotate(_ x: UInt32, _ bits: UInt32) -> UInt32 { x << bits | x >> (32 - bits) }
}
