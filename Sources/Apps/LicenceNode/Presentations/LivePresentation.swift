import Formats
import Identity
import Licences

/// The number of one scan, 128 random bits.
struct ScanNumber: Hashable, Sendable {
    let bytes: [UInt8]

    init(using generator: inout some RandomNumberGenerator) {
        bytes = generator.bytes(16)
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// A presentation that has not expired, with those who have scanned it: a value, without a clock of its own.
struct LivePresentation: Sendable {
    enum Answer: Sendable {
        case waiting
        case confirmed(HolderSignature)
        case declined
    }

    /// Who asks for what, and what the holder says.
    struct Scan: Sendable {
        let requester: MemberName
        let request: UseRequest
        var answer: Answer
    }

    let token: PresentationToken
    /// The key of the holder's, or the agent's, device.
    let key: any VerificationKey
    private(set) var scans: [ScanNumber: Scan] = [:]
    /// In the order in which they came, for the holder to see.
    private(set) var order: [ScanNumber] = []
    private var confirmedCount: Int64 = 0

    init(token: PresentationToken, key: any VerificationKey) {
        (self.token, self.key) = (token, key)
    }

    /// What waits for the holder.
    var waiting: [(number: ScanNumber, scan: Scan)] {
        order.compactMap { number in
            guard let scan = scans[number], case .waiting = scan.answer else { return nil }
            return (number, scan)
        }
    }

    /// Whether everybody has scanned who may.
    var isUsedUp: Bool { confirmedCount >= token.maximumScans }

    mutating func add(_ scan: Scan, as number: ScanNumber) {
        scans[number] = scan
        order.append(number)
    }

    mutating func confirm(_ number: ScanNumber, with proof: HolderSignature) {
        scans[number]?.answer = .confirmed(proof)
        confirmedCount += 1
    }

    mutating func decline(_ number: ScanNumber) { scans[number]?.answer = .declined }
}
