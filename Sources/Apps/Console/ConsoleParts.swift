import Formats
import Identity
import ZhenglianClient

/// What requests share: files, templates, the node's standing and the figures of the dashboard.
struct ConsoleParts: Sendable {
    let assets: AssetCatalogue
    let renderer: PageRenderer
    let state: StateSource
    let feed: LiveFeed
    let dashboard: DashboardSource

    /// - Throws: ``ConsoleStartError``.
    init(services: ConsoleServices, limits: ConsoleLimits, assets: AssetCatalogue) throws(ConsoleStartError) {
        var assets = assets
        try assets.addOfflinePages(
            node: services.client.identity.member.description, genesis: services.genesis.document.derBytes)
        self.assets = assets
        renderer = try PageRenderer(templates: assets.templates, verifyFragment: assets.verifyFragment)
        state = StateSource(services: services, freshness: limits.freshness)
        feed = LiveFeed(services: services, limits: limits, source: state)
        dashboard = DashboardSource(services: services, limits: limits)
    }
}
