/// Where the values of the header fields stand that every packet is asked for. Names count in either case, the first of
/// several fields of one name counts. Source: HJ 212-2017, table 2; HJ 212-2025, table 3 (RF).
struct HeaderPlaces: Sendable {
    private(set) var qn: Range<Int>?
    private(set) var st: Range<Int>?
    private(set) var cn: Range<Int>?
    private(set) var pw: Range<Int>?
    private(set) var mn: Range<Int>?
    private(set) var flag: Range<Int>?
    private(set) var pnum: Range<Int>?
    private(set) var pno: Range<Int>?
    private(set) var rf: Range<Int>?

    init(_ bytes: Span<UInt8>) {
        var reader = PairReader()
        while let place = reader.next(in: bytes) { take(place, bytes) }
    }

    private mutating func take(_ place: PairPlace, _ bytes: Span<UInt8>) {
        let start = place.key.lowerBound
        switch place.key.count {
        case 2:
            switch (ASCII.letter(bytes[start]), ASCII.letter(bytes[start + 1])) {
            case ("q", "n"): if qn == nil { qn = place.value }
            case ("s", "t"): if st == nil { st = place.value }
            case ("c", "n"): if cn == nil { cn = place.value }
            case ("p", "w"): if pw == nil { pw = place.value }
            case ("m", "n"): if mn == nil { mn = place.value }
            case ("r", "f"): if rf == nil { rf = place.value }
            default: break
            }
        case 3 where pno == nil && bytes.isSpelled("PNO", in: place.key): pno = place.value
        case 4 where flag == nil && bytes.isSpelled("Flag", in: place.key): flag = place.value
        case 4 where pnum == nil && bytes.isSpelled("PNUM", in: place.key): pnum = place.value
        default: break
        }
    }
}
