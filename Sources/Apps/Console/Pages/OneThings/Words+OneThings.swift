extension Words {
    static let cases = WordTable(
        "cases",
        [
            "title": Phrase("One-things: cases", "一件事办件"), "status": Phrase("Status", "状态"),
            "matter": Phrase("Matter", "事项"), "lead": Phrase("Led by", "牵头部门"), "any": Phrase("any", "不限"),
            "late": Phrase("late only", "仅超期"),
            "rated": Phrase("graded only", "仅已评价"), "from": Phrase("Opened since", "受理起始日"),
            "show": Phrase("Show", "查询"), "code": Phrase("Code", "一件事编码"),
            "openedAt": Phrase("Opened", "受理时间"), "endedAt": Phrase("Over", "结束时间"),
            "progress": Phrase("Steps done", "办理进度"), "overdue": Phrase("Overdue", "超期"),
            "older": Phrase("Older", "更早"), "none": Phrase("There is no such case.", "没有符合条件的办件。"),
        ])

    static let caseTimeline = WordTable(
        "case",
        [
            "title": Phrase("Case", "办件"), "matter": Phrase("Matter", "事项"), "version": Phrase("version", "版本"),
            "lead": Phrase("Led by", "牵头部门"), "status": Phrase("Status", "状态"), "openedAt": Phrase("Opened", "受理时间"),
            "endedAt": Phrase("Over", "结束时间"), "took": Phrase("Took", "历时"), "licence": Phrase("Licence", "证照"),
            "rating": Phrase("Grade", "评价"), "nextDue": Phrase("Next clock ends", "最近期限"),
            "progress": Phrase("Progress", "办理进度"), "done": Phrase("steps done", "个环节已结"), "of": Phrase("of", "／"),
            "timeline": Phrase("Who had it when", "办理时效"),
            "timelineSays": Phrase(
                "A bar is the time in which a department had a step; the line below it is what was promised.",
                "条形为部门经手时间，下方细线为承诺期限。"),
            "steps": Phrase("Steps", "环节"), "step": Phrase("Step", "环节"), "department": Phrase("Department", "部门"),
            "attempt": Phrase("Attempt", "次"), "begunAt": Phrase("Handed over", "推送"),
            "acknowledgedAt": Phrase("Acknowledged", "签收"), "stepEndedAt": Phrase("Done", "办结"),
            "answer": Phrase("Answer", "结果"), "promise": Phrase("Promised", "承诺期限"), "due": Phrase("Due", "到期"),
            "events": Phrase("What has happened", "全部事件"), "event": Phrase("Event", "事件"),
            "at": Phrase("Took effect", "生效时间"),
            "height": Phrase("Recorded at", "记录高度"), "reason": Phrase("Reason", "原因"),
            "more": Phrase("Earlier events:", "更早的事件："),
            "values": Phrase("On the ledger", "上链信息"), "urgency": Phrase("Urgency", "紧急程度"),
        ])

    static let inbox = WordTable(
        "inbox",
        [
            "title": Phrase("Inbox", "收件箱"), "department": Phrase("Department", "部门"), "any": Phrase("any", "不限"),
            "urgency": Phrase("Urgency", "紧急程度"), "show": Phrase("Show", "查询"), "code": Phrase("Code", "一件事编码"),
            "matter": Phrase("Matter", "事项"), "step": Phrase("Step", "环节"), "duty": Phrase("To do", "待办"),
            "status": Phrase("Status", "状态"), "since": Phrase("Since", "自"), "due": Phrase("Due", "到期"),
            "left": Phrase("Left", "剩余"), "past": Phrase("past", "已超"), "noLimit": Phrase("no limit", "无期限"),
            "overdue": Phrase("overdue", "超期"), "soon": Phrase("due soon", "临期"), "inTime": Phrase("in time", "正常"),
            "all": Phrase("in all", "合计"),
            "none": Phrase("Nothing waits.", "没有待办。"),
            "cut": Phrase("The first 500 are shown here, put in order.", "此处为前 500 项，按到期排序。"),
        ])

    static let matters = WordTable(
        "matters",
        [
            "title": Phrase("Definitions", "一件事定义"),
            "none": Phrase("No matter is defined on the ledger.", "账本上尚无一件事定义。"),
            "matters": Phrase("Matters", "事项"), "versions": Phrase("Versions", "版本"),
            "version": Phrase("Version", "版本"),
            "from": Phrase("For cases from height", "自高度起的办件适用"), "digest": Phrase("Digest", "摘要"),
            "basis": Phrase("Rests on", "依据"), "roles": Phrase("Who takes part", "参与部门"), "role": Phrase("Role", "职责"),
            "department": Phrase("Department", "部门"), "isLead": Phrase("leads", "牵头"), "steps": Phrase("Steps", "环节"),
            "step": Phrase("Step", "环节"), "after": Phrase("After", "在…之后"), "limits": Phrase("Limits", "期限"),
            "answers": Phrase("Answers", "办理结果"), "needs": Phrase("Gets to see", "可见材料"),
            "window": Phrase("time for objections, asked:", "异议期，征询："), "items": Phrase("Data", "数据项"),
            "item": Phrase("Datum", "数据项"), "seenBy": Phrase("Seen by", "可见职责"),
            "onLedger": Phrase("on the ledger, for all", "上链，全体可见"), "proposal": Phrase("Proposed", "待批准"),
            "approvals": Phrase("Approved by", "已批准"),
            "missing": Phrase("Those that take part and have not", "尚未批准的参与部门"),
            "needed": Phrase("Departments needed", "所需部门数"), "approveWith": Phrase("Approve with", "批准命令"),
        ])
}
