internal import Synchronization

/// Who is meant by the number that the library hands back to a callback.
///
/// The library may still be in a callback when the object that asked for it is gone. A number that is looked up finds
/// nobody then; a pointer would find freed memory.
final class CallbackTable<Target: AnyObject & Sendable>: Sendable {
    private struct State {
        var next: UInt = 1
        var targets: [UInt: Target] = [:]
    }

    private let state = Mutex(State())

    /// The closure for the library; it is never a real address.
    func add(_ target: Target) -> UInt {
        self.state.withLock { state in
            defer { state.next += 1 }
            state.targets[state.next] = target
            return state.next
        }
    }

    func remove(_ number: UInt) { self.state.withLock { _ = $0.targets.removeValue(forKey: number) } }

    func find(_ closure: UnsafeMutableRawPointer?) -> Target? {
        let number = UInt(bitPattern: closure)
        return self.state.withLock { $0.targets[number] }
    }
}
