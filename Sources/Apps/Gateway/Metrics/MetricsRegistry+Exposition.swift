extension MetricsRegistry {
    /// All metrics in one of the text formats, the same for the same figures on every machine.
    ///
    /// It is at most ``MetricsLimits/familyCount`` times ``MetricsLimits/seriesPerFamily`` series long; a histogram's
    /// series has a line for each of its ``HistogramBuckets``.
    public func exposition(as format: ExpositionFormat) -> String {
        var writer = ExpositionWriter(format: format)
        for family in shown() { writer.write(family) }
        return writer.finish()
    }
}

/// Writes metrics line by line.
private struct ExpositionWriter {
    let format: ExpositionFormat
    private var text = ""

    init(format: ExpositionFormat) { self.format = format }

    mutating func write(_ family: MetricsRegistry.ShownFamily) {
        guard !family.series.isEmpty else { return }
        // The text format of Prometheus names a counter as its sample, OpenMetrics without the ending.
        let sample = family.kind.isCounter ? family.name + "_total" : family.name
        let name = format == .openMetrics ? family.name : sample
        if let help = family.help { text += "# HELP \(name) \(escaped(help, quotes: format == .openMetrics))\n" }
        text += "# TYPE \(name) \(family.kind.typeName)\n"
        for series in family.series {
            switch series.value {
            case .integer(let number): line(sample, series.labels, "\(number)")
            case .real(let number): line(sample, series.labels, Self.number(number))
            case .histogram(let histogram): write(histogram, family.name, series.labels)
            }
        }
    }

    private mutating func write(_ histogram: HistogramSeries.Snapshot, _ name: String, _ labels: LabelSet) {
        var count: UInt64 = 0
        for (bound, found) in zip(histogram.bounds, histogram.counts) {
            count += found
            line(name + "_bucket", labels, "\(count)", bound: "\(bound)")
        }
        count += histogram.counts.last ?? 0
        line(name + "_bucket", labels, "\(count)", bound: "+Inf")
        line(name + "_sum", labels, Self.number(histogram.sum))
        line(name + "_count", labels, "\(count)")
    }

    private mutating func line(_ name: String, _ labels: LabelSet, _ value: String, bound: String? = nil) {
        var pairs = labels.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        text += name
        if !pairs.isEmpty { text += "{" + pairs.joined(separator: ",") + "}" }
        text += " \(value)\n"
    }

    mutating func finish() -> String {
        if format == .openMetrics { text += "# EOF\n" }
        return text
    }

    /// A number as both formats read it: whole ones without a fraction.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    private func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
