import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds the addresses of a name, on threads that may be held: the system's resolver blocks for as long as it waits for
/// a name server, and nothing can end that.
enum AddressLookup {
    /// Most addresses of one name that are looked at.
    static let maximumCount = 16
    /// Names that are looked up at a time. More than that wait, so that name servers that do not answer are felt by
    /// other receivers' deliveries only where so many are asked at once; numeric addresses never wait.
    static let threadCount = 16

    private static let threads = {
        let pool = NIOThreadPool(numberOfThreads: threadCount)
        pool.start()
        return pool
    }()

    /// The addresses of a name, or the one that it is, in the order in which the system would try them.
    /// - Throws: ``DeliveryFailure/Kind/address`` as a ``DeliveryRefused``.
    static func addresses(of host: String) async throws -> [NetworkAddress] {
        if let addresses = try? resolve(host, AI_NUMERICHOST) { return addresses }
        return try await threads.runIfActive { try resolve(host, 0) }
    }

    private static func resolve(_ host: String, _ flags: Int32) throws -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            let reason = gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            throw DeliveryRefused(DeliveryFailure(.address, "the receiver's name cannot be resolved: \(reason)"))
        }
        defer { freeaddrinfo(list) }
        var addresses: [NetworkAddress] = []
        var next = list
        while let entry = next?.pointee, addresses.count < maximumCount {
            if let address = address(entry), !addresses.contains(address) { addresses.append(address) }
            next = entry.ai_next
        }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> NetworkAddress? {
        guard let pointer = entry.ai_addr else { return nil }
        switch entry.ai_family {
        case AF_INET:
            guard Int(entry.ai_addrlen) >= MemoryLayout<sockaddr_in>.size else { return nil }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin_addr) { NetworkAddress($0) }
            }
        case AF_INET6:
            guard Int(entry.ai_addrlen) >= MemoryLayout<sockaddr_in6>.size else { return nil }
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { NetworkAddress($0) }
            }
        default: return nil
        }
    }
}

/// A failure on its way up.
struct DeliveryRefused: Error {
    let failure: DeliveryFailure

    init(_ failure: DeliveryFailure) { self.failure = failure }
}
