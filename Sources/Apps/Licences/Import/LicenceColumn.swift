/// A column of a table of licences, by its name in the header.
public enum LicenceColumn: String, Hashable, Sendable, CaseIterable {
    /// 证照标识
    case certificateIdentifier = "certificate_identifier"
    /// 证照类型名称
    case certificateTypeName = "certificate_type_name"
    /// 证照名称
    case certificateName = "certificate_name"
    /// 持证主体
    case holderName = "holder_name"
    /// 持证主体代码
    case holderCode = "holder_code"
    /// 持证主体代码类型
    case holderCodeType = "holder_code_type"
    /// 证照颁发机构
    case issuingAuthorityName = "issuing_authority_name"
    /// 证照颁发机构代码
    case issuingAuthorityCode = "issuing_authority_code"
    /// 证照颁发日期
    case issuedOn = "issued_on"
    /// 证照有效期起始
    case validFrom = "valid_from"
    /// 证照有效期截止; empty or `长期` for a licence without one
    case validUntil = "valid_until"
    /// 所属管辖属地编码
    case regionCode = "region_code"
    /// The licence's file, relative to the table's folder; empty where there is none.
    case file

    /// Whether a row may leave the value empty.
    public var isOptional: Bool { self == .validUntil || self == .file }
}
