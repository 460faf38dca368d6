import Formats
import Identity
import Ledger
import Licences

extension EventExtractor {
    /// What a change of the authorisation ledger means. What it holds of persons, bindings of holders and freezes of
    /// theirs, is nobody's event.
    func authorisation(
        _ change: StateChange, at height: Height
    ) throws(EventError) -> [(place: UInt32, content: EventContent)] {
        let kind = AuthorisationKeys.kind(of: change.key)
        if kind == "freeze" { return Self.freeze(change).map { [(UInt32(0), $0)] } ?? [] }
        guard let value = change.value else { return [] }
        switch kind {
        case "grant": return Self.contents(of: try Self.read(value, as: Grant.self), at: height)
        case "basis": return Self.contents(of: try Self.read(value, as: StatutoryBasis.self), at: height)
        case "request": return Self.contents(of: try Self.read(value, as: AccessRequest.self), at: height)
        case "entitlement": return Self.contents(of: try Self.read(value, as: Entitlement.self), at: height)
        case "closure":
            let closure = try Self.read(value, as: AuthorisationClosure.self)
            return [
                (
                    0,
                    EventContent(
                        .closed,
                        [
                            "licence": .text(closure.licence.text), "owner": .text(closure.department.rawValue),
                            "transaction": .text("\(closure.transaction)"),
                        ], licences: [closure.licence], departments: [closure.department])
                )
            ]
        default: return []
        }
    }

    private static func contents(of grant: Grant, at height: Height) -> [(place: UInt32, content: EventContent)] {
        var departments = [grant.writer]
        var data = scope(grant.scope)
        data["grant"] = .text("\(grant.identifier)")
        data["writer"] = .text(grant.writer.rawValue)
        if case .department(let department, let application) = grant.recipient {
            departments.append(department)
            data["department"] = .text(department.rawValue)
            if let application { data["application"] = .text(application.text) }
        }
        return moments(
            [(.granted, grant.height), (.withdrawn, grant.withdrawal?.height)], at: height,
            content(data, grant.scope, departments + (grant.withdrawal.map { [$0.by] } ?? [])))
    }

    private static func contents(
        of basis: StatutoryBasis, at height: Height
    ) -> [(place: UInt32, content: EventContent)] {
        var data = scope(basis.scope)
        data["basis"] = .text("\(basis.identifier)")
        data["owner"] = .text(basis.owner.rawValue)
        data["department"] = .text(basis.department.rawValue)
        if let application = basis.application { data["application"] = .text(application.text) }
        return moments(
            [(.basisDeclared, basis.height), (.basisEnded, basis.withdrawal?.height)], at: height,
            content(data, basis.scope, [basis.owner, basis.department]))
    }

    private static func contents(
        of request: AccessRequest, at height: Height
    ) -> [(place: UInt32, content: EventContent)] {
        var data = scope(request.scope)
        data["request"] = .text("\(request.identifier)")
        data["owner"] = .text(request.owner.rawValue)
        data["department"] = .text(request.department.rawValue)
        data["application"] = .text(request.application.text)
        if let answer = request.answer {
            data["answer"] = .text("\(answer.outcome)")
            if let reason = answer.reason { data["reason"] = .text(reason.text) }
        }
        return moments(
            [
                (.requested, request.height), (.answered, request.answer?.height),
                (.requestEnded, request.withdrawal?.height),
            ], at: height, content(data, request.scope, [request.owner, request.department]))
    }

    private static func contents(
        of entitlement: Entitlement, at height: Height
    ) -> [(place: UInt32, content: EventContent)] {
        let data: [String: EventValue] = [
            "owner": .text(entitlement.owner.rawValue), "department": .text(entitlement.department.rawValue),
            "application": .text(entitlement.application.text), "licenceType": .text(entitlement.type.text),
            "actions": .texts(entitlement.actions.map { "\($0)" }),
            "fields": .texts(entitlement.fields.map(\.rawValue)), "notBefore": .text("\(entitlement.notBefore)"),
            "notAfter": .text("\(entitlement.notAfter)"),
        ]
        return moments(
            [(.entitled, entitlement.height), (.entitlementEnded, entitlement.withdrawal?.height)], at: height
        ) { EventContent($0, data, departments: [entitlement.owner, entitlement.department]) }
    }

    /// Those moments of a record that are of this block, each at its place.
    private static func moments(
        _ moments: [(type: EventType, height: Height?)], at height: Height, _ content: (EventType) -> EventContent
    ) -> [(place: UInt32, content: EventContent)] {
        moments.enumerated().filter { $0.element.height == height }.map {
            (UInt32($0.offset), content($0.element.type))
        }
    }

    private static func content(
        _ data: [String: EventValue], _ scope: UseScope, _ departments: [DepartmentName]
    ) -> (EventType) -> EventContent {
        { type in
            var content = EventContent(type, data, departments: departments)
            if case .licences(let licences) = scope.selection { content.licences = licences }
            return content
        }
    }

    private static func scope(_ scope: UseScope) -> [String: EventValue] {
        var data: [String: EventValue] = [
            "actions": .texts(scope.actions.map { "\($0)" }), "purposes": .texts(scope.purposes.map(\.text)),
            "fields": .texts(scope.fields.map(\.rawValue)), "notBefore": .text("\(scope.notBefore)"),
            "notAfter": .text("\(scope.notAfter)"),
        ]
        switch scope.selection {
        case .licences(let licences): data["licences"] = .texts(licences.map(\.text))
        case .type(let type): data["licenceType"] = .text(type.text)
        }
        if let item = scope.item { data["item"] = .text(item.text) }
        if let maximumUses = scope.maximumUses { data["maximumUses"] = .number(maximumUses) }
        return data
    }

    /// A freeze of a licence or a department, or its end.
    private static func freeze(_ change: StateChange) -> EventContent? {
        let type = change.value == nil ? EventType.unfrozen : .frozen
        switch AuthorisationKeys.frozen(by: change.key) {
        case .licence(let licence):
            var content = EventContent(type, ["licence": .text(licence.text)])
            content.licences = [licence]
            return content
        case .department(let department):
            return EventContent(type, ["department": .text(department.rawValue)], departments: [department])
        case .holder, nil: return nil
        }
    }
}
