public import Identity

/// What happened between this node and another member.
public enum PeerEvent: Hashable, Sendable {
    /// This node has a connection to the member, having had none.
    case reachable(MemberName)
    /// This node lost its last connection to the member, or could not make the first.
    case unreachable(MemberName)
    /// The member keeps refusing this node because another process speaks with the same identity: one of them has to
    /// stop.
    case identityInUse(accordingTo: MemberName)
    /// This node refused a connection.
    case refused(PeerRefusal)
}

/// A connection that this node refused, and why.
public struct PeerRefusal: Hashable, Sendable {
    /// The member that the certificate named, where it could be told.
    public let member: MemberName?
    public let code: ClusterError.Code
    public let identityCode: IdentityError.Code?

    public init(member: MemberName?, code: ClusterError.Code, identityCode: IdentityError.Code?) {
        self.member = member
        self.code = code
        self.identityCode = identityCode
    }
}
