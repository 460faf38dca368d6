public import Formats
public import SwiftASN1

/// What a licence is used for (用证场景): the purpose always, and where there are any the item, the case and the "one
/// thing" that the use belongs to.
public struct UseContext: DERSequence, Hashable {
    /// 用途
    public let purpose: PurposeCode
    /// 事项编码
    public let item: ItemCode?
    /// 办件编码
    public let caseNumber: CaseNumber?
    /// 一件事编码
    public let oneThing: OneThingCode?

    public init(
        purpose: PurposeCode,
        item: ItemCode? = nil,
        caseNumber: CaseNumber? = nil,
        oneThing: OneThingCode? = nil
    ) {
        self.purpose = purpose
        self.item = item
        self.caseNumber = caseNumber
        self.oneThing = oneThing
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        purpose = try fields.domainText(limit: 32)
        item = try fields.optionalDomainText(tag: 0)
        caseNumber = try fields.optionalDomainText(tag: 1)
        oneThing = try fields.optionalDomainText(tag: 2)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(text: purpose.text)
        try fields.serialize(item, tag: 0)
        try fields.serialize(caseNumber, tag: 1)
        try fields.serialize(oneThing, tag: 2)
    }
}

/// The way by which somebody came to use a licence (渠道).
public enum UseChannel: Int64, CaseIterable, Sendable, Codable {
    /// 窗口
    case counter = 0
    /// 自助机
    case kiosk = 1
    /// 移动端
    case app = 2
    /// 接口
    case interface = 3

    /// The Chinese name that people read.
    public var name: String {
        switch self {
        case .counter: "窗口"
        case .kiosk: "自助机"
        case .app: "移动端"
        case .interface: "接口"
        }
    }
}

extension ASN1NodeCollection.Iterator {
    mutating func useChannel() throws -> UseChannel {
        let number = try enumerated()
        guard let channel = UseChannel(rawValue: number) else {
            throw FormatError(.outOfRange, "\(number) is no channel of use")
        }
        return channel
    }
}
