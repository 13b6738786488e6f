using System.Text.Json.Serialization;

namespace Clew.Cli.Commands;

/// <summary>Plain text as JSON.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class TextJson : JsonSerializerContext;
