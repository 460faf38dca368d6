extension Words {
    /// Of the frame around every page.
    static let layout = WordTable(
        "layout",
        [
            "product": Phrase("Zhenglian", "证链"), "skip": Phrase("To the content", "跳到正文"),
            "sections": Phrase("Parts of the console", "控制台栏目"),
            "search": Phrase("Height, code, identifier, digest", "高度、编码、标识、摘要"), "searchGo": Phrase("Search", "查询"),
            "otherLanguage": Phrase("中文", "English"), "theme": Phrase("Light or dark", "明暗"),
            "logIn": Phrase("Log in", "登录"), "logOut": Phrase("Log out", "退出"),
            "asOfHeight": Phrase("as of height", "截至高度"), "asOfTime": Phrase("ledger time", "账本时间"),
            "live": Phrase("live", "实时"), "node": Phrase("node", "节点"), "version": Phrase("version", "版本"),
            "alone": Phrase("Nothing on this page comes from elsewhere.", "本页不加载任何外部资源。"),
            "taking": Phrase("The proof is being made and checked; this may take some seconds.", "正在生成并核验证明，可能需要数秒。"),
            "taken": Phrase("Taken:", "已下载："), "lost": Phrase("The node did not answer; try again.", "节点未答复，请重试。"),
            "tabs": Phrase("Parts of this section", "本栏目"),
            "beijing": Phrase("Times are Beijing time.", "时间均为北京时间。"), "keys": Phrase("/ searches", "按 / 查询"),
        ])
}
