public import Formats
public import Identity

extension UseRequest {
    /// What the holder signs to decline (拒绝): the same request, as something that shall not be. Without it anybody who
    /// has seen a code could turn its scanners away.
    public func refusal(by requester: DepartmentName, notAfter: Timestamp, genesis: Genesis) -> HolderStatement {
        let statement = statement(by: requester, notAfter: notAfter, genesis: genesis)
        return HolderStatement(
            channel: statement.channel, kind: .withdraw, content: statement.content, notAfter: notAfter)
    }
}
