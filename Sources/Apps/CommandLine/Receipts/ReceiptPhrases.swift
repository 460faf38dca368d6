import Formats

extension EstablishedFact {
    /// The fact in a few words.
    var phrase: Phrase {
        switch self {
        case .content: Phrase("the content", "内容")
        case .submitter: Phrase("who submitted it, under a certificate valid then", "提交者及其当时有效的证书")
        case .outcome: Phrase("the outcome", "执行结果")
        case .order: Phrase("its place in the order", "次序")
        case .time: Phrase("the ledger time", "账本时间")
        case .value: Phrase("the value as of that height", "截至该高度的值")
        case .absence: Phrase("that there was no such entry as of that height", "截至该高度不存在该条目")
        case .continuity: Phrase("that it was so without a break since the first height", "自起始高度以来未曾变化")
        case .completeness: Phrase("that these are all elements as of that height", "截至该高度列表完整无缺")
        case .completenessFromPlace:
            Phrase("that these are all elements from that number on", "自该序号起列表完整无缺")
        case .elementOrder: Phrase("the order of the elements", "各项的次序")
        case .finality: Phrase("that a quorum made it final", "已由法定人数的验证节点确认为最终")
        }
    }
}

extension OpenQuestion {
    /// The question in a few words.
    var phrase: Phrase {
        switch self {
        case .laterChanges:
            Phrase("anything after that height, such as a later change or revocation", "该高度之后的任何变化，如变更或终止")
        case .earlierHistory: Phrase("what was there before the first height", "起始高度之前的情况")
        case .authorship: Phrase("who wrote it and when", "由谁、何时写入")
        case .earlierElements: Phrase("the elements before that number", "该序号之前的各项")
        }
    }
}
