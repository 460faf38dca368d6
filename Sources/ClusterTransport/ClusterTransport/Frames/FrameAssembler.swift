package import NIOCore

/// Cuts a stream of bytes into frames. A length beyond the limit is refused when its four bytes are there, before
/// anything is stored for it.
package struct FrameAssembler {
    /// Bytes of the length field.
    static let lengthByteCount = 4
    /// Bytes of version and kind, which every frame has.
    static let headByteCount = 2

    /// The longest frame, without its length field.
    package var maximumFrameBytes: Int
    private var buffer = ByteBuffer()

    package init(maximumFrameBytes: Int) {
        self.maximumFrameBytes = maximumFrameBytes
    }

    package mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            var bytes = bytes
            // Only what is not cut yet is kept: less than one frame, and what one read from the socket brought.
            buffer.discardReadBytes()
            buffer.writeBuffer(&bytes)
        }
    }

    /// The next whole frame without its length, or `nil` until more bytes come.
    package mutating func next() throws(FrameError) -> ByteBuffer? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else { return nil }
        guard length <= UInt32(clamping: maximumFrameBytes) else {
            throw FrameError(.tooLong, "a frame of \(length) bytes came where \(maximumFrameBytes) are allowed")
        }
        guard length >= UInt32(Self.headByteCount) else {
            throw FrameError(.tooShort, "a frame of \(length) bytes has no room for version and kind")
        }
        guard buffer.readableBytes >= Self.lengthByteCount + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: Self.lengthByteCount)
        return buffer.readSlice(length: Int(length))
    }
}
