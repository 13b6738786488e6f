using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Clew.Server.Configuration;

/// <summary>Reads YAML that somebody wrote by hand.</summary>
internal static class YamlText
{
    /// <exception cref="YamlException">It is not YAML, or nested or repeated beyond <see cref="BoundedYamlParser"/>. The library tells of some such documents by exceptions about its own state; those come out as this one, too.</exception>
    public static YamlStream Load(TextReader text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new BoundedYamlParser(new Parser(text)));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            throw new YamlException("brackets, quotes or colons do not belong together", e);
        }

        return yaml;
    }
}
