using Clew.Telemetry;

namespace Clew.Analysis.Worlds;

/// <summary>Where in the code a log statement stands, by OpenTelemetry's <c>code.*</c> attributes, old and new.</summary>
internal static class CodeLocation
{
    /// <summary>"Class#line" as recorded, or "function (file:line)", or what of it there is; empty when the record does not say.</summary>
    public static string Of(LogView log)
    {
        string location = "", space = "", function = "", file = "", line = "";
        foreach (var attribute in log.Attributes)
        {
            var text = attribute.Value.Text;
            switch (attribute.Key)
            {
                case "code.location":
                    location = text;
                    break;
                case "code.namespace":
                    space = text;
                    break;
                case "code.function" or "code.function.name":
                    function = text;
                    break;
                case "code.filepath" or "code.file.path":
                    file = text;
                    break;
                case "code.lineno" or "code.line.number":
                    line = text;
                    break;
            }
        }

        if (location.Length > 0)
        {
            return location;
        }

        var name = space.Length > 0 && function.Length > 0 ? $"{space}.{function}" : function;
        var place = file.Length > 0 && line.Length > 0 ? $"{file}:{line}" : file;
        return name.Length > 0 && place.Length > 0 ? $"{name} ({place})" : name + place;
    }
}
