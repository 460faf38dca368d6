/// A metric's name as Prometheus writes it, and the names of the samples that it stands for.
///
/// Characters that Prometheus does not know become `_`. Units stand last in a name and `_total` behind them, so that a
/// counter `x` and a counter `x_total` are one metric, and a timer always ends in `_seconds`.
struct MetricName: Hashable {
    /// The family's name: what stands behind `# TYPE` in OpenMetrics.
    let text: String

    /// - Returns: `nil` where nothing is left of the name, or it is too long.
    init?(_ label: String, kind: MetricKind, limits: MetricsLimits) {
        guard let name = Self.cleaned(label, limit: limits.nameByteCount, allowsColon: true) else { return nil }
        switch kind {
        case .counter, .realCounter:
            let base = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
            guard !base.isEmpty else { return nil }
            text = base
        case .timer:
            text = name.hasSuffix("_seconds") ? name : name + "_seconds"
        case .gauge, .histogram:
            text = name
        }
    }

    /// All names that samples and families of a metric of this kind may have, so that no two metrics share one.
    func sampleNames(_ kind: MetricKind) -> [String] {
        switch kind {
        case .counter, .realCounter: [text, text + "_total", text + "_created"]
        case .gauge: [text]
        case .histogram, .timer: [text, text + "_bucket", text + "_sum", text + "_count", text + "_created"]
        }
    }

    /// A name of ASCII letters, digits and `_` that begins with none of the digits.
    static func cleaned(_ text: String, limit: Int, allowsColon: Bool) -> String? {
        guard !text.isEmpty, text.utf8.count <= limit else { return nil }
        var name = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": name.unicodeScalars.append(scalar)
            case "0"..."9":
                if name.isEmpty { name = "_" }
                name.unicodeScalars.append(scalar)
            case ":" where allowsColon: name.unicodeScalars.append(scalar)
            default: name += "_"
            }
        }
        return name
    }
}

/// What a series is told apart by from others of its family, in the order of names.
struct LabelSet: Hashable, Comparable {
    struct Label: Hashable {
        let name: String
        let value: String
    }

    let labels: [Label]

    /// The one series for everything that a family has no room for.
    static let overflow = LabelSet([Label(name: "overflow", value: "true")])

    private init(_ labels: [Label]) { self.labels = labels }

    /// - Returns: `nil` where a label has no usable name, two have the same, or there are too many.
    init?(_ dimensions: [(String, String)], limits: MetricsLimits) {
        guard dimensions.count <= limits.labelCount else { return nil }
        var labels: [Label] = []
        for (name, value) in dimensions {
            guard let name = Self.name(name, limits: limits) else { return nil }
            labels.append(Label(name: name, value: Self.cut(value, limit: limits.valueByteCount)))
        }
        labels.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        guard zip(labels, labels.dropFirst()).allSatisfy({ $0.name != $1.name }) else { return nil }
        self.labels = labels
    }

    /// Names that the format itself uses are the format's alone.
    private static func name(_ text: String, limits: MetricsLimits) -> String? {
        guard let name = MetricName.cleaned(text, limit: limits.nameByteCount, allowsColon: false) else { return nil }
        let isReserved = name == "le" || name == "quantile" || name == "overflow" || name.hasPrefix("__")
        return isReserved ? "label_" + name : name
    }

    /// The beginning of a value, cut between characters.
    private static func cut(_ value: String, limit: Int) -> String {
        guard value.utf8.count > limit else { return value }
        var result = ""
        var count = 0
        for scalar in value.unicodeScalars {
            count += UTF8.width(scalar)
            guard count <= limit else { break }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    static func < (left: LabelSet, right: LabelSet) -> Bool {
        for (first, second) in zip(left.labels, right.labels) where first != second {
            if first.name != second.name { return first.name.utf8.lexicographicallyPrecedes(second.name.utf8) }
            return first.value.utf8.lexicographicallyPrecedes(second.value.utf8)
        }
        return left.labels.count < right.labels.count
    }
}
