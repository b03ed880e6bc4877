/// Why files of the page are served one by one where the page asks for them joined.
enum JoinProblem: Error, CustomStringConvertible {
    case unknownForm(path: String, line: String)
    case missing(String, wantedBy: String)
    case cycle(String)
    case sameName(String, String)
    case otherFolder(String, wantedBy: String)

    var description: String {
        switch self {
        case .unknownForm(let path, let line):
            "\(path) has '\(line)', an import or export of a form that can't be joined; "
                + "declare what is exported with export class, function or const, and import it by name"
        case .missing(let path, let other): "\(other) imports \(path), which is not there"
        case .cycle(let path): "\(path) imports itself by way of others"
        case .sameName(let path, let other): "\(path) and \(other) differ only in signs that names can't have"
        case .otherFolder(let path, let other): "\(other) imports \(path) from another folder"
        }
    }
}
