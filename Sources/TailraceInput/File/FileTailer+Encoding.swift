import Logging
import TailraceCodec

extension FileTailer {
    /// Text in UTF-16 without a byte order mark is read as UTF-8, as nothing else is declared: then the operator is
    /// told what to declare.
    func noteEncoding(of file: TailedFile, _ head: Span<UInt8>) {
        self.encodingNotices[file.path] = nil
        guard self.options.encoding == nil, TextEncoding(byteOrderMark: head) == nil,
            let encoding = TextEncoding.looksWide(head.extracting(0..<min(head.count, FileAnchor.maxBytes)))
        else { return }
        let notice =
            "\(file.path.text) looks like \(encoding.rawValue) without a byte order mark and is read as UTF-8; set "
            + "encoding = \"\(encoding.rawValue)\""
        self.encodingNotices[file.path] = notice
        self.context.logger.warning("a file may have another encoding", metadata: ["reason": "\(notice)"])
    }
}
