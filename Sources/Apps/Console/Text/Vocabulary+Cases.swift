import OneThings

extension Vocabulary {
    /// What happened in a case.
    static func event(_ kind: CaseEvent.Kind) -> Phrase {
        switch kind {
        case .opened: Phrase("opened", "受理")
        case .pushed: Phrase("handed over", "推送")
        case .acknowledged: Phrase("acknowledged", "签收")
        case .answered: Phrase("answered", "办结")
        case .returned: Phrase("returned", "退回")
        case .asked: Phrase("applicant asked", "要求补正")
        case .supplied: Phrase("supplied", "补正")
        case .suspended: Phrase("suspended", "中止")
        case .resumed: Phrase("resumed", "恢复")
        case .waived: Phrase("waived", "免办")
        case .extended: Phrase("extended", "延长")
        case .unacknowledged: Phrase("not acknowledged in time", "未按时签收")
        case .overdue: Phrase("limit went by", "超期")
        case .consented: Phrase("no objection", "无异议")
        case .objected: Phrase("objection", "异议")
        case .objectionLifted: Phrase("objection lifted", "撤回异议")
        case .windowClosed: Phrase("time for objections ended", "异议期结束")
        case .completed: Phrase("case completed", "办件办结")
        case .ended: Phrase("case ended", "办件终结")
        case .withdrawn: Phrase("case withdrawn", "办件撤回")
        case .annulled: Phrase("case annulled", "办件撤销")
        case .compensationPushed: Phrase("asked to undo", "要求补偿")
        case .compensated: Phrase("undone", "已补偿")
        case .rated: Phrase("rated", "评价")
        case .archived: Phrase("archived", "归档")
        case .released: Phrase("content given out", "材料调取")
        case .recalled: Phrase("taken back", "收回")
        }
    }

    /// What somebody does in a case.
    static func act(_ kind: CaseAct.Kind) -> Phrase {
        switch kind {
        case .acknowledge: Phrase("acknowledges", "签收")
        case .answer: Phrase("answers", "办结")
        case .giveBack: Phrase("gives back", "退回")
        case .ask: Phrase("asks the applicant", "要求补正")
        case .supply: Phrase("supplies", "补正")
        case .suspend: Phrase("suspends", "中止")
        case .resume: Phrase("resumes", "恢复")
        case .push: Phrase("pushes again", "重新推送")
        case .waive: Phrase("waives", "免办")
        case .extend: Phrase("extends", "延长")
        case .consent: Phrase("does not object", "无异议")
        case .object: Phrase("objects", "异议")
        case .lift: Phrase("lifts its objection", "撤回异议")
        case .withdraw: Phrase("withdraws the case", "撤回办件")
        case .annul: Phrase("annuls the case", "撤销办件")
        case .compensate: Phrase("has undone", "已补偿")
        case .rate: Phrase("grades", "评价")
        case .archive: Phrase("archives", "归档")
        }
    }
}
