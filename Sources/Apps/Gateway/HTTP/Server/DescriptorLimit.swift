#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How many connections the process may have, by the system's limit of open descriptors.
enum DescriptorLimit {
    /// Raises the process's own limit as far as it is wanted and allowed.
    /// - Returns: how many of the wanted descriptors there are, besides those that a node needs.
    static func raise(wanted count: Int) -> Int {
        var limits = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limits) == 0 else { return min(count, GatewayLimits.reservedDescriptorCount) }
        let needed = rlim_t(count + GatewayLimits.reservedDescriptorCount)
        if limits.rlim_cur < needed {
            var raised = limits
            raised.rlim_cur = min(needed, limits.rlim_max)
            if setrlimit(resource, &raised) == 0 { limits = raised }
        }
        let free = Int(clamping: limits.rlim_cur) - GatewayLimits.reservedDescriptorCount
        return max(64, min(count, free))
    }
}
