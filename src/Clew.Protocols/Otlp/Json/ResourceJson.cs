using System.Text.Json;
using Clew.Protocols.Decoding;
using Clew.Telemetry;

namespace Clew.Protocols.Otlp.Json;

/// <summary>How one span or log record is read, and the names of the properties that lead to it; see <see cref="Protobuf.IProtobufRecord{TBatch}"/>.</summary>
internal interface IJsonRecord<in TBatch>
{
    static abstract ReadOnlySpan<byte> ResourceGroups { get; }

    static abstract ReadOnlySpan<byte> ScopeGroups { get; }

    static abstract ReadOnlySpan<byte> Records { get; }

    /// <summary>Reads the record whose object was entered.</summary>
    static abstract void Read(ref Utf8JsonReader reader, TBatch batch, DecodeState state);
}

/// <summary>Reads resources, scopes and attribute lists, by the rules of <see cref="Protobuf.ResourceProtobuf"/>.</summary>
internal static class ResourceJson
{
    /// <summary>Walks through a request of records: resources, below them scopes, below them the records. Their order within a group may be any.</summary>
    public static void ReadGroups<TBatch, TRecord>(ref Utf8JsonReader reader, TBatch batch, DecodeState state)
        where TBatch : RecordBatch
        where TRecord : struct, IJsonRecord<TBatch>
    {
        reader.BeginRootObject();
        while (reader.NextProperty())
        {
            if (!reader.Is(TRecord.ResourceGroups))
            {
                reader.Skip();
            }
            else if (reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    ReadResourceGroup<TBatch, TRecord>(ref reader, batch, state);
                }
            }
        }
    }

    /// <summary>Adds the attributes of a record. One that breaks a rule is a reason to refuse the record.</summary>
    public static void ReadRecordAttributes(ref Utf8JsonReader reader, TelemetryBatch batch, AttributeLists lists, DecodeState state, ref int count)
    {
        if (!reader.BeginArray())
        {
            return;
        }

        while (reader.NextObject())
        {
            if (++count > state.Limits.MaxAttributes)
            {
                state.Refuse(DecodeIssue.TooManyAttributes);
                reader.Skip();
                continue;
            }

            var issue = ValueJson.ReadAttribute(ref reader, batch, lists, state);
            if (issue != DecodeIssue.None)
            {
                state.Refuse(issue);
            }
        }
    }

    /// <summary>Adds attributes that are shared by many records.</summary>
    /// <returns>How many were left out.</returns>
    public static uint ReadSharedAttributes(ref Utf8JsonReader reader, TelemetryBatch batch, AttributeLists lists, DecodeState state, ref int count)
    {
        uint leftOut = 0;
        if (!reader.BeginArray())
        {
            return leftOut;
        }

        while (reader.NextObject())
        {
            DecodeIssue issue;
            if (++count > state.Limits.MaxAttributes)
            {
                reader.Skip();
                issue = DecodeIssue.TooManyAttributes;
            }
            else
            {
                issue = ValueJson.ReadAttribute(ref reader, batch, lists, state);
            }

            if (issue != DecodeIssue.None)
            {
                state.LeaveOut(issue);
                leftOut++;
            }
        }

        return leftOut;
    }

    /// <summary>Reads the value of a property <c>resource</c> into the open resource of the batch.</summary>
    public static void ReadResource(ref Utf8JsonReader reader, TelemetryBatch batch, DecodeState state, ref SharedRow row)
    {
        if (!reader.BeginObject())
        {
            return;
        }

        while (reader.NextProperty())
        {
            if (reader.Is("attributes"u8))
            {
                row.LeftOut += ReadSharedAttributes(ref reader, batch, batch.Resources.Attributes, state, ref row.Attributes);
            }
            else if (reader.Is("droppedAttributesCount"u8))
            {
                row.DroppedAttributes = reader.ReadUInt32();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>Reads the value of a property <c>scope</c> into the open scope of the batch.</summary>
    public static void ReadScope(ref Utf8JsonReader reader, TelemetryBatch batch, DecodeState state, ref SharedRow row)
    {
        if (!reader.BeginObject())
        {
            return;
        }

        while (reader.NextProperty())
        {
            if (reader.Is("name"u8))
            {
                row.Name = batch.Dictionary.Add(state.SharedText(reader.ReadText(state)));
            }
            else if (reader.Is("version"u8))
            {
                row.Version = batch.Dictionary.Add(state.SharedText(reader.ReadText(state)));
            }
            else if (reader.Is("attributes"u8))
            {
                row.LeftOut += ReadSharedAttributes(ref reader, batch, batch.Scopes.Attributes, state, ref row.Attributes);
            }
            else if (reader.Is("droppedAttributesCount"u8))
            {
                row.DroppedAttributes = reader.ReadUInt32();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadResourceGroup<TBatch, TRecord>(ref Utf8JsonReader reader, TBatch batch, DecodeState state)
        where TBatch : RecordBatch
        where TRecord : struct, IJsonRecord<TBatch>
    {
        var resource = default(SharedRow);
        while (reader.NextProperty())
        {
            if (reader.Is("resource"u8))
            {
                ReadResource(ref reader, batch, state, ref resource);
            }
            else if (reader.Is("schemaUrl"u8))
            {
                resource.SchemaUrl = batch.Arena.Add(state.SharedText(reader.ReadText(state)));
            }
            else if (!reader.Is(TRecord.ScopeGroups))
            {
                reader.Skip();
            }
            else if (reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    ReadScopeGroup<TBatch, TRecord>(ref reader, batch, state);
                }
            }
        }

        resource.EndResourceOfRows(batch);
    }

    private static void ReadScopeGroup<TBatch, TRecord>(ref Utf8JsonReader reader, TBatch batch, DecodeState state)
        where TBatch : RecordBatch
        where TRecord : struct, IJsonRecord<TBatch>
    {
        var scope = default(SharedRow);
        while (reader.NextProperty())
        {
            if (reader.Is("scope"u8))
            {
                ReadScope(ref reader, batch, state, ref scope);
            }
            else if (reader.Is("schemaUrl"u8))
            {
                scope.SchemaUrl = batch.Arena.Add(state.SharedText(reader.ReadText(state)));
            }
            else if (!reader.Is(TRecord.Records))
            {
                reader.Skip();
            }
            else if (reader.BeginArray())
            {
                while (reader.NextObject())
                {
                    TRecord.Read(ref reader, batch, state);
                }
            }
        }

        scope.EndScopeOfRows(batch);
    }
}
