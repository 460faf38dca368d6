import Identity
package import NIOCore

/// Parses the content of a frame, as ``FrameAssembler`` cuts it, from anybody.
package struct FrameReader {
    /// The longest text in a frame: an error's code and message.
    package static let maximumTextBytes = 400

    private var buffer: ByteBuffer

    /// Parses a frame without its length field.
    package static func frame(in bytes: ByteBuffer) throws(FrameError) -> Frame {
        var reader = FrameReader(buffer: bytes)
        let version: UInt8 = try reader.integer("version")
        let kindByte: UInt8 = try reader.integer("kind")
        // A refusal is read whatever its version: it may say that the versions differ.
        if version != ProtocolVersion.current, kindByte != FrameKind.refusal.rawValue {
            throw FrameError(
                .unknownVersion,
                "a frame of version \(version) came; this node speaks \(ProtocolVersion.spoken)"
            )
        }
        guard let kind = FrameKind(rawValue: kindByte) else {
            throw FrameError(.unknownKind, "a frame of the unknown kind \(kindByte) came")
        }
        let frame = try reader.body(of: kind)
        guard reader.buffer.readableBytes == 0 || version != ProtocolVersion.current else {
            throw FrameError(.malformed, "\(reader.buffer.readableBytes) bytes follow the frame '\(kind)'")
        }
        return frame
    }

    private mutating func body(of kind: FrameKind) throws(FrameError) -> Frame {
        switch kind {
        case .hello: return .hello(try hello())
        case .refusal: return .refusal(try refusal())
        case .goodbye: return .goodbye
        case .ping: return .ping
        case .pong: return .pong
        case .call:
            let number = try callNumber()
            let timeout: UInt32 = try integer("timeout")
            return .call(number, try invocation(), timeoutMilliseconds: timeout)
        case .oneWay: return .oneWay(try invocation())
        case .reply:
            let number = try callNumber()
            return .reply(number, rest())
        case .failure:
            let number = try callNumber()
            return .failure(number, try failure())
        case .cancel: return .cancel(try callNumber())
        }
    }

    private mutating func hello() throws(FrameError) -> Hello {
        let laneByte: UInt8 = try integer("lane")
        guard let lane = Lane(rawValue: laneByte) else {
            throw FrameError(.malformed, "there is no lane \(laneByte)")
        }
        let instance: UInt64 = try integer("instance")
        guard let realm = buffer.readBytes(length: Digest.byteCount).flatMap({ Digest($0) }) else {
            throw FrameError(.malformed, "the hello ends before its realm")
        }
        return Hello(
            lane: lane,
            instance: instance,
            realm: realm,
            maximumConcurrentCalls: try integer("number of calls")
        )
    }

    private mutating func refusal() throws(FrameError) -> Refusal {
        let code = try text()
        let identityCode = try text()
        let message = try text()
        let count: UInt8 = try integer("number of versions")
        guard let versions = buffer.readBytes(length: Int(count)) else {
            throw FrameError(.malformed, "the refusal ends before its versions")
        }
        return Refusal(code: code, identityCode: identityCode, message: message, versions: versions)
    }

    private mutating func invocation() throws(FrameError) -> Invocation {
        let method = MethodNumber(rawValue: try integer("method"))
        guard let actor = ActorName(try text()) else {
            throw FrameError(.malformed, "the call names no actor")
        }
        return Invocation(actor: actor, method: method, argument: rest())
    }

    private mutating func failure() throws(FrameError) -> CallFailure {
        let kind: UInt8 = try integer("kind of failure")
        switch kind {
        case 0:
            return .declared(rest())
        case 1:
            let incident: UInt64 = try integer("incident")
            let code = try text()
            return .system(code: code, message: try text(), incident: incident)
        default:
            throw FrameError(.malformed, "there is no failure of kind \(kind)")
        }
    }

    private mutating func callNumber() throws(FrameError) -> CallNumber {
        CallNumber(rawValue: try integer("call number"))
    }

    private mutating func integer<Number: FixedWidthInteger>(_ what: String) throws(FrameError) -> Number {
        guard let number = buffer.readInteger(as: Number.self) else {
            throw FrameError(.malformed, "the frame ends before its \(what)")
        }
        return number
    }

    /// A text that is going to stand in errors and logs: bounded, and no control character may forge a line of them.
    private mutating func text() throws(FrameError) -> String {
        let length: UInt16 = try integer("text")
        guard Int(length) <= Self.maximumTextBytes, let slice = buffer.readSlice(length: Int(length)),
            let text = String(validating: slice.readableBytesView, as: UTF8.self)
        else {
            throw FrameError(.malformed, "a text of \(length) bytes is too long, cut off or not UTF-8")
        }
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        return isPlain ? text : String(String.UnicodeScalarView(text.unicodeScalars.map(Self.printable)))
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.properties.generalCategory == .control ? " " : scalar
    }

    private mutating func rest() -> ByteBuffer {
        let slice = buffer.slice()
        buffer.moveReaderIndex(to: buffer.writerIndex)
        return slice
    }
}
