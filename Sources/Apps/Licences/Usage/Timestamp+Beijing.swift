public import Identity

extension Timestamp {
    /// The moment in Beijing time to the second, `20261121T080000+0800`: the same letters on every machine, which what
    /// a contract says has to be.
    public var beijingText: String {
        let seconds = (milliseconds / 1_000 + 8 * 3_600) % 86_400
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
        return "\(CalendarDate(beijing: self).text)T\(clock)+0800"
    }
}
