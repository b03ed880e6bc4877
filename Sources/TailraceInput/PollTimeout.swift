extension ContinuousClock.Instant {
    /// Milliseconds until then for `poll(2)`, rounded up so that nothing is woken too early; 0 if it has passed.
    var pollTimeout: Int32 { Int32(clamping: Int(max(0, (self - .now) / .milliseconds(1)).rounded(.up))) }
}
