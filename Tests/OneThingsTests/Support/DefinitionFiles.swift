import Foundation
import Identity
import OneThings

/// Definitions as files: those that ship, and a small matter that no program knows of.
enum DefinitionFiles {
    static let shipped = ["enterprise-opening", "simple-deregistration", "simple-deregistration-national"]

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Definitions")

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: "\(name).json")))
    }

    static func definition(_ name: String) throws -> OneThingDefinition {
        try DefinitionFile(try bytes(name)).definition()
    }

    static func newborn() throws -> OneThingDefinition { try DefinitionFile(Array(newbornText.utf8)).definition() }

    /// A birth (新生儿出生“一件事”): a household registration, a time for objections, insurance, and a card if wanted.
    static let newbornText = """
        {
          "matter": "newborn", "version": 1, "title": { "chinese": "新生儿出生", "english": "Birth of a child" },
          "basis": "国办函〔2024〕53号", "lead": "hospital", "subject": "holder", "excludes": ["adoption"],
          "roles": [
            { "name": "hospital", "department": "health", "title": { "chinese": "助产机构", "english": "Hospital" } },
            { "name": "police", "department": "justice", "title": { "chinese": "公安户政", "english": "Household" } },
            { "name": "insurer", "department": "hrss", "title": { "chinese": "医保", "english": "Insurance" } }
          ],
          "options": [{ "name": "card", "title": { "chinese": "申领社保卡", "english": "A card is wanted" } }],
          "fields": [
            {
              "name": "child-name", "for": ["police", "insurer"],
              "title": { "chinese": "新生儿姓名", "english": "Name of the child" }
            },
            { "name": "mother-ref", "for": ["police"], "title": { "chinese": "母亲", "english": "Mother" } },
            { "name": "bank-card", "for": ["insurer"], "title": { "chinese": "银行卡", "english": "Bank card" } },
            { "name": "policy", "for": ["insurer"], "title": { "chinese": "参保信息", "english": "Policy" } },
            {
              "name": "register-number", "isOnLedger": true,
              "title": { "chinese": "户籍登记编号", "english": "Number in the register" }
            }
          ],
          "materials": [
            {
              "name": "certificate", "contains": ["child-name", "mother-ref"],
              "title": { "chinese": "出生医学证明", "english": "Certificate of birth" }
            }
          ],
          "reasons": [
            { "code": "UNCLEAR", "title": { "chinese": "信息不清", "english": "Unclear" } },
            { "code": "DISPUTE", "title": { "chinese": "争议", "english": "Dispute" } }
          ],
          "intake": [
            { "item": "child-name" }, { "item": "mother-ref" }, { "item": "certificate" },
            { "item": "bank-card", "when": "card" }
          ],
          "ends": [
            { "name": "refused", "title": { "chinese": "不予登记", "english": "Refused" } },
            { "name": "lapsed", "title": { "chinese": "逾期", "english": "Lapsed" } }
          ],
          "bindingStep": "household",
          "steps": [
            {
              "name": "household", "role": "police", "title": { "chinese": "户籍登记", "english": "Household" },
              "needs": ["child-name", "mother-ref", "certificate"], "returns": ["register-number"],
              "answers": [
                { "name": "registered", "title": { "chinese": "已登记", "english": "Registered" } },
                { "name": "refused", "ends": "refused", "title": { "chinese": "不予登记", "english": "Refused" } }
              ],
              "limits": {
                "acknowledge": "4 hours", "answer": "3 workingDays", "amber": "2 workingDays",
                "extended": "5 workingDays", "lapses": "lapsed", "supplement": "10 calendarDays",
                "lapsesUnsupplemented": "lapsed", "suspension": "30 calendarDays", "firstDay": "same"
              },
              "attempts": 3, "isCompensated": true
            },
            {
              "name": "notice", "role": "police", "title": { "chinese": "公示", "english": "Notice" },
              "after": ["household"],
              "window": {
                "objectors": ["insurer"], "isPublic": true, "reasons": ["DISPUTE"], "ends": "refused",
                "back": "household", "lift": "7 calendarDays"
              },
              "limits": { "answer": "5 calendarDays" }, "attempts": 1
            },
            {
              "name": "insurance", "role": "insurer", "title": { "chinese": "参保", "english": "Insurance" },
              "after": ["notice"], "needs": ["child-name", "register-number"], "returns": ["policy"],
              "answers": [{ "name": "insured", "title": { "chinese": "已参保", "english": "Insured" } }],
              "limits": { "answer": "1 hours" }, "attempts": 2
            },
            {
              "name": "card", "role": "insurer", "title": { "chinese": "制卡", "english": "Card" },
              "after": ["insurance"], "when": "card", "needs": ["bank-card", "policy"],
              "answers": [{ "name": "made", "title": { "chinese": "已制卡", "english": "Made" } }],
              "limits": {}, "attempts": 1, "isWaivable": true
            }
          ]
        }
        """
}
