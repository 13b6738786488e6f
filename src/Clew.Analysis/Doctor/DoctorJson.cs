using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clew.Analysis.Doctor;

/// <summary>JSON of what the doctor and the measures say; docs/doctor.md describes it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(JsonStringEnumConverter<DoctorSeverity>), typeof(JsonStringEnumConverter<CheckOutcome>)])]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(TracingMeasures))]
public sealed partial class DoctorJson : JsonSerializerContext
{
    /// <summary>As <see cref="Default"/>, with letters as letters: answers are never put into HTML as they are.</summary>
    public static DoctorJson Readable => Holder.Readable;

    private static class Holder
    {
        public static readonly DoctorJson Readable = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
