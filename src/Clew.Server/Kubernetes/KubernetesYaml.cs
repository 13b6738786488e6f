using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Clew.Protocols.Kubernetes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Clew.Server.Kubernetes;

/// <summary>
/// Rewrites what <c>kubectl get … -o yaml</c> prints as JSON, event by event and with nothing kept of a document but its JSON. Plain scalars are what YAML's
/// core schema says; kubectl puts texts that look like something else into quotes.
/// </summary>
public static partial class KubernetesYaml
{
    /// <summary>Whether a body begins as kubectl's YAML does: its first member is always apiVersion.</summary>
    public static bool Begins(ReadOnlySpan<byte> body)
    {
        body = body.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8);
        return body.StartsWith("apiVersion:"u8) || body.StartsWith("kind:"u8) || body.StartsWith("items:"u8) || body.StartsWith("---"u8) || body.StartsWith("- apiVersion:"u8);
    }

    /// <summary>JSON documents, one a line, one for each that is not empty.</summary>
    /// <exception cref="FormatException">What is no YAML, nested deeper than the limits allow, or refers to an anchor: one line of it could stand for gigabytes.</exception>
    public static ReadOnlyMemory<byte> ToJson(ReadOnlyMemory<byte> yaml, KubernetesLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var output = new ArrayBufferWriter<byte>();
        try
        {
            using var text = new StreamReader(new MemoryStream(yaml.ToArray(), writable: false), new UTF8Encoding(false, throwOnInvalidBytes: true));
            var parser = new Parser(text);
            using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                if (parser.Accept<Scalar>(out var scalar) && scalar.Value.Length == 0)
                {
                    parser.MoveNext();
                }
                else
                {
                    Write(parser, json, limits.MaxDepth);
                    json.Flush();
                    json.Reset(output);
                    output.Write("\n"u8);
                }

                parser.Consume<DocumentEnd>();
            }
        }
        catch (YamlException wrong)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"line {wrong.Start.Line}: {wrong.Message}"), wrong);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new FormatException("the text is no UTF-8", wrong);
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // The parser stumbles so over some texts that are no YAML.
            throw new FormatException("the text cannot be taken apart", wrong);
        }

        return output.WrittenMemory;
    }

    private static void Write(Parser parser, Utf8JsonWriter json, int levels)
    {
        if (levels == 0)
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, "nested deeper than objects are");
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            WriteScalar(scalar, json);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            json.WriteStartArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                Write(parser, json, levels - 1);
            }

            json.WriteEndArray();
        }
        else if (parser.TryConsume<MappingStart>(out _))
        {
            json.WriteStartObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                json.WritePropertyName(parser.Consume<Scalar>().Value);
                Write(parser, json, levels - 1);
            }

            json.WriteEndObject();
        }
        else
        {
            throw new YamlException(parser.Current!.Start, parser.Current.End, "an alias; kubectl writes none");
        }
    }

    private static void WriteScalar(Scalar scalar, Utf8JsonWriter json)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain)
        {
            json.WriteStringValue(text);
        }
        else if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            json.WriteNullValue();
        }
        else if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            json.WriteBooleanValue(text[0] is 't' or 'T');
        }
        else if (text.Length <= 64 && JsonNumber.IsMatch(text))
        {
            json.WriteRawValue(text);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber { get; }
}
