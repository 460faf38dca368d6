/// A reader of both text formats, written from their specifications and sharing nothing with what it reads.
struct ExpositionReader {
    struct Sample: Hashable {
        let name: String
        let labels: [String: String]
        let value: String
    }

    struct Broken: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var types: [String: String] = [:]
    private(set) var help: [String: String] = [:]
    /// In the order in which they stand.
    private(set) var samples: [Sample] = []
    private(set) var isEnded = false

    /// - Throws: ``Broken`` that says which line is wrong.
    init(_ text: String) throws {
        guard text.isEmpty || text.utf8.last == 10 else { throw Broken(description: "the last line has no end") }
        var lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
        _ = lines.popLast()
        for line in lines {
            guard !isEnded else { throw Broken(description: "something comes after the end") }
            try read(line)
        }
        guard Set(samples.map { "\($0.name) \($0.labels.sorted { $0.key < $1.key })" }).count == samples.count else {
            throw Broken(description: "a series comes twice")
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> String? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private mutating func read(_ line: [UInt8]) throws {
        if line == Array("# EOF".utf8) {
            isEnded = true
        } else if line.starts(with: Array("# ".utf8)) {
            let parts = line.split(separator: 32, maxSplits: 3, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard parts.count == 4 else { throw Broken(description: "half a comment") }
            switch parts[1] {
            case "TYPE":
                guard types.updateValue(parts[3], forKey: parts[2]) == nil else {
                    throw Broken(description: "\(parts[2]) has two types")
                }
            case "HELP": help[parts[2]] = parts[3]
            default: throw Broken(description: "'\(parts[1])' is no comment of these formats")
            }
        } else {
            samples.append(try sample(line))
        }
    }

    private func sample(_ line: [UInt8]) throws -> Sample {
        var rest = line[...]
        let name = take(&rest) { Self.isName($0) || $0 == UInt8(ascii: ":") }
        guard !name.isEmpty, !(48...57).contains(name.utf8.first ?? 48) else {
            throw Broken(description: "a sample without a name")
        }
        var labels: [String: String] = [:]
        if rest.first == UInt8(ascii: "{") {
            rest.removeFirst()
            while rest.first != UInt8(ascii: "}") {
                let label = take(&rest, while: Self.isName)
                guard !label.isEmpty, rest.prefix(2).elementsEqual("=\"".utf8) else {
                    throw Broken(description: "a label of \(name) is broken")
                }
                rest.removeFirst(2)
                guard labels.updateValue(try quoted(&rest), forKey: label) == nil else {
                    throw Broken(description: "\(name) has the label \(label) twice")
                }
                if rest.first == UInt8(ascii: ",") { rest.removeFirst() }
            }
            rest.removeFirst()
        }
        guard rest.first == 32 else { throw Broken(description: "\(name) has no value") }
        let value = String(decoding: rest.dropFirst(), as: UTF8.self)
        guard ["+Inf", "-Inf", "NaN"].contains(value) || Double(value) != nil else {
            throw Broken(description: "'\(value)' is no number")
        }
        return Sample(name: name, labels: labels, value: value)
    }

    private func quoted(_ rest: inout ArraySlice<UInt8>) throws -> String {
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): bytes.append(10)
                case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
                default: throw Broken(description: "an unknown escape")
                }
            default: bytes.append(byte)
            }
        }
        throw Broken(description: "a value without its end")
    }

    private func take(_ rest: inout ArraySlice<UInt8>, while holds: (UInt8) -> Bool) -> String {
        let taken = rest.prefix(while: holds)
        rest = rest.dropFirst(taken.count)
        return String(decoding: taken, as: UTF8.self)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
