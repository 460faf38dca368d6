package import Identity

// Who has to do something now.
extension CaseMachine {
    /// A duty with the department that has it.
    package struct Assignment: Hashable {
        package let department: DepartmentName
        package let duty: CaseDuty
    }

    /// What every department has to do, or may do, as the case stands.
    package var assignments: [Assignment] {
        guard state.status.isOpen else { return [] }
        return state.steps.indices.flatMap(assignments(of:))
    }

    private func assignments(of index: Int) -> [Assignment] {
        let step = definition.steps[index]
        let own = definition.department(of: step.role)
        func assignment(_ department: DepartmentName, _ kind: CaseDuty.Kind) -> Assignment {
            Assignment(department: department, duty: CaseDuty(state.code, step.name, kind))
        }
        switch state.steps[index].status {
        case .pushed, .objected:
            guard let window = step.window else { return [assignment(own, .handle)] }
            let standing = state.steps[index].standingObjections.map(\.department)
            let asked = Set(window.objectors.map(definition.department(of:))).subtracting(state.steps[index].consents)
            let replies = asked.subtracting(standing).sorted().map { assignment($0, .reply) }
            return replies + Set(standing).sorted().map { assignment($0, .lift) }
        case .acknowledged, .suspended: return [assignment(own, .handle)]
        case .asking: return [assignment(own, .handle), assignment(definition.leadDepartment, .supply)]
        case .returned: return [assignment(definition.leadDepartment, .mend)]
        case .compensating: return [assignment(own, .compensate)]
        default: return []
        }
    }

    /// The departments that an event concerns.
    func audience(of event: CaseEvent) -> [DepartmentName] {
        var departments: Set<DepartmentName> = [definition.leadDepartment]
        if let name = event.step, let step = definition.step(name) {
            departments.insert(definition.department(of: step.role))
            if let window = step.window { departments.formUnion(window.objectors.map(definition.department(of:))) }
        } else if event.kind != .opened {
            // What happens to the whole case concerns whoever has had a part in it.
            for (step, state) in zip(definition.steps, state.steps) where state.attempt > 0 {
                departments.insert(definition.department(of: step.role))
                if let window = step.window { departments.formUnion(window.objectors.map(definition.department(of:))) }
            }
        }
        return departments.sorted()
    }
}
