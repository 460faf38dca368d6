import Licences
import Testing

@Suite struct CodeTests {
    @Test(arguments: ["20240229", "20000229", "18000101", "99991231", "20261130"])
    func readsDaysOfTheCalendar(_ text: String) throws {
        #expect(try CalendarDate(text).text == text)
    }

    @Test(arguments: [
        "20230229", "19000229", "20261131", "20261301", "20260001", "20260100", "2026-1-1", "2026113", "17991231", "",
    ])
    func refusesDaysThatTheCalendarDoesNotHave(_ text: String) {
        #expect(throws: LicenceError.self) { try CalendarDate(text) }
    }

    @Test func datesOrderAsTheCalendarDoes() throws {
        #expect(try CalendarDate("20251231") < CalendarDate("20260101"))
        #expect(CalendarDate(year: 2026, month: 2, day: 29) == nil)
    }

    @Test func validityIncludesBothEnds() throws {
        let first = try CalendarDate("20260101")
        let last = try CalendarDate("20261231")
        let validity = try LicenceValidity(from: first, until: last)
        #expect(validity.contains(first) && validity.contains(last))
        #expect(try !validity.contains(CalendarDate("20251231")))
        #expect(try !validity.contains(CalendarDate("20270101")))
        let open = try LicenceValidity(from: first, until: nil)
        #expect(try open.contains(CalendarDate("99991231")))
        #expect(try !open.contains(CalendarDate("20251231")))
        #expect(open.untilText == "长期")
        #expect(throws: LicenceError(.wrongDate, "")) { try LicenceValidity(from: last, until: first) }
    }

    @Test func namesThePrefecturesOfXinjiang() throws {
        #expect(try RegionCode("650102").name == "乌鲁木齐市")
        #expect(try RegionCode("654223").name == "塔城地区")
        #expect(try RegionCode("659001").name == "自治区直辖县级行政区划")
        #expect(try RegionCode("650000").name == "新疆维吾尔自治区")
        #expect(try RegionCode("110105").name == nil)
        #expect(try RegionCode("100000").text == "100000")
        #expect(RegionCode.prefecturesOfXinjiang.count == 15)
    }

    @Test(arguments: [("990000", LicenceError.Code.unknownRegion), ("65", .wrongLength), ("65010A", .wrongCharacter)])
    func refusesRegions(_ text: String, _ code: LicenceError.Code) {
        #expect(error { () throws(LicenceError) in try RegionCode(text) }?.code == code)
    }

    @Test func registryNamesThePublishedKindsAndAddsOthers() throws {
        let published = LicenceTypeRegistry()
        #expect(published.codes.count == 6)
        #expect(published.title(of: try LicenceTypeCode("11100000MB0143028R001")) == "营业执照")
        let unknown = try LicenceTypeCode("11100000MBDEM0015F901")
        #expect(published.name(of: unknown) == nil)
        #expect(published.title(of: unknown) == "未登记的证照类型 11100000MBDEM0015F901")
        let extended = LicenceTypeRegistry(adding: [unknown: try DisplayName("食品经营许可证")])
        #expect(extended.title(of: unknown) == "食品经营许可证")
        #expect(unknown.definingAuthority.text == "11100000MBDEM0015F")
        #expect(unknown.number == "901")
    }

    @Test(arguments: LicenceStatus.standard) func statusesReadTheirOwnCodes(_ status: LicenceStatus) throws {
        #expect(try LicenceStatus(status.text) == status)
        #expect(!status.name.isEmpty)
    }

    @Test func statusesHaveTheCodesAndNamesInUse() throws {
        let shown = LicenceStatus.standard.map { "\($0.text) \($0.name)" }.joined(separator: " ")
        #expect(shown == "01 有效 02 暂扣 03 撤销 04 注销 05 失效 06 办理转出 07 吊销 99 其他")
        // A consortium may have statuses of its own; what is no code at all is refused.
        #expect(try LicenceStatus("08").name == "状态 08")
        #expect(throws: LicenceError(.wrongLength, "")) { try LicenceStatus("8") }
        #expect(throws: LicenceError(.wrongCharacter, "")) { try LicenceStatus("0A") }
    }

    @Test(arguments: ["", " 甲", "甲 ", "甲\n乙", "甲\u{202E}乙", "甲\u{0}", String(repeating: "甲", count: 201)])
    func refusesNamesThatNoLicencePrints(_ text: String) {
        #expect(throws: LicenceError.self) { try DisplayName(text) }
    }

    @Test(arguments: ["买买提·艾力", "A B", String(repeating: "甲", count: 200)]) func readsNames(_ text: String) throws {
        #expect(try DisplayName(text).text == text)
    }

    @Test func aPersonsNumberNeverPassesForAnOrganisations() throws {
        var findings: [LicenceError] = []
        let refusal = error { () throws(LicenceError) in
            try HolderCode.read("650102199001011239", type: "001", findings: &findings)
        }
        #expect(refusal?.code == .personalData)
        #expect(findings.isEmpty)
        let early = try HolderCode.read("91350100M0001TGQXM", type: "001", findings: &findings)
        #expect(early.type == "001")
        #expect(findings.count == 1)
    }

    @Test(arguments: ["../a", "/a", "a/../b", "a//b", "a\\b", "./a", "a/", "", String(repeating: "a", count: 256)])
    func refusesPathsThatLeaveTheFolder(_ text: String) {
        #expect(throws: LicenceError(.unsafePath, "")) { try RelativeFilePath(text) }
    }
}
