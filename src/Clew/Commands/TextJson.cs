using System.Text.Json;
using System.Text.Json.Serialization;

namespace Clew.Cli.Commands;

/// <summary>Plain text as JSON.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonElement[]))]
internal sealed partial class TextJson : JsonSerializerContext;
