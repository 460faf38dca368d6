/// How much a registry of metrics keeps. Everything that is counted is named by code, but labels may hold what came
/// from outside: without these bounds whoever calls could fill the memory with names.
public struct MetricsLimits: Sendable, Equatable {
    /// Most families, that is metrics of different names. One more is not shown, and counted as refused.
    public var familyCount = 1_024
    /// Most series of one family, one for each combination of labels. What comes after goes into one series with the
    /// label `overflow="true"`, and is counted.
    public var seriesPerFamily = 512
    /// Most labels of one series. A series with more is not shown, and counted as refused.
    public var labelCount = 16
    /// Longest name of a metric or label, in bytes. What has a longer one is not shown, and counted as refused.
    public var nameByteCount = 128
    /// Longest value of a label, in bytes of UTF-8. What is behind that is cut off.
    public var valueByteCount = 256

    public init() {}
}
