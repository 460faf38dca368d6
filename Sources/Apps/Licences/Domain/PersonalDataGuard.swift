internal import SwiftASN1

/// Refuses bytes that are about to go on a ledger and look like personal data or like a document.
///
/// What is on a ledger cannot be taken back, so a look-alike is refused too. The guard is against mistakes: whoever
/// wants to hide a number from it can. It takes DER apart and looks at each value; anything else it looks at as a
/// whole.
public struct PersonalDataGuard: Sendable {
    private let limits: LicenceLimits

    public init(limits: LicenceLimits = .standard) {
        self.limits = limits
    }

    /// Passes `payload`, or says what it seems to hold, without repeating it.
    /// - Throws: ``LicenceError`` with code `tooLarge` or `personalData`.
    public func check(_ payload: [UInt8]) throws(LicenceError) {
        try checkSize(payload.count, limit: limits.payloadByteCount, of: "payload")
        try check(payload[...], depth: 0)
    }

    private func check(_ bytes: ArraySlice<UInt8>, depth: Int) throws(LicenceError) {
        // Deeper nesting than any entry has is looked at as plain bytes only.
        if depth < 16, let node = Self.node(bytes) {
            try check(node, depth: depth + 1)
            // Text can pass for DER by accident, so it is looked at as text too.
            guard depth > 0 else { return }
        }
        try checkSize(bytes.count, limit: limits.valueByteCount, of: "value")
        try checkText(bytes)
    }

    private func check(_ node: ASN1Node, depth: Int) throws(LicenceError) {
        switch node.content {
        case .constructed(let children):
            for child in children { try check(child, depth: depth + 1) }
        // An OCTET STRING may wrap DER of its own.
        case .primitive(let bytes):
            try check(bytes, depth: depth + 1)
        }
    }

    private static func node(_ bytes: ArraySlice<UInt8>) -> ASN1Node? {
        guard bytes.count >= 2 else { return nil }
        return try? DER.parse(bytes)
    }

    private func checkSize(_ count: Int, limit: Int, of name: String) throws(LicenceError) {
        guard count > limit else { return }
        throw LicenceError(
            .tooLarge, "a \(name) of \(count) bytes does not go on a ledger (at most \(limit)); put its digest there",
            found: "\(count)", expected: "at most \(limit)"
        )
    }

    /// Looks for numbers that stand alone: not part of a longer row of digits.
    private func checkText(_ bytes: ArraySlice<UInt8>) throws(LicenceError) {
        var start = bytes.startIndex
        while start < bytes.endIndex {
            guard Self.isDigit(bytes[start]) else {
                start += 1
                continue
            }
            var end = start
            while end < bytes.endIndex, Self.isDigit(bytes[end]) { end += 1 }
            try checkNumber(bytes[start..<end], next: end < bytes.endIndex ? bytes[end] : nil)
            start = end
        }
    }

    private func checkNumber(_ digits: ArraySlice<UInt8>, next: UInt8?) throws(LicenceError) {
        let endsInX = next == UInt8(ascii: "X") || next == UInt8(ascii: "x")
        switch digits.count {
        case 18 where Self.isIdentityNumber(String(decoding: digits, as: UTF8.self)),
            17 where endsInX && Self.isIdentityNumber(String(decoding: digits, as: UTF8.self) + "X"):
            throw LicenceError(
                .personalData, "the payload holds a resident identity number; put the holder's pseudonym in its place"
            )
        case 11 where Self.isMobileNumber(digits),
            13 where digits.starts(with: "86".utf8) && Self.isMobileNumber(digits.dropFirst(2)):
            throw LicenceError(.personalData, "the payload holds a mobile telephone number; leave it off the ledger")
        default:
            return
        }
    }

    private static func isIdentityNumber(_ text: String) -> Bool {
        (try? ResidentIdentityNumber(text)) != nil
    }

    /// 13 to 19 begin mobile numbers (telephone network numbering plan of 2017).
    private static func isMobileNumber(_ digits: ArraySlice<UInt8>) -> Bool {
        digits.first == UInt8(ascii: "1") && (digits.dropFirst().first ?? 0) >= UInt8(ascii: "3")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
