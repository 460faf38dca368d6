/// The kinds of licences whose names are known: those seen in public systems, and those that a consortium adds.
///
/// A kind that is not in the registry is no error: it is shown by its code.
public struct LicenceTypeRegistry: Sendable {
    private var names: [LicenceTypeCode: DisplayName]

    /// The registry of kinds that public systems use, with `additions` over it.
    public init(adding additions: [LicenceTypeCode: DisplayName] = [:]) {
        names = Self.published.merging(additions) { $1 }
    }

    /// The name of a kind; `nil` for an unknown one.
    public func name(of code: LicenceTypeCode) -> DisplayName? { names[code] }

    /// The name of a kind for people; an unknown one is named as such, with its code.
    public func title(of code: LicenceTypeCode) -> String {
        names[code]?.text ?? "未登记的证照类型 \(code)"
    }

    /// The known kinds, ordered by code.
    public var codes: [LicenceTypeCode] { names.keys.sorted() }

    private static let published: [LicenceTypeCode: DisplayName] = {
        let entries = [
            ("11100000MB0143028R001", "营业执照"),
            ("11100000000013338W001", "二级建造师注册证书"),
            ("11100000000013338W011", "安管人员考核合格证"),
            ("11100000000013338W032", "建筑施工特种作业操作资格证"),
            ("11100000MB03271699022", "不动产权证"),
            ("111000000000131433001", "婚姻证"),
        ]
        var names: [LicenceTypeCode: DisplayName] = [:]
        for (code, name) in entries {
            guard let code = try? LicenceTypeCode(code), let name = try? DisplayName(name) else {
                preconditionFailure("every entry of this table is valid, and a test reads them all")
            }
            names[code] = name
        }
        return names
    }()
}
