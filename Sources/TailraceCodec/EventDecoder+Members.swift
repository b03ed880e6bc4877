import TailraceEvent

/// Lines made of named members: JSON objects and logfmt.
extension EventDecoder {
    /// False, with nothing appended, if the line is not one JSON object.
    mutating func decodeJSON(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) -> Bool {
        guard self.json.scan(line) else { return false }
        var chosen = ChosenMembers()
        for (index, member) in self.json.members.enumerated() where !member.keyHasEscapes {
            guard let role = MemberRole(line, member.key) else { continue }
            self.offerJSON(line, member, index, role, place, &chosen)
        }
        self.writeFields(line, chosen)
        let head = LineHead(time: chosen.time.map { _ in chosen.nanoseconds }, level: chosen.level)
        guard let message = chosen.message.map({ self.json.members[$0.index] }) else {
            self.append(line, head, place, into: &batch)
            return true
        }
        let inside = message.value.lowerBound + 1..<message.value.upperBound - 1
        guard message.valueHasEscapes else {
            self.append(line.extracting(inside), head, place, into: &batch)
            return true
        }
        self.unescaped.clearForReuse()
        JSONString.appendUnescaped(line, inside, to: &self.unescaped)
        self.append(self.unescaped.span, head, place, into: &batch)
        return true
    }

    /// All members but those that were chosen. Those that stand side by side and keep their names are copied at once.
    private mutating func writeFields(_ line: Span<UInt8>, _ chosen: ChosenMembers) {
        var run = 0..<0
        for (index, member) in self.json.members.enumerated() where !chosen.consumes(index) {
            let whole = member.key.lowerBound - 1..<member.value.upperBound
            let isAsItStands =
                self.json.isMinified && !member.keyHasEscapes && self.fields.keepsName(line, member.key)
            // A comma is between.
            if isAsItStands, !run.isEmpty, run.upperBound + 1 == whole.lowerBound {
                run = run.lowerBound..<whole.upperBound
                continue
            }
            self.fields.members(line, run)
            run = isAsItStands ? whole : 0..<0
            guard !isAsItStands else { continue }
            self.fields.escapedKey(line, member.key, hasEscapes: member.keyHasEscapes)
            self.fields.json(line, member.value, isMinified: self.json.isMinified)
        }
        self.fields.members(line, run)
    }

    private mutating func offerJSON(
        _ line: Span<UInt8>, _ member: JSONScanner.Member, _ index: Int, _ role: MemberRole, _ place: Place,
        _ chosen: inout ChosenMembers
    ) {
        let isString = line[member.value.lowerBound] == UInt8(ascii: "\"")
        let text = isString ? member.value.lowerBound + 1..<member.value.upperBound - 1 : member.value
        if case .message(let rank) = role {
            if isString { chosen.offerMessage(index: index, rank: rank) }
            return
        }
        guard !member.valueHasEscapes else { return }
        switch role {
        case .message: break
        case .time(let rank): chosen.offerTime(self.time(line, text, place), index: index, rank: rank)
        case .level(let rank):
            let reading = isString ? LevelReading(name: line, text) : LevelReading(number: line, text)
            chosen.offerLevel(reading, index: index, rank: rank)
        case .priority: chosen.offerPriority(line, text, index: index)
        }
    }

    /// False, with nothing appended, if the line is not logfmt.
    mutating func decodeLogfmt(
        _ line: Span<UInt8>, pairsPerBareWord: Int, minPairs: Int, _ place: Place, into batch: inout EventBatch
    ) -> Bool {
        guard self.logfmt.scan(line, pairsPerBareWord: pairsPerBareWord), self.logfmt.pairs.count >= minPairs else {
            return false
        }
        var chosen = ChosenMembers()
        for (index, pair) in self.logfmt.pairs.enumerated() where !pair.isBare {
            guard let role = MemberRole(line, pair.key) else { continue }
            switch role {
            case .message(let rank): chosen.offerMessage(index: index, rank: rank)
            case .time(let rank): chosen.offerTime(self.time(line, pair.value, place), index: index, rank: rank)
            case .level(let rank):
                let reading = LevelReading(name: line, pair.value) ?? LevelReading(number: line, pair.value)
                chosen.offerLevel(reading, index: index, rank: rank)
            case .priority: chosen.offerPriority(line, pair.value, index: index)
            }
        }
        for (index, pair) in self.logfmt.pairs.enumerated() where !chosen.consumes(index) {
            self.writeField(line, pair)
        }
        let head = LineHead(time: chosen.time.map { _ in chosen.nanoseconds }, level: chosen.level)
        guard let message = chosen.message.map({ self.logfmt.pairs[$0.index] }) else {
            self.append(line, head, place, into: &batch)
            return true
        }
        guard message.hasEscapes else {
            self.append(line.extracting(message.value), head, place, into: &batch)
            return true
        }
        self.unescaped.clearForReuse()
        LogfmtScanner.appendUnescaped(line, message.value, to: &self.unescaped)
        self.append(self.unescaped.span, head, place, into: &batch)
        return true
    }

    private mutating func writeField(_ line: Span<UInt8>, _ pair: LogfmtScanner.Pair) {
        self.fields.textKey(line, pair.key)
        if pair.isBare {
            self.fields.literal("true")
        } else if pair.hasEscapes {
            self.fields.logfmtString(line, pair.value)
        } else if pair.isQuoted {
            self.fields.string(line, pair.value)
        } else {
            self.fields.scalar(line, pair.value)
        }
    }

    /// The instant that the whole of `text` is.
    private mutating func time(_ line: Span<UInt8>, _ text: Range<Int>, _ place: Place) -> Int64? {
        if let match = self.heads.times.time(
            in: line.extracting(0..<text.upperBound), at: text.lowerBound, received: place.received),
            match.end == text.upperBound
        {
            return match.nanoseconds
        }
        return UnixTime.value(in: line, text)
    }
}

extension ChosenMembers {
    /// A priority ranks behind every level that has a name.
    mutating func offerPriority(_ line: Span<UInt8>, _ value: Range<Int>, index: Int) {
        self.offerLevel(LevelReading(priority: line, value), index: index, rank: 10)
    }
}
