import Formats
public import Identity
public import Licences

/// What an event is about, such as `block`, `licence.issued` or `case.pushed`; the list stands in
/// `docs/gateway-events.md`.
public struct EventType: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    /// 区块: a block was executed.
    public static let block = EventType(rawValue: "block")
    /// 交易: what became of a transaction.
    public static let transaction = EventType(rawValue: "transaction")
    /// 证照新发、转入
    public static let licenceIssued = EventType(rawValue: "licence.issued")
    /// 证照变更、延续、换发、补发: a new version has taken the place of the one before.
    public static let licenceSuperseded = EventType(rawValue: "licence.superseded")
    /// 证照状态变更
    public static let licenceStatus = EventType(rawValue: "licence.status")
    /// 证照目录修改
    public static let licenceModified = EventType(rawValue: "licence.modified")
    /// 证照下链
    public static let licenceTakenDown = EventType(rawValue: "licence.takenDown")
    /// 用证决定
    public static let useDecided = EventType(rawValue: "use.decided")
    /// 用证释放
    public static let useReleased = EventType(rawValue: "use.released")
    /// 亮证
    public static let usePresented = EventType(rawValue: "use.presented")
    /// 核验
    public static let useVerified = EventType(rawValue: "use.verified")
    /// 假名解析
    public static let useResolved = EventType(rawValue: "use.resolved")
    /// 授权
    public static let granted = EventType(rawValue: "authorisation.granted")
    /// 授权撤回
    public static let withdrawn = EventType(rawValue: "authorisation.withdrawn")
    /// 法定依据登记
    public static let basisDeclared = EventType(rawValue: "authorisation.basisDeclared")
    /// 法定依据终止
    public static let basisEnded = EventType(rawValue: "authorisation.basisEnded")
    /// 证照类型权限登记
    public static let entitled = EventType(rawValue: "authorisation.entitled")
    /// 证照类型权限终止
    public static let entitlementEnded = EventType(rawValue: "authorisation.entitlementEnded")
    /// 用证申请
    public static let requested = EventType(rawValue: "authorisation.requested")
    /// 用证申请答复
    public static let answered = EventType(rawValue: "authorisation.answered")
    /// 用证申请终止
    public static let requestEnded = EventType(rawValue: "authorisation.requestEnded")
    /// 授权关闭
    public static let closed = EventType(rawValue: "authorisation.closed")
    /// 冻结
    public static let frozen = EventType(rawValue: "authorisation.frozen")
    /// 解冻
    public static let unfrozen = EventType(rawValue: "authorisation.unfrozen")
    /// 办件变更: a case has changed; what has happened in it, those hear whom it concerns.
    public static let caseChanged = EventType(rawValue: "case.changed")
}

/// Something that has happened on the ledger, as others are told of it.
///
/// It never tells of persons: no pseudonym of a holder, no digest of an operator, no text that somebody has written.
/// Whoever may know more asks the ledger, by what the event names.
public struct FeedEvent: Hashable, Sendable {
    /// Where it stands; also what it is called by whoever counts what came twice.
    public let cursor: EventCursor
    public let type: EventType
    /// Ledger time of its block.
    public let time: Timestamp
    /// The departments that it concerns, each once; none where it concerns all.
    public let departments: [DepartmentName]
    /// The licences that it is about, whatever their versions.
    public let licences: [LicenceKey]
    /// The one-thing that it belongs to.
    public let oneThing: OneThingCode?
    /// What else there is to tell, by name.
    public let data: [String: EventValue]

    /// One line of JSON with all of it.
    public var json: String {
        var fields: [String: EventValue] = [
            "cursor": .text("\(cursor)"), "type": .text(type.rawValue),
            "height": .number(Int64(cursor.height.rawValue)),
            "time": .text(Self.text(of: time)), "departments": .texts(departments.map(\.rawValue)),
            "data": .object(data),
        ]
        if !licences.isEmpty { fields["licences"] = .texts(licences.map(\.text)) }
        if let oneThing { fields["oneThing"] = .text(oneThing.text) }
        return EventValue.object(fields).json
    }

    /// ISO 8601 in UTC with milliseconds: what order is seen by.
    private static func text(of time: Timestamp) -> String {
        let fraction = "\(time.milliseconds % 1_000 + 1_000)".dropFirst()
        return "\(time)".replacing("Z", with: ".\(fraction)Z")
    }
}
