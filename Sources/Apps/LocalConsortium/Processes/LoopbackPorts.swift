#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Free ports of this machine for processes that talk among themselves.
package enum LoopbackPorts {
    /// The address that they are on.
    package static let host = "127.0.0.1"

    /// Below every system's ephemeral range. Within it, a node that is down could find its port taken by somebody's
    /// outgoing connection, or a peer that dials it could be connected to itself.
    private static let range = 20_000..<32_000

    /// As many ports as are asked for, each free when it was looked at.
    ///
    /// The search begins at a place of each process's own, so that two that search at the same time rarely meet.
    /// - Throws: ``LocalConsortiumError`` with code `noPort`.
    package static func free(_ count: Int) throws(LocalConsortiumError) -> [Int] {
        let start = Int(getpid()) &* 16 % range.count
        var ports: [Int] = []
        for step in 0..<range.count where ports.count < count {
            let port = range.lowerBound + (start + step) % range.count
            if isFree(port) { ports.append(port) }
        }
        guard ports.count == count else {
            throw LocalConsortiumError(
                .noPort, "there are no \(count) free ports from \(range.lowerBound) to \(range.upperBound - 1)")
        }
        return ports
    }

    /// Whether a listener may have the port.
    package static func isFree(_ port: Int) -> Bool {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // As a server does: connections of its last run that still linger do not count.
        var isOn: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        return isBound && listen(descriptor, 1) == 0
    }
}
