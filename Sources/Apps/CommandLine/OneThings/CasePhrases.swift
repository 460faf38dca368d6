import Identity
import Licences
import OneThings

// How cases are told to people.

extension BilingualTitle {
    var phrase: Phrase { Phrase(english, chinese) }
}

extension CaseStatus {
    var phrase: Phrase {
        switch self {
        case .running: Phrase("running", "办理中")
        case .completed: Phrase("completed", "办结")
        case .ended: Phrase("ended", "终结")
        case .withdrawn: Phrase("withdrawn", "已撤回")
        case .annulling: Phrase("being annulled", "撤销中")
        case .annulled: Phrase("annulled", "已撤销")
        }
    }
}

extension StepStatus {
    var phrase: Phrase {
        switch self {
        case .waiting: Phrase("waits", "待启动")
        case .pushed: Phrase("pushed", "已推送")
        case .acknowledged: Phrase("acknowledged", "已签收")
        case .asking: Phrase("waits for the applicant", "待补正")
        case .suspended: Phrase("suspended", "中止")
        case .returned: Phrase("returned", "退回")
        case .objected: Phrase("objected to", "有异议")
        case .settled: Phrase("settled", "已办结")
        case .waived: Phrase("waived", "免办")
        case .leftOut: Phrase("left out", "不涉及")
        case .closed: Phrase("closed", "已关闭")
        case .compensating: Phrase("being undone", "补偿中")
        case .compensated: Phrase("undone", "已补偿")
        }
    }
}

extension CaseUrgency {
    var phrase: Phrase {
        switch self {
        case .green: Phrase("green", "绿")
        case .amber: Phrase("amber", "黄")
        case .red: Phrase("red", "红")
        }
    }
}

extension CaseDuty.Kind {
    var phrase: Phrase {
        switch self {
        case .handle: Phrase("handle", "待办理")
        case .reply: Phrase("say whether you object", "待回复")
        case .mend: Phrase("mend and push again", "待更正")
        case .supply: Phrase("bring what is asked for", "待补正")
        case .compensate: Phrase("undo", "待补偿")
        case .lift: Phrase("your objection stands", "异议待撤回")
        }
    }
}

extension CaseProgress.Reply.Kind {
    var phrase: Phrase {
        switch self {
        case .noObjection: Phrase("no objection", "无异议")
        case .objection: Phrase("objection", "异议")
        case .lifted: Phrase("objection lifted", "异议已撤回")
        case .silence: Phrase("no reply", "未回复")
        }
    }
}

extension TimeLimit {
    var phrase: Phrase {
        switch unit {
        case .seconds: Phrase("\(amount) s", "\(amount) 秒")
        case .minutes: Phrase("\(amount) min", "\(amount) 分钟")
        case .hours: Phrase("\(amount) h", "\(amount) 小时")
        case .calendarDays: Phrase("\(amount) days", "\(amount) 日")
        case .workingDays: Phrase("\(amount) working days", "\(amount) 个工作日")
        }
    }
}

extension Duration {
    /// In its two largest units.
    var phrase: Phrase {
        let seconds = Int64(max(0, self / .seconds(1)))
        let units: [(size: Int64, english: String, chinese: String)] = [
            (86_400, "d", "天"), (3_600, "h", "小时"), (60, "min", "分"), (1, "s", "秒"),
        ]
        var rest = seconds
        let parts = units.map { unit in
            defer { rest %= unit.size }
            return (count: rest / unit.size, unit: unit)
        }
        let told = parts.drop { $0.count == 0 }.prefix(2)
        guard !told.isEmpty else { return Phrase("0 s", "0 秒") }
        return Phrase(
            told.map { "\($0.count) \($0.unit.english)" }.joined(separator: " "),
            told.map { "\($0.count) \($0.unit.chinese)" }.joined(separator: " "))
    }
}
