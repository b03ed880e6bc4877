import NIOCore
import NIOEmbedded
import NIOHTTP1
import TailraceWeb
import Testing

struct JoinedFilesTests {
    private let folder: ScratchFolder

    init() throws {
        self.folder = try ScratchFolder()
        try self.folder.write("index.html", "<script type=\"module\" src=\"app.js?joined\"></script>")
    }

    private func text(_ path: String, joined: String = "") -> String? {
        Self.text(AssetTable(folder: self.folder.path), path, joined: joined)
    }

    private static func text(_ table: AssetTable, _ path: String, joined: String) -> String? {
        let query = QueryParameters([.init(name: "joined", value: joined)])
        let request = HTTPRequest(
            method: .GET, path: path, query: query, headers: [:], body: ByteBuffer(), peer: nil,
            eventLoop: EmbeddedEventLoop())
        return table.answer(request).map { String(buffer: $0.body) }
    }

    private var problems: [String] { AssetTable(folder: self.folder.path).joinProblems }

    @Test func `modules become functions in the order in which they run`() throws {
        try self.folder.write(
            "app.js", "// starts\nimport { one, two as second } from \"./js/some.js\";\n\nconst own = one + second;\n")
        try self.folder.write(
            "js/some.js", "import \"./other.js\";\nexport const one = 1;\nexport async function two() {}\n")
        try self.folder.write("js/other.js", "globalThis.ran = true;\n")
        #expect(self.problems.isEmpty)
        #expect(
            self.text("/app.js") == """
                const js_other$ = (() => {
                globalThis.ran = true;

                return {  };
                })();
                const js_some$ = (() => {

                const one = 1;
                async function two() {}

                return { one, two };
                })();
                const app$ = (() => {
                const { one, two: second } = js_some$;

                const own = one + second;

                return {  };
                })();
                export { js_other$, js_some$, app$ };

                """)
    }

    @Test func `exports are passed on under their names`() throws {
        try self.folder.write("app.js", "import { a, c, d, e } from \"./all.js\";\n")
        try self.folder.write(
            "all.js",
            "export * from \"./some.js\";\nexport {\n    b as c,\n    d,\n} from \"./some.js\";\n"
                + "const e = 1;\nexport { e };\n")
        try self.folder.write("some.js", "export class a {}\nexport function b() {}\nexport const d = 2;\n")
        let text = try #require(self.text("/app.js"))
        #expect(text.contains("return { a: some$.a, b: some$.b, d: some$.d, c: some$.b, d: some$.d, e };"))
    }

    @Test func `what is asked for later comes in units of what is wanted together`() throws {
        try self.folder.write(
            "app.js",
            "import { h } from \"./h.js\";\nconst later = [() => import(\"./js/a.js\"), "
                + "() => import(\"./js/b.js\"), () => import(\"./h.js\")];\n")
        try self.folder.write("h.js", "export const h = 1;\n")
        try self.folder.write(
            "js/a.js",
            "import { h } from \"../h.js\";\nimport { own } from \"./own.js\";\n"
                + "import { shared } from \"./shared.js\";\n")
        try self.folder.write("js/b.js", "import { shared } from \"./shared.js\";\n")
        try self.folder.write("js/own.js", "export const own = import.meta.url;\n")
        try self.folder.write("js/shared.js", "export const shared = {};\n")
        let app = try #require(self.text("/app.js"))
        #expect(app.contains("() => import(\"./js/a.js?joined=app.js\").then((unit) => unit.js_a$)"))
        #expect(app.contains("() => Promise.resolve(h$)"))
        let first = try #require(self.text("/js/a.js", joined: "app.js"))
        let head =
            "import { h$ } from \"../app.js?joined\";\n"
            + "import { js_shared$ } from \"./shared.js?joined=app.js\";\n"
        #expect(first.hasPrefix(head))
        #expect(first.contains("const own = new URL(\"./own.js\", import.meta.url).href;"))
        #expect(first.hasSuffix("export { js_own$, js_a$ };\n"))
        #expect(self.text("/js/shared.js", joined: "app.js")?.hasSuffix("export { js_shared$ };\n") == true)
        // As it lies, whatever is asked for that is not joined.
        #expect(self.text("/js/own.js", joined: "app.js") == "export const own = import.meta.url;\n")
    }

    @Test(arguments: [
        ("export default 1;", "/app.js has 'export default 1;'"), ("\nexport let a = 1;\n", "'export let a = 1;'"),
        ("export const { a } = b;", "export const { a }"), ("export class { }", "'export class { }'"),
        ("import all from \"./some.js\";", "import all"), ("import { a } from \"elsewhere\";", "import { a }"),
        ("import { a } from \"./none.js\";", "/none.js, which is not there"),
        ("import { a } from \"./../../none.js\";", "import { a }"), ("import \"./app.js\";", "imports itself"),
    ])
    func `what can't be joined is served as it lies`(text: String, problem: String) throws {
        try self.folder.write("app.js", text)
        #expect(self.text("/app.js") == text)
        #expect(self.problems.count == 1)
        #expect(self.problems.first?.contains(problem) == true)
    }

    @Test func `comments stay behind, but not what only looks like one`() throws {
        let text = """
            /** What it is,
             * in two lines.
             */
            const a = 1;   // why
            /** One line. */
            const b = `
            // no comment
            /* nor this */
            `;
                // indented

            const c = "/* text */";

            """
        try self.folder.write("app.js", text)
        let joined = try #require(self.text("/app.js"))
        let kept = "const a = 1;   // why\nconst b = `\n// no comment\n/* nor this */\n`;\nconst c = \"/* text */\";\n"
        #expect(joined.hasPrefix("const app$ = (() => {\n\(kept)"))
        let odds = [
            "// one\nconst a = /`/;\n", "/* a */ f();\n// b\n", "/* a\n*/ f(); /*\n*/\n// b\n",
            "/* */ f(); /* */\n// b\n",
        ]
        for odd in odds {
            try self.folder.write("app.js", odd)
            #expect(self.text("/app.js")?.contains(odd) == true)
        }
    }

    @Test func `words in texts and names are left alone`() throws {
        let text = "const a = \"import(x)\"; reimport(\"./a.js\"); // import(\"a.js\")\n"
        try self.folder.write("app.js", text)
        #expect(self.text("/app.js")?.contains(text) == true)
        #expect(self.problems.isEmpty)
    }

    @Test func `sheets come with what they import`() throws {
        try self.folder.write("index.html", "<link rel=\"stylesheet\" href=\"css/page.css?joined\">")
        try self.folder.write("css/page.css", "@import \"a.css\";\n@import \"b.css\";\np { color: red; }\n")
        try self.folder.write("css/a.css", "@layer a, b;\n")
        try self.folder.write("css/b.css", "b { color: blue; }\n")
        #expect(self.text("/css/page.css") == "@layer a, b;\nb { color: blue; }\np { color: red; }\n")
        try self.folder.write("css/b.css", "@import \"page.css\";\n")
        #expect(self.problems.count == 1)
        #expect(self.text("/css/page.css")?.hasPrefix("@import") == true)
    }

    @Test func `the page itself is joined, each module once`() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/public"
        let table = AssetTable(folder: folder)
        #expect(table.joinProblems == [])
        let page = try #require(Self.text(table, "/app.js", joined: ""))
        #expect(page.contains("const js_rows_rows_view$ = "))
        #expect(page.components(of: "const js_parts_format$ = ") == 1)
        let worker = try #require(Self.text(table, "/js/session/relay-worker.js", joined: ""))
        #expect(worker.components(of: "const js_parts_format$ = ") <= 1)
        #expect(!worker.contains("app.js?joined"))
    }
}

extension String {
    fileprivate func components(of part: String) -> Int {
        var count = 0
        var rest = self[...]
        while let found = rest.firstRange(of: part) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}
