using Clew.Server.Scraping;

namespace Clew.Server.Configuration;

/// <summary>
/// The parts of a configuration file that are more than names and values, each read by the folder it belongs to. They cannot be set by variables or flags.
/// </summary>
internal static class ConfigurationSections
{
    /// <summary>By the name at the top of the file: reads the section, then changes options accordingly.</summary>
    public static IReadOnlyDictionary<string, Func<YamlSection, Func<ServerOptions, ServerOptions>>> All { get; } = new Dictionary<string, Func<YamlSection, Func<ServerOptions, ServerOptions>>>(StringComparer.Ordinal)
    {
        ["scrape"] = section =>
        {
            var scrape = ScrapeSection.Read(section);
            return options => options with { Scrape = scrape };
        },
    };
}
