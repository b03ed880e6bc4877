internal import Glibc

/// Quantiles in bounded memory: values are counted in bins whose borders grow by a constant factor, so that any value
/// told is at most 1 % from one that was there.
///
/// Bin i holds values in (γⁱ⁻¹, γⁱ], γ = 1.01 / 0.99. Beyond `maxBins` of one sign the bins nearest to zero are joined:
/// 512 bins span a factor of 27,000 without a hole, and only quantiles that fall below that are told too high.
struct QuantileSketch: Equatable {
    static let relativeError = 0.01
    static let maxBins = 512
    private static let gamma = (1 + QuantileSketch.relativeError) / (1 - QuantileSketch.relativeError)
    private static let logGamma = log(QuantileSketch.gamma)

    private struct Bin: Equatable {
        var index: Int32
        var count: UInt32
    }

    /// By index.
    private var positive: [Bin] = []
    /// By index of the magnitude.
    private var negative: [Bin] = []
    private var zeros: UInt64 = 0
    private(set) var count: UInt64 = 0

    mutating func add(_ value: Double) {
        self.count += 1
        if value > 0 {
            Self.add(Bin(index: Self.index(of: value), count: 1), to: &self.positive)
        } else if value < 0 {
            Self.add(Bin(index: Self.index(of: -value), count: 1), to: &self.negative)
        } else {
            self.zeros += 1
        }
    }

    mutating func merge(_ other: QuantileSketch) {
        self.count += other.count
        self.zeros += other.zeros
        for bin in other.positive { Self.add(bin, to: &self.positive) }
        for bin in other.negative { Self.add(bin, to: &self.negative) }
    }

    /// The value below which this share of all values is; nil without any.
    func quantile(_ share: Double) -> Double? {
        guard self.count > 0 else { return nil }
        var left = UInt64(share * Double(self.count - 1))
        for bin in self.negative.reversed() {
            if left < UInt64(bin.count) { return -Self.value(of: bin.index) }
            left -= UInt64(bin.count)
        }
        if left < self.zeros { return 0 }
        left -= self.zeros
        for bin in self.positive {
            if left < UInt64(bin.count) { return Self.value(of: bin.index) }
            left -= UInt64(bin.count)
        }
        return self.positive.last.map { Self.value(of: $0.index) }
    }

    private static func index(of magnitude: Double) -> Int32 { Int32((log(magnitude) / Self.logGamma).rounded(.up)) }

    /// As far from one border of the bin as from the other, in relation to each.
    private static func value(of index: Int32) -> Double {
        2 * exp(Double(index) * Self.logGamma) / (Self.gamma + 1)
    }

    private static func add(_ bin: Bin, to bins: inout [Bin]) {
        var low = 0
        var high = bins.count
        while low < high {
            let middle = (low + high) / 2
            if bins[middle].index < bin.index { low = middle + 1 } else { high = middle }
        }
        if low < bins.count, bins[low].index == bin.index {
            let (sum, overflow) = bins[low].count.addingReportingOverflow(bin.count)
            bins[low].count = overflow ? .max : sum
            return
        }
        bins.insert(bin, at: low)
        guard bins.count > Self.maxBins else { return }
        let (sum, overflow) = bins[0].count.addingReportingOverflow(bins[1].count)
        bins[1].count = overflow ? .max : sum
        bins.removeFirst()
    }
}
