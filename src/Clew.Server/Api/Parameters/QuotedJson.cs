using System.Text.Json.Serialization;

namespace Clew.Server.Api.Parameters;

/// <summary>JSON strings, as conditions quote with.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class QuotedJson : JsonSerializerContext;
