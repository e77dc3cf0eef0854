package import Telemetry

/// Requests that the owner executes.
extension CentreSession {
    mutating func delegate(_ request: HostRequest, _ packet: Packet) {
        guard executions.count < configuration.executionCapacity else { return end(packet, .busy) }
        let id = nextExecution
        nextExecution += 1
        executions.append(
            Execution(id: id, request: request, packet: packet, deadline: now + configuration.executionTimeout))
        actions.append(.execute(id, request))
    }

    /// Data of a request that goes on. ``Action/wantsMore(_:)`` follows when they are sent.
    package mutating func supply(
        _ id: ExecutionID, _ data: [FieldMessage], at now: Uptime, civil: CivilTime
    ) -> [Action] {
        complete(id, result: nil, data: data, at: now, civil: civil)
    }

    /// The end of a request: `data` are sent, then `result`. Without effect when the request is over already, be it by
    /// its time limit or with the connection.
    package mutating func complete(
        _ id: ExecutionID, result: ExecutionResult?, data: [FieldMessage] = [], at now: Uptime, civil: CivilTime
    ) -> [Action] {
        turn(now, civil) { session in
            guard let index = session.index(of: id), session.executions[index].result == nil else { return }
            session.executions[index].queue += data
            session.executions[index].result = result
            session.executions[index].askedForMore = false
            session.executions[index].deadline = now + session.configuration.executionTimeout
            if !session.isSending(id) { session.proceed(id) }
        }
    }

    private func index(of id: ExecutionID) -> Int? { executions.firstIndex { $0.id == id } }

    private func isSending(_ id: ExecutionID) -> Bool { transmissions.contains { $0.purpose == .execution(id) } }

    func isWaitingForOwner(_ execution: Execution) -> Bool { execution.result == nil && !isSending(execution.id) }

    /// Sends the next of the data; the result when there are none.
    mutating func proceed(_ id: ExecutionID) {
        while let index = index(of: id), !isSending(id) {
            guard !executions[index].queue.isEmpty else { return conclude(index) }
            let message = executions[index].queue.removeFirst()
            let packet = executions[index].packet
            executions[index].hasSent = true
            if !message.repeatsRequestQN {
                sendData(message, packet, id)
            } else if !sendReply(message, packet) {
                return finish(id, .systemFault)
            }
        }
    }

    private mutating func sendData(_ message: FieldMessage, _ packet: Packet, _ id: ExecutionID) {
        do throws(MessageError) {
            try begin(
                .execution(id), message, station(st: packet.st),
                asksForAnswer: configuration.asksForAnswers && packet.flag?.asksForAnswer ?? true)
        } catch {
            finish(id, .systemFault)
        }
    }

    private mutating func conclude(_ index: Int) {
        let execution = executions[index]
        if let result = execution.finalResult { return finish(execution.id, result) }
        guard !execution.askedForMore else { return }
        executions[index].askedForMore = true
        executions[index].deadline = now + configuration.executionTimeout
        actions.append(.wantsMore(execution.id))
    }

    mutating func finish(_ id: ExecutionID, _ result: ExecutionResult) {
        guard let index = index(of: id) else { return }
        let execution = executions.remove(at: index)
        if link == .up { end(execution.packet, result) }
    }

    mutating func endOverdueExecutions() {
        for execution in executions where isWaitingForOwner(execution) && execution.deadline <= now {
            finish(execution.id, .timedOut)
        }
    }
}
