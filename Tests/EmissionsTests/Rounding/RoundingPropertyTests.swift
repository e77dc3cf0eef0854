import Emissions
import TestSupport
import Testing

/// Agreement with a second way to round, made of schoolbook arithmetic on the digits of the text.
@Suite struct RoundingPropertyTests {
    /// A number as a whole count of 10^-`scale`, digits from the highest down, no sign.
    private struct Schoolbook {
        var digits: [Int]
        var scale: Int

        init(_ magnitude: Double) {
            var mantissa = "\(magnitude)"
            var exponent = 0
            if let mark = mantissa.firstIndex(of: "e") {
                exponent = Int(mantissa[mantissa.index(after: mark)...]) ?? 0
                mantissa = String(mantissa[..<mark])
            }
            let parts = mantissa.split(separator: ".")
            let fraction = parts.count > 1 ? String(parts[1]) : ""
            digits = (parts[0] + fraction).compactMap(\.wholeNumberValue)
            scale = fraction.count - exponent
            while scale < 0 {
                digits.append(0)
                scale += 1
            }
        }

        /// Divides by 10^n and compares twice the remainder with the divisor, digit by digit.
        mutating func round(to decimals: Int, up: Bool) {
            guard scale > decimals else { return }
            let dropped = scale - decimals
            let padded = Array(repeating: 0, count: max(0, dropped - digits.count + 1)) + digits
            let remainder = Array(padded.suffix(dropped))
            digits = Array(padded.dropLast(dropped))
            scale = decimals
            let isOdd = (digits.last ?? 0) % 2 == 1
            switch Self.compareTwice(remainder) {
            case 1: increment()
            case 0 where up || isOdd: increment()
            default: break
            }
        }

        /// 1, 0, -1: twice the number is above, equal to, below one and as many zeros.
        private static func compareTwice(_ number: [Int]) -> Int {
            var carry = 0
            var doubled: [Int] = []
            for digit in number.reversed() {
                let sum = digit * 2 + carry
                doubled.append(sum % 10)
                carry = sum / 10
            }
            if carry == 0 { return -1 }
            return doubled.allSatisfy { $0 == 0 } ? 0 : 1
        }

        private mutating func increment() {
            for place in digits.indices.reversed() {
                if digits[place] < 9 {
                    digits[place] += 1
                    return
                }
                digits[place] = 0
            }
            digits.insert(1, at: 0)
        }

        var value: Double { Double(digits.map(String.init).joined() + "e-\(scale)") ?? .nan }
    }

    private static func number(_ random: inout SeededGenerator, decimals: Int) -> Double {
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            // A tie of the text: any digits, then a five.
            let whole = Int.random(in: 0...9_999_999, using: &random)
            return Double("\(whole)5e-\(decimals + 1)") ?? 0
        case 1:
            let whole = Int.random(in: 0...999_999_999, using: &random)
            let tie = Double("\(whole)5e-\(decimals + 1)") ?? 0
            return Bool.random(using: &random) ? tie.nextUp : tie.nextDown
        case 2: return Double.random(in: -1_000...1_000, using: &random)
        case 3: return Double(Int.random(in: -1 << 50...1 << 50, using: &random)) / 8
        default:
            let any = Double(bitPattern: random.next())
            return any.isFinite ? any : 0
        }
    }

    @Test("every number rounds as schoolbook arithmetic on its text does")
    func agreement() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(30_000) {
            let decimals = Int.random(in: 0...17, using: &random)
            let value = Self.number(&random, decimals: decimals)
            for rule in RoundingRule.allCases {
                var school = Schoolbook(value.magnitude)
                school.round(to: decimals, up: rule == .halfUp)
                let expected = value < 0 ? 0 - school.value : school.value
                let actual = value.rounded(toDecimals: decimals, rule: rule)
                if actual != expected { Issue.record("\(value) to \(decimals), \(rule): \(actual), \(random)") }
            }
        }
    }

    @Test("rounding twice is rounding once, keeps the order and moves by half a place at most")
    func stability() {
        var random = SeededGenerator()
        for _ in 0..<randomCases(5_000) {
            let decimals = Int.random(in: 0...6, using: &random)
            let a = Double.random(in: -1e6...1e6, using: &random)
            let b = a + Double.random(in: 0...1, using: &random)
            for rule in RoundingRule.allCases {
                let rounded = a.rounded(toDecimals: decimals, rule: rule)
                #expect(rounded.rounded(toDecimals: decimals, rule: rule) == rounded, "\(random)")
                #expect(rounded <= b.rounded(toDecimals: decimals, rule: rule), "\(random)")
                let place = Double("1e-\(decimals)") ?? 1
                // The rounded number is the nearest double to a decimal one.
                #expect((rounded - a).magnitude <= place * 0.500001 + a.ulp, "\(random)")
            }
        }
    }
}
