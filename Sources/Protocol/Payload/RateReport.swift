/// What was due, came, counted and reached its platforms in a day and in the month so far: the `rates` record of an outlet.
///
/// One item is an hour of a factor; for an uplink, an hour record of the outlet.
package struct RateReport: Equatable, Sendable {
    /// Counts with the rates that follow from them, in %.
    package struct Rates: Equatable, Sendable {
        package var due: Int
        package var received: Int
        package var valid: Int
        /// Received of due; nil when nothing is due.
        package var transmission: Double?
        /// Valid of received; nil when nothing was received.
        package var validity: Double?
        /// The product of both.
        package var effective: Double?

        package init(
            due: Int, received: Int, valid: Int, transmission: Double?, validity: Double?, effective: Double?
        ) {
            self.due = due
            self.received = received
            self.valid = valid
            self.transmission = transmission
            self.validity = validity
            self.effective = effective
        }

        package func write(to json: inout JSONWriter) {
            json.field("Due", integer: due)
            json.field("Received", integer: received)
            json.field("Valid", integer: valid)
            json.field("TransmissionRate", number: transmission)
            json.field("ValidityRate", number: validity)
            json.field("EffectiveRate", number: effective)
        }
    }

    /// What a platform has of the outlet's hour records.
    package struct Delivery: Equatable, Sendable {
        package var uplink: String
        package var due: Int
        package var acknowledged: Int
        /// Acknowledged of due, in %; nil when nothing is due.
        package var rate: Double?

        package init(uplink: String, due: Int, acknowledged: Int, rate: Double?) {
            self.uplink = uplink
            self.due = due
            self.acknowledged = acknowledged
            self.rate = rate
        }

        package func write(to json: inout JSONWriter) {
            json.field("Due", integer: due)
            json.field("Acknowledged", integer: acknowledged)
            json.field("Rate", number: rate)
        }
    }

    /// By factor code, of the day.
    package var factors: [(code: String, rates: Rates)]
    /// Of all factors, of the day and of the month so far.
    package var day: Rates
    package var month: Rates
    /// So many more lost hours bring the month under 90 %; nil: none can.
    package var hoursToLose: Int?
    package var dayDeliveries: [Delivery]
    package var monthDeliveries: [Delivery]

    package init(
        factors: [(code: String, rates: Rates)], day: Rates, month: Rates, hoursToLose: Int?,
        dayDeliveries: [Delivery], monthDeliveries: [Delivery]
    ) {
        self.factors = factors
        self.day = day
        self.month = month
        self.hoursToLose = hoursToLose
        self.dayDeliveries = dayDeliveries
        self.monthDeliveries = monthDeliveries
    }

    package static func == (a: RateReport, b: RateReport) -> Bool {
        a.day == b.day && a.month == b.month && a.hoursToLose == b.hoursToLose
            && a.dayDeliveries == b.dayDeliveries && a.monthDeliveries == b.monthDeliveries
            && a.factors.elementsEqual(b.factors) { $0 == $1 }
    }

    /// Writes the members `data`, `day` and `month` into the open object of a record.
    func write(to json: inout JSONWriter) {
        json.key("data")
        json.beginObject()
        for (code, rates) in factors {
            json.key(code)
            json.beginObject()
            rates.write(to: &json)
            json.endObject()
        }
        json.endObject()
        write("day", day, dayDeliveries, hoursToLose: nil, to: &json)
        write("month", month, monthDeliveries, hoursToLose: hoursToLose, to: &json)
    }

    private func write(
        _ name: String, _ rates: Rates, _ deliveries: [Delivery], hoursToLose: Int?, to json: inout JSONWriter
    ) {
        json.key(name)
        json.beginObject()
        rates.write(to: &json)
        json.field("HoursToLose", integer: hoursToLose)
        if !deliveries.isEmpty {
            json.key("uplinks")
            json.beginObject()
            for delivery in deliveries {
                json.key(delivery.uplink)
                json.beginObject()
                delivery.write(to: &json)
                json.endObject()
            }
            json.endObject()
        }
        json.endObject()
    }
}
