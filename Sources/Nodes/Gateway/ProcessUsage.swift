#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this process takes of the machine.
struct ProcessUsage {
    /// User and system time, in seconds.
    let processorSeconds: Double
    /// Memory in use now, in bytes; 0 where the system does not tell.
    let residentBytes: UInt64

    static var current: ProcessUsage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
        return ProcessUsage(processorSeconds: seconds + microseconds / 1_000_000, residentBytes: residentBytes)
    }

    /// The second field of `/proc/self/statm`, in pages (proc(5)).
    private static var residentBytes: UInt64 {
        guard let text = try? ProtectedFile.text(of: "/proc/self/statm", limit: 4_096) else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
