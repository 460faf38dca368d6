public import Identity

/// Who calls, as a remote method that is being carried out can ask.
public struct CallContext: Sendable {
    /// The certificate behind the connection, authenticated when the connection was made.
    public let caller: MemberCertificate
    /// When the caller stops waiting; `nil` for a one-way message.
    public let deadline: ContinuousClock.Instant?

    public init(caller: MemberCertificate, deadline: ContinuousClock.Instant?) {
        self.caller = caller
        self.deadline = deadline
    }

    /// The call that the current task carries out; `nil` where the caller is in this process.
    @TaskLocal public static var current: CallContext?
}

/// When the calls that the current task makes have to be answered.
enum CallDeadline {
    @TaskLocal static var current: ContinuousClock.Instant?
}

/// Runs `operation` so that every remote call in it is answered within `timeout` from now or fails with
/// `deadlineExceeded`. An earlier deadline that already holds, also that of the call being carried out, is kept.
public func withDeadline<Result>(
    _ timeout: Duration,
    operation: () async throws -> Result
) async rethrows -> Result {
    let wanted = ContinuousClock.now.advanced(by: timeout)
    let deadline = CallDeadline.current.map { min($0, wanted) } ?? wanted
    return try await CallDeadline.$current.withValue(deadline, operation: operation)
}
