internal import Glibc

/// C strings that live until `free`, for calls that take structs full of pointers.
struct CStrings {
    private var owned: [UnsafeMutablePointer<CChar>] = []

    mutating func make(_ text: String) -> UnsafePointer<CChar>? {
        guard let copy = strdup(text) else { return nil }
        self.owned.append(copy)
        return UnsafePointer(copy)
    }

    mutating func make(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text else { return nil }
        return self.make(text)
    }

    mutating func free() {
        for string in self.owned { Glibc.free(string) }
        self.owned = []
    }
}
