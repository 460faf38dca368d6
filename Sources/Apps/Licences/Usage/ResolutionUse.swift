public import Formats
public import Identity
public import SwiftASN1

/// That a department has set out to learn whose a pseudonym is (假名解析), and by which right. It is written before anybody
/// looks, so that it stands on the ledger whatever came of it.
///
/// Nothing on the ledger forces it: whoever has the pseudonym keys can try numbers. The software that holds them does
/// not without this record.
public struct ResolutionUse: DERSequence, Hashable {
    public static let version: Int64 = 1

    /// The digest that names the record: of its transaction and call.
    public let identifier: Digest
    /// The pseudonym that was looked up.
    public let holder: HolderPseudonym
    public let resolver: DepartmentName
    public let resolverKey: KeyIdentifier
    public let application: ApplicationName
    public let context: UseContext
    public let channel: UseChannel
    /// The rule or decision that allows it.
    public let basis: String
    /// Stands for the person at the resolver who wants to know.
    public let operatorDigest: Digest?
    /// Ledger time.
    public let resolvedAt: Timestamp
    public let height: Height

    package init(
        _ identifier: Digest,
        _ use: ResolveUse,
        by resolver: (department: DepartmentName, key: KeyIdentifier),
        at time: Timestamp,
        height: Height
    ) {
        self.identifier = identifier
        holder = use.holder
        self.resolver = resolver.department
        resolverKey = resolver.key
        application = use.application
        context = use.context
        channel = use.channel
        basis = use.basis
        operatorDigest = use.operatorDigest
        resolvedAt = time
        self.height = height
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        try fields.version(Self.version, of: "resolution of a pseudonym")
        identifier = try fields.digest()
        holder = try fields.pseudonym()
        resolver = try fields.label()
        resolverKey = KeyIdentifier(try fields.digest())
        application = try fields.domainText(limit: 32)
        context = try UseContext(derEncoded: &fields)
        channel = try fields.useChannel()
        basis = try fields.text(limit: ResolveUse.maximumBasisByteCount)
        resolvedAt = try fields.timestamp()
        height = try fields.number()
        operatorDigest = try fields.optionalDigest(tag: 0)
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(Self.version)
        try fields.serialize(identifier)
        try fields.serialize(holder)
        try fields.serialize(text: resolver.rawValue)
        try fields.serialize(resolverKey.digest)
        try fields.serialize(text: application.text)
        try fields.serialize(context)
        try fields.serialize(enumerated: channel.rawValue)
        try fields.serialize(text: basis)
        try fields.serialize(resolvedAt)
        try fields.serialize(height)
        try fields.serialize(operatorDigest, tag: 0)
    }
}

/// Arguments of `usage.resolve` (假名解析登记): the caller is about to look up whose a pseudonym is.
public struct ResolveUse: DERSequence, Hashable {
    /// Longest basis, as everywhere: a reference to a rule or a decision, not a story.
    public static let maximumBasisByteCount = CatalogueRecord.maximumBasisByteCount

    public let holder: HolderPseudonym
    public let application: ApplicationName
    public let context: UseContext
    public let channel: UseChannel
    /// The rule or decision; never a name or a number of a person.
    public let basis: String
    public let nonce: CallNonce
    public let operatorDigest: Digest?

    public init(
        holder: HolderPseudonym,
        application: ApplicationName,
        context: UseContext,
        channel: UseChannel,
        basis: String,
        nonce: CallNonce = CallNonce(),
        operatorDigest: Digest? = nil
    ) {
        self.holder = holder
        self.application = application
        self.context = context
        self.channel = channel
        self.basis = basis
        self.nonce = nonce
        self.operatorDigest = operatorDigest
    }

    public init(fields: inout ASN1NodeCollection.Iterator) throws {
        holder = try fields.pseudonym()
        application = try fields.domainText(limit: 32)
        context = try UseContext(derEncoded: &fields)
        channel = try fields.useChannel()
        basis = try fields.text(limit: Self.maximumBasisByteCount)
        nonce = try fields.nonce()
        operatorDigest = try fields.optionalDigest(tag: 0)
        guard !basis.isEmpty else { throw FormatError(.outOfRange, "a resolution names its basis") }
    }

    public func serialize(fields: inout DER.Serializer) throws {
        try fields.serialize(holder)
        try fields.serialize(text: application.text)
        try fields.serialize(context)
        try fields.serialize(enumerated: channel.rawValue)
        try fields.serialize(text: basis)
        try fields.serialize(nonce.number)
        try fields.serialize(operatorDigest, tag: 0)
    }
}
