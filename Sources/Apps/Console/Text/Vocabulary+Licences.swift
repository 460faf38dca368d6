import Licences

extension Vocabulary {
    /// The name of a kind of licence by its code; one that nobody has named is told as such, with the code.
    package static func licenceKind(_ code: String) -> Phrase {
        guard let name = (try? LicenceTypeCode(code)).flatMap({ LicenceTypeRegistry().name(of: $0) }) else {
            return Phrase("unregistered kind \(code)", "未登记的证照类型 \(code)")
        }
        return Phrase(kinds[code] ?? name.text, name.text)
    }

    /// The English names of the kinds that `LicenceTypeRegistry` has the Chinese ones of; a test compares them.
    static let kinds = [
        "11100000MB0143028R001": "business licence",
        "11100000000013338W001": "second-class constructor's registration",
        "11100000000013338W011": "safety manager's assessment",
        "11100000000013338W032": "special construction worker's permit",
        "11100000MB03271699022": "real estate title",
        "111000000000131433001": "marriage certificate",
    ]

    /// The name of a region by its code (GB/T 2260): of a county, its prefecture's with the code; elsewhere, the code.
    package static func region(_ code: String) -> Phrase {
        if code == "650000" { return Phrase("Xinjiang", "新疆维吾尔自治区") }
        let prefecture = String(code.prefix(4))
        guard let chinese = RegionCode.prefecturesOfXinjiang[prefecture] else { return Phrase(code, code) }
        let english = prefectures[prefecture] ?? code
        return code.hasSuffix("00") ? Phrase(english, chinese) : Phrase("\(english) \(code)", "\(chinese) \(code)")
    }

    /// The English names of what `RegionCode` has the Chinese ones of; a test compares them.
    static let prefectures = [
        "6501": "Urumqi", "6502": "Karamay", "6504": "Turpan", "6505": "Hami", "6523": "Changji", "6527": "Bortala",
        "6528": "Bayingolin", "6529": "Aksu", "6530": "Kizilsu", "6531": "Kashgar", "6532": "Hotan", "6540": "Ili",
        "6542": "Tacheng", "6543": "Altay", "6590": "directly governed cities",
    ]

    /// Why a decision on a use denies, by the word that stands in the read model.
    package static func denial(_ word: String) -> Phrase { denials[word] ?? Phrase(word, word) }

    private static let denials = Dictionary(
        DenialReason.allCases.map { ($0.word, Phrase($0.sentence.english, $0.sentence.chinese)) },
        uniquingKeysWith: { $1 })

    /// What a verification came to, by its number on the ledger.
    package static func verification(_ number: String) -> Phrase {
        switch Int64(number).flatMap(VerificationUse.Outcome.init(rawValue:)) {
        case .consistent: Phrase("consistent", "一致")
        case .fileDiffers: Phrase("the file differs", "文件不一致")
        case .catalogueDiffers: Phrase("the catalogue differs", "目录不一致")
        case .statusDiffers: Phrase("the status differs", "状态不一致")
        case .notOnLedger: Phrase("not on the ledger", "未上链")
        case .takenDown: Phrase("taken down", "已下链")
        case nil: Phrase(number, number)
        }
    }
}
