/// How simulated departments work: how long they take, and how often something goes otherwise than to the end.
///
/// Rates are of a thousand attempts at a step, or of a thousand departments that a window asks.
public struct DepartmentBehaviour: Hashable, Sendable {
    /// Between what a department comes to know and what it does about that, in milliseconds.
    public var delays = 0...0
    /// 退回: the handoff goes back to the lead.
    public var returning = 0
    /// 要求补正: the applicant is asked.
    public var asking = 0
    /// 中止
    public var suspending = 0
    /// 退回上一环节: an answer that leads to a step before.
    public var goingBack = 0
    /// An answer that ends the case, such as a refusal.
    public var refusing = 0
    /// 异议: in a window.
    public var objecting = 0
    /// A window's question stays without an answer.
    public var silent = 0

    public init() {}

    /// Whether the rates leave something for the plain way.
    public var isPossible: Bool {
        let rates = [returning, asking, suspending, goingBack, refusing, objecting, silent]
        return delays.lowerBound >= 0 && rates.allSatisfy { (0...1_000).contains($0) }
            && returning + asking + suspending + goingBack + refusing <= 1_000 && objecting + silent <= 1_000
    }
}
