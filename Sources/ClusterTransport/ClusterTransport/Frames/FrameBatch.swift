import NIOCore

/// Writes frames with as few writes as is worth it: each write is a TLS record and part of a system call.
enum FrameBatch {
    /// Frames above this size are written as they are; copying them together costs more than it saves.
    private static let copiedFrameBytes = 16 << 10

    static func write(_ frames: [ByteBuffer], _ write: (ByteBuffer) -> Void) {
        var batch: ByteBuffer?
        for frame in frames {
            if frame.readableBytes > copiedFrameBytes {
                if let pending = batch { write(pending) }
                batch = nil
                write(frame)
            } else if batch == nil {
                batch = frame
            } else {
                batch?.writeImmutableBuffer(frame)
            }
        }
        if let batch { write(batch) }
    }
}
