/// An error of the operating system.
struct SystemError: Error, Hashable {
    /// `errno`.
    let code: Int32
}
