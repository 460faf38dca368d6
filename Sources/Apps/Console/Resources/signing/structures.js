/**
 * What administrators' calls have for arguments, and what the node answers about them, by the names of
 * docs/zhenglian.asn1. A call that is not in `METHODS` is not signed here.
 * @module structures
 */

import { ApproveDefinition, ApproveTable, DecisionRules, LicenceCodeTable } from "./tables.js";
import { MOST_DEPARTMENTS, ProposeDefinition, StatutoryCalendar } from "./tables.js";
import { boolean, choice, digest, enumerated, kept, label, list, number, octets } from "./types.js";
import { optional, sequence, text, trailing, version } from "./types.js";

const CERTIFICATE = octets(4096);
const MEMBER = text(96);
const APPROVALS = list(label, MOST_DEPARTMENTS);
const ADDRESS = text(256);
const IDENTIFIER = text(128);
const MOST_RECORDS = 100;

/** The one argument of `certificates.register`. */
export const CertificateArguments = sequence({ certificate: CERTIFICATE });
/** What a certificate is asked after by. */
export const CertificateKeyArguments = sequence({ key: digest });
/** A certificate that the ledger knows. */
export const RegisteredCertificate = sequence({ certificate: CERTIFICATE, height: number() });

const endpoint = sequence({ host: text(253), port: number(1n, 65535n) });
const node = sequence({ certificate: CERTIFICATE, endpoint });
const operation = choice([
    ["add", { node }],
    ["remove", { member: MEMBER }],
    ["replace", { member: MEMBER, node }],
    ["rotate", { certificate: CERTIFICATE }],
    ["move", { member: MEMBER, endpoint }],
]);

/** Arguments of `membership.propose`. */
export const MembershipProposalArguments = sequence({
    operations: list(operation, 32, 1),
    notice: number(),
    acceptsNoFaultTolerance: boolean,
});
/** A proposal about members, which is named by its number. */
export const ProposalReference = sequence({ number: number() });
/** A proposal about members, as it stands on the ledger. */
export const MembershipProposal = sequence({
    number: number(1n),
    proposer: MEMBER,
    height: number(),
    lastHeight: number(),
    arguments: MembershipProposalArguments,
    approvals: APPROVALS,
});
/** How a proposal about members stands after a call. */
export const ProposalStanding = sequence({
    number: number(),
    approvals: APPROVALS,
    needed: number(1n, 256n),
    announcement: trailing(sequence({ proposal: number(), epoch: number(), firstHeight: number() })),
});

/** What is decided about a contract. */
export const ContractChange = sequence({
    kind: enumerated(["activation", "cancellation"]),
    contract: text(64),
    version: number(1n, 2147483647n),
    height: number(),
});
/** A proposal about a contract, which is named by the digest of its change. */
export const ContractProposalReference = sequence({ change: digest });
/** A proposal about a contract, as it stands on the ledger. */
export const ContractProposal = sequence({
    change: kept(ContractChange),
    proposer: MEMBER,
    height: number(),
    lastHeight: number(),
    approvals: APPROVALS,
});
/** How a proposal about a contract stands after a call. */
export const ContractProposalStanding = sequence({ change: digest, approvals: APPROVALS, needed: number(1n, 256n) });

/** What somebody may do over HTTP. */
export const ENTITLEMENTS = [
    "authorisations:read", "authorisations:write", "cases:read", "cases:write", "consortium:read", "events:read",
    "ledger:read", "licences:read", "licences:write", "operations:read", "traces:read", "transactions:submit",
    "uses:read", "uses:write", "verify", "webhooks:write",
];
/** How identity platforms sign. */
export const ALGORITHMS = ["ES256", "EdDSA", "RS256"];
const entitlements = list(text(32), 17);
const quota = sequence({ perMinute: number(1n, 1000000n), perDay: optional(0, number(1n, 1000000000n)) });

/** What a department says of an application. */
export const ApplicationDeclaration = sequence({
    version: version(1, "declaration"),
    name: text(32),
    displayName: text(800),
    entitlements,
    quota,
    lastDay: text(8),
    client: optional(0, sequence({ issuer: ADDRESS, identifier: IDENTIFIER })),
    member: optional(1, MEMBER),
});
/** What names an application. */
export const ApplicationReference = sequence({ department: label, name: text(32) });
/** What a department says of a person. */
export const PersonDeclaration = sequence({
    version: version(1, "declaration"),
    issuer: ADDRESS,
    subject: digest,
    entitlements,
    lastDay: text(8),
});
/** What names a person: never who it is. */
export const PersonReference = sequence({ department: label, issuer: ADDRESS, subject: digest });
/** What a department says of an identity platform. */
export const PlatformDeclaration = sequence({
    version: version(1, "declaration"),
    issuer: ADDRESS,
    audience: IDENTIFIER,
    keySet: ADDRESS,
    algorithms: list(text(16), 3, 1),
});
/** What names an identity platform. */
export const PlatformReference = sequence({ department: label, issuer: ADDRESS });
/** What the lists of a department are asked by. */
export const DepartmentPage = sequence({ department: label, from: number(), limit: number(1n) });

const since = { registeredAt: number(), changedAt: number(), height: number() };

/**
 * A page of records.
 * @param {import("./types.js").Kind} record
 * @returns {import("./types.js").Kind}
 */
function page(record) {
    return sequence({ count: number(), records: list(record, MOST_RECORDS) });
}

/** A page of a department's applications. */
export const ApplicationPage = page(
    sequence({
        formatVersion: version(1, "record"),
        department: label,
        declaration: ApplicationDeclaration,
        status: enumerated(["active", "suspended", "ended"]),
        ...since,
    }),
);
/** A page of a department's people. */
export const PersonPage = page(
    sequence({
        formatVersion: version(1, "record"),
        department: label,
        declaration: PersonDeclaration,
        ...since,
        endedAt: optional(0, number()),
    }),
);
/** A page of the identity platforms that a department trusts. */
export const PlatformPage = page(
    sequence({
        formatVersion: version(1, "record"),
        department: label,
        declaration: PlatformDeclaration,
        ...since,
        endedAt: optional(0, number()),
    }),
);

/** Arguments by contract and method: every call that is signed here. */
export const METHODS = new Map([
    ["certificates.register", CertificateArguments],
    ["membership.propose", MembershipProposalArguments],
    ["membership.approve", ProposalReference],
    ["membership.withdraw", ProposalReference],
    ["contracts.propose", ContractChange],
    ["contracts.approve", ContractProposalReference],
    ["contracts.withdraw", ContractProposalReference],
    ["onethings.propose", ProposeDefinition],
    ["onethings.approve", ApproveDefinition],
    ["calendar.propose", StatutoryCalendar],
    ["calendar.approve", ApproveTable],
    ["catalogue.proposeCodes", LicenceCodeTable],
    ["catalogue.approveCodes", ApproveTable],
    ["usage.proposeRules", DecisionRules],
    ["usage.approveRules", ApproveTable],
    ["applications.registerApplication", ApplicationDeclaration],
    ["applications.changeApplication", ApplicationDeclaration],
    ["applications.suspendApplication", ApplicationReference],
    ["applications.resumeApplication", ApplicationReference],
    ["applications.endApplication", ApplicationReference],
    ["applications.registerPerson", PersonDeclaration],
    ["applications.endPerson", PersonReference],
    ["applications.registerPlatform", PlatformDeclaration],
    ["applications.endPlatform", PlatformReference],
]);
