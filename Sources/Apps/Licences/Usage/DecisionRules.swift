import Formats
public import Identity
public import SwiftASN1

/// The parameters of the access decision (访问控制规则参数): versioned data, so that a consortium changes them by a vote of its
/// departments and not by new software.
public struct DecisionRules: VotedTable {
    /// No ticket lives longer, whatever a vote says.
    public static let maximumTicketSeconds: Int64 = 300
    /// No transaction asks for more decisions, whatever a vote says.
    public static let maximumDecisionsPerTransaction: Int64 = 16

    /// Ascends by one with every change; 1 for ``standard``.
    public let version: UInt64
    /// How long a ticket lives in ledger time.
    public let ticketSeconds: Int64
    /// Decisions that a department may ask for on one kind of licence in a day of Beijing time.
    public let departmentDayLimit: Int64
    /// Decisions on one holder's licences within a minute of ledger time, whoever asks.
    public let holderMinuteLimit: Int64
    /// Decisions that one member may ask for in a block.
    public let blockLimit: Int64
    /// Decisions that one transaction may ask for: licences are used one by one, not by lists of keys.
    public let transactionLimit: Int64
    /// How surely a counter has to have recognised a holder whose word it gives.
    public let minimumLevel: RealNameLevel
    /// The departments that identify holders (身份核验部门), ascending: they bind any holder whom nobody has bound. Others
    /// bind the holders of licences that they have issued.
    public let identityDepartments: [DepartmentName]

    /// What holds until a consortium says otherwise.
    public static let standard = DecisionRules(
        unchecked: 1, ticketSeconds: 300, departmentDayLimit: 20_000, holderMinuteLimit: 30, blockLimit: 1_024,
        transactionLimit: 16, minimumLevel: .three, identityDepartments: [])

    private init(
        unchecked version: UInt64,
        ticketSeconds: Int64,
        departmentDayLimit: Int64,
        holderMinuteLimit: Int64,
        blockLimit: Int64,
        transactionLimit: Int64,
        minimumLevel: RealNameLevel,
        identityDepartments: [DepartmentName]
    ) {
        self.version = version
        self.ticketSeconds = ticketSeconds
        self.departmentDayLimit = departmentDayLimit
        self.holderMinuteLimit = holderMinuteLimit
        self.blockLimit = blockLimit
        self.transactionLimit = transactionLimit
        self.minimumLevel = minimumLevel
        self.identityDepartments = Set(identityDepartments).sorted()
    }

    /// - Throws: ``LicenceError`` with code `outOfRange`.
    public init(
        version: UInt64,
        ticketSeconds: Int64,
        departmentDayLimit: Int64,
        holderMinuteLimit: Int64,
        blockLimit: Int64,
        transactionLimit: Int64,
        minimumLevel: RealNameLevel,
        identityDepartments: [DepartmentName]
    ) throws(LicenceError) {
        let counts = [departmentDayLimit, holderMinuteLimit, blockLimit]
        guard (1...UInt64(Int64.max)).contains(version), (1...Self.maximumTicketSeconds).contains(ticketSeconds),
            (1...Self.maximumDecisionsPerTransaction).contains(transactionLimit),
            counts.allSatisfy({ (1...Self.maximumCount).contains($0) })
        else {
            throw LicenceError(
                .outOfRange,
                "tickets live 1 to 300 seconds, a transaction has 1 to 16 decisions, other limits are 1 to 2^31 - 1")
        }
        self.init(
            unchecked: version, ticketSeconds: ticketSeconds, departmentDayLimit: departmentDayLimit,
            holderMinuteLimit: holderMinuteLimit, blockLimit: blockLimit, transactionLimit: transactionLimit,
            minimumLevel: minimumLevel, identityDepartments: identityDepartments)
    }

    /// These rules with other parameters, as the next version.
    /// - Throws: ``LicenceError`` with code `outOfRange`.
    public func next(
        ticketSeconds: Int64? = nil,
        departmentDayLimit: Int64? = nil,
        holderMinuteLimit: Int64? = nil,
        blockLimit: Int64? = nil,
        transactionLimit: Int64? = nil,
        minimumLevel: RealNameLevel? = nil,
        identityDepartments: [DepartmentName]? = nil
    ) throws(LicenceError) -> DecisionRules {
        try DecisionRules(
            version: version + 1,
            ticketSeconds: ticketSeconds ?? self.ticketSeconds,
            departmentDayLimit: departmentDayLimit ?? self.departmentDayLimit,
            holderMinuteLimit: holderMinuteLimit ?? self.holderMinuteLimit,
            blockLimit: blockLimit ?? self.blockLimit,
            transactionLimit: transactionLimit ?? self.transactionLimit,
            minimumLevel: minimumLevel ?? self.minimumLevel,
            identityDepartments: identityDepartments ?? self.identityDepartments)
    }

    private static let maximumCount = Int64(Int32.max)

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        version = UInt64(try fields.integer(in: 1...Int64.max))
        ticketSeconds = try fields.integer(in: 1...Self.maximumTicketSeconds)
        departmentDayLimit = try fields.integer(in: 1...Self.maximumCount)
        holderMinuteLimit = try fields.integer(in: 1...Self.maximumCount)
        blockLimit = try fields.integer(in: 1...Self.maximumCount)
        transactionLimit = try fields.integer(in: 1...Self.maximumDecisionsPerTransaction)
        let number = try fields.enumerated()
        guard let level = RealNameLevel(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no real-name level: 1 to 4")
        }
        minimumLevel = level
        identityDepartments = try fields.orderedSet(limit: GenesisDocument.maximumDepartmentCount) { try $0.label() }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(version)
        try fields.serialize(ticketSeconds)
        try fields.serialize(departmentDayLimit)
        try fields.serialize(holderMinuteLimit)
        try fields.serialize(blockLimit)
        try fields.serialize(transactionLimit)
        try fields.serialize(enumerated: minimumLevel.rawValue)
        try fields.serialize(list: identityDepartments) { try $0.serialize(text: $1.rawValue) }
    }
}
