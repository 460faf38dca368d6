public import Formats
public import Identity
public import SwiftASN1

/// A department's request to use an owner's licences (用证申请), and the owner's answer.
public struct AccessRequest: DERSequence, Hashable {
    public static let version: Int64 = 1
    /// Longest cause (申请事由), as the share services of provinces have it.
    public static let maximumCauseByteCount = 600

    public let identifier: AccessRequestIdentifier
    public let owner: DepartmentName
    public let department: DepartmentName
    public let application: ApplicationName
    public let scope: UseScope
    /// 申请事由; never a name or a number of a person.
    public let cause: String
    public let requestedAt: Timestamp
    public let height: Height
    public var answer: Answer?
    /// The department has taken it back, or the owner has ended what it had granted.
    public var withdrawal: Withdrawal?

    /// What the owner says.
    public struct Answer: DERSequence, Hashable {
        public enum Outcome: Int64, Hashable, Sendable, Codable {
            /// 同意
            case granted = 0
            /// 拒绝
            case denied = 1
        }

        public let outcome: Outcome
        /// Why, as a code of the owner's list; a denial always has one.
        public let reason: PurposeCode?
        public let answeredAt: Timestamp
        public let height: Height

        package init(outcome: Outcome, reason: PurposeCode?, at time: Timestamp, height: Height) {
            self.outcome = outcome
            self.reason = reason
            answeredAt = time
            self.height = height
        }

        public init(fields: inout ASN1NodeCollection.Iterator) throws {
            outcome = try fields.answerOutcome()
            answeredAt = try fields.timestamp()
            height = try fields.number()
            reason = try fields.optionalDomainText(tag: 0)
        }

        public func serialize(fields: inout DER.Serializer) throws {
            try fields.serialize(enumerated: outcome.rawValue)
            try fields.serialize(answeredAt)
            try fields.serialize(height)
            try fields.serialize(reason, tag: 0)
        }
    }

    package init(
        _ identifier: AccessRequestIdentifier,
        _ request: RequestAccess,
        by department: DepartmentName,
        at time: Timestamp,
        height: Height
    ) {
        self.identifier = identifier
        owner = request.owner
        self.department = department
        application = request.application
        scope = request.scope
        cause = request.cause
        requestedAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "access request")
        identifier = AccessRequestIdentifier(try fields.digest())
        owner = try fields.label()
        department = try fields.label()
        application = try fields.domainText(limit: 32)
        scope = try UseScope(derEncoded: &fields)
        cause = try fields.text(limit: Self.maximumCauseByteCount)
        requestedAt = try fields.timestamp()
        height = try fields.number()
        answer = try fields.optional(tag: 0)
        withdrawal = try fields.optional(tag: 1)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(identifier.digest)
        try fields.serialize(text: owner.rawValue)
        try fields.serialize(text: department.rawValue)
        try fields.serialize(text: application.text)
        try fields.serialize(scope)
        try fields.serialize(text: cause)
        try fields.serialize(requestedAt)
        try fields.serialize(height)
        try fields.serialize(optional: answer, tag: 0)
        try fields.serialize(optional: withdrawal, tag: 1)
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func answerOutcome() throws -> AccessRequest.Answer.Outcome {
        let number = try enumerated()
        guard let outcome = AccessRequest.Answer.Outcome(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no answer: 0 granted, 1 denied")
        }
        return outcome
    }
}
