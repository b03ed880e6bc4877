import TailraceEvent

/// Lines made of named members: JSON objects and logfmt.
extension EventDecoder {
    /// False, with nothing appended, if the line is not one JSON object.
    mutating func decodeJSON(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) -> Bool {
        guard self.json.scan(line) else { return false }
        self.nature.isWhole = true
        var chosen = ChosenMembers()
        for index in self.json.members.indices where !self.json.members[index].keyHasEscapes {
            let member = self.json.members[index]
            if let role = self.options.names.role(line, member.key) {
                self.offerJSON(line, member, index: index, role, place, &chosen)
            }
            if line[member.value.lowerBound] == UInt8(ascii: "{") { self.lookInside(line, member, place, &chosen) }
        }
        self.writeFields(line, chosen)
        let head = LineHead(time: chosen.time, level: chosen.level)
        guard let message = chosen.message else {
            self.append(line, head, place, into: &batch)
            return true
        }
        guard message.hasEscapes else {
            self.append(line.extracting(message.range), head, place, into: &batch)
            return true
        }
        self.unescaped.clearForReuse()
        JSONString.appendUnescaped(line, message.range, to: &self.unescaped)
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

    /// Objects of some names hold what others keep outermost: `{"log":{"level":"warn"}}`.
    private mutating func lookInside(
        _ line: Span<UInt8>, _ outer: JSONScanner.Member, _ place: Place, _ chosen: inout ChosenMembers
    ) {
        for nested in self.options.names.paths(into: line, outer.key) {
            var range = outer.value
            var found: JSONScanner.Member?
            for name in nested.path.dropFirst() {
                found = nil
                guard line[range.lowerBound] == UInt8(ascii: "{"), self.inner.scan(line.extracting(range))
                else { break }
                for member in self.inner.members
                where line.equals(name, at: member.key.shifted(by: range.lowerBound)) {
                    found = member
                    found?.value = member.value.shifted(by: range.lowerBound)
                    break
                }
                guard let value = found?.value else { break }
                range = value
            }
            if let found { self.offerJSON(line, found, index: nil, nested.role, place, &chosen) }
        }
    }

    private mutating func offerJSON(
        _ line: Span<UInt8>, _ member: JSONScanner.Member, index: Int?, _ role: MemberRole, _ place: Place,
        _ chosen: inout ChosenMembers
    ) {
        let isString = line[member.value.lowerBound] == UInt8(ascii: "\"")
        let text = isString ? member.value.lowerBound + 1..<member.value.upperBound - 1 : member.value
        if case .message(let rank) = role {
            guard isString else { return }
            chosen.offerMessage(.init(range: text, hasEscapes: member.valueHasEscapes), index: index, rank: rank)
        } else if !member.valueHasEscapes {
            self.offer(line, text, isNumber: !isString, index: index, role, place, &chosen)
        }
    }

    /// Offers a value for whatever its name stands for; `isNumber` is nil where the format does not tell.
    private mutating func offer(
        _ line: Span<UInt8>, _ text: Range<Int>, isNumber: Bool?, index: Int?, _ role: MemberRole, _ place: Place,
        _ chosen: inout ChosenMembers
    ) {
        switch role {
        case .message(let rank): chosen.offerMessage(.init(range: text, hasEscapes: false), index: index, rank: rank)
        case .time(let rank): chosen.offerTime(self.time(line, text, place), index: index, rank: rank)
        case .level(let rank):
            var reading = self.options.levels.isEmpty ? nil : self.options.levels.reading(line, text)
            if reading == nil, isNumber != true { reading = LevelReading(name: line, text) }
            if reading == nil, isNumber != false { reading = LevelReading(number: line, text) }
            chosen.offerLevel(reading, index: index, rank: rank)
        case .priority:
            // It ranks behind every level that has a name.
            chosen.offerLevel(LevelReading(priority: line, text), index: index, rank: .max)
        }
    }

    /// False, with nothing appended, if the line is not logfmt.
    mutating func decodeLogfmt(
        _ line: Span<UInt8>, pairsPerBareWord: Int, minPairs: Int, _ place: Place, into batch: inout EventBatch
    ) -> Bool {
        guard self.logfmt.scan(line, pairsPerBareWord: pairsPerBareWord), self.logfmt.pairs.count >= minPairs else {
            return false
        }
        self.nature.isWhole = true
        var chosen = ChosenMembers()
        for index in self.logfmt.pairs.indices where !self.logfmt.pairs[index].isBare {
            let pair = self.logfmt.pairs[index]
            guard let role = self.options.names.role(line, pair.key) else { continue }
            if case .message(let rank) = role {
                chosen.offerMessage(.init(range: pair.value, hasEscapes: pair.hasEscapes), index: index, rank: rank)
            } else {
                self.offer(line, pair.value, isNumber: nil, index: index, role, place, &chosen)
            }
        }
        for index in self.logfmt.pairs.indices where !chosen.consumes(index) {
            self.writeField(line, self.logfmt.pairs[index])
        }
        let head = LineHead(time: chosen.time, level: chosen.level)
        guard let message = chosen.message else {
            self.append(line, head, place, into: &batch)
            return true
        }
        guard message.hasEscapes else {
            self.append(line.extracting(message.range), head, place, into: &batch)
            return true
        }
        self.unescaped.clearForReuse()
        LogfmtScanner.appendUnescaped(line, message.range, to: &self.unescaped)
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

    /// False, with nothing appended, if the pattern of the configuration does not match.
    mutating func decodePattern(_ line: Span<UInt8>, _ place: Place, into batch: inout EventBatch) -> Bool {
        guard let pattern = self.options.pattern, let places = pattern.places(in: line) else { return false }
        self.nature.isMatched = true
        var chosen = ChosenMembers()
        for (index, group) in pattern.groups.enumerated() {
            guard let range = places[group.number], let role = group.role else { continue }
            self.offer(line, range, isNumber: nil, index: index, role, place, &chosen)
        }
        for (index, group) in pattern.groups.enumerated() where !chosen.consumes(index) {
            guard let range = places[group.number] else { continue }
            self.fields.textKey(group.name.span, 0..<group.name.count)
            self.fields.scalar(line, range)
        }
        let message = chosen.message?.range ?? 0..<line.count
        self.append(line.extracting(message), LineHead(time: chosen.time, level: chosen.level), place, into: &batch)
        return true
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

extension Range<Int> {
    fileprivate func shifted(by distance: Int) -> Range<Int> {
        self.lowerBound + distance..<self.upperBound + distance
    }
}
