public import Formats
import Foundation

/// Brings a table of licences on the ledger: reads row by row, batches, has several batches under way at a time, and
/// goes on where one row is refused.
///
/// Importing the same table again changes nothing, and an import that was interrupted goes on where it stopped: what
/// the ledger has already is asked for before anything is submitted, but for rows of which a progress says that the
/// ledger has confirmed them.
public struct LicenceImport<Ledger: LicenceLedger>: Sendable {
    private let ledger: Ledger
    private let preparation: LicencePreparation
    private let limits: ChannelLimits
    private let batchCount: Int
    private let concurrency: Int
    private let progressFile: LicenceImportProgressFile?

    /// - Parameters:
    ///   - ledger: where the licences go.
    ///   - preparation: turns rows into what goes there.
    ///   - limits: the channel's.
    ///   - batchCount: licences per transaction.
    ///   - concurrency: batches under way at a time.
    ///   - progressFile: where it is kept which rows are confirmed, so that another run goes on; it is removed at the
    ///     end.
    public init(
        ledger: Ledger, preparation: LicencePreparation, limits: ChannelLimits, batchCount: Int, concurrency: Int,
        progressFile: LicenceImportProgressFile? = nil
    ) {
        self.ledger = ledger
        self.preparation = preparation
        self.limits = limits
        self.batchCount = min(max(1, batchCount), LicenceImportPlan.maximumBatchCount)
        self.concurrency = max(1, concurrency)
        self.progressFile = progressFile
    }

    /// Imports what is left in `table`.
    /// - Parameters:
    ///   - table: the rows.
    ///   - generator: makes salts; outside of tests the system's.
    ///   - progress: told after every batch what has become of the rows so far.
    /// - Returns: what became of every row, and why the import stopped where it did not come to the end.
    public func run(
        _ table: LicenceTable, using generator: inout some RandomNumberGenerator,
        progress: (LicenceImportReport) -> Void
    ) async -> LicenceImportReport {
        var kept = progressFile
        var source = Source(
            table: table, plan: LicenceImportPlan(batchCount: batchCount, limits: limits),
            confirmed: kept?.progress.lines ?? [])
        var report = LicenceImportReport()
        report.add(kept?.progress.transactions ?? [])
        await withTaskGroup(of: BatchEnd.self) { group in
            var underWay = 0
            while true {
                while underWay < concurrency, report.failure == nil,
                    let batch = next(&source, &report, using: &generator)
                {
                    group.addTask { await settle(batch) }
                    underWay += 1
                }
                guard let end = await group.next() else { return }
                underWay -= 1
                report.add(end.settled)
                if let failure = end.failure { report.stop(failure) }
                keep(end.settled, in: &kept, lineCount: table.lineCount, &report)
                progress(report)
            }
        }
        finish(&kept, &report)
        return report
    }

    private func keep(
        _ settled: [LicenceBatch.Settled], in file: inout LicenceImportProgressFile?, lineCount: Int,
        _ report: inout LicenceImportReport
    ) {
        do throws(LicenceError) {
            file?.confirm(settled)
            try file?.save(after: max(batchCount, lineCount / 100))
        } catch {
            report.stop(error)
        }
    }

    /// What stopped is gone on with; what is through is not.
    private func finish(_ file: inout LicenceImportProgressFile?, _ report: inout LicenceImportReport) {
        do throws(LicenceError) {
            if report.failure == nil {
                try file?.remove()
            } else {
                try file?.save(after: 1)
            }
        } catch {
            report.stop(error)
        }
    }

    /// How one batch ended: with every licence settled, or with what stood in the way.
    private struct BatchEnd: Sendable {
        let settled: [LicenceBatch.Settled]
        let failure: (any Error)?
    }

    private func settle(_ batch: LicenceBatch) async -> BatchEnd {
        var batch = batch
        do {
            batch.apply(try await ledger.licences(batch.identifiers))
            while !batch.isSettled {
                batch.apply(try await ledger.outcome(of: batch.calls))
            }
            return BatchEnd(settled: batch.settled, failure: nil)
        } catch {
            return BatchEnd(settled: batch.settled, failure: error)
        }
    }

    /// The rows that are left, the licences that are ready, and those that wait for their batch to be full.
    private struct Source {
        var table: LicenceTable
        var ready: ArraySlice<PreparedLicence> = []
        var plan: LicenceImportPlan
        /// The lines of rows that an earlier run has brought on the ledger.
        let confirmed: IndexSet
    }

    /// The next batch; `nil` after the last. Rows that are refused on the way go into the report.
    private func next(
        _ source: inout Source, _ report: inout LicenceImportReport, using generator: inout some RandomNumberGenerator
    ) -> LicenceBatch? {
        do throws(LicenceError) {
            while true {
                while let licence = source.ready.popFirst() {
                    if let full = source.plan.add(licence) { return full }
                }
                let rows = try nextRows(&source, &report)
                guard !rows.isEmpty else { return source.plan.finish() }
                source.ready = try prepare(rows, &report, using: &generator)
            }
        } catch {
            report.stop(error)
            return nil
        }
    }

    /// As many rows as a batch takes at most; fewer at the end of the table, none after it.
    private func nextRows(
        _ source: inout Source, _ report: inout LicenceImportReport
    ) throws(LicenceError) -> [TableRow] {
        var rows: [TableRow] = []
        while rows.count < batchCount, let entry = try source.table.next() {
            switch entry {
            case .row(let row) where source.confirmed.contains(row.line): report.addConfirmedBefore(row)
            case .row(let row): rows.append(TableRow(row: row, line: source.table.lastLine))
            case .refused(let row): report.refuse(row)
            }
        }
        return rows
    }

    private func prepare(
        _ rows: [TableRow], _ report: inout LicenceImportReport, using generator: inout some RandomNumberGenerator
    ) throws(LicenceError) -> ArraySlice<PreparedLicence> {
        var licences: [PreparedLicence] = []
        for (row, result) in zip(rows, try preparation.prepare(rows, using: &generator)) {
            switch result {
            case .success(let licence): licences.append(licence)
            case .failure(let error): report.refuse(RefusedRow(line: row.row.line, text: row.line, errors: [error]))
            }
        }
        return licences[...]
    }
}
