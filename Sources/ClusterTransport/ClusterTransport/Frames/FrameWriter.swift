import Identity
package import NIOCore

/// Writes frames with their length.
package enum FrameWriter {
    /// `frame` as it travels.
    package static func bytes(of frame: Frame) -> ByteBuffer {
        var buffer = ByteBuffer()
        write(frame, to: &buffer)
        return buffer
    }

    static func write(_ frame: Frame, to buffer: inout ByteBuffer) {
        let start = buffer.writerIndex
        buffer.reserveCapacity(minimumWritableBytes: 64 + payloadByteCount(of: frame))
        buffer.writeInteger(UInt32(0))
        buffer.writeInteger(ProtocolVersion.current)
        buffer.writeInteger(kind(of: frame).rawValue)
        writeBody(of: frame, to: &buffer)
        let length = buffer.writerIndex - start - FrameAssembler.lengthByteCount
        buffer.setInteger(UInt32(clamping: length), at: start)
    }

    private static func kind(of frame: Frame) -> FrameKind {
        switch frame {
        case .hello: .hello
        case .refusal: .refusal
        case .goodbye: .goodbye
        case .ping: .ping
        case .pong: .pong
        case .call: .call
        case .oneWay: .oneWay
        case .reply: .reply
        case .failure: .failure
        case .cancel: .cancel
        }
    }

    private static func payloadByteCount(of frame: Frame) -> Int {
        switch frame {
        case .call(_, let invocation, _), .oneWay(let invocation):
            ActorName.maximumByteCount + invocation.argument.readableBytes
        case .reply(_, let payload), .failure(_, .declared(let payload)): payload.readableBytes
        case .hello, .refusal, .goodbye, .ping, .pong, .failure, .cancel: 0
        }
    }

    private static func writeBody(of frame: Frame, to buffer: inout ByteBuffer) {
        switch frame {
        case .hello(let hello):
            buffer.writeInteger(hello.lane.rawValue)
            buffer.writeInteger(hello.instance)
            buffer.writeBytes(hello.realm.bytes)
            buffer.writeInteger(hello.maximumConcurrentCalls)
        case .refusal(let refusal):
            writeText(refusal.code, to: &buffer)
            writeText(refusal.identityCode, to: &buffer)
            writeText(refusal.message, to: &buffer)
            buffer.writeInteger(UInt8(clamping: refusal.versions.count))
            buffer.writeBytes(refusal.versions.prefix(255))
        case .goodbye, .ping, .pong:
            break
        case .call(let number, let invocation, let timeoutMilliseconds):
            buffer.writeInteger(number.rawValue)
            buffer.writeInteger(timeoutMilliseconds)
            write(invocation, to: &buffer)
        case .oneWay(let invocation):
            write(invocation, to: &buffer)
        case .reply(let number, let result):
            buffer.writeInteger(number.rawValue)
            buffer.writeImmutableBuffer(result)
        case .failure(let number, let failure):
            buffer.writeInteger(number.rawValue)
            write(failure, to: &buffer)
        case .cancel(let number):
            buffer.writeInteger(number.rawValue)
        }
    }

    private static func write(_ invocation: Invocation, to buffer: inout ByteBuffer) {
        buffer.writeInteger(invocation.method.rawValue)
        writeText(invocation.actor.rawValue, to: &buffer)
        buffer.writeImmutableBuffer(invocation.argument)
    }

    private static func write(_ failure: CallFailure, to buffer: inout ByteBuffer) {
        switch failure {
        case .declared(let error):
            buffer.writeInteger(UInt8(0))
            buffer.writeImmutableBuffer(error)
        case .system(let code, let message, let incident):
            buffer.writeInteger(UInt8(1))
            buffer.writeInteger(incident)
            writeText(code, to: &buffer)
            writeText(message, to: &buffer)
        }
    }

    /// A short text: two bytes of length and at most ``FrameReader/maximumTextBytes`` of UTF-8.
    private static func writeText(_ text: String, to buffer: inout ByteBuffer) {
        var end = text.startIndex
        var byteCount = 0
        for index in text.indices {
            byteCount += text[index].utf8.count
            if byteCount > FrameReader.maximumTextBytes { break }
            end = text.index(after: index)
        }
        let kept = text[..<end]
        buffer.writeInteger(UInt16(clamping: kept.utf8.count))
        buffer.writeSubstring(kept)
    }
}
