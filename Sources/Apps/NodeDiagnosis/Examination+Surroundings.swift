import Formats
package import Identity
package import Nodes

/// Clocks, refused connections, misconduct.
extension Examination {
    var clockFindings: [Finding] {
        var findings: [Finding] = []
        let drift = maximumClockDrift
        let ahead = node.headTime.milliseconds - node.time.milliseconds
        if ahead > drift {
            findings.append(
                Finding(
                    .error, "clockBehindBlocks",
                    .init(
                        "this node's clock is \(span(Double(ahead) / 1_000)) behind the newest block's time, and "
                            + "refuses proposals that are more than \(drift) ms ahead of it",
                        "本节点时钟比最新区块时间慢 \(span(Double(ahead) / 1_000))，会拒绝超前 \(drift) 毫秒以上的提案"),
                    advice: Self.setClock))
        }
        let differences = others.compactMap { other in
            other.health.map { (other.member, $0.time.milliseconds - node.time.milliseconds) }
        }
        let far = differences.filter { abs($0.1) > drift }
        // Where most others agree with each other, this clock is the odd one.
        if !far.isEmpty, far.count * 2 > differences.count, ahead <= drift {
            findings.append(
                Finding(
                    .error, "clockOff",
                    .init(
                        "this node's clock differs by \(span(Double(abs(far[0].1)) / 1_000)) from that of "
                            + names(far.map(\.0)),
                        "本节点时钟与 \(names(far.map(\.0))) 相差 \(span(Double(abs(far[0].1)) / 1_000))"),
                    advice: Self.setClock))
        } else {
            findings += far.map { member, difference in
                Finding(
                    .warning, "peerClockOff",
                    .init(
                        "the clock of \(member) differs by \(span(Double(abs(difference)) / 1_000)) from this node's",
                        "\(member) 的时钟与本节点相差 \(span(Double(abs(difference)) / 1_000))"),
                    advice: Self.setClock)
            }
        }
        return findings
    }

    private static let setClock = Finding.Words(
        "synchronise the clock (NTP): blocks carry the leader's time", "请校时（NTP）：区块时间由主节点给出")

    var refusalFindings: [Finding] {
        node.refusals.filter { $0.secondsAgo <= DiagnosisLimits.refusalSeconds }.map { refusal in
            let english = refusal.member?.description ?? "a stranger"
            let chinese = refusal.member?.description ?? "未知成员"
            return Finding(
                .warning, "refusedConnection",
                .init(
                    "connections of \(english) are refused: \(refusal.reason), \(refusal.count) times, last "
                        + "\(span(refusal.secondsAgo)) ago",
                    "拒绝了 \(chinese) 的连接：\(refusal.reason)，共 \(refusal.count) 次，最近一次在 "
                        + "\(span(refusal.secondsAgo)) 前"),
                advice: .init(
                    "its certificate or its genesis file is not one that this consortium accepts: run "
                        + "this command there",
                    "其证书或创世文件不被本联盟接受：请在该节点上运行本命令"))
        }
    }

    var evidenceFindings: [Finding] {
        guard !node.evidence.isEmpty else { return [] }
        let shown = node.evidence.prefix(5).joined(separator: ", ") + (node.evidence.count > 5 ? ", …" : "")
        return [
            Finding(
                .warning, "evidence",
                .init(
                    "a validator has contradicted itself: \(node.evidence.count) proofs in evidence/ of the data "
                        + "directory (\(shown))",
                    "有验证节点自相矛盾：数据目录 evidence/ 中有 \(node.evidence.count) 份证据（\(shown)）"),
                advice: .init(
                    "keep copies, and decide with the other departments whether that validator is replaced",
                    "请保留副本，并与其他部门商定是否更换该验证节点"))
        ]
    }
}

/// What certificates have to say, with a node or without one.
package enum CertificateFindings {
    package static func about(_ certificates: [NodeHealth.Certificate], at time: Timestamp) -> [Finding] {
        certificates.compactMap { finding(about: $0, at: time) }
    }

    private static func finding(about certificate: NodeHealth.Certificate, at time: Timestamp) -> Finding? {
        let purpose = certificate.purpose
        let days = (certificate.notAfter.milliseconds - time.milliseconds) / 86_400_000
        let renew = Finding.Words(
            "have the department's authority issue a new one (zhenglian ca), put it into the identity directory, and "
                + "restart the node",
            "请由本部门证书机构签发新证书（zhenglian ca），放入身份目录后重启节点")
        if certificate.isRevoked {
            return Finding(
                .error, "certificateRevoked",
                .init("the \(purpose) certificate is revoked", "\(purpose) 证书已被吊销"), advice: renew)
        }
        if time < certificate.notBefore {
            return Finding(
                .error, "certificateNotYetValid",
                .init(
                    "the \(purpose) certificate is valid from \(certificate.notBefore) on, and it is \(time)",
                    "\(purpose) 证书自 \(certificate.notBefore) 起有效，当前时间 \(time)"),
                advice: .init("check this machine's clock first", "请先检查本机时钟"))
        }
        if time > certificate.notAfter {
            return Finding(
                .error, "certificateExpired",
                .init(
                    "the \(purpose) certificate has expired on \(certificate.notAfter)",
                    "\(purpose) 证书已于 \(certificate.notAfter) 过期"),
                advice: renew)
        }
        guard days < DiagnosisLimits.certificateWarningDays else { return nil }
        return Finding(
            .warning, "certificateExpires",
            .init(
                "the \(purpose) certificate expires in \(days) days, on \(certificate.notAfter)",
                "\(purpose) 证书将在 \(days) 天后（\(certificate.notAfter)）过期"),
            advice: renew)
    }
}

/// What the disk has to say, with a node or without one.
package enum StorageFindings {
    package static func about(_ storage: StorageState) -> [Finding] {
        if !storage.isWritable {
            return [
                Finding(
                    .error, "storageReadOnly",
                    .init("the data directory cannot be written", "数据目录不可写"),
                    advice: .init(
                        "look at its owner and at the file system: it may have become read-only after an "
                            + "error of the disk",
                        "请检查目录属主和文件系统：磁盘出错后可能变为只读"))
            ]
        }
        guard let free = storage.freeBytes, free < DiagnosisLimits.fewFreeBytes else { return [] }
        let mebibytes = free >> 20
        let isUrgent = free < DiagnosisLimits.leastFreeBytes
        return [
            Finding(
                isUrgent ? .error : .warning, "storageLow",
                .init(
                    "\(mebibytes) MiB are free where the data is; a node whose disk is full stops",
                    "数据所在磁盘剩余 \(mebibytes) MiB；磁盘写满时节点会停止"),
                advice: .init(
                    "make room or enlarge the disk; zhenglian ledger prune lets go of old transactions",
                    "请腾出空间或扩容；zhenglian ledger prune 可清理旧交易"))
        ]
    }
}
