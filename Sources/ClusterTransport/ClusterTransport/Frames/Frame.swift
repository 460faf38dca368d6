package import Identity
package import NIOCore

/// The number of a call on its link; never used twice by one process.
package struct CallNumber: Hashable, Sendable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// One unit of the wire.
///
/// Every frame of every version begins with its length (4 bytes, big-endian, what follows), the version and the kind
/// (1 byte each); ``refusal`` keeps its layout in all versions, so that old and new nodes can tell each other that they
/// differ.
package enum Frame: Equatable, Sendable {
    /// Both sides send it first: the caller to ask, the callee to accept.
    case hello(Hello)
    /// The sender closes the connection for this reason.
    case refusal(Refusal)
    /// The callee takes no further calls on this connection; those under way will be answered.
    case goodbye
    case ping
    case pong
    case call(CallNumber, Invocation, timeoutMilliseconds: UInt32)
    case oneWay(Invocation)
    case reply(CallNumber, ByteBuffer)
    case failure(CallNumber, CallFailure)
    /// The caller no longer wants the answer.
    case cancel(CallNumber)
}

/// The one version of the protocol that this node speaks so far.
package enum ProtocolVersion {
    package static let current: UInt8 = 1
    package static let spoken: [UInt8] = [current]
}

/// What stands in a frame's kind byte.
package enum FrameKind: UInt8, CaseIterable, Sendable {
    case hello = 1
    case refusal = 2
    case goodbye = 3
    case ping = 4
    case pong = 5
    case call = 6
    case oneWay = 7
    case reply = 8
    case failure = 9
    case cancel = 10
}

/// How a process introduces itself.
package struct Hello: Equatable, Sendable {
    package let lane: Lane
    /// Random, one for each start of a process: tells two processes with one identity apart.
    package let instance: UInt64
    package let realm: Digest
    /// How many calls the sender carries out at a time for its peer.
    package let maximumConcurrentCalls: UInt32

    package init(lane: Lane, instance: UInt64, realm: Digest, maximumConcurrentCalls: UInt32) {
        self.lane = lane
        self.instance = instance
        self.realm = realm
        self.maximumConcurrentCalls = maximumConcurrentCalls
    }
}

/// Why a connection is closed.
package struct Refusal: Equatable, Sendable {
    package let code: String
    /// The code of the ``IdentityError`` behind it, or empty.
    package let identityCode: String
    package let message: String
    /// The versions that the refusing side speaks.
    package let versions: [UInt8]

    package init(code: String, identityCode: String, message: String, versions: [UInt8]) {
        self.code = code
        self.identityCode = identityCode
        self.message = message
        self.versions = versions
    }
}

/// Which method of which actor, with what.
package struct Invocation: Equatable, Sendable {
    package let actor: ActorName
    package let method: MethodNumber
    package let argument: ByteBuffer

    package init(actor: ActorName, method: MethodNumber, argument: ByteBuffer) {
        self.actor = actor
        self.method = method
        self.argument = argument
    }
}

/// How a call failed.
package enum CallFailure: Equatable, Sendable {
    /// The error that the method declares, encoded.
    case declared(ByteBuffer)
    /// Everything else.
    case system(code: String, message: String, incident: UInt64)
}
