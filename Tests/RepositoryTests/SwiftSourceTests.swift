import Testing

@Suite("Swift sources")
struct SwiftSourceTests {
    private func tokens(_ text: String) -> [String] {
        SwiftSource(path: "Snippet.swift", text: text).tokens.map(\.text)
    }

    @Test func commentsAreNoCode() {
        #expect(tokens("a // b\nc /* d /* e */ f */ g") == ["a", "c", "g"])
    }

    @Test(arguments: [
        #"a("b c")"#, #"a("b \" c")"#, ##"a(#"b " c"#)"##, #"a("b { ) c")"#, "a(\"\"\"\n  b \"c\"\n  \"\"\")",
        #"a("http://b")"#,
    ])
    func theInsideOfAStringIsNoCode(text: String) {
        #expect(tokens(text) == ["a", "(", ")"])
    }

    @Test func anInterpolationIsCode() {
        #expect(tokens(#"a("b \(c("d"), e) f") g"#) == ["a", "(", "c", "(", ")", ",", "e", ")", "g"])
        #expect(tokens(##"a(#"b \(c) \#(d)"#)"##) == ["a", "(", "d", ")"])
    }

    @Test func tokensKnowTheirLines() {
        let source = SwiftSource(path: "Snippet.swift", text: "a\n/*\n*/ b \"\"\"\n\n\"\"\"\nc")
        #expect(source.tokens.map(\.line) == [1, 3, 6])
        #expect(source.comments[1].contains("/*"))
        #expect(source.isFirstOfLine(2))
    }

    @Test func codeIsFoundWhateverWhiteSpaceIsInIt() {
        let source = SwiftSource(path: "Snippet.swift", text: "try\n  !a; retry!; Task . sleep (")
        #expect(source.occurrences(of: "try!").map { source.tokens[$0].line } == [1])
        #expect(source.occurrences(of: "Task.sleep(").count == 1)
        #expect(source.occurrences(of: "sleep()").isEmpty)
    }

    @Test func functionsAreMeasuredWithTheirBodies() {
        let text = """
            protocol P { func a() -> Int
                init()
            }
            struct S: P {
                init() { self.init(b: "}") }
                func a() -> Int {
                    // }
                    func nested(_ body: () -> Void = { print() }) {
                    }
                    return 0
                }
                subscript(index: Int) -> Int { index }
            }
            """
        let functions = SwiftFunction.all(in: SwiftSource(path: "Snippet.swift", text: text))
        #expect(
            functions == [
                SwiftFunction(name: "init", line: 5, lineCount: 1), SwiftFunction(name: "a", line: 6, lineCount: 6),
                SwiftFunction(name: "nested", line: 8, lineCount: 2),
                SwiftFunction(name: "subscript", line: 12, lineCount: 1),
            ]
        )
    }
}
