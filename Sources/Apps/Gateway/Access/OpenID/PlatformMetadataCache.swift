import Identity

/// The configuration of one identity platform: when it is used, fetched again, and dropped.
///
/// A value like ``KeySetCache``, with the same times. It is fetched once at a time, and after a failure not before the
/// pause. While its platform cannot be reached it is used for an hour; one that has become invalid is dropped at once.
struct PlatformMetadataCache: Sendable {
    /// What to do for the configuration.
    enum Lookup: Sendable {
        /// This is it.
        case metadata(PlatformMetadata)
        /// Fetch it, say ``fetched(_:at:)`` or ``failed(_:at:)``, and look again.
        case fetch
        /// It is being fetched: look again when it has been.
        case wait
        /// It could not be had, for this reason.
        case unavailable(AccessError)
    }

    private var metadata: PlatformMetadata?
    private var fetchedAt = Timestamp(milliseconds: 0)
    private var failure: (error: AccessError, at: Timestamp)?
    private var isFetching = false

    /// Looks for the configuration.
    mutating func lookup(at now: Timestamp) -> Lookup {
        if metadata != nil, fetchedAt.advanced(by: AccessLimits.keySetStaleLifetime) <= now { metadata = nil }
        if let metadata, isFetching || fetchedAt.advanced(by: AccessLimits.keySetLifetime) > now {
            return .metadata(metadata)
        }
        if isFetching { return .wait }
        // A clock that was set back keeps nobody waiting.
        if let failure, failure.at <= now, now < failure.at.advanced(by: AccessLimits.keySetFailurePause) {
            return metadata.map(Lookup.metadata) ?? .unavailable(failure.error)
        }
        isFetching = true
        return .fetch
    }

    /// Takes a configuration in.
    mutating func fetched(_ metadata: PlatformMetadata, at now: Timestamp) {
        (self.metadata, fetchedAt, failure, isFetching) = (metadata, now, nil, false)
    }

    /// Takes note that it could not be fetched.
    mutating func failed(_ error: AccessError, at now: Timestamp) {
        failure = (error, now)
        isFetching = false
        if error.code != .platformUnavailable { metadata = nil }
    }
}
